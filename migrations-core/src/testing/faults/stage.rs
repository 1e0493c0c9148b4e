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
