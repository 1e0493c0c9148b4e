//! A server that restarts, or recovers from a crash, in the middle of a migration.

use std::time::Duration;

use migrations_tests::cluster::{Cluster, kill_9};
use migrations_tests::value;
use postgres::NoTls;

use crate::course::{Migration, assert_everything_once, run_through, run_through_waiting};

/// In SQL in a transaction, in an index that is built concurrently, and in a batched runner.
const MIDDLES: [Migration; 3] = [Migration::Rest, Migration::IndexThings, Migration::Count];

fn survives(trouble: impl Fn(&Cluster) + Sync) {
    let cluster = Cluster::start("");
    let config = cluster.config();
    let course = run_through(&config, || config.connect(NoTls), &MIDDLES, |_| trouble(&cluster)).unwrap();
    assert_eq!(course.report.applied.len(), 4);
    assert_eq!(course.noticed.len(), 3);
    assert_everything_once(&mut cluster.client());
}

#[test]
fn a_run_outlives_three_fast_restarts() {
    survives(|cluster| cluster.control(&["restart", "-m", "fast"]));
}

#[test]
fn a_run_outlives_three_immediate_restarts() {
    survives(|cluster| cluster.control(&["restart", "-m", "immediate"]));
}

#[test]
fn a_run_outlives_three_crashes_of_a_backend() {
    survives(|cluster| {
        let asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        let mut watching = cluster.client();
        let mut process = "NULL".to_owned();
        while process == "NULL" {
            process = value(&mut watching, asleep);
        }
        kill_9(&[process.parse().unwrap()]);
    });
}

#[test]
fn a_server_that_does_not_come_back_is_an_error_that_knows_what_was_applied() {
    let cluster = Cluster::start("");
    let (config, limit) = (cluster.config(), Duration::from_millis(500));
    let stop = |_| cluster.control(&["stop", "-m", "immediate"]);
    let error =
        run_through_waiting(limit, &config, || config.connect(NoTls), &[Migration::Rest], stop).unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(error.applied(), ["001_create_things"]);
    cluster.control(&["start"]);
    assert_eq!(Migration::run_all(&mut cluster.client()).unwrap().applied.len(), 3);
    assert_everything_once(&mut cluster.client());
}
