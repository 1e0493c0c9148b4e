//! What runs in a transaction, and what cannot.

use migrations_rules::must_run_alone;

use crate::{assert_accepted, assert_marked, help, marked, problems, with_body};

#[test]
fn what_the_server_refuses_in_a_transaction_must_run_alone() {
    for statement in [
        "CREATE UNIQUE INDEX CONCURRENTLY ix ON shop.users (name)",
        "DROP INDEX CONCURRENTLY IF EXISTS shop.ix",
        "REINDEX INDEX CONCURRENTLY shop.ix",
        "REINDEX (CONCURRENTLY) TABLE shop.users",
        "REINDEX SCHEMA shop",
        "REINDEX DATABASE shop",
        "REINDEX SYSTEM shop",
        "ALTER TABLE shop.orders DETACH PARTITION shop.orders_2019 CONCURRENTLY",
        "VACUUM",
        "CLUSTER",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "CREATE DATABASE shop",
        "DROP DATABASE shop",
        "ALTER DATABASE shop SET TABLESPACE fast",
        "CREATE TABLESPACE fast LOCATION '/fast'",
        "DROP TABLESPACE fast",
        "DISCARD ALL",
    ] {
        assert!(must_run_alone(statement), "{statement}");
    }
    for statement in [
        "CREATE INDEX concurrently_built ON shop.users (name)",
        "CREATE INDEX ix ON shop.concurrently (name)",
        "DROP INDEX shop.ix",
        "REINDEX TABLE shop.users",
        "ALTER TABLE shop.orders DETACH PARTITION shop.orders_2019",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY shop.totals",
        "CLUSTER shop.users USING ix",
        "ALTER DATABASE shop SET work_mem = '1GB'",
        "DISCARD PLANS",
        "SELECT 1",
        "",
    ] {
        assert!(!must_run_alone(statement), "{statement}");
    }
}

#[test]
fn outside_a_transaction_runs_only_what_may_need_it() {
    for statement in [
        "DO $$ BEGIN COMMIT; END $$;",
        "REINDEX TABLE shop.orders;",
        "CLUSTER shop.users USING ix;",
        "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p;",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION;",
        "DROP SUBSCRIPTION IF EXISTS s;",
        "SET work_mem = '1GB';\nVACUUM;",
    ] {
        assert_accepted(&format!("-- @no-transaction\n{statement}"));
    }
    for statement in
        ["GRANT SELECT ON shop.users TO PUBLIC;", "CREATE INDEX IF NOT EXISTS ix ON shop.users (name);"]
    {
        let body = format!("-- @no-transaction\n{statement}");
        assert_marked("needless-no-transaction", &body, &["@no-transaction"]);
    }
    // What is not understood may need it.
    assert_marked("syntax-error", "-- @no-transaction\nVACUM shop.users;", &["VACUM"]);
}

#[test]
fn a_section_always_runs_in_a_transaction() {
    let text = with_body("-- @no-transaction\nVACUUM;\n\n-- @verify\nVACUUM shop.users;");
    let found = problems(&[("001_a.sql", &text)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((marked(&found[0]), &*found[0].rule), ("VACUUM shop.users", "needs-no-transaction"));
    assert_eq!(found[0].help, ["this section always runs in a transaction; leave the statement out"]);
    let text = with_body("-- @no-transaction\nVACUUM;\n\n-- @verify\nDROP INDEX CONCURRENTLY ix;");
    let found = problems(&[("001_a.sql", &text)]);
    assert_eq!(found[0].help, ["this section always runs in a transaction; write it without CONCURRENTLY"]);
    let advice = "write `-- @no-transaction` under the header: the file then runs statement by statement";
    assert_eq!(help("VACUUM;"), advice);
    assert_marked("needs-no-transaction", "DISCARD ALL;", &["DISCARD ALL"]);
}

#[test]
fn transaction_control_is_reported_with_where_it_stands() {
    assert_marked("transaction-control", "SELECT 1;\nCOMMIT;", &["COMMIT"]);
    assert_eq!(help("SELECT 1;\nCOMMIT;"), "remove it: the engine runs the body in a transaction of its own");
    assert_eq!(
        help("SELECT 1;\n\n-- @verify\nROLLBACK;"),
        "remove it: this section runs in a transaction of the engine"
    );
    let outer = "-- @no-transaction\nBEGIN;\nVACUUM;\nCOMMIT;";
    assert_marked("transaction-control", outer, &["BEGIN", "COMMIT"]);
    let found = problems(&[("001_a.sql", &with_body(outer))]);
    assert_eq!(found[0].help, ["the file says `@no-transaction`; remove the BEGIN and the COMMIT"]);
    assert_eq!(found[0].message, "BEGIN inside a migration");
}
