use migrations_text::Level;

use crate::folder::Folder;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "unexpected-file",
    level: Level::Deny,
    fixed: true,
    summary: "everything in the folder belongs there",
    problem: "A file that is skipped without a word is a migration that never runs: an upper-case extension, a folder \
              inside a category, a link that points to nothing.",
    solution: "Rename it, move it to where it belongs, or give it a name that begins with `.`.",
    bad: &[
        Example::Files(&[("sql/schema/001_create_users.SQL", b"")]),
        Example::Files(&[("sql/schema/notes.txt", b"")]),
        Example::Files(&[("sql/schema/more/001_create_users.sql", b"")]),
        Example::Files(&[("SQL/schema/001_create_users.sql", b"")]),
    ],
    ok: &[Example::Files(&[("sql/schema/.gitkeep", b""), ("sql/schema/README.md", b"# Schema\n")])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for misfit in &folder.misfits {
        findings.file(&RULE, &misfit.path, misfit.message.clone()).help(&*misfit.help);
    }
}
