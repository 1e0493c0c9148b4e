//! A server that follows another one, and takes over.

use std::thread;
use std::time::Duration;

use migrations_core::Migrator;
use migrations_tests::cluster::Cluster;
use migrations_tests::value;
use postgres::config::TargetSessionAttrs;
use postgres::{Client, Config, NoTls};

use crate::course::{Migration, assert_everything_once, run_through, run_through_waiting};
use crate::is_full;

/// A configuration that names both servers.
fn either(first: &Cluster, second: &Cluster, attributes: TargetSessionAttrs) -> Config {
    let mut config = first.config();
    config.host("127.0.0.1").port(second.port()).target_session_attrs(attributes);
    config
}

#[test]
fn on_a_standby_there_is_nothing_to_do_or_it_says_where_to_do_it() {
    let primary = Cluster::start("");
    Migrator::new().up_to(Migration::Rest).run(&mut primary.client()).unwrap();
    let standby = primary.standby();
    let error = Migration::run_all(&mut standby.client()).unwrap_err();
    assert!(error.is_read_only());
    assert_eq!(
        error.to_string(),
        "the server is read-only for this session: it is a standby, or `default_transaction_read_only` is on; connect to the primary"
    );
    Migration::run_all(&mut primary.client()).unwrap();
    standby.until("SELECT count(*) = 4 FROM migrations.history");
    assert!(Migration::run_all(&mut standby.client()).unwrap().is_up_to_date());
}

#[test]
fn a_standby_without_a_ledger_says_where_to_make_it() {
    let primary = Cluster::start("");
    let error = Migration::run_all(&mut primary.standby().client()).unwrap_err();
    assert!(error.is_read_only() && error.to_string().ends_with("connect to the primary"), "{error}");
}

/// The primary is killed in the middle of a migration, and the standby promoted a moment later.
fn fails_over(attributes: TargetSessionAttrs, middle: Migration) {
    let primary = Cluster::start("");
    let standby = primary.standby();
    primary.make_synchronous();
    let config = either(&primary, &standby, attributes);
    let course = run_through(
        &primary.config(),
        || config.connect(NoTls),
        &[middle],
        |_| {
            primary.kill();
            thread::sleep(Duration::from_secs(1));
            standby.control(&["promote"]);
        },
    );
    assert_eq!(course.unwrap().report.applied.len(), 4);
    assert_everything_once(&mut standby.client());
}

#[test]
fn a_run_goes_on_where_the_standby_has_taken_over() {
    fails_over(TargetSessionAttrs::Any, Migration::Rest);
}

#[test]
fn a_run_that_wants_a_primary_waits_for_the_standby_to_be_one() {
    fails_over(TargetSessionAttrs::ReadWrite, Migration::Count);
}

#[test]
fn an_index_that_was_being_built_is_built_where_the_standby_has_taken_over() {
    if is_full() {
        fails_over(TargetSessionAttrs::Any, Migration::IndexThings);
    }
}

#[test]
fn for_the_standby_it_waits_as_long_late_in_the_run_as_early() {
    let primary = Cluster::start("");
    let standby = primary.standby();
    primary.make_synchronous();
    let config = either(&primary, &standby, TargetSessionAttrs::Any);
    // A busy machine takes seconds to promote a standby.
    let limit = Duration::from_secs(10);
    let mut is_first = true;
    let connect = || {
        // The run is as old as the limit when it begins.
        thread::sleep(if std::mem::take(&mut is_first) { limit } else { Duration::ZERO });
        config.connect(NoTls)
    };
    let course = run_through_waiting(limit, &primary.config(), connect, &[Migration::Rest], |_| {
        primary.kill();
        thread::sleep(Duration::from_millis(500));
        standby.control(&["promote"]);
    });
    assert_eq!(course.unwrap().report.applied.len(), 4);
    assert_everything_once(&mut standby.client());
}

/// What was committed and not yet sent is lost with the primary. The ledger of the new one decides.
#[test]
fn a_migration_that_is_lost_by_an_asynchronous_failover_is_applied_where_the_standby_has_taken_over() {
    let primary = Cluster::start("");
    Migrator::new().up_to(Migration::CreateThings).run(&mut primary.client()).unwrap();
    let standby = primary.standby();
    detach(&mut standby.client());
    let config = either(&primary, &standby, TargetSessionAttrs::Any);
    let at_index = [Migration::IndexThings];
    let course = run_through(
        &primary.config(),
        || config.connect(NoTls),
        &at_index,
        |_| {
            assert_eq!(value(&mut primary.client(), "SELECT count(*) FROM migrations.history"), "2");
            primary.kill();
            assert_eq!(value(&mut standby.client(), "SELECT count(*) FROM migrations.history"), "1");
            standby.control(&["promote"]);
        },
    );
    let applied: Vec<_> = course.unwrap().report.applied.iter().map(|applied| applied.migration).collect();
    assert_eq!(applied, [Migration::Rest, Migration::IndexThings, Migration::Count], "each once");
    assert_everything_once(&mut standby.client());
}

/// Ends the replication, as a network does that is cut.
fn detach(standby: &mut Client) {
    standby.batch_execute("ALTER SYSTEM SET primary_conninfo = ''").unwrap();
    standby.batch_execute("SELECT pg_reload_conf()").unwrap();
    migrations_tests::cluster::wait_until("the replication to end", || {
        value(standby, "SELECT count(*) FROM pg_stat_wal_receiver") == "0"
    });
}
