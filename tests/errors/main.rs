//! Every error there is, as people and programs see it.
//!
//! A case is `<kind>/<case>.txt`: the error in one line, its report, the report in colours, and as JSON, of a situation that
//! is made on a real server where that is possible. After a change that is meant, rewrite them with
//! `UI_BLESS=1 cargo test -p migrations-tests --test errors`, and read them as a user would.

#![allow(clippy::unwrap_used)]

mod failures;
mod history;
mod ledger;
mod surroundings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use migrations_core::{Error, fuzzing};

/// The sets of the tests, one module each: the files of `sets/<name>`.
mod sets {
    migrations_tests::sets! {
        batched in "sets/batched",
        changed in "sets/changed",
        errors in "sets/errors",
        halfway in "sets/halfway",
        interrupted in "sets/interrupted",
        moved_before in "sets/moved_before",
        opaque in "sets/opaque",
        renamed_after in "sets/renamed_after",
        renamed_before in "sets/renamed_before",
        runners_failing in "sets/runners_failing",
        shop in "sets/shop",
        slow in "sets/slow",
        squashed_after in "sets/squashed_after",
        squashed_before in "sets/squashed_before",
        tower in "sets/tower",
        tower_final in "sets/tower_final",
    }
}

/// The name of a case, and what makes its error.
type Case = (&'static str, fn() -> Error);

fn cases() -> impl Iterator<Item = (String, Error)> {
    let made = [failures::CASES, history::CASES, ledger::CASES, surroundings::CASES].into_iter().flatten();
    made.map(|(name, make)| ((*name).to_owned(), make())).chain(failures::of_files())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("errors")
}

/// The committed snapshots: `<kind>/<case>.txt`.
fn snapshots() -> BTreeSet<String> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let kinds = entries(&folder()).into_iter().filter(|path| path.is_dir());
    let files = kinds.flat_map(|kind| entries(&kind));
    files.map(|file| file.strip_prefix(folder()).unwrap().to_string_lossy().replace('\\', "/")).collect()
}

fn kind(error: &Error) -> String {
    let json: serde_json::Value = serde_json::from_str(&fuzzing::json(error)).unwrap();
    json["kind"].as_str().unwrap().to_owned()
}

/// What is shown of an error, without what differs from run to run.
fn shown(error: &Error) -> String {
    let parts = [
        ("in one line", error.to_string()),
        ("as a report", error.report(false)),
        ("in colours", error.report(true).replace('\u{1b}', "␛")),
        ("as JSON", fuzzing::json(error)),
    ];
    let text: Vec<String> = parts.iter().map(|(name, text)| format!("== {name}\n{text}\n")).collect();
    let mut text = text.join("\n");
    for blocker in error.blockers() {
        text =
            text.replace(&blocker.pid.to_string(), "4711").replace(&blocker.since, "2026-01-31 12:00:00+00");
    }
    (1..10).fold(text, |text, tenths| text.replace(&format!(" 0.{tenths} s"), " 0.0 s"))
}

/// What is shown of all cases, by the names of their snapshots.
static SHOWN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for (case, error) in cases() {
        let name = format!("{}/{case}.txt", kind(&error));
        assert!(all.insert(name, shown(&error)).is_none(), "two cases are called {case}");
    }
    if std::env::var_os("UI_BLESS").is_some() {
        bless(&all);
    }
    all
});

fn bless(all: &BTreeMap<String, String>) {
    for name in snapshots() {
        fs::remove_file(folder().join(name)).unwrap();
    }
    for (name, shown) in all {
        let file = folder().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, shown).unwrap();
    }
}

#[test]
fn every_error_is_shown_as_it_is_committed() {
    for (name, shown) in SHOWN.iter() {
        let expected = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert_eq!(shown, &expected, "{name} is not as it was");
    }
    let made: BTreeSet<String> = SHOWN.keys().cloned().collect();
    assert_eq!(snapshots(), made, "a snapshot without a case");
}

#[test]
fn every_kind_of_error_has_a_snapshot() {
    let shown: BTreeSet<&str> = SHOWN.keys().filter_map(|name| name.split('/').next()).collect();
    assert_eq!(shown, fuzzing::kinds().iter().copied().collect());
}

#[test]
fn every_error_says_what_to_do_and_none_shows_a_secret() {
    for (name, shown) in SHOWN.iter() {
        assert!(shown.contains("= help: "), "{name}: {shown}");
        assert!(!shown.contains("s3cret"), "{name}: {shown}");
    }
}
