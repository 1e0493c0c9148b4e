//! Applies what is pending.

use std::time::Duration;

use postgres::Client;
use serde_json::{Value, json};

use super::super::arguments::{Limits, Run};
use super::super::context::Context;
use super::super::database::Database;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::{complain, say};
use super::super::screen::Screen;
use super::super::style::{BOLD, DIM, GREEN, count, paint, time};
use super::{refuse_rust, write_json};
use crate::error::of_postgres;
use crate::migrator::Migrator;
use crate::report::{Applied, Report};
use crate::scratch::Scratch;
use crate::set::MigrationSet;

pub(super) fn run(context: &Context, options: &Run) -> Result<Outcome, Failure> {
    let is_json = options.answer.is_json();
    context.table()?;
    let wants_scratch =
        options.scratch || (context.scratch_by_default && context.named_database()?.is_none());
    let scratch = wants_scratch.then(Scratch::start).transpose()?;
    let database = match &scratch {
        Some(scratch) => Database::of_scratch(scratch),
        None => context.database()?.clone(),
    };
    let mut client = patiently_connected(migrator(context, options)?, &database)?;
    if !is_json {
        say!("{}", banner(&mut client, &database, scratch.as_ref()));
    }
    let pending = migrator(context, options)?.plan(&mut client)?.steps.into_iter().map(|step| step.migration);
    let pending: Vec<Member> = pending.collect();
    refuse_rust(context, pending.iter().copied())?;
    drop(client);
    let report = if is_json || options.dry_run {
        migrator(context, options)?.dry_run(options.dry_run).run_with(|| database.connect())?
    } else {
        let screen = Screen::new(pending.len(), Some(&database), &context.ledger_schema()?);
        watched(migrator(context, options)?, &database, screen)?
    };
    if is_json {
        write_json(&as_json(&report));
    } else {
        summary(&report, scratch.is_some());
    }
    Ok(Outcome::Done)
}

fn migrator<'a>(context: &Context, options: &Run) -> Result<Migrator<'a, Member>, Failure> {
    let migrator = limited(context.migrator()?, &options.limits)
        .allow_unknown(options.allow_unknown)
        .batch_pause(options.batch_pause);
    Ok(match &options.to {
        Some(last) => migrator.up_to(context.member(last)?),
        None => migrator,
    })
}

pub(super) fn limited<'a>(migrator: Migrator<'a, Member>, limits: &Limits) -> Migrator<'a, Member> {
    let migrator = migrator
        .wait_for_lock(limits.wait_for_lock)
        .lock_timeout(limits.lock_timeout)
        .attempts(limits.attempts);
    match limits.statement_timeout {
        Some(limit) => migrator.statement_timeout(limit),
        None => migrator,
    }
}

/// A connection; a server that is starting is waited for, which is said once.
fn patiently_connected(migrator: Migrator<'_, Member>, database: &Database) -> Result<Client, Failure> {
    let mut is_said = false;
    let outcome = migrator
        .on_event(|event| {
            if !is_said {
                complain!("{database}: {event}");
            }
            is_said = true;
        })
        .connected(|| database.connect());
    outcome.map_err(|error| match of_postgres(&error) {
        Some(source) => Failure::connection(database, source),
        None => Failure::Engine(error),
    })
}

fn watched(
    migrator: Migrator<'_, Member>,
    database: &Database,
    mut screen: Screen,
) -> Result<Report<Member>, Failure> {
    let outcome =
        migrator.stop_on_ctrl_c()?.on_event(|event| screen.show(&event)).run_with(|| database.connect());
    screen.end();
    Ok(outcome?)
}

/// One line: which database, on which server.
pub(super) fn banner(client: &mut Client, database: &Database, scratch: Option<&Scratch>) -> String {
    let version = client
        .simple_query("SHOW server_version")
        .ok()
        .and_then(|messages| {
            messages.iter().find_map(|message| match message {
                postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
        })
        .unwrap_or_default();
    let version = migrations_text::printable(&version).into_owned();
    match scratch {
        Some(scratch) => format!(
            "{} {}\n",
            paint(BOLD, format!("A throw-away PostgreSQL {version}")),
            paint(DIM, format!("from {}", scratch.source()))
        ),
        None => format!("{} {}\n", paint(BOLD, database), paint(DIM, format!("PostgreSQL {version}"))),
    }
}

fn summary(report: &Report<Member>, is_scratch: bool) {
    if report.dry_run {
        for applied in &report.applied {
            let facts = applied.migration.facts();
            say!("  {} {}", paint(BOLD, facts.stem), paint(DIM, facts.purpose));
        }
    }
    let said = match (report.applied.len(), report.dry_run) {
        (0, _) => report.to_string(),
        (some, true) => format!("{} would be applied; nothing was changed", count(some, "migration")),
        (some, false) => format!("{} applied in {}", count(some, "migration"), time(report.duration)),
    };
    let line = if report.is_up_to_date() { "" } else { "\n" };
    say!("{line}{}", paint(GREEN, said));
    if is_scratch {
        say!("The server is gone now; set DATABASE_URL to migrate a database of yours.");
    }
}

fn as_json(report: &Report<Member>) -> Value {
    json!({
        "applied": report.applied.iter().map(applied).collect::<Vec<_>>(),
        "milliseconds": milliseconds(report.duration),
        "dry_run": report.dry_run,
    })
}

fn applied(applied: &Applied<Member>) -> Value {
    let facts = applied.migration.facts();
    json!({
        "name": facts.name,
        "file": facts.path,
        "category": facts.category,
        "milliseconds": milliseconds(applied.duration),
        "log": applied.log,
    })
}

/// With three decimals.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
