//! The reference system, with its legacy rows.

use migrations::Migration;
use migrations_core::testing::faults::{Faults, Kind};

use crate::{child, run};

fn with_legacy_rows<'a>() -> Faults<'a, Migration> {
    Faults::new().rows(Migration::CreateAnalysisTables, |client| {
        client.batch_execute(include_str!("../../migrations/tests/fixtures/legacy_rows.sql"))
    })
}

#[test]
fn reference_terminated_and_unanswered() {
    let kinds = [Kind::Terminated, Kind::TerminatedRunning, Kind::AnswerWithheld, Kind::AnswerCut];
    run(with_legacy_rows(), &kinds, 200);
}

#[test]
fn reference_closed_reset_and_silent() {
    let kinds = [Kind::ClosedBefore, Kind::ClosedInside, Kind::ClosedAfter, Kind::Reset, Kind::Silence];
    run(with_legacy_rows(), &kinds, 200);
}

#[test]
fn reference_killed() {
    let faults = with_legacy_rows().process(child::of("reference")).moments(10, 1);
    run(faults, &[Kind::Killed, Kind::KilledAnywhere], 150);
}
