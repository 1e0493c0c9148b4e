use std::ops::Range;

use migrations_text::{Level, Text};

use crate::migration::Source;
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "psql-command",
    level: Level::Deny,
    fixed: false,
    summary: "a file holds SQL only, no commands of psql",
    problem: "`\\i`, `\\copy`, `\\gset`, `:name` and the data behind `COPY … FROM STDIN` are carried out by psql, not by the \
              server, and a migration is sent to the server.",
    solution: "Write the SQL itself; for rows use INSERT, or a function that generates them.",
    bad: &[
        Example::Body("\\i other.sql"),
        Example::Body("\\set ON_ERROR_STOP 1\nBEGIN;\nSELECT 1;\nCOMMIT;"),
        Example::Body("\\copy shop.users FROM 'users.csv'"),
        Example::Body("COPY shop.users FROM stdin;\n1\tAda\n\\.\n"),
        Example::Body("COPY shop.users TO STDOUT;"),
        Example::Body("DELETE FROM shop.users WHERE id = :id;"),
        Example::Body("DELETE FROM shop.users WHERE name = :'name';"),
    ],
    ok: &[
        Example::Body("INSERT INTO shop.users (id, name) VALUES (1, 'Ada \\ Co');"),
        Example::Body(
            "SELECT tags[:2], tags[first:last], json_object('id' :id, 'name':name) FROM shop.users;",
        ),
    ],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    for part in &source.parts {
        let text = &source.migration.text;
        let (range, message, help) = match &part.tree {
            None if text[part.range.clone()] == *"\\." => continue,
            None => {
                let command = text[part.range.clone()].split_whitespace().next().unwrap_or_default();
                let help = "the server does not know it; write the SQL itself";
                (part.range.clone(), format!("`{command}` is a command of psql"), help)
            }
            Some(tree) => match of_psql(tree, text) {
                Some((range, message, help)) => (range, message, help),
                None => continue,
            },
        };
        findings.at(&RULE, &source.migration, range, message).help(help);
    }
}

/// The first variable of psql: `:name`, or `:'name'`, of which the grammar understands the colon only.
pub(super) fn variable(tree: &Tree, text: &Text) -> Option<Range<usize>> {
    let range = tree.find(Kind::NON_STANDARD_PARAM)?.range.clone();
    let quoted = text.as_str().get(range.end..)?.strip_prefix('\'').filter(|_| range.len() == 1);
    let length = quoted.and_then(|rest| rest.find('\'')).map_or(0, |end| end + 2);
    Some(range.start..range.end + length)
}

/// The part of a statement that only psql would understand.
fn of_psql(tree: &Tree, text: &Text) -> Option<(Range<usize>, String, &'static str)> {
    if let Some(range) = variable(tree, text) {
        let message = format!("`{}` is a variable of psql", &text[range.clone()]);
        return Some((range, message, "the server does not know it; write the value itself"));
    }
    let statement = tree.nodes.first().filter(|node| node.kind == Kind::COPY)?.range.clone();
    if tree.find(Kind::COPY_STDIN).is_some() {
        let help = "write INSERT statements, or COPY from a file on the server";
        return Some((
            statement,
            "COPY FROM STDIN waits for rows that only psql would send".to_owned(),
            help,
        ));
    }
    tree.find(Kind::COPY_STDOUT)?;
    let help = "leave it out: a migration hands nothing out";
    Some((statement, "COPY TO STDOUT sends rows that only psql would take".to_owned(), help))
}
