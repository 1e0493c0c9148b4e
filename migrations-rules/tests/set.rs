//! What a folder becomes: its migrations, their parts, their order.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use migrations_rules::{Archived, Kind, Migration, Set, Step, check, checksum, digest};

const HEADER: &str = "-- Migration: a.\n-- Dependencies: none\n-- Rollback: nothing is left.\n\n";
const ROLLBACK: &str = "\n-- @rollback\nSELECT 1;\n";

/// Checks a folder of these files.
fn set(files: &[(&str, &str)]) -> Set {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let unique = format!("migrations-set-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let root = std::env::temp_dir().join(unique);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, text).unwrap();
    }
    let set = check(&root, "migrations");
    fs::remove_dir_all(root).unwrap();
    set
}

fn with_body(body: &str) -> String {
    format!("{HEADER}{body}\n{ROLLBACK}")
}

/// The one migration of a folder whose file is this text.
fn migration(text: &str) -> Migration {
    let set = set(&[("sql/schema/001_create_shop.sql", text)]);
    assert_eq!(set.problems, [], "{text}");
    set.migrations.into_iter().next().unwrap()
}

fn stems(set: &Set) -> Vec<String> {
    set.migrations.iter().map(|migration| migration.file_name.stem()).collect()
}

#[test]
fn a_warning_does_not_fail_the_build_and_an_error_does() {
    let warned = set(&[("001_a.sql", &with_body("CREATE SCHEMA shop;"))]);
    assert_eq!((warned.problems.len(), warned.has_errors()), (1, false));
    let refused = set(&[("001_a.sql", &with_body("CREATE SCHMA shop;"))]);
    assert_eq!((refused.problems.len(), refused.has_errors()), (1, true));
}

#[test]
fn the_runners_are_a_category_behind_all_others_where_there_are_any() {
    let sql = with_body("SELECT 1;");
    let runner = "//! Migration: a.\n//! Dependencies: none\n//! Rollback: nothing is left.\n";
    let without = set(&[("sql/tables/001_create_shop.sql", &sql)]);
    assert_eq!(without.categories, ["tables"]);
    let with = set(&[("sql/tables/001_create_shop.sql", &sql), ("runners/001_a_first_name.rs", runner)]);
    assert_eq!(with.categories, ["tables", "runners"]);
    assert_eq!(stems(&with), ["001_create_shop", "001_a_first_name"]);
    assert_eq!(with.migrations[1].kind, Kind::Runner);
    let companion = set(&[("sql/tables/001_create_shop.sql", &sql), ("runners/001_create_shop.rs", runner)]);
    assert_eq!((companion.categories.len(), companion.migrations.len()), (1, 1));
    let both = set(&[("sql/runners/001_create_shop.sql", &sql), ("runners/002_fill_shop.rs", runner)]);
    assert_eq!(both.categories, ["runners"]);
}

#[test]
fn a_statement_goes_on_behind_a_comment_and_ends_at_a_section() {
    let text = format!(
        "{HEADER}SELECT 1\n-- of the body\n+ 2\n-- @verify\nSELECT true\n-- of the verification\nAND true{ROLLBACK}"
    );
    let migration = migration(&text);
    let written = |range: &std::ops::Range<usize>| migration.text[range.clone()].to_owned();
    let body: Vec<String> = migration.body.iter().map(|statement| written(&statement.range)).collect();
    assert_eq!(body, ["SELECT 1\n-- of the body\n+ 2"]);
    let verify: Vec<String> =
        migration.verify.iter().map(|verification| written(&verification.statement.range)).collect();
    assert_eq!(verify, ["SELECT true\n-- of the verification\nAND true"]);
    assert_eq!(migration.rollback.as_ref().map(Vec::len), Some(1));
}

