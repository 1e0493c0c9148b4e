use std::fs;

use super::*;
use crate::cli::folder::trial::Folder;

fn sql(purpose: &str, dependencies: &str, body: &str) -> String {
    format!(
        "-- Migration: {purpose}\n-- Dependencies: {dependencies}\n-- Rollback: nothing is left.\n\n{body}\n\n\
         -- @rollback\nSELECT 1;\n"
    )
}

fn shop() -> Folder {
    let backup = sql(
        "Drop names.",
        "users",
        "-- @backup shop.users.name\nALTER TABLE shop.users DROP COLUMN IF EXISTS name;",
    );
    let allowed = sql("Empty it.", "none", "-- @allow data-loss: a cache, filled anew\nTRUNCATE shop.cache;");
    let whole = "-- Migration: A | B <i> turn_id\n--   and `more`.\n-- Dependencies: none\n\
                 -- Rollback: irreversible: the *old* keys are gone\n\nSELECT 1;\n";
    Folder::of(&[
        (
            "migrations.toml",
            "categories = ['tables', 'clean-up']\nmax_lines = 50\n[rules]\nnot-idempotent = 'deny'\n",
        ),
        ("sql/clean-up/001_cache.sql", &allowed),
        ("sql/clean-up/003_names.sql", &backup),
        ("sql/tables/001_keys.sql", whole),
        ("sql/tables/002_users.sql", &sql("Create users.", "keys", "SELECT 1;")),
        ("sql/tables/vacuum.sql", &sql("Tidy up.", "002_users", "-- @no-transaction\nVACUUM;")),
        ("runners/002_users.rs", "pub fn after() {}\n"),
        ("runners/004_fill.rs", "//! Migration: Fill.\n//! Dependencies: `users`\n//! Rollback: empty it.\n"),
        ("archive/tables/002_people.sql", "-- Superseded-by: 002_users\n"),
    ])
    .unwrap()
}

fn root(folder: &Folder) -> Root {
    Root { path: folder.path().to_path_buf(), name: "db".to_owned() }
}

