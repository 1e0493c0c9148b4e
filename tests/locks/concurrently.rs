//! What cannot run in a transaction: seen from another connection, while a third one holds it up.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use migrations_rules::LockMode;
use migrations_tests::{database, value};
use postgres::{Client, Config, NoTls};

use crate::SCHEMA;
use crate::foretold::Foretold;
use crate::observed::modes_of;

const LIMIT: Duration = Duration::from_secs(30);

/// What somebody has done in a transaction that is open, and the statement that has to wait for it.
const CASES: [(&str, &str); 13] = [
    ("INSERT INTO shop.notes VALUES (9)", "CREATE INDEX CONCURRENTLY new_ix ON shop.notes (body)"),
    (
        "INSERT INTO shop.drafts VALUES (9)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON shop.drafts (body)",
    ),
    ("SELECT FROM shop.notes", "DROP INDEX CONCURRENTLY shop.notes_id_ix"),
    ("SELECT FROM shop.notes", "REINDEX INDEX CONCURRENTLY shop.notes_author_ix"),
    ("SELECT FROM shop.notes", "REINDEX TABLE CONCURRENTLY shop.notes"),
    ("SELECT FROM shop.notes", "REINDEX (CONCURRENTLY) TABLE shop.notes"),
    (
        "SELECT FROM shop.events_2023",
        "ALTER TABLE shop.events DETACH PARTITION shop.events_2023 CONCURRENTLY",
    ),
    ("LOCK shop.notes IN SHARE MODE", "VACUUM shop.notes"),
    ("LOCK shop.notes IN SHARE MODE", "VACUUM (FULL off, ANALYZE) shop.notes (id)"),
    ("SELECT FROM shop.notes", "VACUUM FULL shop.notes"),
    ("SELECT FROM shop.notes", "VACUUM (VERBOSE, FULL) shop.notes"),
    ("LOCK shop.notes IN SHARE MODE", "VACUUM (PARALLEL 0, FULL 0) shop.notes"),
    ("SELECT FROM shop.summary", "REFRESH MATERIALIZED VIEW shop.summary"),
];

#[test]
fn what_runs_outside_transactions_takes_the_locks_that_were_foretold() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    client.batch_execute(SCHEMA).unwrap();
    for (holding, statement) in CASES {
        let foretold = Foretold::of(&mut client, statement);
        let modes = modes_while_held_up(&database, &mut client, holding, statement);
        for (oid, lock) in &foretold.single {
            assert_eq!(modes.get(oid), Some(&lock.mode), "{statement}: {}", lock.relation);
        }
        let tables = value(
            &mut client,
            "SELECT string_agg(oid::text, ' ') FROM pg_class \
                            WHERE relkind IN ('r', 'p', 'm') AND relnamespace = 'shop'::regnamespace",
        );
        let unforetold = tables.split(' ').map(|oid| oid.parse().unwrap()).find(|oid| {
            let mode = modes.get(oid).filter(|mode| !foretold.reaches_others(**mode));
            mode.is_some() && !foretold.single.contains_key(oid)
        });
        assert_eq!(unforetold, None, "{statement}");
    }
}

/// The strongest lock on each relation that the statement is seen to hold or to wait for.
fn modes_while_held_up(
    database: &Config,
    client: &mut Client,
    holding: &str,
    statement: &str,
) -> BTreeMap<u32, LockMode> {
    let mut holder = database.connect(NoTls).unwrap();
    holder.batch_execute(&format!("BEGIN; {holding}")).unwrap();
    let mut worker = database.connect(NoTls).unwrap();
    let pid: i32 = value(&mut worker, "SELECT pg_backend_pid()").parse().unwrap();
    thread::scope(|scope| {
        let working = scope.spawn(|| worker.batch_execute(statement));
        let (mut modes, start, mut waits) = (BTreeMap::new(), Instant::now(), 0);
        while !working.is_finished() && start.elapsed() < LIMIT {
            for (oid, mode) in modes_of(client, pid) {
                modes.entry(oid).and_modify(|known: &mut LockMode| *known = mode.max(*known)).or_insert(mode);
            }
            let waiting = format!("SELECT count(*) FROM pg_locks WHERE pid = {pid} AND NOT granted");
            waits += usize::from(value(client, &waiting) != "0");
            if waits == 3 {
                holder.batch_execute("ROLLBACK").unwrap();
            }
            thread::sleep(Duration::from_millis(20));
        }
        assert!(waits >= 3, "{statement} was not held up");
        working.join().unwrap().map_err(|error| format!("{statement}: {error}")).unwrap();
        modes
    })
}
