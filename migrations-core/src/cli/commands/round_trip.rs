//! Runs the set up, down and up again.

use serde_json::json;

use super::super::arguments::RoundTrip as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::style::{GREEN, count, paint, time};
use super::run::milliseconds;
use super::{refuse_rust, write_json};
use crate::set::MigrationSet;
use crate::testing::RoundTrip;

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    context.table()?;
    refuse_rust(context, Member::all())?;
    let trip = RoundTrip::<Member>::new();
    let report = if options.column_order { trip.with_column_order() } else { trip }.run()?;
    if options.answer.is_json() {
        write_json(&json!({
            "round_trips": report.round_trips,
            "irreversible": report.irreversible,
            "milliseconds": milliseconds(report.duration),
        }));
        return Ok(Outcome::Done);
    }
    let said = format!(
        "{} up, down and up again in {}: nothing was left behind, nothing was lost",
        count(report.round_trips, "migration"),
        time(report.duration)
    );
    say!("{}", paint(GREEN, said));
    if !report.irreversible.is_empty() {
        say!("irreversible: {}", report.irreversible.join(", "));
    }
    Ok(Outcome::Done)
}
