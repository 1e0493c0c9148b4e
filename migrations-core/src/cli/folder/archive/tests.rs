use std::fs;

use super::*;
use crate::cli::folder::trial::Folder;

const FIRST: &str = "-- Migration: a.\n-- Dependencies: none\n-- Rollback: nothing\n--   is left.\n\nSELECT 1;\n\n-- @rollback\nSELECT 1;\n";

fn sql(dependencies: &str, body: &str) -> String {
    FIRST.replace("none", dependencies).replace("\n\nSELECT 1", &format!("\n\n{body}\nSELECT 1"))
}

fn root(folder: &Folder) -> Root {
    Root { path: folder.path().to_path_buf(), name: "db".to_owned() }
}

#[test]
fn a_migration_moves_with_its_companion_and_says_what_took_its_place() {
    let folder = Folder::of(&[
        ("sql/schema/001_a.sql", FIRST),
        ("runners/001_a.rs", "pub fn before() {}\n"),
        ("sql/schema/002_b.sql", FIRST),
    ])
    .unwrap();
    let outcome = archive(&root(&folder), "a", Some("schema/002_b")).unwrap();
    let moved = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(
        outcome.moved,
        [
            moved("db/sql/schema/001_a.sql", "db/archive/schema/001_a.sql"),
            moved("db/runners/001_a.rs", "db/archive/runners/001_a.rs"),
        ]
    );
    assert!(outcome.notes[0].contains("write `-- @replaces 001_a`"), "{outcome}");
    let text = fs::read_to_string(folder.path().join("archive/schema/001_a.sql")).unwrap();
    assert_eq!(text, FIRST.replace("left.\n", "left.\n-- Superseded-by: 002_b\n"));
    let set = root(&folder).check();
    assert_eq!(set.problems, []);
    assert_eq!(set.archived[0].superseded_by.as_ref().unwrap().stem(), "002_b");
}

#[test]
fn each_layout_has_its_archive() {
    for (path, extra, archived) in [
        ("schema/001_a.sql", "schema/002_b.sql", "archive/schema/001_a.sql"),
        ("001_a.sql", "002_b.sql", "archive/001_a.sql"),
        ("sql/schema/001_a.sql", "archive/sql/other/001_b.sql", "archive/sql/schema/001_a.sql"),
    ] {
        let folder = Folder::of(&[(path, FIRST), (extra, FIRST)]).unwrap();
        let outcome = archive(&root(&folder), "001_a", None).unwrap();
        assert_eq!(outcome.moved[0].1, format!("db/{archived}"));
        assert_eq!(fs::read_to_string(folder.path().join(archived)).unwrap(), FIRST);
        assert_eq!(root(&folder).check().problems, [], "{path}");
    }
    let runner = "//! Migration: a.\n//! Dependencies: none\n//! Rollback: irreversible: a test\nuse x;\n";
    let folder = Folder::of(&[("runners/001_a.rs", runner), ("sql/x/001_b.sql", FIRST)]).unwrap();
    archive(&root(&folder), "a", Some("b")).unwrap();
    let text = fs::read_to_string(folder.path().join("archive/runners/001_a.rs")).unwrap();
    assert_eq!(text, runner.replace("test\n", "test\n//! Superseded-by: 001_b\n"));
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    let mut bytes = b"\xef\xbb\xbf-- Migration: a.\r\n\r\nSELECT 1;\r\n".to_vec();
    insert_successor(&mut bytes, Kind::Sql, "002_b");
    assert_eq!(bytes, b"\xef\xbb\xbf-- Migration: a.\r\n-- Superseded-by: 002_b\r\n\r\nSELECT 1;\r\n");
    for (before, after) in [
        ("SELECT 1;\n", "-- Superseded-by: 002_b\nSELECT 1;\n"),
        ("", "-- Superseded-by: 002_b\n"),
        ("-- a", "-- a\n-- Superseded-by: 002_b\n"),
    ] {
        let mut bytes = before.as_bytes().to_vec();
        insert_successor(&mut bytes, Kind::Sql, "002_b");
        assert_eq!(String::from_utf8(bytes).unwrap(), after);
    }
}

#[test]
fn what_others_need_stays() {
    let needing = sql("001_a", "");
    let folder = Folder::of(&[
        ("sql/x/001_a.sql", FIRST),
        ("sql/x/002_b.sql", &needing),
        ("sql/y/001_c.sql", &needing),
    ])
    .unwrap();
    let report = archive(&root(&folder), "001_a", None).unwrap_err().report();
    assert!(report.contains("depend on `001_a`: `001_c`, `002_b`"), "{report}");
    assert_eq!(root(&folder).check().problems, []);
    for (name, other, wanted) in [
        ("z", None, "there is no migration `z`"),
        ("002_b", Some("b"), "cannot supersede itself"),
        ("002_b", Some("001_d"), "there is no migration `001_d`"),
    ] {
        let report = archive(&root(&folder), name, other).unwrap_err().report();
        assert!(report.contains(wanted), "{report}");
    }
}

#[test]
fn where_another_one_replaces_it_databases_are_told_to_be_fine() {
    let replacing = sql("none", "-- @replaces 001_a");
    let folder = Folder::of(&[("sql/x/001_a.sql", FIRST), ("sql/x/002_b.sql", &replacing)]).unwrap();
    assert!(root(&folder).check().has_errors(), "what is replaced has to lie in the archive");
    let outcome = archive(&root(&folder), "001_a", Some("b")).unwrap();
    assert!(outcome.notes[0].contains("the next run enters `002_b` in their place"), "{outcome}");
    assert_eq!(root(&folder).check().problems, []);
}

#[test]
fn what_lies_in_the_archive_already_is_not_overwritten() {
    let folder = Folder::of(&[
        ("sql/x/001_a.sql", FIRST),
        ("runners/001_a.rs", "//\n"),
        ("archive/runners/001_a.rs", "old"),
    ])
    .unwrap();
    let report = archive(&root(&folder), "a", None).unwrap_err().report();
    let taken = folder.path().join("archive/runners/001_a.rs");
    assert!(report.contains(&format!("{} is there already", taken.display())), "{report}");
    assert!(folder.path().join("sql/x/001_a.sql").exists() && !folder.path().join("archive/x").exists());
    let report = archive(&root(&folder), "001_x", None).unwrap_err().report();
    assert!(report.contains("there is no migration"), "{report}");
}