#[test]
fn the_header_says_what_a_migration_is_for_and_how_it_is_undone() {
    let text = "-- Migration: Create the shop\n--   and its users.\n-- Dependencies: none\n\
                -- Rollback: irreversible:  the hashes cannot be turned back\n\nSELECT 1;\n";
    let for_good = migration(text);
    assert_eq!(for_good.purpose(), "Create the shop and its users.");
    assert_eq!(for_good.irreversible().as_deref(), Some("the hashes cannot be turned back"));
    let undone = migration(&with_body("SELECT 1;"));
    assert_eq!((undone.rollback_note().as_str(), undone.irreversible()), ("nothing is left.", None));
}

#[test]
fn old_names_are_known_without_their_numbers() {
    let text = with_body(
        "-- @renamed-from 012_open_shop\n-- @renamed-from 002_create_shop\n-- @renamed-from shop\nSELECT 1;",
    );
    assert_eq!(migration(&text).renamed_from(), ["open_shop", "shop"]);
}

#[test]
fn where_a_migration_stands_is_no_part_of_its_checksum() {
    let plain = migration(&with_body("SELECT 1;"));
    let old_name = "-- @renamed-from 012_open_shop\n-- @renamed-from shop\n";
    for text in [
        with_body("SELECT 1;").replace("none", "`002_other`,\n--   003_third"),
        with_body("SELECT 1;").replace("-- Dependencies: none\n", ""),
        with_body("SELECT 1;").replace("SELECT 1;\n\n", &format!("SELECT 1;\n\n{old_name}")),
        with_body("SELECT 1;") + old_name,
        with_body("SELECT 1;") + old_name.trim_end(),
    ] {
        let set = set(&[("sql/schema/001_create_shop.sql", &text)]);
        assert_eq!(set.migrations[0].checksum(), plain.checksum(), "{text}");
    }
    assert_eq!(plain.checksum(), checksum(&with_body("SELECT 1;").replace("-- Dependencies: none\n", "")));
}

#[test]
fn without_a_transaction_each_statement_of_the_body_is_a_step() {
    let text = "-- @no-transaction\nVACUUM shop.users;\nSET work_mem = '1GB';\n\n-- @verify\nSELECT true;";
    assert_eq!(migration(&with_body(text)).steps, [Step::Repeatable, Step::Setting]);
    assert_eq!(migration(&with_body("SELECT 1;")).steps, []);
    let wrapped = set(&[("001_a.sql", &with_body("-- @no-transaction\nBEGIN;\nVACUUM;\nCOMMIT;"))]);
    assert_eq!(
        (wrapped.migrations[0].body.len(), &wrapped.migrations[0].steps[..]),
        (1, &[Step::Repeatable][..])
    );
}

#[test]
fn what_verifies_is_a_query_or_a_statement_that_fails() {
    let text = "SELECT 1;\n\n-- @verify\nSELECT true;\n(SELECT true);\nVALUES (true);\nTABLE shop.checks;\n\
                SELECT true UNION SELECT false;\nDO $$ BEGIN ASSERT true; END $$;";
    let migration = migration(&with_body(text));
    let queries: Vec<bool> = migration.verify.iter().map(|verification| verification.is_query).collect();
    assert_eq!(queries, [true, true, true, true, true, false]);
}

#[test]
fn a_dependency_is_known_by_as_much_of_its_name_as_is_written() {
    let known = ["a", "002_a", "2_a", "schema/a", "schema/002_a"];
    let archived = ["old", "001_old", "schema/old", "older", "any/older", "000_older"];
    let unknown = ["data/a", "003_a", "data/002_a", "schema/003_a", "data/old", "002_old", "001_older", "c"];
    let expected = known
        .map(|name| (name, None))
        .into_iter()
        .chain(archived.map(|name| (name, Some("dependency-on-archived"))))
        .chain(unknown.map(|name| (name, Some("unknown-dependency"))));
    for (name, rule) in expected {
        let set = set(&[
            ("archive/000_older.sql", ""),
            ("archive/schema/001_old.sql", ""),
            ("sql/schema/002_a.sql", &with_body("SELECT 1;")),
            ("sql/schema/003_b.sql", &with_body("SELECT 2;").replace("none", name)),
        ]);
        let rules: Vec<&str> = set.problems.iter().map(|problem| &*problem.rule).collect();
        assert_eq!(rules, Vec::from_iter(rule), "{name}");
        assert_eq!(set.migrations[1].dependencies.len(), usize::from(rule.is_none()), "{name}");
    }
}

