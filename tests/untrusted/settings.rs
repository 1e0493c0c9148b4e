//! Settings of the database or of the role that change what statements mean or how values look.

use std::sync::OnceLock;

use migrations_core::Migrator;
use migrations_tests::{database, server, value};
use postgres::{Client, Config};

use crate::sets::qualified::Migration;
use crate::sets::shop;
use crate::{connect, observer, set, shown};

/// Settings under which everything is as ever.
const HARMLESS: &[(&str, &[&str])] = &[
    ("default_transaction_isolation", &["serializable", "'repeatable read'", "'read uncommitted'"]),
    ("default_transaction_deferrable", &["on"]),
    ("standard_conforming_strings", &["off"]),
    ("backslash_quote", &["on", "off"]),
    ("escape_string_warning", &["off"]),
    ("client_encoding", &["LATIN1", "SQL_ASCII", "WIN1252"]),
    ("row_security", &["off"]),
    ("session_replication_role", &["replica", "local"]),
    ("check_function_bodies", &["off"]),
    ("DateStyle", &["German", "'SQL, DMY'", "'Postgres, MDY'", "'ISO, YMD'"]),
    ("IntervalStyle", &["sql_standard", "postgres_verbose", "iso_8601"]),
    ("TimeZone", &["'Asia/Kathmandu'", "'<odd>+24:30'", "'-167'"]),
    ("extra_float_digits", &["'-15'", "3"]),
    ("bytea_output", &["escape"]),
    ("quote_all_identifiers", &["on"]),
    ("array_nulls", &["off"]),
    ("transform_null_equals", &["on"]),
    ("jit", &["on"]),
    ("jit_above_cost", &["0"]),
    ("lock_timeout", &["1"]),
    ("client_min_messages", &["debug5", "error"]),
    ("synchronous_commit", &["off"]),
    ("plan_cache_mode", &["force_generic_plan"]),
    ("enable_seqscan", &["off"]),
    ("enable_indexscan", &["off"]),
    ("lc_messages", &["'C'"]),
    ("default_tablespace", &["''", "pg_default"]),
    ("default_toast_compression", &["pglz"]),
    ("restrict_nonsystem_relation_kind", &["'view, foreign-table'"]),
    ("xmloption", &["document"]),
    ("createrole_self_grant", &["'set, inherit'"]),
];

/// Runs, looks, goes back, and runs again.
fn exercise(client: &mut Client, under: &str) {
    let failed = |error: migrations_core::Error| -> usize { panic!("{under}: {}", shown(&error)) };
    let run =
        |client: &mut Client| Migration::run_all(client).map_or_else(failed, |report| report.applied.len());
    assert_eq!((run(client), run(client)), (3, 0), "{under}");
    let status = Migration::status(client).unwrap();
    for migration in &status.migrations {
        let record = migration.record.as_ref().unwrap();
        assert!(!record.duration.is_zero() && record.duration.as_secs() < 60, "{under}: {record:?}");
        assert!(!record.applied_at.is_empty() && !migration.changed, "{under}: {record:?}");
    }
    let undone = Migrator::<Migration>::new().rollback_all(client).map_or_else(failed, |undone| undone.len());
    assert_eq!((undone, run(client)), (3, 3), "{under}");
    let backups = Migrator::<Migration>::new().backups(client).unwrap();
    assert_eq!(backups.len(), 2, "{under}");
}

/// Whether this server has the setting.
fn is_known(client: &mut Client, setting: &str) -> bool {
    let query = format!("SELECT count(*) FROM pg_settings WHERE lower(name) = lower('{setting}')");
    value(client, &query) == "1"
}

#[test]
fn settings_of_the_database_make_no_difference() {
    let mut superuser = server().connect().unwrap();
    for (setting, values) in HARMLESS {
        for value in *values {
            if is_known(&mut superuser, setting) {
                let database = database();
                set(&database, setting, value);
                exercise(&mut connect(&database), &format!("{setting} = {value}"));
            }
        }
    }
}

