//! The calls of the engine, and how they are interrupted.

use std::thread;
use std::time::Duration;

use migrations_core::__private::{Read, Rows, Table};
use migrations_core::{Error, MigrationSet, Migrator, Report, RolledBack};
use postgres::{Client, Config, NoTls};

use crate::cut::{self, Cut};
use crate::folder::Build;
use crate::model::{Failure, Outcome, Run, Status, Undo};

/// Stands for whatever migration has this place in the execution order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(pub(crate) usize);

/// The most migrations of a build.
pub(crate) const MOST: usize = 16;

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl MigrationSet for Place {
    /// Of no build: each call names its own.
    fn table() -> &'static Table {
        static NONE: Table = Table {
            rows: Rows::Read(&[]),
            read: Read::new(),
            digest: "",
            ledger_schema: "migrations",
            build: "",
            folder: "",
        };
        &NONE
    }

    fn at(position: usize) -> Place {
        Place(position)
    }

    fn position(self) -> usize {
        self.0
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    Run(Run),
    Undo(Undo, bool),
}

/// What comes between a call and its end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    Cut(Cut),
    /// The server ends it when the call tells of this event, counted from 0.
    AtEvent(u8),
    /// The server ends it so many microseconds later.
    After(u16),
    /// It stays; at this event another run takes the lease over, and does the work.
    Overtaken(u8),
}

impl Call {
    pub(crate) fn make(self, build: &Build, config: &Config, client: &mut Option<Client>) -> Outcome {
        self.with(Migrator::over(build.table), build, config, client)
    }

    /// The call on a connection that ends; if it reconnects, the next one does not.
    pub(crate) fn make_interrupted(
        self,
        build: &Build,
        config: &Config,
        interruption: Interruption,
    ) -> Outcome {
        let mut outcome = self.interrupted(build, config, interruption);
        // The connection may end before it has told which statement it was.
        if let Some(Failure::Unlocated(stem)) = outcome.failure {
            outcome.failure = Some(Failure::Unverified(stem));
        }
        outcome
    }

    fn interrupted(self, build: &Build, config: &Config, interruption: Interruption) -> Outcome {
        let migrator = Migrator::over(build.table);
        match interruption {
            Interruption::Cut(cut) => {
                self.with(migrator, build, config, &mut Some(cut::connect(config, cut)))
            }
            Interruption::AtEvent(event) => {
                let (client, mut kill) = doomed(config);
                let mut events = 0..=event;
                let migrator = migrator.on_event(move |_| {
                    if events.next() == Some(event) {
                        kill();
                    }
                });
                self.with(migrator, build, config, &mut Some(client))
            }
            Interruption::Overtaken(event) => {
                let (mut other, mut events) = (config.connect(NoTls).unwrap(), 0..=event);
                let migrator = migrator.on_event(move |_| {
                    if events.next() == Some(event) {
                        let expire = "UPDATE migrations.lease SET run = NULL";
                        other.batch_execute(expire).unwrap();
                        let mut other = Some(config.connect(NoTls).unwrap());
                        self.with(Migrator::over(build.table), build, config, &mut other);
                    }
                });
                self.with(migrator, build, config, &mut Some(config.connect(NoTls).unwrap()))
            }
            Interruption::After(microseconds) => {
                let (client, mut kill) = doomed(config);
                let later = thread::spawn(move || {
                    thread::sleep(Duration::from_micros(microseconds.into()));
                    kill();
                });
                let outcome = self.with(migrator, build, config, &mut Some(client));
                later.join().unwrap();
                outcome
            }
        }
    }

