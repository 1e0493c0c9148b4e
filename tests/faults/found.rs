//! What a fault shows: sets that do not survive, and reports that say so.

use std::cell::{Cell, RefCell};

use migrations_core::testing::faults::{At, Fault, FaultError, FaultReport, Faults, How, Kind, Tally};
use migrations_tests::value;

use crate::child;
use crate::small::{shop, stepwise, tries};

#[test]
fn a_fault_is_repeated_alone() {
    let fault = "002_create_users/message 3/after statement 3/terminate".parse().unwrap();
    let report = Faults::<shop::Migration>::new().only_fault(fault).run().unwrap();
    assert_eq!((report.faults(), report.migrations, report.messages, report.places), (1, 1, 1, 1));
    assert_eq!(report.kinds[&Kind::Terminated].faults, 1);
    assert!(report.to_string().contains("terminated after a statement        1           0\n"), "{report}");
}

#[test]
fn a_fault_that_cannot_happen_is_said_not_to_have_happened() {
    let fault = "002_create_users/message 99/before/close".parse().unwrap();
    let error = Faults::<shop::Migration>::new().only_fault(fault).run().unwrap_err();
    let FaultError::Different(report) = error else { panic!("{error}") };
    let deviation = report.deviations[0].to_string();
    assert_eq!(deviation, "002_create_users/message 99/before/close\n    the fault did not happen\n");
    assert_eq!(
        (report.deviations[0].fault.point.at, report.deviations[0].fault.point.how),
        (At::Before, How::Close)
    );
}

#[test]
fn a_migration_that_is_not_there_is_said_not_to_be() {
    let fault = "002_create_user/message 4/before/close".parse().unwrap();
    let error = Faults::<shop::Migration>::new().only_fault(fault).run().unwrap_err();
    assert!(error.to_string().ends_with("    there is no such migration\n"), "{error}");
}

#[test]
fn there_are_no_more_faults_than_were_asked_for() {
    let report = Faults::<shop::Migration>::new().limit(2).run().unwrap();
    assert_eq!(report.faults(), 2);
}

#[test]
fn what_is_done_otherwise_when_it_is_tried_again_is_found_out() {
    let alarms = Cell::new(0);
    let fault = "002_count/message 3/after statement 9/terminate".parse().unwrap();
    let faults = Faults::<tries::Migration>::new().only_fault(fault);
    let report = different(faults.on_deviation(|_| alarms.set(alarms.get() + 1)));
    assert_eq!(report.kinds[&Kind::Terminated], Tally { faults: 1, deviations: 1 });
    assert_eq!(alarms.get(), 1);
    let deviation = report.deviations[0].to_string();
    for line in [
        "002_count/message 3/after statement 9/terminate",
        "    table shop.again",
        "        is new",
        "    rows of shop.contents: other contents",
        "    rows of shop.numbers: 2 → 4",
    ] {
        assert!(deviation.lines().any(|one| one == line), "{line}: {deviation}");
    }
    assert_eq!(deviation.matches("    history: create_shop ").count(), 2, "{deviation}");
    assert_eq!(deviation.lines().count(), 7, "{deviation}");
    let not_compared: Vec<&str> = report.not_compared.iter().map(String::as_str).collect();
    assert_eq!(not_compared, ["shop.numbers", "shop.times.at"]);
}

#[test]
fn a_statement_that_must_run_alone_is_ended_while_it_waits() {
    let faults = Faults::<tries::Migration>::new().migrations(&[tries::Migration::Index]);
    let report = different(faults.only(&[Kind::TerminatedRunning]));
    assert_eq!(report.kinds[&Kind::TerminatedRunning], Tally { faults: 1, deviations: 1 });
    assert_eq!(report.deviations[0].report, "rows of shop.numbers: 5 → 6\n", "the index is built once more");
}

#[test]
fn a_lock_that_nobody_gives_back_is_named() {
    let faults = Faults::<tries::Migration>::new().migrations(&[tries::Migration::KeepALock]);
    let report = different(faults.only(&[Kind::ClosedBefore]).limit(1)).deviations[0].report.clone();
    assert!(report.starts_with("an advisory lock of process ") && report.ends_with(" is left\n"), "{report}");
}

#[test]
fn only_what_was_asked_for_happens() {
    let happened = |faults: Faults<'_, shop::Migration>| -> Vec<Fault> {
        let happened = RefCell::new(Vec::new());
        let report = faults.on_fault(|fault| happened.borrow_mut().push(fault.clone())).run().unwrap();
        assert_eq!(report.faults(), happened.borrow().len());
        happened.into_inner()
    };
    let faults = || Faults::new().only(&[Kind::ClosedInside]).migrations(&[shop::Migration::CreateUsers]);
    let all = happened(faults());
    assert!(all.iter().all(|fault| fault.migration == "002_create_users"), "{all:?}");
    assert!(all.iter().all(|fault| fault.point.kind() == Kind::ClosedInside), "{all:?}");
    let some = happened(faults().sample(3, 1));
    assert!(!some.is_empty() && some.len() < all.len(), "{some:?}");
    assert!(some.iter().all(|fault| all.contains(fault)), "{some:?}");
}

#[test]
fn what_travels_together_is_hit_together_first() {
    let first = |fault: &Fault, of: &RefCell<String>| of.replace(fault.migration.clone());
    let [several, one] = [RefCell::default(), RefCell::default()];
    Faults::<shop::Migration>::new().limit(1).on_fault(|fault| drop(first(fault, &several))).run().unwrap();
    assert_eq!(several.into_inner(), "001_create_shop..002_create_users");
    Faults::<stepwise::Migration>::new().limit(1).on_fault(|fault| drop(first(fault, &one))).run().unwrap();
    assert_eq!(one.into_inner(), "001_create_things");
    let fault = "001_create_shop..002_create_users/message 1/before/close".parse().unwrap();
    let report = Faults::<shop::Migration>::new().only_fault(fault).run().unwrap();
    assert_eq!((report.faults(), report.migrations), (1, 1));
}

#[test]
fn rows_are_loaded_once_behind_their_migration() {
    let mut seen = Vec::new();
    let query = "SELECT to_regnamespace('shop') IS NOT NULL AND to_regclass('shop.users') IS NULL";
    let faults = Faults::new().rows(shop::Migration::CreateShop, |client| {
        seen.push(value(client, query));
        Ok(())
    });
    faults.limit(1).run().unwrap();
    assert_eq!(seen, ["t"]);
}

#[test]
fn a_process_is_started_for_every_time_that_it_is_killed() {
    let started = Cell::new(0);
    let process = |database: &str, last| {
        started.set(started.get() + 1);
        child::slowly(&child::of("stepwise")(database, last))
    };
    let faults = || {
        let only = [stepwise::Migration::IndexThings];
        Faults::<stepwise::Migration>::new().migrations(&only).process(process).moments(2, 1)
    };
    let report = faults().only(&[Kind::Killed]).limit(2).run().unwrap();
    assert_eq!((report.kinds[&Kind::Killed].faults, started.get()), (2, 2));
    let report = faults().only(&[Kind::KilledAnywhere]).run().unwrap();
    assert_eq!((report.kinds[&Kind::KilledAnywhere].faults, started.get()), (2, 4));
}

/// What faults lead to that are not survived.
fn different(faults: Faults<'_, tries::Migration>) -> FaultReport {
    match faults.run() {
        Err(FaultError::Different(report)) => *report,
        other => panic!("{other:?}"),
    }
}
