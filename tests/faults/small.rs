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

#[test]
fn shop_one_transaction_each() {
    run(Faults::<shop::Migration>::new(), &FOREMOST, 1);
}

#[test]
fn shop_one_transaction_each_and_the_many_kinds() {
    run(Faults::<shop::Migration>::new(), &MANY, 20);
}

#[test]
fn shop_killed() {
    run(
        Faults::<shop::Migration>::new().process(child::of("shop")).moments(20, 1),
        &[Kind::Killed, Kind::KilledAnywhere],
        6,
    );
}

#[test]
fn mixed_companions_runners_and_batches() {
    run(Faults::<mixed::Migration>::new(), &FOREMOST, 8);
}

#[test]
fn mixed_companions_runners_and_batches_and_the_many_kinds() {
    run(Faults::<mixed::Migration>::new(), &MANY, 80);
}

#[test]
fn stepwise_statements_that_run_alone() {
    run(stepwise(), &FOREMOST, 1);
}

#[test]
fn stepwise_statements_that_run_alone_and_the_many_kinds() {
    run(stepwise(), &MANY, 20);
}

fn stepwise<'a>() -> Faults<'a, stepwise::Migration> {
    Faults::new().migrations(&[stepwise::Migration::IndexThings])
}
