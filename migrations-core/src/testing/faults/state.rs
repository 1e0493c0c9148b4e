//! A database after a migration: its catalogue, its rows, its ledger, and what should not be left in it.

use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::stage::LIMIT;
use crate::ledger::{Ledger, rows};
use crate::quote::{identifier, literal};
use crate::set::MigrationSet;
use crate::testing::catalogue::Catalogue;
use crate::testing::rows::{self as table_rows, Digests, Table};

/// A database at one moment.
#[derive(Debug)]
pub(super) struct State {
    catalogue: Catalogue,
    /// The tables, those with backups included.
    pub(super) tables: Vec<Table>,
    pub(super) rows: Digests,
    /// History, journal, backups and checkpoints, without what depends on time.
    ledger: Vec<String>,
    remains: Vec<String>,
}

impl State {
    /// Reads the state. Remains that are on their way out are waited for, unless they are those of `expected` too.
    pub(super) fn read<M: MigrationSet>(
        client: &mut Client,
        expected: Option<&State>,
    ) -> Result<State, postgres::Error> {
        let ledger = Ledger::new(M::table().ledger_schema);
        let wanted = expected.map_or(&[][..], |state| &state.remains);
        let backups = format!("{}_backups", M::table().ledger_schema);
        let remains = remains(client, &ledger, &backups, wanted)?;
        let ignored = [M::table().ledger_schema, backups.as_str()];
        let catalogue = Catalogue::read(client, &ignored)?;
        let mut tables = table_rows::tables(client, &ignored)?;
        tables.extend(backup_tables(client, &ledger)?);
        let rows = table_rows::digests(client, &tables)?;
        Ok(State { catalogue, tables, rows, ledger: lines(client, &entries(&ledger))?, remains })
    }

    /// What is not as it should be, apart from rows, in words.
    pub(super) fn difference(&self, found: &State) -> String {
        let mut report = self.catalogue.difference(&found.catalogue).to_string();
        let missing = self.ledger.iter().filter(|line| !found.ledger.contains(line));
        missing.for_each(|line| report.push_str(&format!("{line}: is missing\n")));
        let wrong = found.ledger.iter().filter(|line| !self.ledger.contains(line));
        wrong.for_each(|line| report.push_str(&format!("{line}: should not be there\n")));
        if report.is_empty() && self.ledger != found.ledger {
            report.push_str("the history has another order\n");
        }
        let left = found.remains.iter().filter(|line| !self.remains.contains(line));
        left.for_each(|line| report.push_str(&format!("{line} is left\n")));
        report
    }
}

/// The tables with backups, by what they hold.
fn backup_tables(client: &mut Client, ledger: &Ledger) -> Result<Vec<Table>, postgres::Error> {
    let query = format!(
        "SELECT pg_catalog.concat_ws(' ', 'backup', pg_catalog.row_number() OVER (ORDER BY id), 'of', source_schema, \
         source_table, source_column), backup_schema, backup_table FROM {}",
        ledger.object("backups")
    );
    let table = |row: &postgres::SimpleQueryRow| {
        let text = |column| row.get(column).unwrap_or_default().to_owned();
        Table { label: text(0), schema: text(1), name: text(2), without: Vec::new() }
    };
    Ok(rows(client, &query)?.iter().map(table).collect())
}

/// What the ledger says, a line an entry, in the order of the entries.
fn entries(ledger: &Ledger) -> String {
    format!(
        "SELECT line FROM (\
         SELECT 1, ordinal, concat_ws(' ', 'history:', name, category, number, kind, checksum, md5(rollback_sql), \
         irreversible, dependencies) FROM {history} \
         UNION ALL SELECT 2, min(ordinal), concat_ws(' ', 'journal:', name, event, checksum, count(*)) \
         FROM {journal} GROUP BY name, event, checksum \
         UNION ALL SELECT 3, id, concat_ws(' ', 'backup:', migration, source_schema, source_table, source_column, rows) \
         FROM {backups} \
         UNION ALL SELECT 4, 0, concat_ws(' ', 'checkpoint:', name, cursor, rows, batches) FROM {checkpoints}\
         ) AS entries (part, at, line) ORDER BY part, at, line",
        history = ledger.object("history"),
        journal = ledger.object("journal"),
        backups = ledger.object("backups"),
        checkpoints = ledger.object("checkpoints"),
    )
}

