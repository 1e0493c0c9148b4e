//! What a server does while it runs a statement.

use std::collections::{BTreeMap, BTreeSet};

use migrations_rules::LockMode;
use postgres::{Error, GenericClient, Transaction};

/// Relations that are nobody's but the user's, toast tables left out.
const RELATIONS: &str = "SELECT c.oid, relkind::text, coalesce(pg_relation_filenode(c.oid), 0), \
           coalesce(pg_stat_get_xact_numscans(c.oid), 0), format('%I.%I', nspname, relname) \
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace \
    WHERE relkind <> 'c' AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')";

/// The relations that were there before a statement, by their object identifiers, and what was done to them.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) names: BTreeMap<u32, String>,
    pub(crate) indexes: BTreeSet<u32>,
    pub(crate) modes: BTreeMap<u32, LockMode>,
    pub(crate) rewritten: BTreeSet<u32>,
    pub(crate) scanned: BTreeSet<u32>,
}

impl Observed {
    /// Runs statements in a transaction that has done nothing yet.
    pub(crate) fn while_running(
        transaction: &mut Transaction<'_>,
        statements: &str,
    ) -> Result<Observed, Error> {
        let before = relations(transaction);
        transaction.batch_execute(statements)?;
        let modes = modes(transaction);
        let after = relations(transaction);
        let mut observed = Observed::default();
        for (oid, old) in before {
            if let Some(mode) = modes.get(&oid) {
                observed.modes.insert(oid, *mode);
            }
            if let Some(new) = after.get(&oid) {
                observed.rewritten.extend((new.file != old.file).then_some(oid));
                observed.scanned.extend((new.scans > old.scans).then_some(oid));
            }
            observed.indexes.extend((old.kind == "i" || old.kind == "I").then_some(oid));
            observed.names.insert(oid, old.name);
        }
        Ok(observed)
    }
}

struct Relation {
    kind: String,
    file: u32,
    scans: i64,
    name: String,
}

fn relations(transaction: &mut Transaction<'_>) -> BTreeMap<u32, Relation> {
    let rows = transaction.query(RELATIONS, &[]).unwrap();
    let relation = |row: &postgres::Row| {
        let relation = Relation { kind: row.get(1), file: row.get(2), scans: row.get(3), name: row.get(4) };
        (row.get(0), relation)
    };
    rows.iter().map(relation).collect()
}

/// The strongest lock on each relation that the transaction holds.
fn modes(transaction: &mut Transaction<'_>) -> BTreeMap<u32, LockMode> {
    let pid: i32 = transaction.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    modes_of(transaction, pid)
}

/// The strongest lock on each relation that a process holds or waits for.
pub(crate) fn modes_of(client: &mut impl GenericClient, pid: i32) -> BTreeMap<u32, LockMode> {
    let query = "SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = $1 \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let mut modes = BTreeMap::new();
    for row in client.query(query, &[&pid]).unwrap() {
        let mode = mode(row.get(1));
        modes.entry(row.get(0)).and_modify(|known: &mut LockMode| *known = mode.max(*known)).or_insert(mode);
    }
    modes
}

fn mode(name: &str) -> LockMode {
    let mode = LockMode::ALL.into_iter().find(|mode| format!("{mode:?}Lock") == name);
    mode.unwrap_or_else(|| panic!("{name} is no lock on a relation"))
}
