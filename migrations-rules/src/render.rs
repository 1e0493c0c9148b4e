//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use crate::printable;
use crate::problem::{Excerpt, Level, Problem};
use crate::text::floor_char_boundary;

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
pub fn plain(problem: &Problem) -> String {
    let whole = Renderer::plain().render(&[group(problem)]);
    let prefix = format!("{}: ", severity(problem));
    whole.strip_prefix(&prefix).unwrap_or(&whole).to_owned()
}

/// A problem as `rustc` would print it, with terminal colours when `colour` is set.
pub fn full(problem: &Problem, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group(problem)])
}

fn severity(problem: &Problem) -> &'static str {
    if problem.level == Level::Deny { "error" } else { "warning" }
}

fn group(problem: &Problem) -> Group<'_> {
    let title = if problem.level == Level::Deny { Title::ERROR } else { Title::WARNING };
    let title = title.primary_title(format!("{} [{}]", printable::lines(&problem.message), problem.rule));
    let path = printable::line(&problem.path);
    let mut group = match &problem.excerpt {
        Some(excerpt) => title.element(snippet(excerpt).path(path)),
        None => title.element(Origin::path(path)),
    };
    for help in &problem.help {
        group = group.element(Title::HELP.message(printable::lines(help)));
    }
    group
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, Annotation<'_>> {
    let start = floor_char_boundary(&excerpt.text, excerpt.span.start);
    let end = floor_char_boundary(&excerpt.text, excerpt.span.end).max(start);
    // The signs in the place of characters may be longer than those.
    let [before, marked, after] =
        [0..start, start..end, end..excerpt.text.len()].map(|range| printable::masked(&excerpt.text[range]));
    let span = before.len()..before.len() + marked.len();
    let label = (!excerpt.label.is_empty()).then(|| printable::line(&excerpt.label));
    Snippet::source(before + &marked + &after)
        .line_start(excerpt.line)
        .annotation(AnnotationKind::Primary.span(span).label(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Position;

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
}