/// What should not be left; whatever ends by itself is given a moment.
fn remains(
    client: &mut Client,
    ledger: &Ledger,
    backup_schema: &str,
    wanted: &[String],
) -> Result<Vec<String>, postgres::Error> {
    let query = format!(
        "SELECT 'an advisory lock of process ' || pid FROM pg_locks WHERE locktype = 'advisory' AND granted \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         UNION ALL SELECT 'the lease of process ' || l.pid FROM {} AS l JOIN pg_stat_activity USING (pid) \
         UNION ALL SELECT 'an open transaction of process ' || pid FROM pg_stat_activity \
         WHERE datname = current_database() AND backend_type = 'client backend' \
         AND CASE pid WHEN pg_backend_pid() THEN now() < statement_timestamp() ELSE xact_start IS NOT NULL END \
         UNION ALL SELECT 'the invalid index ' || indexrelid::regclass FROM pg_index \
         WHERE NOT (indisvalid AND indisready AND indislive) \
         UNION ALL SELECT 'step ' || step || ' of ' || name FROM {} \
         UNION ALL SELECT 'an entry of the journal for ' || name FROM {} WHERE event = 'applied' \
         GROUP BY name HAVING count(*) <> 1 \
         UNION ALL SELECT 'the table ' || backup.relname || ' of no backup' FROM pg_class AS backup \
         WHERE relkind = 'r' AND relnamespace = to_regnamespace({}) AND relname NOT IN (SELECT backup_table FROM {})",
        ledger.object("lease"),
        ledger.object("steps"),
        ledger.object("journal"),
        literal(&identifier(backup_schema)),
        ledger.object("backups"),
    );
    let deadline = Instant::now() + LIMIT;
    loop {
        let found = lines(client, &query)?;
        if found.iter().all(|line| wanted.contains(line)) || Instant::now() > deadline {
            return Ok(found);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn lines(client: &mut Client, query: &str) -> Result<Vec<String>, postgres::Error> {
    let line = |row: &postgres::SimpleQueryRow| row.get(0).unwrap_or_default().to_owned();
    Ok(rows(client, query)?.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::super::stage::{Stage, connect};
    use super::*;
    use crate::migrator::Migrator;

    crate::embed_migrations!("examples/migrations");

    #[test]
    fn what_leaves_by_itself_is_waited_for_unless_it_is_wanted() {
        let mut stage = Stage::new().unwrap();
        let database = stage.empty().unwrap();
        let mut client = connect(&database).unwrap();
        Migrator::<Migration>::new().run(&mut client).unwrap();
        let mut holder = connect(&database).unwrap();
        let lock = holder.query_one("SELECT pg_advisory_lock(42), pg_backend_pid()", &[]).unwrap();
        let line = format!("an advisory lock of process {}", lock.get::<_, i32>(1));
        let start = Instant::now();
        let mut left = |wanted: &[String]| {
            let ledger = Ledger::new(Migration::table().ledger_schema);
            remains(&mut client, &ledger, "migrations_backups", wanted).unwrap()
        };
        assert_eq!(left(std::slice::from_ref(&line)), [line]);
        let leaving = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            drop(holder);
        });
        assert_eq!(left(&[]), [""; 0]);
        assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
        leaving.join().unwrap();
    }

    #[test]
    fn backups_are_tables_too() {
        let mut stage = Stage::new().unwrap();
        let mut client = connect(&stage.empty().unwrap()).unwrap();
        Migrator::<Migration>::new().run(&mut client).unwrap();
        let backup = "INSERT INTO shop.users (email) VALUES ('ada@example.org'); \
                      SELECT migrations.take_backup('003_forget', 'shop', 'users', 'email', 1000000)";
        client.batch_execute(backup).unwrap();
        let state = State::read::<Migration>(&mut client, None).unwrap();
        let tables: Vec<(&String, i64)> =
            state.rows.iter().map(|(table, (rows, _))| (table, *rows)).collect();
        assert_eq!(tables, [(&"backup 1 of shop users email".to_owned(), 1), (&"shop.users".to_owned(), 1)]);
    }

    #[test]
    fn every_way_in_which_two_states_differ_has_words() {
        let mut stage = Stage::new().unwrap();
        let mut client = connect(&stage.empty().unwrap()).unwrap();
        let catalogue = Catalogue::read(&mut client, &[]).unwrap();
        client.batch_execute("CREATE SCHEMA shop").unwrap();
        let changed = Catalogue::read(&mut client, &[]).unwrap();
        let state = |catalogue: &Catalogue, ledger: &[&str], remains: &[&str]| State {
            catalogue: catalogue.clone(),
            tables: Vec::new(),
            rows: Digests::new(),
            ledger: ledger.iter().copied().map(str::to_owned).collect(),
            remains: remains.iter().copied().map(str::to_owned).collect(),
        };
        let expected = state(&catalogue, &["one", "two"], &["a step"]);
        let found = |catalogue, ledger, remains| expected.difference(&state(catalogue, ledger, remains));
        assert_eq!(found(&catalogue, &["one", "two"], &["a step"]), "");
        assert_eq!(found(&catalogue, &["two", "one"], &[]), "the history has another order\n");
        assert_eq!(found(&changed, &["two", "one"], &[]), "schema shop\n    is new\n");
        assert_eq!(
            found(&catalogue, &["two", "six"], &["a step"]),
            "one: is missing\nsix: should not be there\n"
        );
        assert_eq!(found(&catalogue, &["one", "two"], &["a step", "a lock"]), "a lock is left\n");
    }
}
