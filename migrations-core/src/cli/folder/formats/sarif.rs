//! SARIF 2.1.0, which code scanning on GitHub and elsewhere reads.

use migrations_rules::{Problem, RULES, Rule};
use migrations_text::Level;
use serde_json::{Map, Value, json};

use super::{Findings, end_column, severity};
use crate::cli::folder::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = "https://docs.rs/migrations-core";

pub(super) fn text(findings: &Findings<'_>) -> String {
    let run = json!({
        "tool": { "driver": driver(findings) },
        "columnKind": "unicodeCodePoints",
        "results": findings.problems.iter().map(result).collect::<Vec<_>>(),
    });
    format!("{:#}\n", json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

fn driver(findings: &Findings<'_>) -> Value {
    let mut rules: Vec<Value> = RULES.iter().map(|rule| described(rule)).collect();
    let mut foreign: Vec<&str> = findings.problems.iter().map(|problem| &*problem.rule).collect();
    foreign.retain(|rule| migrations_rules::rule(rule).is_none());
    foreign.sort_unstable();
    foreign.dedup();
    rules.extend(foreign.into_iter().map(|rule| json!({ "id": rule })));
    json!({
        "name": "cargo-migrations",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": HOME,
        "rules": rules,
    })
}

fn described(rule: &Rule) -> Value {
    let level = if rule.level == Level::Warn { "warning" } else { "error" };
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.problem },
        "help": { "text": format!("{} {}", rule.problem, rule.solution) },
        "helpUri": page(rule),
        "defaultConfiguration": { "level": level, "enabled": rule.level != Level::Allow },
    })
}

/// The page of the rule, where the package says in which repository it lies.
fn page(rule: &Rule) -> String {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => HOME.to_owned(),
        repository => format!("{repository}/blob/main/docs/rules/{}.md", rule.name),
    }
}

fn result(problem: &Problem) -> Value {
    let help = problem.help.iter().map(|help| format!("\n{help}"));
    let text = problem.message.clone() + &help.collect::<String>();
    json!({
        "ruleId": problem.rule,
        "level": severity(problem),
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri::of_path(&problem.path), "uriBaseId": "%SRCROOT%" },
            "region": region(problem),
        } }],
    })
}

fn region(problem: &Problem) -> Value {
    let mut region = Map::new();
    region.insert("startLine".to_owned(), problem.position.line.into());
    region.insert("startColumn".to_owned(), problem.position.column.into());
    if let Some(end) = end_column(problem) {
        region.insert("endColumn".to_owned(), end.into());
    }
    if let Some(excerpt) = &problem.excerpt {
        region.insert("snippet".to_owned(), json!({ "text": excerpt.text }));
    }
    region.into()
}
