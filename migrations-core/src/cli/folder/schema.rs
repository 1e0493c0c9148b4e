//! The JSON schema of `migrations.toml`, with which editors complete and check it.

#[cfg(test)]
mod tests;

use migrations_rules::{Config, RULES, Rule};
use serde_json::{Map, Value, json};

/// The schema as a file; `docs/migrations.schema.json` holds it.
pub(crate) fn text() -> String {
    format!("{:#}\n", config())
}

fn config() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "migrations.toml",
        "description": "The settings of a folder of migrations; each of them has a default.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties(&Config::default()),
    })
}

/// A key of `migrations_rules::CONFIG_KEYS` each, with what the rule `bad-config` lets through.
fn properties(default: &Config) -> Value {
    json!({
        "categories": {
            "description": "The folders that hold migrations, in the order that decides where numbers tie; other folders \
                            are then an error. Without this key: the folders that are there, by name.",
            "type": "array",
            "uniqueItems": true,
            "items": { "type": "string", "pattern": "^[^/\\\\]+$" },
        },
        "ledger_schema": {
            "description": "The schema in which the engine keeps its tables: 1 to 50 bytes, not beginning with `pg_`.",
            "type": "string",
            "minLength": 1,
            "maxLength": 50,
            "pattern": "^(?!pg_)[^\\x00]*$",
            "default": default.ledger_schema,
        },
        "max_lines": {
            "description": "How many lines a file may have.",
            "type": "integer",
            "minimum": 1,
            "default": default.max_lines,
        },
        "postgres_version": {
            "description": "The oldest major version of PostgreSQL that the migrations must run on.",
            "type": "integer",
            "minimum": 10,
            "maximum": 99,
            "default": default.postgres_version,
        },
        "rules": {
            "description": "The levels of rules for the whole folder.",
            "type": "object",
            "additionalProperties": false,
            "properties": RULES.iter().map(|rule| (rule.name.to_owned(), level(rule))).collect::<Map<_, _>>(),
        },
    })
}

fn level(rule: &Rule) -> Value {
    let (levels, note): (&[&str], _) = match rule.fixed {
        true => (&["deny"], " It cannot be switched off."),
        false => (&["allow", "warn", "deny"], ""),
    };
    json!({
        "description": format!("{}.{note}", capitalised(rule.summary)),
        "enum": levels,
        "default": rule.level.to_string(),
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
