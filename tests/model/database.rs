//! The database as it is.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::folder::{File, Kind, stock};
use crate::model::Switch;

/// What is compared after each step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) has_ledger: bool,
    pub(crate) history: Vec<String>,
    pub(crate) journal: Vec<String>,
    pub(crate) effects: Vec<String>,
    pub(crate) steps: Vec<String>,
    /// Tables, columns, valid indexes; tables that are to be dropped, with the number of their rows.
    pub(crate) objects: BTreeSet<String>,
    pub(crate) invalid_indexes: Vec<String>,
    pub(crate) backups: Vec<String>,
    pub(crate) checkpoints: Vec<String>,
    /// The run that has the lease.
    pub(crate) lease: Vec<String>,
    pub(crate) advisory_locks: Vec<String>,
}

/// A database of its own, and a connection that the engine does not get.
pub(crate) struct Database {
    pub(crate) config: Config,
    client: Client,
    counters: u32,
}

impl Database {
    pub(crate) fn new() -> Database {
        let config = migrations_tests::database();
        let client = config.connect(NoTls).unwrap();
        Database { config, client, counters: 0 }
    }

    /// Makes it as if it were new, which takes a fraction of the time of a new one.
    pub(crate) fn empty(&mut self) {
        self.client
            .batch_execute(concat!(
                "SET client_min_messages = warning; \
                 DROP SCHEMA IF EXISTS model, migrations, migrations_backups, public CASCADE; CREATE SCHEMA public; ",
                include_str!("control.sql")
            ))
            .unwrap();
    }

    pub(crate) fn connect(&self) -> Client {
        self.config.connect(NoTls).unwrap()
    }

    /// Makes the table that a migration is going to drop.
    pub(crate) fn add_stock_for(&mut self, file: &File) {
        let id = file.id;
        if file.kind != Kind::Drop {
            return;
        }
        let rows = format!("INSERT INTO model.stock_m{id} VALUES (1, 'one'), (2, 'two')");
        self.client.batch_execute(&format!("CREATE TABLE model.{}; {rows}", stock(id))).unwrap();
    }

    pub(crate) fn set(&mut self, place: &str, switch: Switch) {
        self.counters += 1;
        let (counter, action) = (self.counters, format!("{:?}", switch.action).to_lowercase());
        self.client
            .batch_execute(&format!(
                "CREATE SEQUENCE model.counter_{counter}; DELETE FROM model.switches WHERE place = '{place}'; \
                 INSERT INTO model.switches VALUES ('{place}', '{action}', {}, 'model.counter_{counter}')",
                switch.times
            ))
            .unwrap();
    }

    pub(crate) fn reset(&mut self) {
        self.client.batch_execute("DELETE FROM model.switches").unwrap();
    }

    /// The state once all work has ended.
    pub(crate) fn state(&mut self) -> State {
        let at_work = "SELECT pid || ': ' || query FROM pg_stat_activity WHERE datname = current_database() \
                       AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL";
        let mut tries = 0..1000;
        loop {
            match self.lines(at_work).pop().unwrap() {
                at_work if at_work.is_empty() => break,
                at_work => assert!(tries.next().is_some(), "still at work: {at_work:?}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
        let mut state = self.ledger();
        let [effects, objects, invalid, locks] = self.lines(OBJECTS).try_into().unwrap();
        (state.effects, state.invalid_indexes, state.advisory_locks) = (effects, invalid, locks);
        state.objects = objects.into_iter().collect();
        state
    }

    fn ledger(&mut self) -> State {
        let has_ledger = "SELECT to_regclass('migrations.lease') IS NOT NULL";
        if self.lines(has_ledger) == [["f"]] {
            return State::default();
        }
        let [history, journal, steps, backups, checkpoints, lease] = self.lines(LEDGER).try_into().unwrap();
        State { has_ledger: true, history, journal, steps, backups, checkpoints, lease, ..State::default() }
    }

    /// The rows of each query; each has one value.
    fn lines(&mut self, queries: &str) -> Vec<Vec<String>> {
        let mut lines = vec![Vec::new()];
        for message in self.client.simple_query(queries).unwrap() {
            match message {
                SimpleQueryMessage::Row(row) => {
                    lines.last_mut().unwrap().push(row.get(0).unwrap_or("NULL").to_owned());
                }
                SimpleQueryMessage::CommandComplete(_) => lines.push(Vec::new()),
                _ => {}
            }
        }
        lines.pop();
        lines
    }
}

const LEDGER: &str = "
    SELECT concat_ws(' ', name, category, number, checksum) FROM migrations.history ORDER BY ordinal;
    SELECT event || ' ' || name FROM migrations.journal ORDER BY ordinal;
    SELECT concat_ws(' ', name, step, finished_at IS NOT NULL) FROM migrations.steps ORDER BY name, step;
    SELECT split_part(migration, '_', 1) || ' ' || (restored_at IS NOT NULL) FROM migrations.backups ORDER BY id;
    SELECT name FROM migrations.checkpoints;
    SELECT run FROM migrations.lease WHERE run IS NOT NULL";

const OBJECTS: &str = "
    SELECT what FROM model.effects ORDER BY at;
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT attname FROM pg_attribute
    WHERE attrelid = 'model.base'::regclass AND attnum > 1 AND NOT attisdropped
    UNION ALL
    SELECT relname FROM pg_class JOIN pg_index ON oid = indexrelid
    WHERE indrelid = 'model.base'::regclass AND indisvalid
    UNION ALL
    SELECT relname || ' ' || model.row_count(oid) FROM pg_class WHERE relname ~ '^stock_m[0-9]+$' AND relkind = 'r'
        AND relnamespace = 'model'::regnamespace;
    SELECT relname FROM pg_class JOIN pg_index ON oid = indexrelid WHERE NOT indisvalid;
    SELECT objid::text FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
