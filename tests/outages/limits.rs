//! Limits that the database sets, and that a migration exceeds.

use std::thread;
use std::time::Duration;

use migrations_core::{Error, Event, Migrator};
use migrations_tests::cluster::{Cluster, wait_until};
use migrations_tests::{database, value};
use postgres::{Client, Config, NoTls};

use crate::course::assert_everything_once;
use crate::sets::{outage, thinking};

/// Limits what later connections to a database may do; answers one that is not limited.
fn limited(database: &Config, setting: &str, limit: &str) -> Client {
    let mut client = database.connect(NoTls).unwrap();
    let name = database.get_dbname().unwrap();
    client.batch_execute(&format!("ALTER DATABASE {name} SET {setting} = '{limit}'")).unwrap();
    client
}

/// What the migration that thinks needs: how long it does, and whether it says something then.
fn give_thoughts(client: &mut Client, thoughts: &str) {
    client
        .batch_execute(&format!(
            "CREATE TABLE done (at timestamptz NOT NULL DEFAULT now()); \
             CREATE TABLE thoughts (seconds float8, is_followed boolean); INSERT INTO thoughts {thoughts}"
        ))
        .unwrap();
}

/// The migration thinks for too long; nothing of it is there then.
fn thinks_in_vain(database: &Config, setting: &str, is_followed: bool) -> Error {
    let mut client = limited(database, setting, "500ms");
    give_thoughts(&mut client, &format!("VALUES (1.2, {is_followed})"));
    let mut connections = 0;
    let error = thinking::Migration::run_all_with(|| {
        connections += 1;
        database.connect(NoTls)
    })
    .unwrap_err();
    println!("{setting}, {connections} connections: {error}\n{}", error.report(false));
    assert!(error.is_connection());
    if error.failed_migration().is_some() {
        assert!(
            error.report(false).contains("see to it, and run again on a new one"),
            "{}",
            error.report(false)
        );
    }
    assert_eq!(connections, 1, "it would think as long again");
    assert_eq!(value(&mut client, "SELECT count(*) FROM done"), "0");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");
    error
}

/// Whether the server is new enough (17); says so when it is not.
fn has_transaction_timeout(database: &Config) -> bool {
    let mut client = database.connect(NoTls).unwrap();
    let has_it = value(&mut client, "SELECT current_setting('transaction_timeout', true)") != "NULL";
    if !has_it {
        eprintln!("not run: this server has no transaction_timeout");
    }
    has_it
}

#[test]
fn a_runner_that_thinks_for_too_long_learns_which_limit_has_ended_it() {
    let tcp = Cluster::start("");
    for (is_followed, place) in
        [(true, "failed at sets/thinking/runners/001_think.rs:15:15: "), (false, "cannot be committed: ")]
    {
        for database in [database(), tcp.database()] {
            let error = thinks_in_vain(&database, "idle_in_transaction_session_timeout", is_followed);
            let said = format!("{place}terminating connection due to idle-in-transaction timeout (25P03)");
            assert!(error.to_string().ends_with(&said), "{error}");
        }
    }
}

#[test]
fn a_transaction_that_takes_too_long_learns_which_limit_has_ended_it() {
    if !has_transaction_timeout(&database()) {
        return;
    }
    let tcp = Cluster::start("");
    for database in [database(), tcp.database()] {
        let error = thinks_in_vain(&database, "transaction_timeout", true);
        assert!(error.to_string().contains("transaction timeout (25P04)"), "{error}");
    }
}

/// The reason, or a word on where it is to be found: the client drops it when the connection ends in the same moment.
fn is_told(error: &Error) -> bool {
    let said = error.to_string();
    println!("{said}");
    error.is_connection()
        && (said.contains("terminating connection") || said.contains("`transaction_timeout`"))
}

#[test]
fn a_statement_that_is_ended_with_its_connection_tells_why_or_where_to_look() {
    let database = database();
    let mut other = database.connect(NoTls).unwrap();
    let mut ended = 0;
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE wait_event = 'PgSleep' AND datname = current_database()";
    let error = thread::scope(|scope| {
        let migrating =
            scope.spawn(|| outage::Migration::run_all_with(|| database.connect(NoTls)).unwrap_err());
        wait_until("the third connection to be ended", || {
            ended += u32::from(value(&mut other, end) == "1");
            migrating.is_finished()
        });
        migrating.join().unwrap()
    });
    assert!(is_told(&error) && ended >= 3);
    assert_eq!(outage::Migration::run_all(&mut other).unwrap().applied.len(), 3);
    assert_everything_once(&mut other);
}

