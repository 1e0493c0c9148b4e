//! Every process has a connection of its own.

use crate::race::{Disturbance, Race};
use crate::sets::{BATCHED, INDEXES, PLAIN, SLOW};

#[test]
fn transactions() {
    Race::of(PLAIN).run();
}

#[test]
fn indexes_that_are_built_concurrently() {
    Race::of(INDEXES).run();
}

#[test]
fn a_slow_migration() {
    Race::of(SLOW).run();
}

#[test]
fn batches() {
    Race::of(BATCHED).run();
}

#[test]
fn transactions_while_one_is_killed() {
    Race::of(PLAIN).with_one(Disturbance::Killed).run();
}

#[test]
fn indexes_while_one_is_killed() {
    Race::of(INDEXES).with_one(Disturbance::Killed).run();
}

#[test]
fn a_slow_migration_while_one_is_killed() {
    Race::of(SLOW).with_one(Disturbance::Killed).run();
}

#[test]
fn batches_while_one_is_killed() {
    Race::of(BATCHED).with_one(Disturbance::Killed).run();
}

#[test]
fn transactions_while_a_connection_is_ended() {
    Race::of(PLAIN).with_one(Disturbance::Terminated).run();
}

#[test]
fn a_slow_migration_while_a_connection_is_ended() {
    Race::of(SLOW).with_one(Disturbance::Terminated).run();
}

#[test]
fn batches_while_a_connection_is_ended() {
    Race::of(BATCHED).with_one(Disturbance::Terminated).run();
}
