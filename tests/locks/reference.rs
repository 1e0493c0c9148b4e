//! The reference system, migration by migration: each body in a transaction that is taken back, before the engine runs it.

use std::collections::{BTreeMap, BTreeSet};

use migrations::Migration;
use migrations_core::{MigrationSet, Migrator};
use migrations_rules::{Relation, locks};
use migrations_tests::client;
use postgres::Client;

use crate::foretold::Foretold;
use crate::observed::Observed;

const LEGACY_ROWS: &str = include_str!("../../migrations/tests/fixtures/legacy_rows.sql");

/// How often each kind of agreement was found.
#[derive(Debug, Default)]
struct Tally {
    migrations: usize,
    exact: usize,
    /// By the words for those that are locked without being named.
    said: usize,
    /// At the other end of a foreign key, a view, a sequence: what is written or read has led there.
    connected: usize,
    /// By what a DO block does.
    code: Vec<String>,
    /// Bodies that need what their code in Rust does first.
    refused: Vec<&'static str>,
    wrong: Vec<String>,
}

#[test]
fn the_reference_system_takes_the_locks_that_were_foretold() {
    let (mut client, mut tally) = (client(), Tally::default());
    for migration in Migration::ALL {
        if migration.facts().body.is_empty() {
            // A runner: its locks are those of its code.
        } else {
            tally.compare(&mut client, *migration);
        }
        Migrator::new().up_to(*migration).run(&mut client).unwrap();
        if *migration == Migration::CreateAnalysisTables {
            client.batch_execute(LEGACY_ROWS).unwrap();
        }
    }
    println!("{tally:#?}");
    let all = tally.exact + tally.said + tally.connected + tally.code.len();
    println!("{} of {all} locks foretold by name, {} in words", tally.exact, tally.said);
    assert_eq!(tally.wrong, [""; 0]);
    assert_eq!(tally.refused, [""; 0]);
    assert!(tally.exact * 10 >= all * 6 && tally.code.len() * 10 <= all, "too few: {tally:#?}");
}

impl Tally {
    fn compare(&mut self, client: &mut Client, migration: Migration) {
        let facts = migration.facts();
        let neighbours = neighbours(client);
        let mut transaction = client.transaction().unwrap();
        let locks = locks(facts.text, facts.body.iter().cloned());
        let foretold = Foretold::new(&mut transaction, facts.text, locks);
        let observed = Observed::while_running(&mut transaction, facts.sql());
        transaction.rollback().unwrap();
        self.migrations += 1;
        match observed {
            Ok(observed) => self.count(migration, &foretold, &observed, &neighbours),
            Err(_) => self.refused.push(facts.stem),
        }
    }

    fn count(
        &mut self,
        migration: Migration,
        foretold: &Foretold,
        observed: &Observed,
        neighbours: &Neighbours,
    ) {
        let connected = connected(foretold, neighbours);
        let mut wrong = Vec::new();
        for (oid, name) in &observed.names {
            let lock = foretold.single.get(oid);
            match (lock.map(|lock| lock.mode), observed.modes.get(oid)) {
                (None, None) => {}
                (None, _) if observed.indexes.contains(oid) => {}
                (Some(told), Some(mode)) if told == *mode => self.exact += 1,
                (None, Some(mode)) if foretold.reaches_others(*mode) => self.said += 1,
                (None, Some(_)) if connected.contains(oid) => self.connected += 1,
                (told, Some(mode)) if told < Some(*mode) && !foretold.locks.unseen.is_empty() => {
                    self.code.push(format!("{migration}: {name}"));
                }
                (told, mode) => wrong.push(format!("{migration}: {name} takes {mode:?}, not {told:?}")),
            }
        }
        self.wrong.extend(wrong);
        // Whoever is not there cannot be locked, but what is foretold by name is there, or IF EXISTS is written.
        let missing = foretold.locks.summary().into_iter().filter(|lock| match &lock.relation {
            Relation::Named(name) => !observed.names.values().any(|there| there == name),
            _ => false,
        });
        for lock in missing {
            let statement = &migration.facts().text[migration.facts().body[lock.statement].clone()];
            if !["IF EXISTS", "OR REPLACE VIEW"].iter().any(|words| statement.contains(words)) {
                self.wrong.push(format!("{migration}: there is no {}", lock.relation));
            }
        }
    }
}

type Neighbours = BTreeMap<u32, BTreeSet<u32>>;

/// Relations that lead to each other: by foreign keys, views, inheritance, the sequences of columns.
fn neighbours(client: &mut Client) -> Neighbours {
    let pairs = "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' \
                 UNION SELECT inhrelid, inhparent FROM pg_inherits \
                 UNION SELECT objid, refobjid FROM pg_depend \
                       WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass \
                 UNION SELECT ev_class, refobjid FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid \
                       WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass";
    let mut neighbours = Neighbours::new();
    for row in client.query(pairs, &[]).unwrap() {
        let (one, other): (u32, u32) = (row.get(0), row.get(1));
        neighbours.entry(one).or_default().insert(other);
        neighbours.entry(other).or_default().insert(one);
    }
    neighbours
}

/// What is one step from the relations that are named.
fn connected(foretold: &Foretold, neighbours: &Neighbours) -> BTreeSet<u32> {
    foretold.single.keys().filter_map(|oid| neighbours.get(oid)).flatten().copied().collect()
}