#[test]
fn what_replaces_others_names_them_by_the_line() {
    let new = with_body("-- @replaces 001_a, 002_b\n-- @replaces ab\nSELECT 1;");
    let set = set(&[
        ("archive/s/001_a.sql", ""),
        ("archive/s/002_b.sql", ""),
        ("archive/s/003_ab.sql", ""),
        ("sql/s/004_c.sql", &new),
    ]);
    assert_eq!(set.problems, []);
    assert_eq!(set.migrations[0].replaces(), [vec!["a", "b"], vec!["ab"]]);
    assert_eq!(set.migrations[0].checksum(), migration(&with_body("SELECT 1;")).checksum());
}

/// A file whose `Dependencies` are these.
fn needing(dependencies: &str) -> String {
    with_body("SELECT 1;").replace("none", dependencies)
}

#[test]
fn dependencies_go_first_then_numbers_then_categories_then_names() {
    let set = set(&[
        ("migrations.toml", "categories = ['schema', 'data']\n"),
        ("sql/schema/001_waits.sql", &needing("002_b, 003_c")),
        ("sql/schema/002_b.sql", &needing("none")),
        ("sql/schema/003_c.sql", &needing("none")),
        ("sql/schema/004_f.sql", &needing("none")),
        ("sql/data/004_a.sql", &needing("none")),
        ("sql/schema/10_e.sql", &needing("none")),
        ("sql/data/unnumbered.sql", &needing("none")),
        ("sql/schema/z.sql", &needing("none")),
        ("sql/schema/y.sql", &needing("none")),
    ]);
    assert_eq!(set.problems, []);
    assert_eq!(
        stems(&set),
        ["002_b", "003_c", "001_waits", "004_f", "004_a", "10_e", "y", "z", "unnumbered"]
    );
    assert_eq!(set.migrations[2].dependencies, [0, 1]);
}

#[test]
fn each_circle_is_reported_once_and_what_waits_for_it_is_not() {
    let set = set(&[
        ("001_waits.sql", &needing("002_a")),
        ("002_a.sql", &needing("004_c")),
        ("003_b.sql", &needing("002_a")),
        ("004_c.sql", &needing("003_b")),
        ("005_itself.sql", &needing("itself")),
        ("006_x.sql", &needing("002_a, 007_y")),
        ("007_y.sql", &needing("006_x")),
    ]);
    let said: Vec<String> = set.problems.iter().map(ToString::to_string).collect();
    let circle = |place: &str, members: &str| {
        format!("migrations/{place}: dependencies run in a circle: {members} [dependency-cycle]")
    };
    assert_eq!(
        said,
        [
            circle("002_a.sql:2:18", "002_a → 004_c → 003_b → 002_a"),
            circle("005_itself.sql:2:18", "005_itself → 005_itself"),
        ]
    );
    assert_eq!(set.migrations.len(), 7);
}

#[test]
fn the_digest_is_that_of_the_lines_of_the_ledger_in_any_order() {
    let (a, b) = (with_body("SELECT 1;"), with_body("SELECT 2;"));
    let set = set(&[("001_b.sql", &a), ("002_a.sql", &b)]);
    let [a, b] = &set.migrations[..] else { panic!("{:?}", set.migrations) };
    let half = |name: &str, sum: &str| {
        let hash = checksum(&format!("{name} {sum}"));
        u128::from_str_radix(&hash["sha256:".len()..][..32], 16).unwrap()
    };
    let together = half("b", a.checksum()) ^ half("a", b.checksum());
    assert_eq!(digest([a, b]), format!("00000002{together:032x}"));
    assert_eq!(digest([a, b]), digest([b, a]));
    assert_eq!(digest([]), "0".repeat(40));
}

