use std::collections::HashMap;
use std::ops::Range;

use migrations_text::Level;

use crate::directive::DirectiveKind;
use crate::folder::Folder;
use crate::name::FileName;
use crate::rule::{Check, Example, Findings, Rule};
use crate::suggest::did_you_mean;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-replaced",
    level: Level::Deny,
    fixed: true,
    summary: "what `@replaces` names lies in the archive, and one migration replaces it",
    problem: "Where the replaced migrations are applied, the one that replaces them is not run. With a name that none of \
              them has, it would be, on top of them.",
    solution: "Move the old files to `archive/`, and name each of them once.",
    bad: &[
        Example::Files(&[("archive/schema/001_old.sql", b"SELECT 1;\n"), ("sql/schema/002_new.sql", NEW)]),
        Example::Files(&[
            (
                "sql/schema/001_users.sql",
                b"-- Migration: users.\n-- Dependencies: none\n-- Rollback: none needed.\nSELECT 1;\n-- @rollback\nSELECT 1;\n",
            ),
            ("sql/schema/002_new.sql", NEW),
        ]),
    ],
    ok: &[Example::Files(&[
        ("archive/schema/001_users.sql", b"SELECT 1;\n"),
        ("sql/schema/002_new.sql", NEW),
    ])],
    check: Check::Folder(check),
};

const NEW: &[u8] = b"-- Migration: new.\n-- Dependencies: none\n-- Rollback: none needed.\n-- @replaces 001_users\nSELECT 1;\n\
    -- @rollback\nSELECT 1;\n";

fn check(folder: &Folder, findings: &mut Findings<'_>) {
    let mut replaced_by: HashMap<String, usize> = HashMap::new();
    for (at, migration) in folder.migrations.iter().enumerate() {
        for directive in &migration.directives {
            let DirectiveKind::Replaces(names) = &directive.kind else { continue };
            for written in names {
                let (message, help) = match archived(folder, written) {
                    Err(help) => (format!("`{written}` does not lie in the archive"), help),
                    Ok(name) => match replaced_by.insert(name.clone(), at) {
                        Some(other) if other != at => {
                            let other = findings.shown(&folder.migrations[other].path);
                            (
                                format!("`{written}` is replaced already"),
                                format!("{other} replaces it as well"),
                            )
                        }
                        _ => continue,
                    },
                };
                let place = place(migration.text.as_str(), directive.range.end, written);
                findings.at(&RULE, migration, place, message).help(help);
            }
        }
    }
}

/// Where a word stands behind `start`.
fn place(text: &str, start: usize, word: &str) -> Range<usize> {
    let is_whole = |at: &usize| text[at + word.len()..].starts_with([' ', '\t', ',', '\n']);
    let mut places = text[start..].match_indices(word).map(|(at, _)| start + at);
    places.find(is_whole).map_or(start..start, |at| at..at + word.len())
}

/// The name of an archived migration, or what to do about it.
fn archived<'f>(folder: &'f Folder, written: &str) -> Result<&'f String, String> {
    let Ok(file_name) = FileName::parse(written) else {
        return Err("write the names of migrations, such as `001_users`, with spaces between them".to_owned());
    };
    let fits = |found: &FileName| {
        found.name == file_name.name && (file_name.number.is_none() || file_name.number == found.number)
    };
    if let Some(found) = folder.archived.iter().find(|archived| fits(&archived.file_name)) {
        return Ok(&found.file_name.name);
    }
    if folder.migrations.iter().any(|migration| fits(&migration.file_name)) {
        return Err("it would still be run; move its file to `archive/`".to_owned());
    }
    let stems: Vec<String> = folder.archived.iter().map(|archived| archived.file_name.stem()).collect();
    Err(did_you_mean(written, stems.iter().map(String::as_str))
        .unwrap_or_else(|| "keep its file in `archive/`, so that its number stays taken".to_owned()))
}
