//! Small sets, one of each sort.

use migrations_core::testing::faults::{Faults, Kind};

use crate::{FOREMOST, MANY, child, run};

pub(crate) mod shop {
    migrations_core::embed_migrations!("sets/shop");
}
pub(crate) mod mixed {
    migrations_core::embed_migrations!("sets/mixed");
}
pub(crate) mod stepwise {
    migrations_core::embed_migrations!("sets/stepwise");
}
pub(crate) mod together {
    migrations_core::embed_migrations!("sets/together");
}
pub(crate) mod tries {
    migrations_core::embed_migrations!("sets/tries");
}

#[test]
fn together_in_one_message() {
    run(Faults::<together::Migration>::new(), &FOREMOST, 4);
}

#[test]
fn together_in_one_message_and_the_many_kinds() {
    run(Faults::<together::Migration>::new(), &MANY, 30);
}

#[test]
fn together_killed() {
    let faults = Faults::<together::Migration>::new().process(child::of("together")).moments(20, 1);
    run(faults, &[Kind::Killed, Kind::KilledAnywhere], 8);
}

#[test]
fn mixed_runners_and_batches_terminated_and_unanswered() {
    let faults = Faults::<mixed::Migration>::new();
    let runners = [mixed::Migration::FillUsers, mixed::Migration::Shout];
    run(faults.migrations(&runners), &[Kind::Terminated, Kind::AnswerWithheld], 2);
}

#[test]
fn mixed_companions_runners_and_batches() {
    run(Faults::<mixed::Migration>::new(), &FOREMOST, 12);
}

#[test]
fn mixed_companions_runners_and_batches_and_the_many_kinds() {
    run(Faults::<mixed::Migration>::new(), &MANY, 100);
}

#[test]
fn stepwise_in_a_transaction_and_without() {
    run(Faults::<stepwise::Migration>::new(), &FOREMOST, 4);
}

#[test]
fn stepwise_in_a_transaction_and_without_and_the_many_kinds() {
    run(Faults::<stepwise::Migration>::new(), &MANY, 20);
}

#[test]
fn stepwise_killed() {
    let faults = Faults::<stepwise::Migration>::new().process(child::of("stepwise")).moments(20, 1);
    run(faults, &[Kind::Killed, Kind::KilledAnywhere], 6);
}
