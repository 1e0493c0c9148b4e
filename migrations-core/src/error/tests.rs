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
    Kind::Failed {
        stem: "001_a".to_owned(),
        place,
        verification,
        blockers: Vec::new(),
        attempts: 1,
        source: "it rains".into(),
    }
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
    assert_eq!(place().location.to_string(), "sql/001_a.sql:2:2");
    let place = Place::at("a.rs", "fn a() {\n    ä.unwrap();\n}\n", 2, 7);
    assert_eq!(place.location.to_string(), "a.rs:2:7");
    let report = Error::from(failed_at(place, false)).report(false);
    assert_eq!(
        report,
        "error: migration 001_a failed: it rains [runner]\n --> a.rs:2:7\n  |\n2 |     ä.unwrap();\n  |       ^^^^^^^^^\n  \
         |\n  = help: nothing was changed; correct the file and run again"
    );
}

#[test]
fn of_a_file_that_is_not_at_hand_the_line_is_named_all_the_same() {
    let report = Error::from(failed_at(Place::at("helper.rs", "", 27, 3), false)).report(false);
    assert!(report.contains("--> helper.rs:27:") && report.contains("\n27"), "{report}");
}

#[test]
fn the_help_counts_what_stays_applied() {
    let help = |applied: &[&str]| {
        let applied = applied.iter().map(|name| (*name).to_owned()).collect();
        let report = Error::from(failed(false)).after(applied).report(false);
        report.rsplit_once("= help: ").unwrap().1.to_owned()
    };
    assert_eq!(help(&[]), "nothing was changed; correct the file and run again");
    assert_eq!(help(&["a"]), "1 migration before it stays applied; nothing of this one was kept");
    assert_eq!(help(&["a", "b"]), "2 migrations before it stay applied; nothing of this one was kept");
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
