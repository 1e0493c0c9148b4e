use migrations_text::Level;

use crate::migration::Source;
use crate::rule::{Check, Example, Findings, Rule};
use crate::rules::psql_command;
use crate::suggest::did_you_mean;
use crate::syntax::{FIRST_WORDS, NO_STATEMENT, SyntaxError};

pub(crate) static RULE: Rule = Rule {
    name: "syntax-error",
    level: Level::Deny,
    fixed: false,
    summary: "every statement is PostgreSQL's grammar",
    problem: "A statement that does not parse fails on the first database that it reaches, at the moment of the \
              deployment.",
    solution: "Correct the statement. Should PostgreSQL accept what is reported here, write \
               `-- @allow syntax-error: <reason>` in the file, and tell us.",
    bad: &[
        Example::Body("SELCT 1;"),
        Example::Body("CREATE TABLE IF NOT EXISTS a (id int,);"),
        Example::Body("CREATE SCHEMA IF NOT EXISTS a\nCREATE SCHEMA IF NOT EXISTS b;\nSELECT 1"),
    ],
    ok: &[Example::Body("SELECT 1;")],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    for part in &source.parts {
        let Some(tree) = &part.tree else { continue };
        let Some(error) = &tree.error else { continue };
        if psql_command::variable(tree, &source.migration.text).is_some_and(|range| range.contains(&error.at))
        {
            continue;
        }
        let rest = &source.migration.text[error.at..part.range.end.max(error.at)];
        let word = &rest[..word_end(rest)];
        let report = findings.at(
            &RULE,
            &source.migration,
            error.at..error.at + word.len(),
            format!("syntax error: {}", error.message),
        );
        if let Some(help) = help(error, word) {
            report.help(help);
        }
    }
}

/// The word that is meant, when the first word of a statement is mistyped.
fn help(error: &SyntaxError, word: &str) -> Option<String> {
    let word = word.to_uppercase();
    let is_mistyped = error.message == NO_STATEMENT && !FIRST_WORDS.contains(&word.as_str());
    is_mistyped.then(|| did_you_mean(&word, FIRST_WORDS)).flatten()
}

/// How many bytes of `rest` the word at its beginning has.
fn word_end(rest: &str) -> usize {
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    word.max(rest.chars().next().map_or(0, char::len_utf8))
}
