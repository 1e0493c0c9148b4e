//! What the text of statements tells about their locks, put beside what a server does.

use std::collections::BTreeMap;

use migrations_rules::{Lock, LockMode, Locks, Relation, Work, locks};
use migrations_text::statements;
use postgres::GenericClient;

use crate::observed::Observed;

/// The locks of some statements, those on single relations by their object identifiers.
#[derive(Debug)]
pub(crate) struct Foretold {
    pub(crate) locks: Locks,
    pub(crate) single: BTreeMap<u32, Lock>,
    text: String,
}

impl Foretold {
    /// The prediction for a text, before it runs.
    pub(crate) fn of(client: &mut impl GenericClient, text: &str) -> Foretold {
        Foretold::new(client, text, locks(text, statements(text)))
    }

    pub(crate) fn new(client: &mut impl GenericClient, text: &str, locks: Locks) -> Foretold {
        let mut single: BTreeMap<u32, Lock> = BTreeMap::new();
        for lock in locks.summary() {
            let Some(oid) = oid(client, &lock.relation) else { continue };
            single.entry(oid).and_modify(|known| strengthen(known, &lock)).or_insert(lock);
        }
        Foretold { locks, single, text: text.to_owned() }
    }

    /// Whether it is said that relations are locked which are not named, with this mode or a stronger one.
    pub(crate) fn reaches_others(&self, mode: LockMode) -> bool {
        self.locks.summary().iter().any(|lock| {
            let reaches = lock.others.is_some() || matches!(lock.relation, Relation::Every(_));
            // `others` may say a mode of its own.
            reaches
                && (lock.mode >= mode || lock.others.is_some_and(|others| others.contains(&mode.to_string())))
        })
    }

    /// Where the server does something else.
    pub(crate) fn differences(&self, observed: &Observed) -> Vec<String> {
        let mut differences = self.missing(observed);
        for (oid, name) in &observed.names {
            let (lock, mode) = (self.single.get(oid), observed.modes.get(oid));
            match (lock, mode) {
                (None, Some(mode)) if !observed.indexes.contains(oid) && !self.reaches_others(*mode) => {
                    differences.push(format!("{name} takes {mode}, unforetold"));
                }
                (Some(lock), None) => differences.push(format!("{name} takes nothing, not {}", lock.mode)),
                (Some(lock), Some(mode)) if lock.mode != *mode => {
                    differences.push(format!("{name} takes {mode}, not {}", lock.mode));
                }
                _ => {}
            }
            if let Some(lock) = lock {
                differences.extend(self.difference_of_work(*oid, lock, observed));
            }
        }
        differences
    }

    /// What is said of all relations of a kind, when there is none.
    fn missing(&self, observed: &Observed) -> Vec<String> {
        let whole =
            self.locks.summary().into_iter().filter(|lock| matches!(lock.relation, Relation::Every(_)));
        let unnamed = observed.modes.iter().filter(|(oid, _)| !self.single.contains_key(oid));
        let unnamed: Vec<&LockMode> = unnamed.map(|(_, mode)| mode).collect();
        let missing = whole.filter(|lock| !unnamed.contains(&&lock.mode));
        missing.map(|lock| format!("{} takes nothing", lock.relation)).collect()
    }

    /// Queries read and write what they please; `TRUNCATE` takes a new file, but an empty one.
    fn difference_of_work(&self, oid: u32, lock: &Lock, observed: &Observed) -> Option<String> {
        let is_ddl =
            ["ALTER", "CLUSTER", "CREATE INDEX", "CREATE UNIQUE", "CREATE TABLE s", "REFRESH", "REINDEX"];
        if !is_ddl.iter().any(|word| self.text.starts_with(word)) || self.text.contains(" AS SELECT ") {
            return None;
        }
        let done = if observed.rewritten.contains(&oid) {
            Some(Work::Rewrite)
        } else {
            observed.scanned.contains(&oid).then_some(Work::Scan)
        };
        let name = &observed.names[&oid];
        (done != lock.work).then(|| format!("{name} gets {done:?}, not {:?}", lock.work))
    }
}

fn strengthen(known: &mut Lock, other: &Lock) {
    known.mode = known.mode.max(other.mode);
    known.work = known.work.max(other.work);
}

/// The relation that is meant, if there is one.
fn oid(client: &mut impl GenericClient, relation: &Relation) -> Option<u32> {
    let (query, name) = match relation {
        Relation::Named(name) => ("SELECT to_regclass($1)::oid", name.as_str()),
        Relation::TableOf(what) => match what.split_once(' ').unwrap() {
            ("index", name) => ("SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($1)", name),
            (_, name) => (
                "SELECT stxrelid FROM pg_statistic_ext WHERE format('%I.%I', stxnamespace::regnamespace, stxname) = $1",
                name,
            ),
        },
        Relation::Every(_) => return None,
    };
    let row = client.query_opt(query, &[&name]).unwrap()?;
    row.get(0)
}
