//! The engine on a real PostgreSQL against a model of it: random folders, walks and interruptions. After each step the
//! ledger, the catalogue, the rows and the answer must be what the model says.
//!
//! `PROPTEST_CASES=2000 cargo test -p migrations-tests --test model` takes longer walks over more ground.

#![allow(clippy::unwrap_used, clippy::panic)]

mod call;
mod cut;
mod database;
mod folder;
mod model;
mod step;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestError, TestRunner};

use database::Database;
use step::Step;
use world::World;

/// Few enough for every change; `PROPTEST_CASES` is for more.
const CASES: u32 = 24;

#[test]
fn engine_and_model_agree_on_every_walk() {
    let mut config = Config { max_shrink_time: 60_000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    config.failure_persistence = Some(Box::new(FileFailurePersistence::Direct("model/regressions.txt")));
    let database = RefCell::new(Database::new());
    let outcome = TestRunner::new(config)
        .run(&step::walk(), |steps| walk(&steps, &mut database.borrow_mut()).map_err(TestCaseError::fail));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(error) => panic!("{error}"),
    }
}

/// Takes the steps; says which ones led to a difference.
fn walk(steps: &[Step], database: &mut Database) -> Result<(), String> {
    let mut world = World::new(database);
    for step in steps {
        world.take(step).map_err(|difference| {
            let log = world.log.iter().zip(1..).map(|(line, number)| format!("{number:3}. {line}\n"));
            format!("engine and model differ after\n{}{difference}", log.collect::<String>())
        })?;
    }
    Ok(())
}