    /// On this connection; where it reconnects, on others after it.
    fn with(
        self,
        migrator: Migrator<'_, Place>,
        build: &Build,
        config: &Config,
        client: &mut Option<Client>,
    ) -> Outcome {
        match self {
            Call::Run(run @ Run { reconnects: true, .. }) => {
                let connect = || client.take().map_or_else(|| config.connect(NoTls), Ok);
                applied(build, limited(migrator, build, run).run_with(connect))
            }
            Call::Run(run) => applied(build, limited(migrator, build, run).run(client.as_mut().unwrap())),
            Call::Undo(undo, dependents) => {
                let (migrator, client) = (migrator.with_dependents(dependents), client.as_mut().unwrap());
                undone(match undo {
                    Undo::All => migrator.rollback_all(client),
                    Undo::Last(count) => migrator.rollback_last(client, count),
                    Undo::To(place) => migrator.rollback_to(client, Place(place)),
                    Undo::One(place) => migrator.rollback_one(client, Place(place)),
                })
            }
        }
    }
}

/// A connection, and what ends it.
fn doomed(config: &Config) -> (Client, impl FnMut() + Send + use<>) {
    let (mut client, mut killer) = (config.connect(NoTls).unwrap(), config.connect(NoTls).unwrap());
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    let kill = move || {
        killer.execute("SELECT pg_terminate_backend($1, 5000)", &[&pid]).unwrap();
    };
    (client, kill)
}

/// What is pending, changed, unknown and planned without a change; a plan and a dry run must tell the same.
pub(crate) fn look(build: &Build, run: Run, client: &mut Client) -> (Status, Result<Vec<usize>, Failure>) {
    let status = Migrator::<Place>::over(build.table).status(client).unwrap();
    let changed = status.migrations.iter().filter(|status| status.changed);
    let status = Status {
        pending: status.pending().map(Place::position).collect(),
        changed: changed.map(|status| status.migration.0).collect(),
        unknown: status.unknown.iter().map(|record| record.name.clone()).collect(),
    };
    let migrator = || limited(Migrator::<Place>::over(build.table), build, run);
    let planned = migrator().plan(client).map_err(|error| failure(&error));
    let planned = planned.map(|plan| plan.steps.iter().map(|step| step.migration.0).collect::<Vec<usize>>());
    let dry = migrator().dry_run(true).run(client).map_err(|error| failure(&error));
    let dry = dry.map(|report| report.applied.iter().map(|applied| applied.migration.0).collect());
    assert_eq!(planned, dry, "a plan and a dry run");
    (status, planned)
}

fn limited<'a>(migrator: Migrator<'a, Place>, build: &Build, run: Run) -> Migrator<'a, Place> {
    let migrator = migrator.allow_unknown(run.allow_unknown);
    match run.end {
        end if end == build.files.len() => migrator,
        end => migrator.up_to(Place(end - 1)),
    }
}

fn applied(build: &Build, report: Result<Report<Place>, Error>) -> Outcome {
    outcome(report.map(|report| {
        report.applied.iter().map(|applied| build.files[applied.migration.0].0.stem()).collect()
    }))
}

fn undone(undone: Result<Vec<RolledBack<Place>>, Error>) -> Outcome {
    outcome(undone.map(|undone| undone.into_iter().map(|one| one.name).collect()))
}

fn outcome(answer: Result<Vec<String>, Error>) -> Outcome {
    match answer {
        Ok(done) => Outcome { failure: None, done },
        Err(error) => Outcome { done: error.applied().to_vec(), failure: Some(failure(&error)) },
    }
}

fn failure(error: &Error) -> Failure {
    let stem = || error.failed_migration().unwrap_or_default().to_owned();
    match () {
        () if error.is_connection() => Failure::Lost,
        () if error.is_changed() => Failure::Changed,
        () if error.is_missing() => Failure::Missing,
        () if error.is_verification_failed() => Failure::Unverified(stem()),
        () if error.is_migration_failed() && error.sqlstate() == Some("P0004") => Failure::Unlocated(stem()),
        () if error.is_migration_failed() && error.server_message() == Some("switched off") => {
            Failure::Failed(stem())
        }
        () if error.is_not_applied() => Failure::NotApplied,
        () if error.is_needed() => Failure::Needed,
        () if error.is_irreversible() => Failure::Irreversible,
        () => Failure::Other(error.to_string()),
    }
}
