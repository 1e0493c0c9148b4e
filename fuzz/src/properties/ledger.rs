//! The rows of a ledger, in which anybody may have written who may write there.

use migrations_core::fuzzing::{self, Values};
use migrations_core::{Error, MigrationSet};

use super::{assert_line, assert_lines};

/// A ledger, a row in a line: its table, then its values, separated by tabs; `\N` is NULL, and `@` the checksum that the
/// migration of this name has. Every row is accounted for, and whatever is said can be shown.
pub fn ledger<M: MigrationSet>(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rows: Vec<(&str, Values<'_>)> = text.lines().map(row::<M>).collect();
    let of = |table: &str| -> Vec<Values<'_>> {
        rows.iter().filter(|(of, _)| *of == table).map(|(_, row)| row.clone()).collect()
    };
    history::<M>(&of("history"));
    for count in [1, 3, usize::MAX] {
        rollback::<M>(&of("undo"), count);
    }
    for migration in M::all() {
        fuzzing::steps(migration, &of("steps")).unwrap_or_else(|error| assert_shown(&error));
    }
    let holders = of("holder").into_iter().filter_map(|row| fuzzing::holder(&row));
    let blockers = of("blocker").into_iter().filter_map(|row| fuzzing::blocker(&row));
    let lines = holders.map(|holder| holder.to_string()).chain(blockers.map(|blocker| blocker.to_string()));
    lines.for_each(|line| assert_line(&line));
}

fn row<M: MigrationSet>(line: &str) -> (&str, Values<'_>) {
    let mut values = line.split('\t').map(|value| (value != "\\N").then_some(value));
    let table = values.next().flatten().unwrap_or_default();
    let mut values: Values<'_> = values.collect();
    let known = M::all().find(|migration| Some(migration.facts().name) == values.first().copied().flatten());
    for value in values.iter_mut().filter(|value| **value == Some("@")) {
        *value = known.map(|migration| migration.facts().checksum);
    }
    (table, values)
}

fn history<M: MigrationSet>(rows: &[Values<'_>]) {
    let (status, pending) = match fuzzing::history::<M>(rows) {
        Ok(said) => said,
        Err(error) => return assert_shown(&error),
    };
    let mut told: Vec<&str> = status.unknown.iter().map(|record| record.name.as_str()).collect();
    for migration in &status.migrations {
        let (facts, Some(record)) = (migration.migration.facts(), &migration.record) else {
            assert!(!migration.changed);
            continue;
        };
        assert_eq!(migration.changed, record.checksum != facts.checksum);
        let name = record.name.as_str();
        let replaced = facts.replaces.iter().find(|names| names.contains(&name));
        assert!(
            name == facts.name || facts.renamed_from.contains(&name) || replaced.is_some(),
            "{migration:?}"
        );
        told.extend(replaced.map_or(&[name][..], |names| names));
    }
    let mut given: Vec<&str> = rows.iter().filter_map(|row| row[0]).collect();
    given.sort_unstable();
    // The name of the ledger's rows is unique.
    given.dedup();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, given);
    let is_changed = status.migrations.iter().any(|migration| migration.changed);
    match pending {
        Ok(pending) => {
            assert!(!is_changed && status.unknown.is_empty());
            assert_eq!(pending, status.pending().collect::<Vec<_>>());
        }
        Err(error) => {
            assert_eq!((error.is_changed(), error.is_missing()), (is_changed, !is_changed));
            assert_shown(&error);
        }
    }
}

fn rollback<M: MigrationSet>(rows: &[Values<'_>], count: usize) {
    for dependents in [false, true] {
        let names = match fuzzing::rollback::<M>(rows, count, dependents) {
            Ok(names) => names,
            Err(error) => {
                assert!(!dependents || !error.is_needed(), "{error}");
                assert_shown(&error);
                continue;
            }
        };
        let chosen = |row: &&Values<'_>| names.iter().any(|name| row[0] == Some(name));
        let expected: Vec<&str> = rows.iter().rev().filter(chosen).filter_map(|row| row[0]).collect();
        assert_eq!(names, expected, "the last applied first, each once");
        assert!(names.len() >= count.min(rows.len()));
        let needs = |row: &Values<'_>| {
            let needed = row.get(1).copied().flatten().unwrap_or_default();
            needed.split_whitespace().any(|needed| names.iter().any(|name| name == needed))
        };
        assert!(!rows.iter().filter(|row| !chosen(row)).any(needs), "{names:?} is needed");
    }
}

fn assert_shown(error: &Error) {
    assert_line(&error.to_string());
    assert_lines(&error.report(false));
    assert_lines(&format!("{error:?}"));
    assert!(error.to_string().len() < 20_000, "{} bytes", error.to_string().len());
}
