use migrations_text::Level;

use crate::folder::Folder;
use crate::rule::{Check, Example, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "not-utf8",
    level: Level::Deny,
    fixed: true,
    summary: "files are UTF-8",
    problem: "Bytes in another encoding reach the database as other characters than the author saw, if at all. A byte \
              order mark and CRLF line ends are no problem: they are normalised.",
    solution: "Save the file as UTF-8.",
    bad: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"-- Migration: caf\xe9.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n",
    )])],
    ok: &[Example::Files(&[(
        "sql/schema/001_a.sql",
        b"\xef\xbb\xbf-- Migration: a.\r\n-- Dependencies: none\r\n-- Rollback: none needed.\r\nSELECT 1;\r\n-- @rollback\r\nSELECT 1;\r\n",
    )])],
    check: Check::Folder(check),
};

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    for (path, broken) in &folder.not_utf8 {
        let message = format!("byte 0x{:02x} is not UTF-8", broken.byte);
        findings.broken(&RULE, path, broken, message).help("save the file as UTF-8");
    }
}
