//! A network that is cut or falls silent, as far as a program without rights can bring that about.

use std::thread;
use std::time::Duration;

use migrations_tests::cluster::Cluster;
use migrations_tests::relay::Relay;
use postgres::NoTls;

use crate::course::{Course, Migration, assert_everything_once, run_through};
use crate::is_full;

const MIDDLES: [Migration; 3] = [Migration::Rest, Migration::IndexThings, Migration::Count];

/// The server goes on with what it was doing, for it learns of the cut only when it has something to send.
fn runs_to_its_end(trouble: impl Fn(&Relay) + Sync) -> Course {
    let cluster = Cluster::start("");
    let relay = Relay::start(cluster.port());
    let config = relay.before(&cluster.config());
    let connect = || config.connect(NoTls);
    let course = run_through(&cluster.config(), connect, &MIDDLES, |_| trouble(&relay)).unwrap();
    assert_eq!(course.report.applied.len(), 4);
    assert_everything_once(&mut cluster.client());
    course
}

#[test]
fn a_run_outlives_three_resets() {
    assert_eq!(runs_to_its_end(Relay::reset).noticed.len(), 3);
}

#[test]
fn a_silence_that_ends_is_waited_for() {
    let course = runs_to_its_end(|relay| {
        relay.be_silent(true);
        thread::sleep(Duration::from_millis(500));
        relay.be_silent(false);
    });
    assert!(course.reasons.is_empty(), "{:?}", course.reasons);
}

#[test]
fn a_run_outlives_three_silences_that_end_with_a_reset() {
    if !is_full() {
        return;
    }
    let course = runs_to_its_end(|relay| {
        relay.be_silent(true);
        thread::sleep(Duration::from_millis(500));
        relay.reset();
        relay.be_silent(false);
    });
    assert_eq!(course.noticed.len(), 3);
}