#[test]
fn the_catalogue_says_what_each_file_is_for() {
    let folder = shop();
    let text = markdown(&root(&folder)).unwrap();
    for line in [
        "| migrations | 6 |",
        "| in Rust | 1 |",
        "| irreversible | 1 |",
        "| destructive (`@backup` or `@allow data-loss`) | 2 |",
        "| without a transaction | 1 |",
        "| longest file | [001_cache](sql/clean-up/001_cache.sql), 9 lines |",
        "| `categories` | tables, clean-up | by name |",
        "| `max_lines` | 50 | 200 |",
        "| `not-idempotent` | deny | warn |",
        "## clean-up",
        r"| 001 | [001_keys](sql/tables/001_keys.sql) | A \| B \<i\> turn_id and \`more\`. | 6 |  | **no**: the \*old\* keys are gone |  |",
        "| 002 | [002_users](sql/tables/002_users.sql) | Create users. | 8 | 001_keys | yes | [with Rust](runners/002_users.rs) |",
        "|  | [vacuum](sql/tables/vacuum.sql) | Tidy up. | 9 | 002_users | yes | no transaction |",
        "| 001 | [001_cache](sql/clean-up/001_cache.sql) | Empty it. | 9 |  | yes | **destructive**: a cache, filled anew |",
        "| 003 | [003_names](sql/clean-up/003_names.sql) | Drop names. | 9 | 002_users | yes | **destructive**, keeps shop.users.name |",
        "## runners",
        "1. [001_keys](sql/tables/001_keys.sql)",
        "2. [001_cache](sql/clean-up/001_cache.sql)",
        "| [002_people](archive/tables/002_people.sql) | tables | [002_users](sql/tables/002_users.sql) |",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert_eq!(markdown(&root(&folder)).unwrap(), text);
}

#[test]
fn the_order_is_left_out_where_the_tables_have_it() {
    let first = sql("a", "none", "SELECT 1;");
    let folder = Folder::of(&[("001_a.sql", &first), ("002_b.sql", &first)]).unwrap();
    let text = markdown(&root(&folder)).unwrap();
    assert!(!text.contains("Order of execution") && !text.contains("## Archive"), "{text}");
    assert!(text.contains("## Without a category") && text.contains("are the defaults"), "{text}");
}

#[test]
fn tools_read_the_same_as_json() {
    let all: serde_json::Value = serde_json::from_str(&json(&root(&shop())).unwrap()).unwrap();
    assert_eq!(
        (&all["totals"]["destructive"], &all["settings"]["max_lines"]["value"]),
        (&2.into(), &"50".into())
    );
    let stems: Vec<&str> =
        all["migrations"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(stems, ["keys", "cache", "users", "names", "fill", "vacuum"]);
    assert_eq!(all["migrations"][0]["purpose"], "A | B <i> turn_id and `more`.");
    assert_eq!(all["migrations"][0]["irreversible"], "the *old* keys are gone");
    assert_eq!(all["migrations"][3]["backups"][0], "shop.users.name");
    assert_eq!(all["migrations"][4]["dependencies"][0], "002_users");
    assert_eq!(all["archive"][0]["superseded_by"], "002_users");
}

#[test]
fn the_file_is_written_once_and_its_staleness_told() {
    let folder = shop();
    let root = root(&folder);
    assert_eq!(check(&root).unwrap(), State::Missing);
    assert_eq!(write(&root, false).unwrap().to_string(), "db/README.md\n");
    assert!(check(&root).unwrap().is_current());
    assert_eq!(root.check().problems, [], "the folder may hold it");
    assert_eq!(write(&root, false).unwrap().to_string(), "db/README.md is current\n");

    let at = folder.path().join(FILE_NAME);
    fs::write(&at, fs::read_to_string(&at).unwrap().replace('\n', "\r\n")).unwrap();
    assert_eq!(check(&root).unwrap(), State::Current, "a checkout on Windows");
    let changed = folder.path().join("sql/tables/002_users.sql");
    fs::write(&changed, fs::read_to_string(&changed).unwrap().replace("Create users", "Create people"))
        .unwrap();
    let State::Stale(lines) = check(&root).unwrap() else { panic!("it is stale") };
    assert!(lines.contains("\n-| 002 | [002_users]") && lines.contains("| Create people. |"), "{lines}");
    assert!(lines.lines().count() == 3, "{lines}");
    write(&root, false).unwrap();
    assert_eq!(check(&root).unwrap(), State::Current);
}

#[test]
fn what_was_written_by_hand_is_overwritten_only_when_asked() {
    let folder = shop();
    let root = root(&folder);
    fs::write(folder.path().join(FILE_NAME), "# Ours\n").unwrap();
    assert_eq!(check(&root).unwrap(), State::Foreign);
    let report = write(&root, false).unwrap_err().report();
    assert!(report.contains("db/README.md was not made by `cargo migrations catalog`"), "{report}");
    assert_eq!(fs::read_to_string(folder.path().join(FILE_NAME)).unwrap(), "# Ours\n");
    write(&root, true).unwrap();
    assert_eq!(check(&root).unwrap(), State::Current);
}

#[test]
fn a_folder_with_errors_has_no_catalogue() {
    let folder = Folder::of(&[("sql/a/001_a.sql", "SELCT 1;\n")]).unwrap();
    let report = markdown(&root(&folder)).unwrap_err().report();
    assert!(report.starts_with("error: db has 3 errors\n"), "{report}");
    fs::create_dir(folder.path().join(FILE_NAME)).unwrap();
    let report = state(&root(&folder), "").unwrap_err().report();
    assert!(report.contains("README.md cannot be read: "), "{report}");
}

/// `cargo migrations catalog` in the folder of the reference application.
#[test]
fn the_catalogue_of_the_reference_application_is_current() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let root = Root { path: here, name: "migrations".to_owned() };
    if std::env::var_os("UPDATE_DOCS").is_some() {
        write(&root, false).unwrap();
    }
    assert_eq!(check(&root).unwrap(), State::Current, "run with UPDATE_DOCS=1");
}
