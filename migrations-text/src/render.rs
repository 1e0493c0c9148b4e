//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.
//!
//! ```
//! use migrations_text::render::{Diagnostic, Spot};
//! use migrations_text::{Excerpt, Level, Text};
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

use crate::excerpt::Excerpt;
use crate::level::Level;
use crate::printable;
use crate::text::{Position, floor_char_boundary};

/// What is said of a problem or of an error, in the order in which it is shown.
///
/// ```
/// use migrations_text::{Level, render::Diagnostic};
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
/// use migrations_text::render::Spot;
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

impl Diagnostic {
    /// As `rustc` would print it, with terminal colours when `colour` is set.
    ///
    /// ```
    /// # use migrations_text::{Level, render::Diagnostic};
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
