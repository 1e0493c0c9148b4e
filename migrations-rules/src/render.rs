//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.
//!
//! ```
//! use migrations_rules::render::{Diagnostic, Spot};
//! use migrations_rules::{Excerpt, Level, Text};
//!
//! let text = Text::new(b"SELECT one;\n".to_vec()).unwrap();
//! let spot = Spot {
//!     path: "sql/001_a.sql".into(),
//!     position: Some(text.position(7)),
//!     excerpt: Some(Excerpt::new(&text, 7..10, "not a number")),
//! };
//! let diagnostic = Diagnostic {
//!     level: Level::Deny,
//!     message: "there is no column `one`".into(),
//!     code: Some("42703".into()),
//!     spots: vec![spot],
//!     notes: vec![],
//!     help: vec!["write `1`".into()],
//! };
//! let shown = diagnostic.rendered(false);
//! let lines: Vec<&str> = shown.lines().collect();
//! assert_eq!(lines[..2], ["error: there is no column `one` [42703]", " --> sql/001_a.sql:1:8"]);
//! assert_eq!(lines[3..5], ["1 | SELECT one;", "  |        ^^^ not a number"]);
//! ```

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use crate::printable;
use crate::problem::{Excerpt, Level, Problem};
use crate::text::{Position, floor_char_boundary};

/// What is said of a problem or of an error, in the order in which it is shown.
///
/// ```
/// use migrations_rules::{Level, render::Diagnostic};
///
/// let diagnostic = Diagnostic {
///     level: Level::Warn,
///     message: "the folder is empty".into(),
///     code: None,
///     spots: vec![],
///     notes: vec![],
///     help: vec!["write a first migration".into()],
/// };
/// assert!(diagnostic.rendered(false).starts_with("warning: the folder is empty"));
/// assert!(diagnostic.rendered(false).ends_with("= help: write a first migration"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// [`Level::Deny`] for an error; everything else is a warning.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// The name of a rule or the code of a server's error, shown in brackets.
    pub code: Option<String>,
    /// Where: the place itself, and behind it those that led there.
    pub spots: Vec<Spot>,
    /// What else is known.
    pub notes: Vec<String>,
    /// What to do, each one sentence.
    pub help: Vec<String>,
}

/// A file, or a place in it.
///
/// ```
/// use migrations_rules::render::Spot;
///
/// let file = Spot { path: "migrations/migrations.toml".into(), position: None, excerpt: None };
/// assert!(file.position.is_none(), "the file as a whole");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file or folder.
    pub path: String,
    /// Where in the file, if that is known.
    pub position: Option<Position>,
    /// The marked line, when there is one to show.
    pub excerpt: Option<Excerpt>,
}

/// A problem as `rustc` would print it, without colours and without the leading `error: `.
///
/// ```text
/// unknown dependency `999_nothing`
///   --> migrations/sql/schema-creation/010_create_meetings_schema.sql:2:18
///    |
///  2 | -- Dependencies: 999_nothing
///    |                  ^^^^^^^^^^^
///    |
///    = help: …
/// ```
///
/// ```
/// # let set = migrations_rules::check("no/such/folder".as_ref(), "migrations");
/// for problem in &set.problems {
///     println!("error: {}", migrations_rules::render::plain(problem));
/// }
/// # assert_eq!(set.problems.len(), 1);
/// ```
pub fn plain(problem: &Problem) -> String {
    let diagnostic = Diagnostic::of(problem);
    let whole = diagnostic.rendered(false);
    let prefix = format!("{}: ", diagnostic.severity());
    whole.strip_prefix(&prefix).unwrap_or(&whole).to_owned()
}

/// A problem as `rustc` would print it, with terminal colours when `colour` is set.
///
/// ```
/// use std::io::{IsTerminal, stderr};
///
/// let set = migrations_rules::check("no/such/folder".as_ref(), "migrations");
/// let shown = migrations_rules::render::full(&set.problems[0], stderr().is_terminal());
/// assert!(shown.contains("there is no such folder"), "{shown}");
/// ```
pub fn full(problem: &Problem, colour: bool) -> String {
    Diagnostic::of(problem).rendered(colour)
}

impl Diagnostic {
    fn of(problem: &Problem) -> Diagnostic {
        // Without an excerpt, the file as a whole is meant.
        let position = problem.excerpt.is_some().then_some(problem.position);
        let spot = Spot { path: problem.path.clone(), position, excerpt: problem.excerpt.clone() };
        Diagnostic {
            level: problem.level,
            message: problem.message.clone(),
            code: Some(problem.rule.clone().into_owned()),
            spots: vec![spot],
            notes: Vec::new(),
            help: problem.help.clone(),
        }
    }

    /// As `rustc` would print it, with terminal colours when `colour` is set.
    ///
    /// ```
    /// # use migrations_rules::{Level, render::Diagnostic};
    /// # let (level, message) = (Level::Deny, "no way back".to_owned());
    /// # let diagnostic =
    /// #     Diagnostic { level, message, code: None, spots: vec![], notes: vec![], help: vec![] };
    /// assert_eq!(diagnostic.rendered(false), "error: no way back");
    /// assert!(diagnostic.rendered(true).contains("\u{1b}["), "an escape sequence");
    /// ```
    pub fn rendered(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let rendered = renderer.render(&[self.group()]);
        self.spots
            .iter()
            .filter_map(Spot::misplaced)
            .fold(rendered, |text, (shown, meant)| text.replacen(&shown, &meant, 1))
    }