#[test]
fn all_of_them_together_make_no_difference() {
    let (mut superuser, database) = (server().connect().unwrap(), database());
    for (setting, values) in HARMLESS {
        if is_known(&mut superuser, setting) {
            set(&database, setting, values[0]);
        }
    }
    exercise(&mut connect(&database), "everything");
}

#[test]
fn settings_of_a_session_make_no_difference() {
    let mut superuser = server().connect().unwrap();
    for (setting, values) in HARMLESS {
        for value in values.iter().filter(|_| is_known(&mut superuser, setting)) {
            let mut client = connect(&database());
            // The driver needs what it has asked for itself.
            if *setting != "client_encoding" {
                client.batch_execute(&format!("SET {setting} = {value}")).unwrap();
                exercise(&mut client, &format!("SET {setting} = {value}"));
            }
        }
    }
}

#[test]
fn databases_of_other_encodings() {
    for encoding in ["LATIN1", "SQL_ASCII", "WIN1251", "EUC_JP"] {
        let name = format!("encoded_{}", encoding.to_lowercase());
        server()
            .connect()
            .unwrap()
            .batch_execute(&format!(
                "CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            ))
            .unwrap();
        let mut database = server().config();
        database.dbname(&name);
        exercise(&mut connect(&database), encoding);
    }
}

#[test]
fn a_role_that_acts_as_another() {
    static ROLES: OnceLock<()> = OnceLock::new();
    let roles = "CREATE ROLE acting LOGIN SUPERUSER; CREATE ROLE owning; ALTER ROLE acting SET role = owning";
    ROLES.get_or_init(|| server().connect().unwrap().batch_execute(roles).unwrap());
    let mut database = database();
    let name = database.get_dbname().unwrap().to_owned();
    server().connect().unwrap().batch_execute(&format!("ALTER DATABASE {name} OWNER TO owning")).unwrap();
    exercise(&mut connect(database.user("acting")), "ALTER ROLE … SET role");
}

#[test]
fn sessions_that_are_read_only_are_refused_with_the_reason() {
    for first in [true, false] {
        let database = database();
        if !first {
            Migrator::new().up_to(shop::Migration::CreateShop).run(&mut connect(&database)).unwrap();
        }
        set(&database, "default_transaction_read_only", "on");
        match shop::Migration::run_all(&mut connect(&database)) {
            Ok(report) => assert!(!report.is_up_to_date()),
            Err(error) => {
                assert!(error.to_string().contains("read-only"), "{}", shown(&error));
                assert!(!error.is_migration_failed(), "{error:?}");
            }
        }
        assert!(shop::Migration::status(&mut connect(&database)).is_ok());
        left_intact(&database);
    }
}

/// What is cut short by the server is an error of its own words, and the next run goes on.
#[test]
fn limits_that_are_far_too_small() {
    let settings = [
        ("statement_timeout", "1"),
        ("idle_in_transaction_session_timeout", "1"),
        ("idle_session_timeout", "1"),
        ("transaction_timeout", "1"),
        ("exit_on_error", "on"),
    ];
    let mut superuser = server().connect().unwrap();
    for (setting, value) in settings {
        if !is_known(&mut superuser, setting) {
            continue;
        }
        let database = database();
        set(&database, setting, value);
        if let Err(error) = shop::Migration::run_all(&mut connect(&database)) {
            let expected = ["57014", "25P03", "57P05", "25P04"];
            let cut = error.is_connection() || error.sqlstate().is_some_and(|code| expected.contains(&code));
            assert!(cut, "{setting}: {}", shown(&error));
        }
        server()
            .connect()
            .unwrap()
            .batch_execute(&format!("ALTER DATABASE {} RESET ALL", database.get_dbname().unwrap()))
            .unwrap();
        left_intact(&database);
    }
}

/// A run under the usual settings finds everything as it should be.
fn left_intact(database: &Config) {
    let mut client = observer(database);
    client.batch_execute("RESET search_path").unwrap();
    shop::Migration::run_all(&mut client).unwrap();
    assert!(shop::Migration::run_all(&mut client).unwrap().is_up_to_date());
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.journal"), "2");
}
