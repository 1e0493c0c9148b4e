//! Names that mean something else here: a search_path that puts another schema before the built-ins, temporary tables,
//! casts.

use std::time::Duration;

use migrations_core::Migrator;
use migrations_tests::{database, value};
use postgres::{Client, Config};

use crate::sets::{helpers, qualified};
use crate::{connect, observer, set, shown};

const EVIL: &str = include_str!("evil.sql");

/// A database whose search_path finds `evil` first.
fn evil() -> Config {
    let database = database();
    turn_evil(&database);
    database
}

fn turn_evil(database: &Config) {
    connect(database).batch_execute(EVIL).unwrap();
    set(database, "search_path", "evil, public, pg_catalog");
}

fn calls(database: &Config) -> String {
    value(&mut observer(database), "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM evil.calls")
}

#[test]
fn the_traps_are_set() {
    let database = evil();
    let mut client = connect(&database);
    let uses = [
        "SELECT now()",
        "SELECT max(1)",
        "SELECT string_agg('a', 'b')",
        "SELECT to_regclass('pg_class')",
        "SELECT 'a'::pg_catalog.text || 'b'::pg_catalog.text",
        "SELECT 1 = 1",
        "SELECT 'a'::text",
        "SELECT '1'::int4",
    ];
    for statement in uses {
        let error = client.batch_execute(statement).unwrap_err();
        let said = error.as_db_error().unwrap().message().to_owned();
        assert!(said.starts_with("evil."), "{statement}: {said}");
    }
    assert_eq!(calls(&database), uses.len().to_string());
    assert!(client.batch_execute("SELECT pid FROM pg_locks").is_err());
}

/// Everything that the engine does for the set, twice.
fn exercise(client: &mut Client) {
    for _ in 0..2 {
        let applied =
            qualified::Migration::run_all(client).unwrap_or_else(|error| panic!("{}", shown(&error)));
        assert_eq!(applied.applied.len(), 3);
        assert!(qualified::Migration::run_all(client).unwrap().is_up_to_date());
        assert!(qualified::Migration::plan(client).unwrap().is_empty());
        assert_eq!(qualified::Migration::status(client).unwrap().applied().count(), 3);
        let backups = Migrator::<qualified::Migration>::new().backups(client).unwrap();
        assert_eq!(backups.last().map(|backup| backup.rows), Some(2));
        let undone = Migrator::<qualified::Migration>::new().rollback_last(client, 2).unwrap();
        assert_eq!(undone.len(), 2);
        assert_eq!(qualified::Migration::status(client).unwrap().pending().count(), 2);
        assert_eq!(Migrator::<qualified::Migration>::new().rollback_all(client).unwrap().len(), 1);
    }
}

#[test]
fn a_search_path_that_finds_other_built_ins_first() {
    let database = evil();
    exercise(&mut connect(&database));
    assert_eq!(calls(&database), "0");
    let mut observer = observer(&database);
    let foreign = "SELECT string_agg(DISTINCT a.atttypid::regtype::text, ' ') FROM pg_attribute a \
                   WHERE attrelid = 'migrations.history'::regclass AND attnum > 0 \
                   AND a.atttypid >= 16384";
    assert_eq!(value(&mut observer, foreign), "NULL", "the ledger has columns of foreign types");
}

#[test]
fn a_search_path_that_turns_evil_when_the_ledger_is_there() {
    let database = database();
    let mut client = connect(&database);
    qualified::Migration::run_all(&mut client).unwrap();
    Migrator::<qualified::Migration>::new().rollback_all(&mut client).unwrap();
    turn_evil(&database);
    exercise_and_prune(&mut connect(&database));
    assert_eq!(calls(&database), "0");
}

/// As [`exercise`], in a ledger that has a backup of an earlier run; then without backups.
fn exercise_and_prune(client: &mut Client) {
    exercise(client);
    let backups = Migrator::<qualified::Migration>::new().backups(client).unwrap();
    assert_eq!(backups.len(), 3);
    let pruned = Migrator::<qualified::Migration>::new().prune_backups(client, Duration::ZERO).unwrap();
    assert_eq!(pruned.len(), 3);
}

#[test]
fn helpers_of_runners_under_an_evil_search_path() {
    let database = database();
    Migrator::new().up_to(helpers::Migration::CreateShop).run(&mut connect(&database)).unwrap();
    turn_evil(&database);
    let outcome = helpers::Migration::run_all(&mut connect(&database));
    assert_eq!(calls(&database), "0", "{outcome:?}");
    assert_eq!(outcome.unwrap().applied.len(), 1);
}

#[test]
fn temporary_tables_with_the_names_of_the_ledgers() {
    let database = database();
    let mut client = connect(&database);
    let names =
        ["history", "journal", "steps", "checkpoints", "backups", "lease", "ledger_version", "progress"];
    for name in names {
        client.batch_execute(&format!("CREATE TEMPORARY TABLE {name} (name text, checksum text)")).unwrap();
    }
    client.batch_execute("SET search_path = pg_temp, public").unwrap();
    exercise(&mut client);
    for name in names {
        assert_eq!(value(&mut client, &format!("SELECT count(*) FROM pg_temp.{name}")), "0");
    }
}

#[test]
fn an_empty_search_path() {
    let database = database();
    set(&database, "search_path", "''");
    exercise(&mut connect(&database));
}

/// What applications from before PostgreSQL 8.3 make to this day; `text || 1` has two meanings then.
#[test]
fn implicit_casts_to_text() {
    let database = database();
    let mut client = connect(&database);
    for number in ["integer", "bigint", "numeric", "interval", "timestamptz"] {
        client.batch_execute(&format!("CREATE CAST ({number} AS text) WITH INOUT AS IMPLICIT")).unwrap();
    }
    exercise(&mut client);
}
