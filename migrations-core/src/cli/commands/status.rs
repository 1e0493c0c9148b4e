//! Shows what is applied, pending, changed and unknown.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use migrations_text::printable;
use serde_json::{Value, json};

use super::super::arguments::Status as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::style::{CYAN, DIM, GREEN, RED, YELLOW, count, paint, time, width};
use super::run::milliseconds;
use super::write_json;
use crate::set::MigrationSet;
use crate::status::{MigrationStatus, Record, Status};

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    let is_json = options.answer.is_json();
    let mut client = context.client()?;
    let status = context.migrator()?.status(&mut client)?;
    if is_json {
        write_json(&as_json(&status));
    } else {
        show(&status);
    }
    Ok(if options.check && !is_current(&status) { Outcome::NotUpToDate } else { Outcome::Done })
}

fn is_current(status: &Status<Member>) -> bool {
    status.unknown.is_empty() && status.migrations.iter().all(|one| state(one) == "applied")
}

fn state(status: &MigrationStatus<Member>) -> &'static str {
    match (&status.record, status.changed) {
        (None, _) => "pending",
        (Some(_), true) => "changed",
        (Some(_), false) => "applied",
    }
}

fn show(status: &Status<Member>) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width()).unwrap_or(u16::MAX));
    table.set_header(["", "migration", "category", "applied", "by", "took"].map(|title| paint(DIM, title)));
    for one in &status.migrations {
        let facts = one.migration.facts();
        table.add_row(row(state(one), facts.stem, facts.category, one.record.as_ref()));
    }
    for record in &status.unknown {
        table.add_row(row("unknown", &record.name, "", Some(record)));
    }
    for column in table.column_iter_mut().skip(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    say!("{table}\n\n{}", summary(status));
}

fn row(state: &str, name: &str, category: &str, record: Option<&Record>) -> [String; 6] {
    let colour = match state {
        "applied" => GREEN,
        "pending" => CYAN,
        "changed" => RED,
        _ => YELLOW,
    };
    let (at, by, took) = record.map_or_else(Default::default, |record| {
        // Without the fraction of the second.
        let at = record.applied_at.get(..19).unwrap_or(&record.applied_at);
        (printable(at).into_owned(), printable(&record.applied_by).into_owned(), time(record.duration))
    });
    [paint(colour, state), printable(name).into_owned(), category.to_owned(), at, by, took]
}

fn summary(status: &Status<Member>) -> String {
    let number = |wanted: &str| status.migrations.iter().filter(|one| state(one) == wanted).count();
    let mut said = vec![format!("{} applied", count(number("applied"), "migration"))];
    for (number, what, colour) in [
        (number("pending"), "pending", CYAN),
        (number("changed"), "changed since", RED),
        (status.unknown.len(), "unknown to this set", YELLOW),
    ] {
        if number > 0 {
            said.push(paint(colour, format!("{number} {what}")));
        }
    }
    said.join(", ")
}

fn as_json(status: &Status<Member>) -> Value {
    let migrations = status.migrations.iter().map(|one| {
        let facts = one.migration.facts();
        let mut value = record(one.record.as_ref());
        value["state"] = state(one).into();
        value["name"] = facts.name.into();
        value["file"] = facts.path.into();
        value["category"] = facts.category.into();
        value
    });
    let unknown = status.unknown.iter().map(|one| {
        let mut value = record(Some(one));
        value["name"] = one.name.clone().into();
        value
    });
    json!({
        "migrations": migrations.collect::<Vec<_>>(),
        "unknown": unknown.collect::<Vec<_>>(),
        "up_to_date": is_current(status),
    })
}

fn record(record: Option<&Record>) -> Value {
    json!({
        "applied_at": record.map(|record| &record.applied_at),
        "applied_by": record.map(|record| &record.applied_by),
        "milliseconds": record.map(|record| milliseconds(record.duration)),
    })
}
