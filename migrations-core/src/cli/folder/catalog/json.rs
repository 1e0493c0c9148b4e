//! The catalogue as one JSON object:
//!
//! ```json
//! {
//!   "version": 1,
//!   "totals": { "migrations": 2, "lines": 30, "sql": 2, "runners": 0, "companions": 0, "reversible": 1,
//!               "irreversible": 1, "destructive": 0, "without_transaction": 0 },
//!   "settings": { "max_lines": { "value": "150", "default": "200" } },
//!   "categories": ["schema"],
//!   "migrations": [{
//!     "position": 1, "name": "create_users", "number": 1, "category": "schema", "path": "sql/schema/001_create_users.sql",
//!     "kind": "sql", "purpose": "…", "rollback": "…", "lines": 15, "dependencies": ["001_create_shop"],
//!     "irreversible": null, "destructive": false, "backups": [], "allowed": [{ "rule": "…", "reason": "…" }],
//!     "transactional": true, "companion": null, "replaces": [], "checksum": "sha256:…"
//!   }],
//!   "archive": [{ "name": "old", "number": 1, "category": "schema", "path": "archive/schema/001_old.sql",
//!                 "superseded_by": "001_create_users" }]
//! }
//! ```
//!
//! The migrations stand in the order of execution; `irreversible` is the reason. Paths are relative to the folder.

use migrations_rules::{Archived, Kind};
use serde_json::{Map, Value, json};

use super::facts::{Entry, Facts, settings, shown};

pub(super) fn text(facts: &Facts<'_>) -> String {
    let all = json!({
        "version": 1,
        "totals": totals(facts),
        "settings": changed_settings(facts),
        "categories": facts.set.categories,
        "migrations": facts.entries.iter().map(|entry| migration(facts, entry)).collect::<Vec<_>>(),
        "archive": facts.set.archived.iter().map(archived).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn totals(facts: &Facts<'_>) -> Value {
    let totals = facts.totals();
    json!({
        "migrations": totals.migrations,
        "lines": totals.lines,
        "sql": totals.sql,
        "runners": totals.runners,
        "companions": totals.companions,
        "reversible": totals.reversible,
        "irreversible": totals.irreversible,
        "destructive": totals.destructive,
        "without_transaction": totals.without_transaction,
    })
}

fn changed_settings(facts: &Facts<'_>) -> Map<String, Value> {
    let settings = settings(&facts.set.config).into_iter();
    settings
        .map(|(name, value, default)| (name.to_owned(), json!({ "value": value, "default": default })))
        .collect()
}

fn migration(facts: &Facts<'_>, entry: &Entry<'_>) -> Value {
    let migration = entry.migration;
    let allowed = migration.allowed().map(|(rule, reason)| json!({ "rule": rule, "reason": reason }));
    json!({
        "position": entry.position,
        "name": migration.file_name.name,
        "number": migration.file_name.number.as_ref().map(migrations_rules::Number::value),
        "category": migration.category,
        "path": migration.path,
        "kind": if migration.kind == Kind::Sql { "sql" } else { "rust" },
        "purpose": migration.purpose(),
        "rollback": migration.rollback_note(),
        "lines": entry.lines,
        "dependencies": facts.dependencies(entry),
        "irreversible": entry.irreversible,
        "destructive": entry.loss.is_some(),
        "backups": migration.backups().map(shown).collect::<Vec<_>>(),
        "allowed": allowed.collect::<Vec<_>>(),
        "transactional": migration.transactional,
        "companion": migration.companion.as_ref().map(|companion| &companion.path),
        "replaces": migration.replaces(),
        "checksum": migration.checksum(),
    })
}

fn archived(archived: &Archived) -> Value {
    json!({
        "name": archived.file_name.name,
        "number": archived.file_name.number.as_ref().map(migrations_rules::Number::value),
        "category": archived.category,
        "path": archived.path,
        "superseded_by": archived.superseded_by.as_ref().map(migrations_rules::FileName::stem),
    })
}