#[test]
fn the_archive_tells_what_took_its_place() {
    let set = set(&[
        ("sql/schema/002_new.sql", &with_body("SELECT 1;")),
        ("archive/schema/001_old.sql", "\u{feff}-- Superseded-by: schema/002_new.\r\nSELECT 1;\r\n"),
        ("archive/sql/data/003_loose.sql", "-- Migration: Loose ends.\nSELECT 1;\n"),
        ("archive/Notes 2019.sql", "not a migration's name\n"),
    ]);
    let told: Vec<_> = set
        .archived
        .iter()
        .map(|archived| {
            let successor = archived.superseded_by.as_ref().map(migrations_rules::FileName::stem);
            (archived.path.as_str(), archived.category.as_deref(), successor)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("archive/schema/001_old.sql", Some("schema"), Some("002_new".to_owned())),
            ("archive/sql/data/003_loose.sql", Some("data"), None),
        ]
    );
    assert_eq!(set.archived[0].text.as_str(), "-- Superseded-by: schema/002_new.\nSELECT 1;\n");
    assert_eq!(set.archived.iter().map(Archived::purpose).collect::<Vec<_>>(), ["", "Loose ends."]);
    let bytes = b"SELECT 1;\n--Superseded-by:  a/001_b.. \nx";
    assert_eq!(&bytes[Archived::successor_in(bytes).unwrap()], b"001_b");
}

#[test]
fn a_file_names_others_in_its_dependencies_and_behind_replaces() {
    let text = "-- Migration: a.\n-- Dependencies: 001_a, schema/b,\n--   prose is no name\n\
                -- Rollback: none.\n-- @replaces 003_c, d\nSELECT 1;\n-- @rollback\nSELECT 1;\n";
    let set = set(&[("sql/schema/004_e.sql", text)]);
    let migration = &set.migrations[0];
    let named: Vec<_> = migration
        .mentions()
        .into_iter()
        .map(|mention| (migration.text[mention.range].to_owned(), mention.category, mention.file_name.stem()))
        .collect();
    let plain = |stem: &str| (stem.to_owned(), None, stem.to_owned());
    let in_schema = ("b".to_owned(), Some("schema".to_owned()), "b".to_owned());
    assert_eq!(named, [plain("001_a"), in_schema, plain("003_c"), plain("d")]);
}

#[test]
fn a_runner_of_the_archive_keeps_its_number_and_a_companion_goes_with_its_sql() {
    let runner = "//! Migration: b.\n//! Dependencies: none\n//! Rollback: irreversible: a test\n//! Superseded-by: 009_new\n";
    let set = set(&[
        ("sql/schema/002_new.sql", &with_body("-- @replaces 003_fill\nSELECT 1;")),
        ("archive/schema/001_old.sql", "SELECT 1;\n"),
        ("archive/runners/001_old.rs", "pub fn after() {}\n"),
        ("archive/runners/002_new.rs", "pub fn before() {}\n"),
        ("archive/runners/003_fill.rs", runner),
        ("archive/runners/notes.js", "not read\n"),
        ("archive/schema/004_helper.rs", "not read\n"),
        ("runners/003_more.rs", runner),
    ]);
    let told: Vec<&str> = set.archived.iter().map(|archived| archived.path.as_str()).collect();
    assert_eq!(told, ["archive/runners/003_fill.rs", "archive/schema/001_old.sql"]);
    assert_eq!(set.archived[0].superseded_by.as_ref().unwrap().stem(), "009_new");
    let problems: Vec<String> = set.problems.iter().map(ToString::to_string).collect();
    let taken = "migrations/runners/003_more.rs:1:1: number 003 stands twice in category `runners` [duplicate-number]";
    assert_eq!(problems, [taken], "and the archived one may be replaced");
}

#[test]
fn a_file_destroys_rows_if_it_copies_them_or_allows_the_loss() {
    let destroys = |line: &str| migration(&with_body(&format!("{line}SELECT 1;"))).destroys_rows();
    assert!(!destroys(""));
    assert!(destroys("-- @backup shop.users\n"));
    let allowed = with_body("-- @allow data-loss: moved\nDROP TABLE IF EXISTS shop.users;");
    assert!(migration(&allowed).destroys_rows());
}
