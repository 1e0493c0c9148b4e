use migrations_text::Level;

use crate::folder::Folder;
use crate::name;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "bad-file-name",
    level: Level::Deny,
    fixed: true,
    summary: "a file is named `NNN_snake_case.sql`, the number being optional",
    problem: "The name is the identity of a migration and becomes a variant of the enum. Tools that skip names they \
              do not understand leave a migration out without a word.",
    solution: "Name it with an optional number, `_`, and lower-case words joined by single underscores.",
    bad: &[
        Example::Files(&[("sql/schema/V1__Init.sql", b"")]),
        Example::Files(&[("sql/schema/001.sql", b"")]),
        Example::Files(&[("sql/schema/001-create-users.sql", b"")]),
    ],
    ok: &[Example::Body("CREATE SCHEMA IF NOT EXISTS shop;")],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for (path, bad) in &folder.bad_names {
        let file = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
        let report = findings.file(&RULE, path, format!("`{file}` is not the name of a migration: {bad}"));
        match name::suggestion(stem) {
            Some(better) => report.help(format!("rename it to `{better}.{extension}`")),
            None => report.help(format!("name it like `001_create_users.{extension}`")),
        };
    }
}
