//! Connections that are lost, refused, or good for reading only.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use migrations_core::{Event, Migrator};
use migrations_tests::{client, database, value};
use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};

use crate::sets::{fatal, shop, slow};

#[test]
fn a_run_goes_on_with_another_connection() {
    let database = database();
    let mut other = database.connect(NoTls).unwrap();
    let (connections, mut lost) = (Cell::new(0), Vec::new());
    let end = thread::spawn(move || {
        let end = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE wait_event = 'PgSleep' AND query LIKE '%002_slower%' AND datname = current_database()";
        (0..1000).any(|_| {
            thread::sleep(Duration::from_millis(5));
            value(&mut other, end) == "t"
        })
    });
    let report = Migrator::<slow::Migration>::new()
        .one_by_one(true)
        .on_event(|event| {
            if let Event::Reconnecting(reason) = event {
                lost.push(reason);
            }
        })
        .run_with(|| {
            connections.set(connections.get() + 1);
            database.connect(NoTls)
        })
        .unwrap();
    assert!(end.join().unwrap());
    assert_eq!(report.applied.len(), 2);
    assert_eq!(connections.get(), 2);
    assert_eq!(lost.len(), 1);
    assert!(lost[0].contains("002_slower"), "{lost:?}");
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM runs"), "1");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.journal"), "2");
}

/// Ends the connection whose last message was of a run.
fn end_connection(other: &mut Client) {
    let end = "SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
               WHERE pid <> pg_backend_pid() AND datname = current_database()";
    assert_eq!(value(other, end), "t");
}

#[test]
fn a_connection_that_is_lost_when_all_is_applied_does_not_keep_the_lease() {
    let database = database();
    let mut other = database.connect(NoTls).unwrap();
    let report = Migrator::<shop::Migration>::new()
        .on_event(|event| {
            if matches!(&event, Event::Applied(applied) if applied.migration == shop::Migration::CreateUsers)
            {
                end_connection(&mut other);
            }
        })
        .run_with(|| database.connect(NoTls));
    assert_eq!(report.unwrap().applied.len(), 2);
    assert_eq!(value(&mut other, "SELECT count(run) FROM migrations.lease"), "0");
}

#[test]
fn a_connection_that_is_lost_when_all_is_rolled_back_does_not_hide_that() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    shop::Migration::run_all(&mut client).unwrap();
    let mut other = database.connect(NoTls).unwrap();
    let error = Migrator::<shop::Migration>::new()
        .on_event(|event| {
            if matches!(&event, Event::RolledBack(one) if one.name == "create_shop") {
                end_connection(&mut other);
            }
        })
        .rollback_all(&mut client)
        .unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(error.applied(), ["create_users", "create_shop"]);
}

#[test]
fn a_migration_that_ends_every_connection_is_given_up() {
    let database = database();
    let connections = Cell::new(0);
    let connect = || {
        connections.set(connections.get() + 1);
        database.connect(NoTls)
    };
    let error = fatal::Migration::run_all_with(connect).unwrap_err();
    assert!(error.is_connection(), "{error}");
    // Once together with the one before it, and three times alone.
    assert_eq!(connections.get(), 4);
    assert_eq!(error.failed_migration(), Some("002_end_the_connection"));
    assert_eq!(error.applied(), ["001_create_things"]);
    assert_eq!(value(&mut database.connect(NoTls).unwrap(), "SELECT count(*) FROM things"), "0");
}

/// A role that may have one connection, and a configuration with it.
fn with_one_connection(name: &str) -> (Client, Config) {
    let mut database = database();
    let mut client = database.connect(NoTls).unwrap();
    client
        .batch_execute(&format!(
            "CREATE ROLE {name} LOGIN CONNECTION LIMIT 1; GRANT CREATE ON DATABASE {} TO {name}",
            database.get_dbname().unwrap()
        ))
        .unwrap();
    database.user(name);
    (client, database)
}

#[test]
fn a_connection_that_is_not_to_be_had_just_now_is_waited_for() {
    let (_client, database) = with_one_connection("one_at_a_time");
    let only_one = database.connect(NoTls).unwrap();
    let mut only_one = Some(only_one);
    let mut reasons = Vec::new();
    let report = Migrator::<shop::Migration>::new()
        .on_event(|event| {
            if let Event::Reconnecting(reason) = event {
                reasons.push(reason);
                only_one = None;
            }
        })
        .run_with(|| database.connect(NoTls));
    assert_eq!(report.unwrap().applied.len(), 2);
    assert!(reasons[0].contains("too many connections"), "{reasons:?}");
}

#[test]
fn the_wait_for_a_connection_is_bounded() {
    let (_client, database) = with_one_connection("one_forever");
    let _only_one = database.connect(NoTls).unwrap();
    let migrator = || Migrator::<shop::Migration>::new().wait_for_lock(Duration::from_millis(100));
    let error = migrator().run_with(|| database.connect(NoTls)).unwrap_err();
    assert!(error.is_connection());
    assert_eq!(error.sqlstate(), Some("53300"));
    let (mut nobody, mut attempts) = (Config::new(), 0);
    nobody.host("/nonexistent").user("postgres");
    let connect = || {
        attempts += 1;
        nobody.connect(NoTls)
    };
    let error = migrator().run_with(connect).unwrap_err();
    assert!(error.is_connection() && error.to_string().contains("No such file"), "{error}");
    assert!(attempts > 1, "the server may be on its way");
}

#[test]
fn a_connection_that_will_never_be_had_is_an_error_at_once() {
    let mut unknown = database();
    unknown.dbname("there is no such database");
    let (mut too_long, mut encrypted) = (Config::new(), database());
    too_long.host(&format!("/{}", "a".repeat(200))).user("postgres");
    encrypted.ssl_mode(SslMode::Require);
    for (config, code) in [(unknown, Some("3D000")), (too_long, None), (encrypted, None)] {
        let mut attempts = 0;
        let connect = || {
            attempts += 1;
            config.connect(NoTls)
        };
        let migrator = Migrator::<shop::Migration>::new().wait_for_lock(Duration::from_secs(1));
        let error = migrator.run_with(connect).unwrap_err();
        assert_eq!(error.sqlstate(), code, "{error}");
        assert_eq!(attempts, 1, "{error}");
    }
}

#[test]
fn a_server_that_takes_no_changes_says_so_unless_there_are_none() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let read_only = || {
        let mut client = database.connect(NoTls).unwrap();
        client.batch_execute("SET default_transaction_read_only = on").unwrap();
        client
    };
    for _ in ["without a ledger", "with one"] {
        let error = shop::Migration::run_all(&mut read_only()).unwrap_err();
        assert!(error.is_read_only() && error.to_string().contains("connect to the primary"), "{error}");
        Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    }
    shop::Migration::run_all(&mut client).unwrap();
    assert!(shop::Migration::run_all(&mut read_only()).unwrap().is_up_to_date());
}

#[test]
fn limits_of_the_server_are_errors_that_leave_nothing_behind() {
    let mut client = client();
    let error = Migrator::<slow::Migration>::new()
        .statement_timeout(Duration::from_millis(50))
        .run(&mut client)
        .unwrap_err();
    assert_eq!(error.sqlstate(), Some("57014"));
    assert!(!error.is_connection());
    assert_eq!(error.location().unwrap().to_string(), "sets/slow/sql/schema/001_slow.sql:5:1");
    assert_eq!(slow::Migration::run_all(&mut client).unwrap().applied.len(), 2);
}
