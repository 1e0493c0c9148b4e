//! The reference system, with its legacy rows.

use migrations::Migration;
use migrations_core::testing::faults::{Faults, Kind};

use crate::{child, is_reduced, run, seed};

#[test]
fn reference_some_of_everything() {
    let first = usize::try_from(seed() % 8).unwrap();
    let some: Vec<Migration> = Migration::ALL.iter().copied().skip(first).step_by(8).collect();
    let faults = with_legacy_rows().process(child::of("reference")).moments(10, seed());
    run(if is_reduced() { faults.migrations(&some) } else { faults }, &Kind::ALL, 80);
}

#[test]
#[ignore = "long: a third of what FAULTS=full asks for"]
fn reference_terminated_and_unanswered() {
    let kinds = [Kind::Terminated, Kind::TerminatedRunning, Kind::AnswerWithheld, Kind::AnswerCut];
    run(with_legacy_rows(), &kinds, 1);
}

#[test]
#[ignore = "long: a third of what FAULTS=full asks for"]
fn reference_closed_reset_and_silent() {
    let kinds = [Kind::ClosedBefore, Kind::ClosedInside, Kind::ClosedAfter, Kind::Reset, Kind::Silence];
    run(with_legacy_rows(), &kinds, 1);
}

#[test]
#[ignore = "long: a third of what FAULTS=full asks for"]
fn reference_killed() {
    let faults = with_legacy_rows().process(child::of("reference")).moments(10, seed());
    run(faults, &[Kind::Killed, Kind::KilledAnywhere], 1);
}

fn with_legacy_rows<'a>() -> Faults<'a, Migration> {
    Faults::new().rows(Migration::CreateAnalysisTables, |client| {
        client.batch_execute(include_str!("../../migrations/tests/fixtures/legacy_rows.sql"))
    })
}
