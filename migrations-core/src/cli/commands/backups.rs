//! What `-- @backup` has copied.

use comfy_table::{Table, presets};
use migrations_text::printable;
use serde_json::json;

use super::super::arguments::Backups;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::output::say;
use super::super::style::{DIM, count, paint};
use super::{confirm, write_json};
use crate::backup::Backup;

pub(super) fn run(context: &Context, options: &Backups) -> Result<Outcome, Failure> {
    let mut client = context.client()?;
    match options {
        Backups::List { answer } => show(&context.migrator()?.backups(&mut client)?, answer.is_json()),
        Backups::Restore { id, yes, answer } => {
            confirm(&format!("Put backup {id} back?"), *yes)?;
            let rows = context.migrator()?.restore_backup(&mut client, *id)?;
            match answer.is_json() {
                true => write_json(&json!({ "restored": id, "rows": rows })),
                false => say!("{rows} rows put back"),
            }
        }
        Backups::Prune { older_than, yes, answer } => {
            let age = humantime::format_duration(*older_than);
            confirm(&format!("Drop every backup that is older than {age}?"), *yes)?;
            let pruned = context.migrator()?.prune_backups(&mut client, *older_than)?;
            show(&pruned, answer.is_json());
            if !answer.is_json() {
                say!("{} dropped", count(pruned.len(), "backup"));
            }
        }
    }
    Ok(Outcome::Done)
}

fn show(backups: &[Backup], is_json: bool) {
    if is_json {
        let backups = backups.iter().map(|one| {
            json!({
                "id": one.id,
                "migration": one.migration,
                "source": one.source,
                "copy": one.copy,
                "rows": one.rows,
                "bytes": one.bytes,
                "taken_at": one.taken_at,
                "restored_at": one.restored_at,
            })
        });
        return write_json(&json!({ "backups": backups.collect::<Vec<_>>() }));
    }
    if backups.is_empty() {
        return say!("there are no backups");
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(
        ["", "migration", "of", "rows", "bytes", "taken", "put back"].map(|title| paint(DIM, title)),
    );
    for one in backups {
        let restored = one.restored_at.as_deref().unwrap_or("-");
        let texts =
            [&one.migration, &one.source, &one.taken_at, restored].map(|text| printable(text).into_owned());
        let [migration, source, taken, restored] = texts;
        table.add_row([
            one.id.to_string(),
            migration,
            source,
            one.rows.to_string(),
            one.bytes.to_string(),
            taken,
            restored,
        ]);
    }
    say!("{table}");
}
