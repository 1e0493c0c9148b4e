//! The databases in which faults happen.

use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls};

use super::FaultError;
use crate::ledger::rows;
use crate::quote::{identifier, literal};
use crate::scratch::Scratch;

/// A throw-away server with databases that are copied from one another.
pub(super) struct Stage {
    server: Scratch,
    administrator: Client,
    count: usize,
    /// What is dropped next: not at once, as its last connection may not have ended yet.
    old: Option<Config>,
}

impl Stage {
    pub(super) fn new() -> Result<Stage, FaultError> {
        let server = Scratch::start()?;
        let mut administrator = server.connect()?;
        for setting in SETTINGS {
            administrator.batch_execute(&format!("ALTER SYSTEM SET {setting}"))?;
        }
        administrator.batch_execute("SELECT pg_catalog.pg_reload_conf()")?;
        Ok(Stage { server, administrator, count: 0, old: None })
    }

    pub(super) fn config(&self) -> Config {
        self.server.config()
    }

    /// An empty database.
    pub(super) fn empty(&mut self) -> Result<Config, FaultError> {
        self.create("")
    }

    /// A copy of a database to which nobody is connected.
    pub(super) fn copy(&mut self, original: &Config) -> Result<Config, FaultError> {
        self.create(&format!("TEMPLATE {}", identifier(original.get_dbname().unwrap_or_default())))
    }

    fn create(&mut self, options: &str) -> Result<Config, FaultError> {
        let name = format!("fault_{}", self.count);
        self.count += 1;
        self.administrator.batch_execute(&format!("CREATE DATABASE {name} {options}"))?;
        let mut config = self.server.config();
        config.dbname(&name);
        Ok(config)
    }

    /// Drops the database that was discarded before, and this one next.
    pub(super) fn discard(&mut self, database: Config) -> Result<(), FaultError> {
        if let Some(name) = self.old.replace(database).as_ref().and_then(Config::get_dbname) {
            self.administrator.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", identifier(name)))?;
        }
        Ok(())
    }

    /// Waits until nobody is connected to a database.
    pub(super) fn wait_until_left(&mut self, database: &Config) -> Result<(), FaultError> {
        let query = format!(
            "SELECT FROM pg_catalog.pg_stat_activity WHERE datname = {}",
            literal(database.get_dbname().unwrap_or_default())
        );
        self.wait_for(|client| Ok(rows(client, &query)?.is_empty()))?;
        Ok(())
    }

    /// Ends a server's process once it waits for others, or once `is_done`. That it is idle says nothing: it may not have
    /// begun.
    pub(super) fn terminate_waiting(
        &mut self,
        process: i32,
        is_done: impl Fn() -> bool,
    ) -> Result<(), FaultError> {
        let query = format!(
            "SELECT FROM pg_catalog.pg_stat_activity WHERE pid = {process} \
             AND coalesce(wait_event_type, '') <> 'Lock'"
        );
        self.wait_for(|client| Ok(is_done() || rows(client, &query)?.is_empty()))?;
        self.administrator.batch_execute(&format!("SELECT pg_catalog.pg_terminate_backend({process})"))?;
        Ok(())
    }

    fn wait_for(
        &mut self,
        mut is_so: impl FnMut(&mut Client) -> Result<bool, postgres::Error>,
    ) -> Result<(), FaultError> {
        let deadline = Instant::now() + LIMIT;
        while !is_so(&mut self.administrator)? && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// What makes many small databases cheaper: nothing is compiled for queries that run once, and nothing runs besides.
const SETTINGS: [&str; 3] = ["jit = off", "autovacuum = off", "wal_init_zero = off"];

/// How long something may take that takes a moment.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// A connection past all proxies.
pub(super) fn connect(database: &Config) -> Result<Client, FaultError> {
    Ok(database.connect(NoTls)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_ended_once_it_waits_for_others_or_once_the_rest_is_done() {
        let mut stage = Stage::new().unwrap();
        let database = stage.empty().unwrap();
        let mut holder = connect(&database).unwrap();
        holder.batch_execute("CREATE TABLE things (id bigint); BEGIN; LOCK things").unwrap();

        let mut waiter = connect(&database).unwrap();
        let waiting = process(&mut waiter);
        let waits = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            waiter.batch_execute("SELECT pg_sleep(0.1); BEGIN; LOCK things")
        });
        let start = Instant::now();
        stage.terminate_waiting(waiting, || false).unwrap();
        assert!((Duration::from_millis(200)..LIMIT).contains(&start.elapsed()));
        assert!(waits.join().unwrap().is_err());

        let start = Instant::now();
        let idle = process(&mut holder);
        stage.terminate_waiting(idle, || true).unwrap();
        assert!(start.elapsed() < LIMIT);
        assert!(holder.batch_execute("SELECT").is_err());
    }

    #[test]
    fn a_database_is_left_once_its_last_connection_has_ended() {
        let mut stage = Stage::new().unwrap();
        let database = stage.empty().unwrap();
        let holder = connect(&database).unwrap();
        let leaving = thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            drop(holder);
        });
        let start = Instant::now();
        stage.wait_until_left(&database).unwrap();
        assert!((Duration::from_millis(200)..LIMIT).contains(&start.elapsed()));
        leaving.join().unwrap();
    }

    #[test]
    fn what_is_discarded_is_dropped_when_the_next_one_is() {
        let mut stage = Stage::new().unwrap();
        let databases = [(); 3].map(|()| stage.empty().unwrap());
        let _connected = connect(&databases[0]).unwrap();
        for database in databases {
            stage.discard(database).unwrap();
        }
        let query = "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE 'fault%'";
        let left = rows(&mut stage.administrator, query).unwrap();
        let left: Vec<_> = left.iter().map(|row| row.get(0)).collect();
        assert_eq!(left, [Some("fault_2")]);
    }

    fn process(client: &mut Client) -> i32 {
        client.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).unwrap().get(0)
    }
}
