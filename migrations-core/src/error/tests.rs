use super::*;

/// The predicates that hold.
fn said_of(error: &Error) -> Vec<&'static str> {
    let predicates = [
        ("migration_failed", error.is_migration_failed()),
        ("verification_failed", error.is_verification_failed()),
        ("changed", error.is_changed()),
        ("missing", error.is_missing()),
        ("lock_wait_timeout", error.is_lock_wait_timeout()),
        ("irreversible", error.is_irreversible()),
        ("needed", error.is_needed()),
        ("not_applied", error.is_not_applied()),
        ("stopped", error.is_stopped()),
        ("read_only", error.is_read_only()),
        ("ledger_untrusted", error.is_ledger_untrusted()),
        ("unsettled", error.is_unsettled()),
        ("transient", error.is_transient()),
        ("taken_over", error.is_taken_over()),
        ("in_transaction", error.is_in_transaction()),
        ("async_context", error.is_async_context()),
        ("connection", error.is_connection()),
        ("outage", error.is_outage()),
    ];
    predicates.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}

fn place() -> Place {
    Place::new("sql/001_a.sql", "SELECT a,\n b;", 11..12)
}

fn failed(verification: bool) -> Kind {
    failed_at(place(), verification)
}

fn failed_at(place: Place, verification: bool) -> Kind {
    Kind::Failed(Failure {
        stem: "001_a".to_owned(),
        blame: Blame { place, verification, trace: Trace::default() },
        blockers: Vec::new(),
        attempts: 1,
        kept: None,
        source: "it rains".into(),
    })
}

#[test]
fn each_error_is_told_from_the_others() {
    let name = || "a".to_owned();
    let waited = std::time::Duration::from_secs(1);
    let unreachable = || {
        let mut config = postgres::Config::new();
        config.host("/nonexistent").user("a").connect(postgres::NoTls).map(drop).unwrap_err()
    };
    let kinds: Vec<(Kind, &[&str])> = vec![
        (failed(false), &["migration_failed"]),
        (failed(true), &["migration_failed"]),
        (Kind::Changed(vec![Change { path: "a" }]), &["changed"]),
        (Kind::StepChanged { place: place(), number: 1, is_finished: true }, &["changed"]),
        (Kind::Missing(vec![name()]), &["missing"]),
        (Kind::LockWait { waited, holder: None }, &["lock_wait_timeout"]),
        (Kind::Irreversible { name: name(), reason: name() }, &["irreversible"]),
        (Kind::NeededBy(vec![name()]), &["needed"]),
        (Kind::HalfDone { stem: "a" }, &["needed"]),
        (Kind::NotApplied { stem: "a" }, &["not_applied"]),
        (Kind::Stopped { stem: "a", rows: 1 }, &["stopped"]),
        (Kind::StoppedBefore { stem: "a" }, &["stopped"]),
        (Kind::ReadOnly, &["read_only"]),
        (Kind::LedgerUntrusted { schema: name(), problem: name() }, &["ledger_untrusted"]),
        (Kind::Unsettled { place: place(), number: 1, finished: name(), unfinished: name() }, &["unsettled"]),
        (Kind::InTransaction, &["in_transaction"]),
        (Kind::AsyncContext, &["async_context"]),
        (Kind::Connect { waited, source: unreachable() }, &["connection", "outage"]),
        (Kind::Database { doing: "a", source: unreachable() }, &["connection", "outage"]),
        (Kind::Twice { name: name(), other: name() }, &[]),
        (Kind::Overtaken, &[]),
        (Kind::LedgerContent(name()), &[]),
        (Kind::TornEmbedding { path: "a" }, &[]),
    ];
    for (kind, expected) in kinds {
        let error = Error::from(kind);
        assert_eq!(said_of(&error), expected, "{error}");
    }
}

#[test]
fn a_place_is_a_line_and_a_column_counted_in_characters() {
    assert_eq!(place().to_string(), "sql/001_a.sql:2:2");
    let place = Place::at("a.rs", Some("fn a() {\n    ä.unwrap();\n}\n"), 2, 7);
    assert_eq!(place.to_string(), "a.rs:2:7");
    let report = Error::from(failed_at(place, false)).report(false);
    assert_eq!(
        report,
        "error: migration 001_a failed: it rains [runner]\n --> a.rs:2:7\n  |\n2 |     ä.unwrap();\n  |       ^^^^^^^^^\n  \
         |\n  = note: nothing was changed\n  = help: correct the file and run again"
    );
}

#[test]
fn of_a_file_that_is_not_at_hand_the_line_is_named_all_the_same() {
    let report = Error::from(failed_at(Place::at("helper.rs", None, 27, 3), false)).report(false);
    assert!(report.contains("\n--> helper.rs:27:3\n"), "{report}");
}

#[test]
fn of_a_place_that_is_not_known_the_file_is_named() {
    let error = Error::from(failed_at(Place::file("sql/001_a.sql"), false));
    assert_eq!(error.to_string(), "migration 001_a failed at sql/001_a.sql: it rains");
    assert_eq!(error.location(), None);
    assert!(error.report(false).contains("\n--> sql/001_a.sql\n"), "{}", error.report(false));
}

#[test]
fn what_stays_is_counted() {
    let said = |applied: &[&str], is_rollback: bool, kept: Option<&str>| {
        let names = applied.iter().map(|name| (*name).to_owned()).collect();
        let error = Error::from(failed(false));
        let error = kept.map(str::to_owned).into_iter().fold(error, Error::keeping);
        let error = if is_rollback { error.after_rollback_of(names) } else { error.after(names) };
        let report = error.report(false);
        report.rsplit_once("= note: ").unwrap().1.lines().next().unwrap().to_owned()
    };
    let nothing = "nothing of this one was kept";
    assert_eq!(said(&[], false, None), "nothing was changed");
    assert_eq!(said(&[], false, Some("a part is kept")), "a part is kept");
    assert_eq!(said(&["a"], false, None), format!("1 migration before it stays applied; {nothing}"));
    assert_eq!(said(&["a", "b"], false, None), format!("2 migrations before it stay applied; {nothing}"));
    assert_eq!(
        said(&["a", "b"], false, Some("a part is kept")),
        "2 migrations before it stay applied; a part is kept"
    );
    assert_eq!(said(&["a"], true, None), format!("1 migration before it stays rolled back; {nothing}"));
    assert_eq!(said(&["a", "b"], true, None), format!("2 migrations before it stay rolled back; {nothing}"));
}

#[test]
fn of_several_files_that_changed_all_are_named() {
    let said = |paths: &[&'static str]| {
        Error::from(Kind::Changed(paths.iter().map(|path| Change { path }).collect())).to_string()
    };
    assert!(said(&["a.sql"]).starts_with("a.sql was changed "), "{}", said(&["a.sql"]));
    let both = said(&["a.sql", "b.sql"]);
    assert!(both.starts_with("a.sql, b.sql were changed ") && both.contains("restore the files"), "{both}");
}

#[test]
fn names_that_the_database_gives_are_shown_in_one_line_and_bounded() {
    let said = |name: String| Error::from(Kind::NeededBy(vec![name])).to_string();
    assert!(said("ä".repeat(100)).contains(&format!(": {}; ", "ä".repeat(100))));
    assert!(said("ä".repeat(101)).contains(&format!(": {}…; ", "ä".repeat(100))));
    assert!(!said("two\nlines".to_owned()).contains('\n'));
}
