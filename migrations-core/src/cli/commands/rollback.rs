//! Takes applied migrations back.

use migrations_text::printable;
use serde_json::{Value, json};

use super::super::arguments::Rollback as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::screen::Screen;
use super::super::style::{BOLD, DIM, GREEN, count, paint};
use super::run::{limited, milliseconds};
use super::{confirm, refuse_rust, write_json};
use crate::error::Error;
use crate::migrator::Migrator;
use crate::report::RolledBack;
use crate::set::MigrationSet;

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    let is_json = options.answer.is_json();
    let which = Which::of(context, options)?;
    let migrator = || {
        Ok::<_, Failure>(
            limited(context.migrator()?, &options.limits).with_dependents(options.with_dependents),
        )
    };
    let mut client = context.client()?;
    let planned = which.roll_back(migrator()?.dry_run(true), &mut client)?;
    if is_json && (options.caution.dry_run || planned.is_empty()) {
        write_json(&as_json(&planned, options.caution.dry_run));
        return Ok(Outcome::Done);
    }
    if planned.is_empty() {
        say!("nothing to take back");
        return Ok(Outcome::Done);
    }
    if !is_json {
        say!("{} to take back, in this order:\n", count(planned.len(), "migration"));
        planned.iter().for_each(show);
        say!("");
    }
    if options.caution.dry_run {
        return Ok(Outcome::Done);
    }
    let in_code = planned.iter().filter_map(|one| one.migration).filter(|one| one.facts().rollback.is_none());
    refuse_rust(context, in_code)?;
    confirm(&format!("Take back {}?", count(planned.len(), "migration")), options.caution.yes)?;
    let mut screen = (!is_json).then(|| Screen::new(planned.len(), None, ""));
    let undone = which.roll_back(
        migrator()?.on_event(|event| screen.iter_mut().for_each(|screen| screen.show(&event))),
        &mut client,
    );
    screen.into_iter().for_each(Screen::end);
    let undone = undone?;
    if is_json {
        write_json(&as_json(&undone, false));
    } else {
        say!("\n{}", paint(GREEN, format!("{} taken back", count(undone.len(), "migration"))));
    }
    Ok(Outcome::Done)
}

/// Which migrations to take back.
enum Which {
    After(Member),
    Last(usize),
    One(Member),
    All,
}

impl Which {
    fn of(context: &Context, options: &Options) -> Result<Which, Failure> {
        Ok(match options {
            Options { to: Some(to), .. } => Which::After(context.member(to)?),
            Options { last: Some(count), .. } => Which::Last(*count),
            Options { one: Some(one), .. } => Which::One(context.member(one)?),
            _ => Which::All,
        })
    }

    fn roll_back(
        &self,
        migrator: Migrator<'_, Member>,
        client: &mut postgres::Client,
    ) -> Result<Vec<RolledBack<Member>>, Error> {
        match *self {
            Which::After(target) => migrator.rollback_to(client, target),
            Which::Last(count) => migrator.rollback_last(client, count),
            Which::One(migration) => migrator.rollback_one(client, migration),
            Which::All => migrator.rollback_all(client),
        }
    }
}

fn show(undone: &RolledBack<Member>) {
    let (name, purpose) = match undone.migration {
        Some(migration) => (migration.facts().stem, migration.facts().purpose),
        None => (undone.name.as_str(), "unknown to this set; the ledger has kept how to take it back"),
    };
    say!("  {}  {}", paint(BOLD, printable(name)), paint(DIM, purpose));
}

fn as_json(undone: &[RolledBack<Member>], dry_run: bool) -> Value {
    let undone = undone.iter().map(|one| {
        json!({
            "name": one.name,
            "file": one.migration.map(|migration| migration.facts().path),
            "milliseconds": milliseconds(one.duration),
        })
    });
    json!({ "rolled_back": undone.collect::<Vec<_>>(), "dry_run": dry_run })
}
