//! One fault: it happens, the migration is run again without it, and the outcome is compared.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Config;
use postgres::config::Host;

use super::FaultError;
use super::point::{At, How, Point};
use super::proxy::Proxy;
use super::scene::Scene;
use super::stage::{LIMIT, Stage, connect};
use crate::migrator::Migrator;
use crate::set::MigrationSet;

/// Makes the command of a process that runs the migrations of a database up to one of them.
pub(super) type Process<'a, M> = Box<dyn Fn(&str, M) -> Command + 'a>;

/// What faults need to happen.
pub(super) struct Striker<'a, M> {
    pub(super) stage: Stage,
    pub(super) proxy: Proxy,
    pub(super) process: Option<Process<'a, M>>,
}

impl<M: MigrationSet> Striker<'_, M> {
    /// What is not as it should be after a fault and another run, in words.
    pub(super) fn strike(&mut self, scene: &Scene<M>, point: Point) -> Result<String, FaultError> {
        let database = self.stage.copy(&scene.before)?;
        let reached = self.disturb(&database, scene.migration, point)?;
        let mut report = String::new();
        // A process that is killed at a random moment may have done its work before.
        if !reached && !matches!(point.at, At::AfterMicroseconds(_)) {
            report.push_str("the fault did not happen\n");
        }
        let mut client = connect(&database)?;
        match Migrator::new().up_to(scene.migration).run(&mut client) {
            Ok(_) => report.push_str(&scene.difference(&mut self.stage, &mut client)?),
            Err(error) => report.push_str(&format!("the next run fails: {}\n", error.report(false))),
        }
        let third = Migrator::new().up_to(scene.migration).dry_run(true).run(&mut client);
        if report.is_empty() && !third.is_ok_and(|third| third.is_up_to_date()) {
            report.push_str("the run after it is not up to date\n");
        }
        drop(client);
        self.stage.discard(database)?;
        Ok(report)
    }

    /// Runs the migration until the fault happens; answers whether it did.
    fn disturb(&mut self, database: &Config, migration: M, point: Point) -> Result<bool, FaultError> {
        self.proxy.arm(point);
        let outcome = match (point.how, point.at) {
            (How::Kill, at) => self.kill(database, migration, at),
            (How::Terminate, At::Running) => self.terminate_running(database, migration),
            _ => run(&self.proxy, database, migration),
        };
        let reached = self.proxy.disarm();
        outcome?;
        Ok(reached)
    }

    /// Kills the process that migrates when the fault is reached, and if it is about a moment, that much later.
    fn kill(&self, database: &Config, migration: M, at: At) -> Result<(), FaultError> {
        let Some(process) = &self.process else { return Ok(()) };
        let mut command = process(&url(&self.proxy.config(database)), migration);
        let mut child = command.stdin(Stdio::null()).spawn().map_err(FaultError::Process)?;
        let outcome = self.wait_for_fault(&mut child);
        if let At::AfterMicroseconds(microseconds) = at {
            thread::sleep(Duration::from_micros(microseconds));
        }
        child.kill().and_then(|()| child.wait()).map_err(FaultError::Process)?;
        outcome
    }

    /// Waits until the fault is reached, or the process has ended by itself.
    fn wait_for_fault(&self, child: &mut Child) -> Result<(), FaultError> {
        let deadline = Instant::now() + LIMIT * 6;
        while !self.proxy.is_reached(Duration::from_millis(20)) && Instant::now() < deadline {
            if child.try_wait().map_err(FaultError::Process)?.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Ends the server's process while its statement waits for somebody who looks at the database.
    fn terminate_running(&mut self, database: &Config, migration: M) -> Result<(), FaultError> {
        let mut reader = connect(database)?;
        reader.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")?;
        let (proxy, stage) = (&self.proxy, &mut self.stage);
        thread::scope(|scope| {
            let running = scope.spawn(|| run(proxy, database, migration));
            let process = if proxy.is_reached(LIMIT) { proxy.server_process() } else { None };
            let ended =
                process.map_or(Ok(()), |process| stage.terminate_waiting(process, || proxy.is_answered()));
            drop(reader);
            let outcome = running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            ended.and(outcome)
        })
    }
}

/// Runs the migration through the proxy. How it ends does not matter: the next run counts.
fn run<M: MigrationSet>(proxy: &Proxy, database: &Config, migration: M) -> Result<(), FaultError> {
    let mut client = proxy.connect(database)?;
    let _ = Migrator::new().up_to(migration).run(&mut client);
    Ok(())
}

/// A configuration as text, for another process.
fn url(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let (user, name) = (config.get_user().unwrap_or_default(), config.get_dbname().unwrap_or_default());
    format!("host='{host}' port={port} user='{user}' dbname='{name}'")
}