    fn severity(&self) -> &'static str {
        if self.level == Level::Deny { "error" } else { "warning" }
    }

    fn group(&self) -> Group<'_> {
        let title = if self.level == Level::Deny { Title::ERROR } else { Title::WARNING };
        let code = self.code.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default();
        let title = title.primary_title(format!("{}{code}", printable::lines(&self.message)));
        let mut group = Group::with_title(title);
        for (at, spot) in self.spots.iter().enumerate() {
            group = match &spot.excerpt {
                Some(excerpt) => group.element(snippet(excerpt, at == 0).path(printable::line(&spot.path))),
                None => group.element(spot.origin()),
            };
        }
        let notes = self.notes.iter().map(|note| Title::NOTE.message(printable::lines(note)));
        let help = self.help.iter().map(|help| Title::HELP.message(printable::lines(help)));
        group.elements(notes).elements(help)
    }
}

impl Spot {
    /// The place that the renderer shows and the one that is meant, when they differ: it takes an excerpt for a whole
    /// line, and that of a long line begins somewhere in it.
    fn misplaced(&self) -> Option<(String, String)> {
        let (Position { line, column }, excerpt) = (self.position?, self.excerpt.as_ref()?);
        let start = floor_char_boundary(&excerpt.text, excerpt.span.start);
        let shown = excerpt.text[..start].chars().count() + 1;
        let place = |column| format!("{}:{line}:{column}", printable::line(&self.path));
        (shown != column).then(|| (place(shown), place(column)))
    }

    fn origin(&self) -> Origin<'_> {
        let origin = Origin::path(printable::line(&self.path));
        match self.position {
            Some(Position { line, column }) => origin.line(line).char_column(column),
            None => origin,
        }
    }
}

fn snippet(excerpt: &Excerpt, is_primary: bool) -> Snippet<'_, Annotation<'_>> {
    let start = floor_char_boundary(&excerpt.text, excerpt.span.start);
    let end = floor_char_boundary(&excerpt.text, excerpt.span.end).max(start);
    // The signs in the place of characters may be longer than those.
    let [before, marked, after] =
        [0..start, start..end, end..excerpt.text.len()].map(|range| printable::masked(&excerpt.text[range]));
    let span = before.len()..before.len() + marked.len();
    let label = (!excerpt.label.is_empty()).then(|| printable::line(&excerpt.label));
    let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    Snippet::source(before + &marked + &after)
        .line_start(excerpt.line)
        .annotation(kind.span(span).label(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(level: Level, text: &str, span: std::ops::Range<usize>, label: &str) -> Problem {
        Problem {
            rule: "some-rule".into(),
            level,
            path: "sql/001_a.sql".into(),
            position: Position { line: 7, column: span.start + 1 },
            message: "something is wrong".into(),
            excerpt: Some(Excerpt { line: 7, text: text.into(), span, label: label.into() }),
            help: vec!["mend it".into()],
        }
    }

    #[test]
    fn a_problem_is_shown_as_rustc_shows_its_own() {
        let body = [
            "something is wrong [some-rule]",
            " --> sql/001_a.sql:7:8",
            "  |",
            "7 | SELECT one;",
            "  |        ^^^ not two",
            "  |",
            "  = help: mend it",
        ]
        .join("\n");
        for (level, severity) in [(Level::Deny, "error"), (Level::Warn, "warning")] {
            let problem = problem(level, "SELECT one;", 7..10, "not two");
            assert_eq!(full(&problem, false), format!("{severity}: {body}"));
            assert_eq!(plain(&problem), body);
            let coloured = full(&problem, true);
            assert!(coloured.contains("\u{1b}[") && coloured.contains("SELECT one;"), "{coloured:?}");
        }
    }

    #[test]
    fn the_underline_stays_under_what_is_marked_where_signs_take_the_place_of_characters() {
        let shown = plain(&problem(Level::Deny, "a\u{8}b\u{202e}\u{8}c", 3..7, ""));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[3..5], ["7 | a\u{fffd}b\u{fffd}\u{fffd}c", "  |    ^^"]);
    }

    #[test]
    fn the_places_that_led_to_one_follow_it() {
        let spot = |line, text: &str, label: &str| Spot {
            path: "sql/001_a.sql".into(),
            position: Some(Position { line, column: 101 }),
            excerpt: Some(Excerpt { line, text: text.into(), span: 0..3, label: label.into() }),
        };
        let elsewhere =
            Spot { path: "b.rs".into(), position: Some(Position { line: 9, column: 5 }), excerpt: None };
        let diagnostic = Diagnostic {
            level: Level::Deny,
            message: "something is wrong".into(),
            code: None,
            spots: vec![spot(7, "DO $$", ""), spot(12, "RAISE", "at RAISE"), elsewhere],
            notes: vec!["it rains\nall day".into()],
            help: vec!["mend it".into(), "or leave it".into()],
        };
        let expected = [
            "error: something is wrong",
            "  --> sql/001_a.sql:7:101",
            "   |",
            " 7 | DO $$",
            "   | ^^^",
            "   |",
            "  ::: sql/001_a.sql:12:101",
            "   |",
            "12 | RAISE",
            "   | --- at RAISE",
            "  ::: b.rs:9:5",
            "   = note: it rains",
            "           all day",
            "   = help: mend it",
            "   = help: or leave it",
        ]
        .join("\n");
        assert_eq!(diagnostic.rendered(false), expected);
    }
}
