use crate::migration::{Part, Source};
use crate::problem::Level;
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::Kind;

pub(crate) static RULE: Rule = Rule {
    name: "psql-command",
    level: Level::Deny,
    fixed: false,
    summary: "a file holds SQL only, no commands of psql",
    problem: "`\\i`, `\\copy`, `\\gset` and the data behind `COPY … FROM STDIN` are carried out by psql, not by the \
              server, and a migration is sent to the server.",
    solution: "Write the SQL itself; for rows use INSERT, or a function that generates them.",
    bad: &[
        Example::Body("\\i other.sql"),
        Example::Body("\\copy shop.users FROM 'users.csv'"),
        Example::Body("COPY shop.users FROM stdin;\n1\tAda\n\\.\n"),
    ],
    ok: &[Example::Body("INSERT INTO shop.users (id, name) VALUES (1, 'Ada \\ Co');")],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    for part in &source.parts {
        let written = &source.migration.text[part.range.clone()];
        let (message, help) = if part.tree.is_none() && written != "\\." {
            let command = written.split_whitespace().next().unwrap_or(written);
            (format!("`{command}` is a command of psql"), "the server does not know it; write the SQL itself")
        } else if is_copy(part, Kind::COPY_STDIN) {
            let help = "write INSERT statements, or COPY from a file on the server";
            ("COPY FROM STDIN waits for rows that only psql would send".to_owned(), help)
        } else if is_copy(part, Kind::COPY_STDOUT) {
            let help = "leave it out, or COPY to a file on the server";
            ("COPY TO STDOUT sends rows that only psql would take".to_owned(), help)
        } else {
            continue;
        };
        findings.at(&RULE, &source.migration, part.range.clone(), message).help(help);
    }
}

fn is_copy(part: &Part, between: Kind) -> bool {
    part.tree.as_ref().is_some_and(|tree| tree.kind() == Some(Kind::COPY) && tree.find(between).is_some())
}
