//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.

use migrations_text::render::{Diagnostic, Spot};

use crate::problem::Problem;

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
    let whole = full(problem, false);
    whole.split_once(": ").map_or(whole.as_str(), |(_severity, rest)| rest).to_owned()
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
    diagnostic(problem).rendered(colour)
}

fn diagnostic(problem: &Problem) -> Diagnostic {
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

#[cfg(test)]
mod tests {
    use migrations_text::{Excerpt, Level, Position};

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
}
