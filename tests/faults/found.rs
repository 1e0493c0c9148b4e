//! What a fault shows: sets that do not survive, and reports that say so.

use migrations_core::testing::faults::{At, FaultError, Faults, How, Kind};

use crate::small::shop;

#[test]
fn a_fault_is_repeated_alone() {
    let fault = "002_create_users/message 3/after statement 3/terminate".parse().unwrap();
    let report = Faults::<shop::Migration>::new().only_fault(fault).run().unwrap();
    assert_eq!((report.faults(), report.migrations, report.messages), (1, 1, 1));
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
