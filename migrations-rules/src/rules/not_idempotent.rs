use std::collections::HashSet;
use std::ops::Range;

use migrations_text::Level;
use migrations_text::token::words;

use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Node, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "not-idempotent",
    level: Level::Warn,
    fixed: false,
    summary: "CREATE says `IF NOT EXISTS` or `OR REPLACE`, DROP says `IF EXISTS`, where PostgreSQL has it",
    problem: "A statement that can run twice survives a database where somebody has done it by hand already, and a \
              rollback that was stopped halfway.",
    solution: "Add the clause. What was dropped with `IF EXISTS` earlier in the same file may be created without.",
    bad: &[
        Example::Body("CREATE TABLE shop.users (id bigint PRIMARY KEY);"),
        Example::Body("ALTER TABLE shop.users ADD COLUMN name text;"),
        Example::Body("DROP VIEW shop.totals;"),
        Example::Body("CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 1';"),
    ],
    ok: &[
        Example::Body("CREATE TABLE IF NOT EXISTS shop.users (id bigint PRIMARY KEY);"),
        Example::Body("ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS name text;"),
        Example::Body("DROP VIEW IF EXISTS shop.totals;\nCREATE VIEW shop.totals AS SELECT 1 AS one;"),
        Example::Body("CREATE TYPE shop.colour AS ENUM ('red');"),
        Example::Body("CREATE SCHEMA shop CREATE TABLE users (id bigint PRIMARY KEY);"),
        Example::Body("CREATE TEMPORARY TABLE seen ON COMMIT DROP AS SELECT 1 AS id;"),
    ],
    check: Check::Migration(check),
};

const IF_NOT_EXISTS: [Kind; 12] = [
    Kind::CREATE_TABLE,
    Kind::CREATE_TABLE_AS,
    Kind::CREATE_INDEX,
    Kind::CREATE_SCHEMA,
    Kind::CREATE_SEQUENCE,
    Kind::CREATE_EXTENSION,
    Kind::CREATE_MATERIALIZED_VIEW,
    Kind::CREATE_FOREIGN_TABLE,
    Kind::CREATE_SERVER,
    Kind::CREATE_USER_MAPPING,
    Kind::CREATE_STATISTICS,
    Kind::CREATE_COLLATION,
];

const OR_REPLACE: [Kind; 7] = [
    Kind::CREATE_VIEW,
    Kind::CREATE_FUNCTION,
    Kind::CREATE_PROCEDURE,
    Kind::CREATE_AGGREGATE,
    Kind::CREATE_RULE,
    Kind::CREATE_TRANSFORM,
    Kind::CREATE_LANGUAGE,
];

fn check(source: &Source, findings: &mut Findings<'_>) {
    let text = source.migration.text.as_str();
    let mut dropped: HashSet<(String, &str)> = HashSet::new();
    for (part, tree) in source.trees(Section::Body) {
        let Some(kind) = tree.kind() else { continue };
        let name = format!("{kind:?}");
        let objects =
            || tree.nodes.iter().filter(|node| node.depth == 1).map(|node| &text[node.range.clone()]);
        if let Some(object) = name.strip_prefix("DROP_").filter(|_| tree.has(Kind::IF_EXISTS)) {
            dropped.extend(objects().map(|written| (object.to_owned(), written)));
        } else if let Some(object) = name.strip_prefix("CREATE_")
            && objects().any(|written| dropped.contains(&(object.to_owned(), written)))
        {
            continue;
        }
        let sql = &text[part.range.clone()];
        for (place, clause) in missing_clauses(tree, sql, kind, findings.config.postgres_version) {
            let written = words_of(&text[place.clone()]);
            findings
                .at(
                    &RULE,
                    &source.migration,
                    place.start..place.start + written.len(),
                    format!("no `{clause}` here"),
                )
                .label("fails when it runs a second time")
                .help(help(part.range.start == place.start, tree, kind, clause));
        }
    }
}

/// The places of a statement where PostgreSQL has a clause that is not written, with the clause.
fn missing_clauses(
    tree: &Tree,
    sql: &str,
    kind: Kind,
    postgres_version: u32,
) -> Vec<(Range<usize>, &'static str)> {
    let whole = || tree.nodes[0].range.clone();
    let statement = |clause_kind: Kind, clause: &'static str| {
        if tree.has(clause_kind) { Vec::new() } else { vec![(whole(), clause)] }
    };
    match kind {
        _ if tree.has(Kind::TEMP) || is_schema_with_elements(tree, kind) => Vec::new(),
        _ if IF_NOT_EXISTS.contains(&kind) => statement(Kind::IF_NOT_EXISTS, "IF NOT EXISTS"),
        _ if OR_REPLACE.contains(&kind) => statement(Kind::OR_REPLACE, "OR REPLACE"),
        // A constraint trigger cannot be replaced.
        Kind::CREATE_TRIGGER if postgres_version >= 14 && !is_constraint_trigger(sql) => {
            statement(Kind::OR_REPLACE, "OR REPLACE")
        }
        Kind::ALTER_TABLE | Kind::ALTER_FOREIGN_TABLE | Kind::ALTER_TYPE => missing_in_actions(tree),
        Kind::DROP_OWNED => Vec::new(),
        _ if format!("{kind:?}").starts_with("DROP_") => statement(Kind::IF_EXISTS, "IF EXISTS"),
        _ => Vec::new(),
    }
}

fn missing_in_actions(tree: &Tree) -> Vec<(Range<usize>, &'static str)> {
    let mut missing = Vec::new();
    for (action, mut parts) in tree.children() {
        let (clause_kind, clause) = match action.kind {
            Kind::ADD_COLUMN | Kind::ADD_VALUE => (Kind::IF_NOT_EXISTS, "IF NOT EXISTS"),
            Kind::DROP_COLUMN | Kind::DROP_CONSTRAINT => (Kind::IF_EXISTS, "IF EXISTS"),
            _ => continue,
        };
        if !parts.any(|part| part.kind == clause_kind) {
            missing.push((action.range.clone(), clause));
        }
    }
    missing
}

/// PostgreSQL refuses `IF NOT EXISTS` for a schema that is created together with what lies in it.
fn is_schema_with_elements(tree: &Tree, kind: Kind) -> bool {
    let is_element = |node: &Node| node.depth == 1 && format!("{:?}", node.kind).starts_with("CREATE_");
    kind == Kind::CREATE_SCHEMA && tree.nodes.iter().any(|node| is_element(node) || node.kind == Kind::GRANT)
}

fn is_constraint_trigger(sql: &str) -> bool {
    words(sql).nth(1).is_some_and(|word| word.eq_ignore_ascii_case("constraint"))
}

fn help(is_statement: bool, tree: &Tree, kind: Kind, clause: &str) -> String {
    if is_statement && kind == Kind::CREATE_INDEX && tree.find(Kind::INDEX).is_none() {
        return "give the index a name and write `IF NOT EXISTS` before it".to_owned();
    }
    match clause {
        "OR REPLACE" => "write `CREATE OR REPLACE`, or drop it with `IF EXISTS` first".to_owned(),
        clause => format!("write `{clause}` before the name"),
    }
}

/// The keywords with which a statement begins, as they are written.
fn words_of(written: &str) -> &str {
    let end = written
        .match_indices(|c: char| !c.is_ascii_uppercase() && c != ' ')
        .next()
        .map_or(written.len(), |(at, _)| at);
    let keywords = written[..end].trim_end();
    if keywords.is_empty() { written.split_whitespace().next().unwrap_or(written) } else { keywords }
}
