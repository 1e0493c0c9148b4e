//! A check with a cache finds what a check without one finds: in every fixture, after every edit, with every damage.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use migrations_rules::{Cache, Migration, check_with};

const SQL: &str = "-- Migration: an example.\n-- Dependencies: none\n-- Rollback: nothing is left to undo.\n\n\
                   -- @allow not-idempotent: it must fail where the schema exists\nCREATE SCHEMA shop;\n\n\
                   -- @verify\nSELECT true;\n\n-- @rollback\nSELECT 1;\n";

/// A folder of its own for a test, beside which there is room for a cache.
fn empty(name: &str) -> (PathBuf, Cache) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cache-{name}"));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("migrations/sql/schema")).unwrap();
    let cache = Cache::in_file(root.join("found.cache"));
    (root, cache)
}

fn file_of(root: &Path) -> PathBuf {
    root.join("found.cache")
}

fn migration(root: &Path, name: &str) -> PathBuf {
    root.join("migrations/sql/schema").join(name)
}

/// Everything that a check says about a folder.
fn said(root: &Path, cache: Option<&Cache>) -> String {
    let set = check_with(root, "migrations", cache);
    let checksums: Vec<&str> = set.migrations.iter().map(Migration::checksum).collect();
    format!("{checksums:?}\n{set:#?}")
}

fn assert_same(root: &Path, cache: &Cache, what: &str) {
    let without = said(root, None);
    assert_eq!(said(root, Some(cache)), without, "{what}");
    assert_eq!(said(root, Some(cache)), without, "{what}, once more");
}

/// Every folder below `folder`, which is also one.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(folders(&entry.path()));
        }
    }
    found
}

#[test]
fn in_every_fixture_the_outcome_is_the_same() {
    let (root, cache) = empty("fixtures");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let mut kept = 0;
    for fixture in [tests.join("sets"), tests.join("ui")].iter().flat_map(|folder| folders(folder)) {
        let _ = fs::remove_file(file_of(&root));
        assert_same(&fixture, &cache, &fixture.display().to_string());
        kept += usize::from(fs::metadata(file_of(&root)).is_ok_and(|cache| cache.len() > 400));
        // What another folder has left there is of no use, and does no harm.
        assert_same(&tests.join("sets/shop"), &cache, "sets/shop");
    }
    assert!(kept > 50, "{kept} of the fixtures have files to be kept");
}

#[test]
fn after_every_edit_the_outcome_is_the_same() {
    let (root, cache) = empty("edits");
    let folder = root.join("migrations");
    let write = |name: &str, text: &str| fs::write(migration(&root, name), text).unwrap();
    let edits: [(&str, &dyn Fn()); 12] = [
        ("the first file", &|| write("001_first.sql", SQL)),
        ("another one", &|| write("002_second.sql", &SQL.replace("none", "001_first"))),
        ("a comment", &|| write("001_first.sql", &SQL.replace("an example", "another"))),
        ("an error of syntax", &|| write("001_first.sql", &SQL.replace("CREATE", "CRATE"))),
        ("a letter of the same length", &|| write("001_first.sql", &SQL.replace("shop", "chop"))),
        ("nothing to allow", &|| write("001_first.sql", &SQL.replace("CREATE SCHEMA shop", "SELECT 1"))),
        ("line ends of Windows", &|| write("001_first.sql", &SQL.replace('\n', "\r\n"))),
        ("other line ends alone", &|| write("001_first.sql", SQL)),
        ("a configuration that forbids it", &|| {
            fs::write(folder.join("migrations.toml"), "max_lines = 5\n").unwrap();
        }),
        ("a configuration that allows all", &|| {
            fs::write(folder.join("migrations.toml"), "max_lines = 50\n[rules]\nunused-allow = \"deny\"\n")
                .unwrap();
        }),
        ("a new name", &|| {
            fs::rename(migration(&root, "002_second.sql"), migration(&root, "3.sql")).unwrap();
        }),
        ("a file that is gone", &|| fs::remove_file(migration(&root, "3.sql")).unwrap()),
    ];
    for (what, edit) in edits {
        edit();
        assert_same(&folder, &cache, what);
    }
}

#[test]
fn a_runner_beside_a_file_that_is_known_is_seen() {
    let (root, cache) = empty("runner");
    let folder = root.join("migrations");
    fs::write(migration(&root, "001_first.sql"), SQL).unwrap();
    assert_same(&folder, &cache, "without a runner");
    fs::create_dir(folder.join("runners")).unwrap();
    fs::write(folder.join("runners/002_first.rs"), "//! Nothing.\n".repeat(300)).unwrap();
    assert_same(&folder, &cache, "with a runner");
    let problems = check_with(&folder, "", Some(&cache)).problems;
    assert_eq!(problems.iter().filter(|problem| problem.path == "runners/002_first.rs").count(), 2);
    fs::remove_file(folder.join("runners/002_first.rs")).unwrap();
    assert_same(&folder, &cache, "without it again");
}

#[test]
fn a_damaged_cache_changes_nothing() {
    let (root, cache) = empty("damage");
    let folder = root.join("migrations");
    fs::write(migration(&root, "001_first.sql"), SQL).unwrap();
    let without = said(&folder, None);
    assert_eq!(said(&folder, Some(&cache)), without);
    let whole = fs::read(file_of(&root)).unwrap();
    let damages = (0..whole.len()).flat_map(|at| {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        [whole[..at].to_vec(), flipped]
    });
    let foreign = [Vec::new(), b"\xff\0".to_vec(), b"1 a".to_vec(), [&whole[..], b"1 a"].concat()];
    for damaged in damages.chain(foreign) {
        fs::write(file_of(&root), &damaged).unwrap();
        assert_eq!(said(&folder, Some(&cache)), without, "{}", String::from_utf8_lossy(&damaged));
    }
    assert_eq!(said(&folder, Some(&Cache::in_file(root.join("none/there")))), without);
    assert_eq!(said(&folder, Some(&Cache::in_file(root.join("migrations")))), without);
}

#[test]
fn it_holds_the_files_of_today_and_is_not_written_without_need() {
    let (root, cache) = empty("size");
    let folder = root.join("migrations");
    for number in 1..=20 {
        let sql = SQL.replace("shop", &format!("shop_{number}"));
        fs::write(migration(&root, &format!("{number:03}_shop_{number}.sql")), sql).unwrap();
    }
    check_with(&folder, "", Some(&cache));
    let full = fs::read(file_of(&root)).unwrap();
    let written = |root: &Path| fs::metadata(file_of(root)).unwrap().modified().unwrap();
    let before = written(&root);
    check_with(&folder, "", Some(&cache));
    assert_eq!(written(&root), before, "nothing has changed");
    for number in 2..=20 {
        fs::remove_file(migration(&root, &format!("{number:03}_shop_{number}.sql"))).unwrap();
    }
    check_with(&folder, "", Some(&cache));
    let one = fs::read(file_of(&root)).unwrap();
    assert!(one.len() * 12 < full.len(), "{} bytes of one file, {} of twenty", one.len(), full.len());
    let beside: Vec<_> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
}
