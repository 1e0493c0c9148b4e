use migrations_text::Level;

use crate::migration::{Kind, Section, Source};
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "file-too-long",
    level: Level::Deny,
    fixed: false,
    summary: "a file has at most 200 lines (`max_lines`)",
    problem: "A long migration is reviewed badly, holds its locks long, and fails as a whole for the sake of a part.",
    solution: "Split it at a statement boundary into two files, the second depending on the first.",
    bad: &[Example::Files(&[
        ("migrations.toml", b"max_lines = 5\n"),
        (
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    ok: &[Example::Files(&[
        ("migrations.toml", b"max_lines = 6\n"),
        (
            "sql/schema/001_a.sql",
            b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
        ),
    ])],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let (migration, limit) = (&source.migration, findings.config.max_lines);
    let message = |lines: usize| format!("{lines} lines; the limit is {limit}");
    let lines = migration.text.line_count();
    if lines > limit {
        let help = match split_line(source) {
            _ if migration.kind == Kind::Runner => MOVE.to_owned(),
            Some(line) => format!("split it, for example before the statement on line {line}"),
            None => "split it into several files".to_owned(),
        };
        let line = migration.text.line_range(limit + 1);
        findings.at(&RULE, migration, line, message(lines)).label(LABEL).help(help);
    }
    if let Some(companion) = &migration.companion {
        let lines = companion.text.line_count();
        if lines <= limit {
            return;
        }
        let line = companion.text.line_range(limit + 1);
        findings.beside(&RULE, migration, companion, line, message(lines)).label(LABEL).help(MOVE);
    }
}

const MOVE: &str = "move what is not particular to this migration into a module of the crate";
const LABEL: &str = "the first line past the limit";

/// The line of the statement that is nearest to the middle of the body.
fn split_line(source: &Source) -> Option<usize> {
    let text = &source.migration.text;
    let line = |at: usize| text.position(at).line;
    let body = source.parts.iter().filter(|part| part.section == Section::Body && !part.outer);
    let starts: Vec<usize> = body.map(|part| line(part.range.start)).collect();
    let middle = (starts.first()? + starts.last()?) / 2;
    starts.into_iter().skip(1).min_by_key(|line| line.abs_diff(middle))
}
