use std::time::{Duration, Instant};

use migrations_text::statements;

use super::*;

fn of(sql: &str) -> Locks {
    locks(sql, statements(sql))
}

/// The relations of a text with their modes, as a plan shows them.
fn summary(sql: &str) -> Vec<String> {
    of(sql).summary().iter().map(|lock| format!("{} {}", lock.relation, lock.mode)).collect()
}

#[test]
fn a_lock_is_a_line_of_a_plan() {
    let line = |sql: &str| of(sql).summary()[0].to_string();
    assert_eq!(
        line("CREATE INDEX ON shop.users (name)"),
        "shop.users: SHARE, blocks writes and schema changes; scans the table; CONCURRENTLY would let writes pass"
    );
    assert_eq!(
        line("DROP INDEX shop.ix CASCADE"),
        "the table of index shop.ix: ACCESS EXCLUSIVE, blocks reads and writes; also what depends on it (CASCADE)"
    );
    assert_eq!(
        line("VACUUM FULL"),
        "every table of the database: ACCESS EXCLUSIVE, blocks reads and writes; rewrites the table"
    );
}

#[test]
fn names_are_those_that_the_server_understands() {
    for (written, name) in [
        ("Shop.Users", "shop.users"),
        ("shop . /* a */ \"users\"", "shop.users"),
        ("\"Shop\".users", "\"Shop\".users"),
        ("\"a.b\"", "\"a.b\""),
        ("\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""),
        ("\"order\"", "\"order\""),
        ("\"left\"", "\"left\""),
        ("\"name\"", "name"),
        ("été", "\"été\""),
        ("U&\"d\\0061t\"", "U&\"d\\0061t\""),
        ("ONLY shop.users", "shop.users"),
    ] {
        assert_eq!(summary(&format!("LOCK {written}")), [format!("{name} ACCESS EXCLUSIVE")], "{written}");
    }
    assert_eq!(summary("SELECT FROM Users; SELECT FROM \"users\" FOR UPDATE"), ["users ROW SHARE"]);
    assert_eq!(summary("SELECT FROM \"a.b\"; SELECT FROM a.b"), ["\"a.b\" ACCESS SHARE", "a.b ACCESS SHARE"]);
}

#[test]
fn what_with_gives_a_name_to_is_no_table() {
    assert_eq!(summary("WITH a AS (SELECT FROM b) SELECT FROM a"), ["b ACCESS SHARE"]);
    assert_eq!(summary("WITH a AS (SELECT FROM a) SELECT FROM a"), ["a ACCESS SHARE"], "the table, inside");
    assert_eq!(summary("WITH RECURSIVE a AS (SELECT FROM a) SELECT FROM a"), [""; 0]);
    assert_eq!(summary("WITH a AS (SELECT FROM b), b AS (SELECT FROM a) SELECT FROM b"), ["b ACCESS SHARE"]);
    assert_eq!(
        summary("SELECT FROM (WITH a AS (SELECT 1) SELECT FROM a) AS x, a"),
        ["a ACCESS SHARE"],
        "it holds in its brackets alone"
    );
    assert_eq!(
        summary("WITH a AS (SELECT 1) SELECT (SELECT 1 FROM a WHERE EXISTS (SELECT FROM \"a\"))"),
        [""; 0]
    );
    assert_eq!(summary("WITH a AS (SELECT 1) SELECT FROM s.a"), ["s.a ACCESS SHARE"]);
    assert_eq!(
        summary("WITH a AS (SELECT 1) DELETE FROM a"),
        ["a ROW EXCLUSIVE"],
        "only tables have rows to delete"
    );
}

#[test]
fn rows_are_locked_in_the_tables_that_are_meant() {
    let of = |locking: &str| summary(&format!("SELECT FROM (SELECT FROM a) AS x, b AS y {locking}"));
    assert_eq!(of("FOR UPDATE"), ["a ROW SHARE", "b ROW SHARE"]);
    assert_eq!(of("FOR SHARE OF x"), ["a ROW SHARE", "b ACCESS SHARE"]);
    assert_eq!(of("FOR KEY SHARE OF y"), ["b ROW SHARE", "a ACCESS SHARE"]);
}

#[test]
fn what_the_migration_has_made_is_new() {
    let sql = "CREATE TABLE shop.a (id serial PRIMARY KEY, b int REFERENCES shop.b);
        ALTER TABLE shop.a RENAME TO c;
        CREATE INDEX ix ON shop.c (id);
        ALTER INDEX shop.ix RENAME TO iy;
        DROP INDEX shop.iy;
        SELECT setval('shop.a_id_seq', 1);
        DROP TABLE Shop.\"c\"";
    assert_eq!(summary(sql), ["shop.b SHARE ROW EXCLUSIVE"]);
    assert!(of(sql).locks.iter().filter(|lock| lock.is_new).count() >= 5, "{:#?}", of(sql));
    assert_eq!(summary("CREATE VIEW v AS TABLE a; CREATE OR REPLACE VIEW v AS TABLE a"), ["a ACCESS SHARE"]);
    assert_eq!(
        summary("CREATE OR REPLACE VIEW v AS TABLE a"),
        ["v ACCESS EXCLUSIVE", "a ACCESS SHARE"],
        "it may be there"
    );
    assert_eq!(
        summary("CREATE SCHEMA s CREATE TABLE t (id int); DROP TABLE s.t; DROP SCHEMA s CASCADE"),
        [""; 0]
    );
    assert_eq!(summary("DROP TABLE a; CREATE TABLE a (id int)"), ["a ACCESS EXCLUSIVE"], "the old one");
}

#[test]
fn what_was_renamed_goes_by_its_old_name() {
    let sql =
        "ALTER TABLE shop.a RENAME TO b; ALTER TABLE shop.b SET SCHEMA old; CREATE INDEX i ON old.b (id);
        CREATE TABLE shop.a (LIKE old.b); INSERT INTO shop.a TABLE old.b; DROP INDEX old.i";
    assert_eq!(summary(sql), ["shop.a ACCESS EXCLUSIVE"]);
}

#[test]
fn the_summary_has_the_strongest_lock_and_the_heaviest_work() {
    let found = of(
        "SELECT FROM a; ALTER TABLE a ADD COLUMN b int; CREATE INDEX ON a (b); DROP TABLE c, d; DROP TABLE a",
    );
    let summary = found.summary();
    let shown: Vec<_> =
        summary.iter().map(|lock| (lock.relation.to_string(), lock.statement, lock.work)).collect();
    assert_eq!(
        shown,
        [("a".to_owned(), 1, Some(Work::Scan)), ("c".to_owned(), 3, None), ("d".to_owned(), 3, None)]
    );
    assert!(summary[0].note.is_some_and(|note| note.starts_with("scans")));
    assert_eq!(found.locks.len(), 6);
}

#[test]
fn what_code_does_is_not_seen() {
    for sql in [
        "DO $$ BEGIN END $$",
        "CALL a()",
        "EXECUTE a",
        "SELECT shop.renumber(1)",
        "UPDATE a SET b = shop.c(b)",
        "CREATE EXTENSION a",
        "ALTER TABLE",
        "",
    ] {
        assert_eq!(locks(sql, std::iter::once(0..sql.len())).unseen, [0], "{sql}");
    }
    for sql in [
        "SELECT now()",
        "SELECT pg_catalog.now()",
        "CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT shop.b()'",
        "CREATE VIEW a AS SELECT shop.b()",
    ] {
        assert_eq!(of(sql).unseen, [0; 0], "{sql}");
    }
}

#[test]
fn the_tables_of_the_server_are_left_out() {
    assert_eq!(
        summary("SELECT FROM pg_class, pg_catalog.pg_type, information_schema.tables, shop.pg_x"),
        ["shop.pg_x ACCESS SHARE"]
    );
}

#[test]
fn places_that_lie_not_in_the_text_lock_nothing() {
    assert_eq!(locks("LOCK ä", [5..60, 0..6, 60..70]), Locks::default());
}

#[test]
fn long_and_deep_statements_are_read_in_time() {
    let start = Instant::now();
    let froms = format!("SELECT FROM {} FOR UPDATE", vec!["a"; 5_000].join(", "));
    assert_eq!(summary(&froms), ["a ROW SHARE"]);
    let joins = format!("WITH b AS (SELECT 1) SELECT FROM a{}", " CROSS JOIN b".repeat(500));
    assert_eq!(summary(&joins), ["a ACCESS SHARE"]);
    let drops = format!("DROP TABLE {} CASCADE", vec!["a"; 5_000].join(", "));
    assert_eq!(summary(&drops), ["a ACCESS EXCLUSIVE"]);
    let nested = format!("SELECT FROM {}a{}", "(SELECT FROM ".repeat(1_000), ") AS x".repeat(1_000));
    assert_eq!(summary(&nested), ["a ACCESS SHARE"]);
    let deep = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(of(&deep).unseen, [0]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn modes_are_ordered_by_strength_and_named_as_the_server_names_them() {
    assert!(LockMode::ALL.is_sorted());
    let names = LockMode::ALL.map(|mode| mode.to_string());
    assert_eq!(names[3], "SHARE UPDATE EXCLUSIVE");
    for (mode, name) in LockMode::ALL.into_iter().zip(names) {
        assert_eq!(summary(&format!("LOCK a IN {name} MODE")), [format!("a {mode}")]);
    }
}

#[test]
fn what_is_done_under_a_lock_is_said() {
    let work = |action: &str| {
        let found = of(&format!("ALTER TABLE a {action}")).summary();
        (found[0].mode, found[0].work)
    };
    let (all, weak) = (LockMode::AccessExclusive, LockMode::ShareUpdateExclusive);
    for (action, expected) in [
        ("ADD COLUMN b int", (all, None)),
        ("ADD COLUMN b int NOT NULL DEFAULT 0", (all, None)),
        ("ADD COLUMN b int NOT NULL", (all, Some(Work::Scan))),
        ("ADD COLUMN b timestamptz DEFAULT now()", (all, None)),
        ("ADD COLUMN b uuid DEFAULT gen_random_uuid()", (all, Some(Work::Rewrite))),
        ("ADD COLUMN b int GENERATED ALWAYS AS (c) STORED", (all, Some(Work::Rewrite))),
        ("ADD COLUMN b int GENERATED ALWAYS AS (c) VIRTUAL", (all, None)),
        ("ADD COLUMN b serial", (all, Some(Work::Rewrite))),
        ("ALTER COLUMN b TYPE bigint", (all, Some(Work::Rewrite))),
        ("ALTER COLUMN b SET NOT NULL", (all, Some(Work::Scan))),
        ("ALTER COLUMN b SET STATISTICS 10", (weak, None)),
        ("ALTER COLUMN b SET STATISTICS 10, DROP COLUMN c", (all, None)),
        ("ADD CHECK (b > 0)", (all, Some(Work::Scan))),
        ("ADD CHECK (b > 0) NOT VALID", (all, None)),
        ("ADD FOREIGN KEY (b) REFERENCES a", (LockMode::ShareRowExclusive, Some(Work::Scan))),
        ("ADD FOREIGN KEY (b) REFERENCES a NOT VALID", (LockMode::ShareRowExclusive, None)),
        ("ADD PRIMARY KEY (b)", (all, Some(Work::Scan))),
        ("ADD PRIMARY KEY USING INDEX b", (all, None)),
        ("VALIDATE CONSTRAINT b", (weak, Some(Work::Scan))),
        ("SET (fillfactor = 70)", (weak, None)),
        ("SET (fillfactor = 70, user_catalog_table = true)", (all, None)),
        ("DISABLE TRIGGER b", (LockMode::ShareRowExclusive, None)),
        ("SET UNLOGGED", (all, Some(Work::Rewrite))),
    ] {
        assert_eq!(work(action), expected, "{action}");
    }
}
