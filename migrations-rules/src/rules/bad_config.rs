use migrations_text::Level;

use crate::config;
use crate::folder::Folder;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "bad-config",
    level: Level::Deny,
    fixed: true,
    summary: "`migrations.toml` says only what is understood",
    problem: "A mistyped key or rule name would silently leave the default in force: a rule that was meant to be \
              denied is not, or one is switched off by accident.",
    solution: "Write one of the known keys (`categories`, `max_lines`, `ledger_schema`, `postgres_version`, \
               `[rules]`) and levels (`allow`, `warn`, `deny`).",
    bad: &[
        Example::Files(&[("migrations.toml", b"max_line = 150\n")]),
        Example::Files(&[("migrations.toml", b"[rules]\nnot-idempotant = \"deny\"\n")]),
        Example::Files(&[("migrations.toml", b"[rules]\ntransaction-control = \"allow\"\n")]),
    ],
    ok: &[Example::Files(&[("migrations.toml", b"max_lines = 150\n\n[rules]\nnot-idempotent = \"deny\"\n")])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for error in &folder.config_errors {
        findings
            .text(&RULE, config::FILE_NAME, &folder.config_text, error.span.clone(), error.message.clone())
            .help(&*error.help);
    }
}