#[test]
fn a_transaction_whose_statement_takes_too_long_tells_why_or_where_to_look() {
    let database = database();
    if !has_transaction_timeout(&database) {
        return;
    }
    let mut client = limited(&database, "transaction_timeout", "300ms");
    assert!(is_told(&outage::Migration::run_all_with(|| database.connect(NoTls)).unwrap_err()));
    assert_eq!(outage::Migration::run_all(&mut client).unwrap().applied.len(), 3);
    assert_everything_once(&mut client);
}

#[test]
fn a_session_that_rests_for_too_long_is_not_begun_again_forever() {
    let database = database();
    let mut client = limited(&database, "idle_session_timeout", "400ms");
    let mut reasons = Vec::new();
    let error = Migrator::<outage::Migration>::new()
        .batch_pause(Duration::from_millis(900))
        .on_event(|event| {
            if let Event::Reconnecting(reason) = event {
                reasons.push(reason);
            }
        })
        .run_with(|| database.connect(NoTls))
        .unwrap_err();
    println!("{reasons:#?}\n{error}");
    assert!(error.is_connection());
    assert!(error.to_string().contains("idle-session timeout (57P05)"), "{error}");
    // On a slow machine it may rest for too long elsewhere, too.
    assert!((2..=4).contains(&reasons.len()), "{reasons:?}");
    assert_eq!(error.applied().len(), 3);
    assert_eq!(outage::Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_everything_once(&mut client);
}

#[test]
fn a_statement_that_takes_too_long_is_an_error_with_its_place() {
    let database = database();
    let mut client = limited(&database, "statement_timeout", "500ms");
    let mut connections = 0;
    let error = outage::Migration::run_all_with(|| {
        connections += 1;
        database.connect(NoTls)
    })
    .unwrap_err();
    assert_eq!(error.sqlstate(), Some("57014"));
    assert_eq!(error.location().unwrap().to_string(), "sets/outage/sql/schema/002_rest.sql:6:1");
    assert_eq!((connections, error.is_connection()), (1, false));
    assert_eq!(outage::Migration::run_all(&mut client).unwrap().applied.len(), 3);
    assert_everything_once(&mut client);
}

#[test]
fn the_limit_for_locks_is_the_run_s_and_not_the_database_s() {
    let database = database();
    let mut client = limited(&database, "lock_timeout", "1ms");
    Migrator::new().up_to(outage::Migration::CreateThings).run(&mut client).unwrap();
    client.batch_execute("BEGIN; LOCK TABLE runs").unwrap();
    let holding = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        client.batch_execute("COMMIT").unwrap();
    });
    let mut events = Vec::new();
    let migrator =
        Migrator::new().up_to(outage::Migration::Rest).on_event(|event| events.push(event.to_string()));
    assert_eq!(migrator.run_with(|| database.connect(NoTls)).unwrap().applied.len(), 1);
    assert_eq!(events.len(), 2, "{events:?}");
    holding.join().unwrap();
}

/// The client's own errors have no code either.
#[test]
fn an_error_of_the_client_is_not_taken_for_a_lost_connection() {
    let database = database();
    give_thoughts(&mut database.connect(NoTls).unwrap(), "SELECT WHERE false");
    let mut connections = 0;
    let error = thinking::Migration::run_all_with(|| {
        connections += 1;
        database.connect(NoTls)
    })
    .unwrap_err();
    println!("{connections} connections: {}", error.report(false));
    assert!(!error.is_connection(), "{error}");
    assert_eq!(connections, 1);
}

/// Such as one of `postgres_fdw`, which lost the connection to yet another server.
#[test]
fn an_error_about_another_connection_is_not_taken_for_a_lost_one() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    give_thoughts(&mut client, "VALUES (0, false)");
    client
        .batch_execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE 'gone' USING ERRCODE = 'connection_failure'; END $$; \
             CREATE TRIGGER fail BEFORE INSERT ON done EXECUTE FUNCTION fail()",
        )
        .unwrap();
    let mut connections = 0;
    let error = thinking::Migration::run_all_with(|| {
        connections += 1;
        database.connect(NoTls)
    })
    .unwrap_err();
    assert_eq!((error.sqlstate(), error.is_connection(), connections), (Some("08006"), false, 1));
}
