//! Compares the history with the set, and the database with what the set builds.

use serde_json::json;

use super::super::arguments::Verify as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::style::{GREEN, RED, count, paint};
use super::{refuse_rust, write_json};
use crate::scratch::Scratch;
use crate::set::MigrationSet;
use crate::testing::Catalogue;

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    let is_json = options.answer.is_json();
    let mut client = context.client()?;
    // Fails when a file has changed, or the database has what the set does not know.
    let pending = context.migrator()?.plan(&mut client)?.steps;
    let pending: Vec<Member> = pending.into_iter().map(|step| step.migration).collect();
    let difference = match options.history {
        true => String::new(),
        false => drift(context, options, &mut client, &pending)?,
    };
    if is_json {
        let pending: Vec<&str> = pending.iter().map(|member| member.facts().name).collect();
        write_json(&json!({ "pending": pending, "difference": difference.lines().collect::<Vec<_>>() }));
    } else {
        say(options, pending.len(), &difference);
    }
    Ok(if difference.is_empty() { Outcome::Done } else { Outcome::NotSo })
}

/// What is different in the database from what its migrations build on an empty one.
fn drift(
    context: &Context,
    options: &Options,
    client: &mut postgres::Client,
    pending: &[Member],
) -> Result<String, Failure> {
    let applied: Vec<Member> = Member::all().filter(|member| !pending.contains(member)).collect();
    refuse_rust(context, applied.iter().copied())?;
    let scratch = Scratch::start()?;
    let mut built = scratch.connect()?;
    context.migrator()?.without(pending).run(&mut built)?;
    let ledger = context.ledger_schema()?;
    let backups = format!("{ledger}_backups");
    let ignored: Vec<&str> = [ledger.as_str(), &backups]
        .into_iter()
        .chain(options.ignore_schema.iter().map(String::as_str))
        .collect();
    let read = |client: &mut postgres::Client| {
        Catalogue::read(client, &ignored)
            .map_err(|error| Failure::plain(format!("the catalogue cannot be read: {error}"), "try again"))
    };
    let (expected, found) = (read(&mut built)?, read(client)?);
    Ok(expected.difference(&found).to_string())
}

fn say(options: &Options, pending: usize, difference: &str) {
    say!("{}", paint(GREEN, "the history fits the set: nothing is changed, missing or unknown"));
    if pending > 0 {
        say!("{} pending", count(pending, "migration"));
    }
    if options.history {
        return;
    }
    if difference.is_empty() {
        say!("{}", paint(GREEN, "the database is what its migrations build"));
        return;
    }
    say!("{}\n", paint(RED, "the database is not what its migrations build:"));
    for line in difference.lines() {
        say!("  {line}");
    }
}
