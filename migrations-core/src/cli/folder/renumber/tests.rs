use std::fs;

use super::*;
use crate::cli::folder::trial::Folder;

fn sql(dependencies: &str) -> String {
    format!(
        "-- Migration: a.\n-- Dependencies: {dependencies}\n-- Rollback: nothing is left.\n\nSELECT 1;\n\n-- @rollback\nSELECT 1;\n"
    )
}

fn folder(files: &[(&str, &str)]) -> Folder {
    let texts: Vec<(&str, String)> = files
        .iter()
        .map(|(path, text)| match text.split_once(' ') {
            Some(("->", dependencies)) => (*path, sql(dependencies)),
            _ => (*path, (*text).to_owned()),
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Folder::of(&files).unwrap()
}

fn root(folder: &Folder) -> Root {
    Root { path: folder.path().to_path_buf(), name: "db".to_owned() }
}

/// The new numbers, `from -> to`, without the folder's name.
fn renamed(outcome: &Outcome) -> Vec<String> {
    outcome.renamed.iter().map(|(from, to)| format!("{} -> {}", &from[3..], &to[3..])).collect()
}

#[test]
fn what_others_need_keeps_its_number_and_the_other_gets_the_next_free_one() {
    let folder = folder(&[
        ("sql/a/010_early.sql", "-> none"),
        ("sql/a/010_needed.sql", "-> none"),
        ("sql/a/010_third.sql", "-> none"),
        ("sql/a/011_last.sql", "-> 010_needed"),
        ("archive/a/015_old.sql", "SELECT 1;\n"),
        ("sql/b/010_other.sql", "-> a/early"),
    ]);
    fs::write(folder.path().join("sql/b/010_other.sql"), sql("none")).unwrap();
    let outcome = renumber(&root(&folder), false).unwrap();
    assert_eq!(
        renamed(&outcome),
        ["sql/a/010_early.sql -> sql/a/016_early.sql", "sql/a/010_third.sql -> sql/a/017_third.sql"]
    );
    assert_eq!(outcome.rewritten, Vec::<String>::new());
    assert_eq!(root(&folder).check().problems, []);
    assert_eq!(renumber(&root(&folder), false).unwrap().to_string(), "no number stands twice\n");
}

#[test]
fn every_reference_follows_and_nothing_else_changes() {
    let before = "\u{feff}-- Dependencies: 010_b, 010_a,\r\n--   a/010_b , `010_b`, b\r\n-- Migration: ñ 010_b.\r\n\
                  -- Rollback: as 010_b says.\r\n\r\n-- @replaces 009_x 010_b\r\n-- @renamed-from 010_b\r\nSELECT '010_b';\r\n\
                  \r\n-- @rollback\r\nSELECT 1;\r\n";
    let folder = folder(&[
        ("sql/a/010_a.sql", "-> none"),
        ("sql/a/010_b.sql", "-> none"),
        ("sql/a/011_z.sql", before),
    ]);
    let outcome = renumber(&root(&folder), false).unwrap();
    assert_eq!(
        renamed(&outcome),
        ["sql/a/010_b.sql -> sql/a/012_b.sql"],
        "both are needed: the first one keeps it"
    );
    assert_eq!(outcome.rewritten, ["db/sql/a/011_z.sql"]);
    let after = fs::read_to_string(folder.path().join("sql/a/011_z.sql")).unwrap();
    let wanted = before
        .replace("Dependencies: 010_b", "Dependencies: 012_b")
        .replace("a/010_b , `010_b`", "a/012_b , `012_b`")
        .replace("@replaces 009_x 010_b", "@replaces 009_x 012_b");
    assert_eq!(after, wanted);
}

#[test]
fn companions_runners_and_successors_are_rewritten() {
    let folder = folder(&[
        ("sql/a/010_a.sql", "-> none"),
        ("sql/a/010_b.sql", "-> none"),
        ("runners/010_b.rs", "// 010_b\n"),
        ("archive/a/001_old.sql", "-- Superseded-by: a/010_b.\nSELECT '010_b';\n"),
        ("sql/a/012_after_a.sql", "-> a"),
        ("sql/c/001_x.sql", "-> a/010_b, 010_a"),
        (
            "runners/030_r.rs",
            "//! Migration: r.\n//! Dependencies: `a/010_b`\n//! Rollback: irreversible: 010_b\n",
        ),
        (
            "runners/030_s.rs",
            "//! Migration: s.\n//! Dependencies: 030_r\n//! Rollback: irreversible: a test\n",
        ),
    ]);
    let outcome = renumber(&root(&folder), true).unwrap();
    assert_eq!(
        renamed(&outcome),
        [
            "sql/a/010_b.sql -> sql/a/013_b.sql",
            "runners/010_b.rs -> runners/013_b.rs",
            "runners/030_s.rs -> runners/031_s.rs",
        ]
    );
    assert_eq!(outcome.rewritten, ["db/sql/c/001_x.sql", "db/runners/030_r.rs", "db/archive/a/001_old.sql"]);
    assert!(outcome.to_string().ends_with("3 files would be renamed; nothing was changed\n"), "{outcome}");
    assert!(root(&folder).check().has_errors(), "a dry run changes nothing");

    assert_eq!(Outcome { dry_run: true, ..renumber(&root(&folder), false).unwrap() }, outcome);
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(read("sql/c/001_x.sql"), sql("a/013_b, 010_a"));
    assert_eq!(read("runners/013_b.rs"), "// 010_b\n");
    assert_eq!(read("archive/a/001_old.sql"), "-- Superseded-by: a/013_b.\nSELECT '010_b';\n");
    assert!(read("runners/030_r.rs").contains("`a/013_b`\n//! Rollback: irreversible: 010_b"));
    assert_eq!(root(&folder).check().problems, []);
}

#[test]
fn the_archive_keeps_its_numbers_and_so_does_its_successor() {
    let folder = folder(&[
        ("archive/a/007_gone.sql", "SELECT 1;\n"),
        ("sql/a/007_new.sql", "-> none"),
        ("archive/a/008_old.sql", "-- Superseded-by: 008_successor\n"),
        ("sql/a/008_earlier.sql", "-> none"),
        ("sql/a/008_successor.sql", "-> none"),
        (
            "sql/a/009_allowing.sql",
            &sql("none").replace("SELECT 1;\n\n", "-- @allow duplicate-number: history\nSELECT 1;\n\n"),
        ),
        ("sql/a/009_also.sql", "-> none"),
        ("sql/a/9_also_not.sql", "-> none"),
    ]);
    let outcome = renumber(&root(&folder), false).unwrap();
    let mut found = renamed(&outcome);
    found.sort();
    assert_eq!(
        found,
        [
            "sql/a/007_new.sql -> sql/a/010_new.sql",
            "sql/a/008_earlier.sql -> sql/a/011_earlier.sql",
            "sql/a/009_also.sql -> sql/a/012_also.sql",
            "sql/a/9_also_not.sql -> sql/a/13_also_not.sql",
        ]
    );
    let rules: Vec<_> = root(&folder).check().problems.into_iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, ["unused-allow"]);
}

#[test]
fn where_a_file_cannot_be_changed_nothing_is() {
    let folder = folder(&[("sql/a/010_a.sql", "-> none"), ("sql/a/010_b.sql", "-> none"), ("x.txt", "")]);
    let all = |folder: &Folder| {
        let files = fs::read_dir(folder.path().join("sql/a")).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    fs::create_dir(folder.path().join("sql/a/011_b.sql")).unwrap();
    let before = all(&folder);
    let report = renumber(&root(&folder), false).unwrap_err().report();
    assert!(report.contains("011_b.sql is there already"), "{report}");
    assert_eq!(all(&folder), before);
}

#[cfg(unix)]
#[test]
fn a_link_that_would_have_to_be_renamed_is_refused() {
    let folder = folder(&[("sql/a/010_a.sql", "-> none"), ("sql/b/001_b.sql", "-> none")]);
    std::os::unix::fs::symlink("../b/001_b.sql", folder.path().join("sql/a/010_c.sql")).unwrap();
    let report = renumber(&root(&folder), false).unwrap_err().report();
    assert!(report.contains("sql/a/010_c.sql is a symbolic link"), "{report}");
}

/// A copy of the reference application in which every `from` is called `to`.
fn reference_application(from: &str, to: &str) -> Folder {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let files = migrations_rules::check(&root, "").files;
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|path| (path.replace(from, to), fs::read_to_string(root.join(path)).unwrap().replace(from, to)))
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Folder::of(&files).unwrap()
}

#[test]
fn no_migration_of_the_reference_application_changes_by_being_renumbered() {
    let folder = reference_application("010_create_meetings_schema", "009_create_meetings_schema");
    let root = root(&folder);
    let checksums = |set: &Set| -> std::collections::BTreeMap<String, String> {
        let migrations = set.migrations.iter();
        migrations
            .map(|migration| (migration.file_name.name.clone(), migration.checksum().to_owned()))
            .collect()
    };
    let before = root.check();
    let rules: Vec<_> = before.problems.iter().map(|problem| &*problem.rule).collect();
    assert_eq!(rules, ["duplicate-number"]);
    let outcome = renumber(&root, false).unwrap();
    assert_eq!(
        renamed(&outcome),
        [
            "sql/schema-creation/009_create_meetings_schema.sql -> sql/schema-creation/072_create_meetings_schema.sql",
            "runners/009_create_meetings_schema.rs -> runners/072_create_meetings_schema.rs",
        ]
    );
    assert!(outcome.rewritten.len() >= 5, "{outcome}");
    let after = root.check();
    assert_eq!(after.problems, []);
    assert_eq!(checksums(&after), checksums(&before));
}
