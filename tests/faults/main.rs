//! Migrations while connections, servers and processes fail: after every fault, another run leads to where an undisturbed
//! one does.
//!
//! By default, a sample: on the small sets, one in four of the kinds that matter most; on the reference system, some in
//! every eighth migration. All of its faults, more than 23,000, each of them a migration
//! of a database of its own (hours in a debug build, one test a thread):
//!
//! ```sh
//! FAULTS=full cargo test --release -p migrations-tests --test faults -- --ignored --nocapture
//! ```
//!
//! `FAULTS=20` is about one fault in 20, and `FAULTS_SEED=7` makes another choice. One fault again, by the coordinates
//! that a report shows:
//!
//! ```sh
//! FAULT='001_create_things/message 5/after/close' cargo test -p migrations-tests --test faults stepwise -- --nocapture
//! ```

#![allow(clippy::panic, clippy::unwrap_used)]

mod child;
mod found;
mod proxy;
mod reference;
mod small;

use migrations_core::MigrationSet;
use migrations_core::testing::faults::{Faults, Kind};

/// The kinds that matter most.
const FOREMOST: [Kind; 5] =
    [Kind::Terminated, Kind::TerminatedRunning, Kind::ClosedBefore, Kind::ClosedAfter, Kind::AnswerWithheld];
/// The kinds that are so many that the default takes a sample.
const MANY: [Kind; 4] = [Kind::ClosedInside, Kind::AnswerCut, Kind::Reset, Kind::Silence];

/// Runs the faults of these kinds, of which the default takes one in `every`; shows what came of them.
fn run<M: MigrationSet>(faults: Faults<'_, M>, kinds: &[Kind], every: u64) {
    let every = match std::env::var("FAULTS").as_deref() {
        Ok("full") => 1,
        Ok(every) => every.parse().unwrap(),
        Err(_) => every,
    };
    let faults = match std::env::var("FAULT") {
        Ok(fault) => faults.only_fault(fault.parse().unwrap()),
        Err(_) => faults.only(kinds).sample(every, seed()),
    };
    let faults = faults.on_deviation(|deviation| eprintln!("{deviation}"));
    println!("{}", faults.run().unwrap_or_else(|error| panic!("{error}")));
}

/// Whether it is the default that decides what happens.
fn is_reduced() -> bool {
    ["FAULTS", "FAULT"].iter().all(|name| std::env::var_os(name).is_none())
}

fn seed() -> u64 {
    std::env::var("FAULTS_SEED").map_or(1, |seed| seed.parse().unwrap())
}
