//! Those who wait do so no longer than they must.

use std::process::Command;
use std::time::Instant;

use migrations_tests::database;
use postgres::NoTls;

use crate::race::{drop_database, turn};
use crate::sets::LONG;
use crate::starters::{Ended, STARTERS, Starters};
use crate::{facts, race};

/// How long a waiter may take to notice that the work is done, in seconds.
const NOTICED: f64 = 1.0;

#[test]
fn everybody_is_done_within_a_second_of_the_one_who_worked() {
    let _turn = turn();
    for _ in 0..race::rounds() {
        let database = database();
        let mut starters = Starters::ready(&database, |_| LONG.folder);
        starters.go();
        let ended = starters.ended();
        assert_eq!(facts::about_processes(LONG, &ended, None), Vec::<String>::new());
        assert_eq!(facts::about_database(LONG, &mut database.connect(NoTls).unwrap()), Vec::<String>::new());
        let worker = ended.iter().find(|ended| ended.applied().count() > 0).unwrap();
        let after: Vec<f64> = ended.iter().map(|ended| finished(ended) - finished(worker)).collect();
        let last = after.iter().copied().fold(0.0, f64::max);
        println!("the last of {STARTERS} was done {last:.3} s after the one who worked");
        assert!(last < NOTICED, "{after:?}");
        drop_database(database.get_dbname().unwrap());
    }
}

#[test]
fn what_a_start_costs() {
    let _turn = turn();
    let start = Instant::now();
    for _ in 0..STARTERS {
        // It says how it is used, and ends.
        assert!(!Command::new(env!("CARGO_BIN_EXE_starter")).output().unwrap().status.success());
    }
    println!("a process: {:.2} ms", start.elapsed().as_secs_f64() * 1000.0 / STARTERS as f64);
}

fn finished(ended: &Ended) -> f64 {
    ended.finished().unwrap().0
}
