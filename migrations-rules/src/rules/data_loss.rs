use std::collections::HashSet;
use std::ops::Range;

use migrations_text::Level;
use migrations_text::token::table_name;

use crate::directive::Backup;
use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Node, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "data-loss",
    level: Level::Deny,
    fixed: false,
    summary: "what destroys rows says where they are kept",
    problem: "A table that is dropped, or a column that is overwritten, is gone with the commit. The rollback can make the \
              table again, but not its rows.",
    solution: "Write `-- @backup schema.table` (or `schema.table.column`): the engine copies it in the same transaction, and a \
               rollback puts it back. When nothing of value is lost, say so: `-- @allow data-loss: <reason>`.",
    bad: &[
        Example::Body("DROP TABLE IF EXISTS shop.users;"),
        Example::Body("ALTER TABLE shop.users DROP COLUMN IF EXISTS age;"),
        Example::Body("DROP SCHEMA IF EXISTS shop CASCADE;"),
        Example::Body("TRUNCATE shop.users;"),
        Example::Body("DELETE FROM shop.users;"),
        Example::Body("UPDATE shop.users SET name = NULL;"),
        Example::Body("ALTER TABLE shop.users ALTER COLUMN age TYPE smallint;"),
    ],
    ok: &[
        Example::Body("-- @backup shop.users\nDROP TABLE IF EXISTS shop.users;"),
        Example::Body("-- @backup shop.users.age\nALTER TABLE shop.users DROP COLUMN IF EXISTS age;"),
        Example::Body(
            "-- @allow data-loss: the rows were moved to shop.people in 012\nDROP TABLE IF EXISTS shop.users;",
        ),
        Example::Body("-- @backup shop.\"Odd Name\"\nDROP TABLE IF EXISTS shop.\"Odd Name\";"),
        Example::Body("DROP SCHEMA IF EXISTS shop;"),
        Example::Body("DELETE FROM shop.users WHERE id = 7;"),
        Example::Body("CREATE TEMPORARY TABLE seen (id int);\nDROP TABLE IF EXISTS seen;"),
        Example::Body("ALTER TABLE shop.users ALTER COLUMN age TYPE bigint;"),
        Example::Body(
            "ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS nick text;\nUPDATE shop.users SET nick = name;",
        ),
    ],
    check: Check::Migration(check),
};

/// What a statement destroys: the table (or schema) as it is written, and the column.
struct Loss {
    object: String,
    column: Option<String>,
    is_schema: bool,
    what: &'static str,
    span: Range<usize>,
}

fn check(source: &Source, findings: &mut Findings<'_>) {
    let migration = &source.migration;
    let text = migration.text.as_str();
    // Tables, and columns as `table.column`, that are younger than any row of value.
    let mut made_here: HashSet<String> = HashSet::new();
    for (part, tree) in source.trees(Section::Body) {
        let name = |node: &Node| table_name(&text[node.range.clone()]);
        if matches!(tree.kind(), Some(Kind::CREATE_TABLE | Kind::CREATE_TABLE_AS)) {
            made_here.extend(tree.find(Kind::TABLE_NAME).map(name));
        }
        made_here.extend(added_columns(tree, &name));
        if overwrites_only(tree, &made_here, &name) {
            continue;
        }
        for loss in losses(tree, part.range.clone(), name) {
            let kept =
                made_here.contains(&loss.object) || migration.backups().any(|backup| covers(backup, &loss));
            if !kept {
                let help = match (loss.is_schema, &loss.column) {
                    (true, _) => format!(
                        "write `-- @backup {}.<table>` for each table with rows of value",
                        loss.object
                    ),
                    (false, None) => format!("write `-- @backup {}`", qualified(&loss.object)),
                    (false, Some(column)) => {
                        format!("write `-- @backup {}.{column}`", qualified(&loss.object))
                    }
                };
                findings
                    .at(
                        &RULE,
                        migration,
                        loss.span.clone(),
                        format!("{} destroys rows that are kept nowhere", loss.what),
                    )
                    .help(help)
                    .help("or, when nothing of value is lost, `-- @allow data-loss: <reason>`");
            }
        }
    }
}

fn losses(tree: &Tree, whole: Range<usize>, name: impl Fn(&Node) -> String) -> Vec<Loss> {
    let loss = |node: &Node, what| Loss {
        object: name(node),
        column: None,
        is_schema: false,
        what,
        span: node.range.clone(),
    };
    let all = |kind: Kind| tree.nodes.iter().filter(move |node| node.depth == 1 && node.kind == kind);
    let target = |kind: Kind| tree.nodes.iter().find(move |node| node.kind == kind);
    match tree.kind() {
        Some(Kind::DROP_TABLE) => all(Kind::TABLE_NAME_REF).map(|node| loss(node, "DROP TABLE")).collect(),
        // Without CASCADE, only an empty schema can be dropped.
        Some(Kind::DROP_SCHEMA) if tree.find(Kind::CASCADE).is_some() => {
            let schemas = all(Kind::SCHEMA_REF);
            schemas.map(|node| Loss { is_schema: true, ..loss(node, "DROP SCHEMA") }).collect()
        }
        Some(Kind::TRUNCATE) => {
            let tables = tree.nodes.iter().filter(|node| node.kind == Kind::TABLE_NAME_REF);
            tables.map(|node| loss(node, "TRUNCATE")).collect()
        }
        Some(Kind::DELETE) if !tree.has(Kind::WHERE_CLAUSE) && !tree.has(Kind::USING_CLAUSE) => {
            let table = target(Kind::RELATION_NAME);
            table.map(|node| Loss { span: whole, ..loss(node, "DELETE without WHERE") }).into_iter().collect()
        }
        Some(Kind::UPDATE) if !tree.has(Kind::WHERE_CLAUSE) && !tree.has(Kind::FROM_CLAUSE) => {
            let table = target(Kind::RELATION_NAME);
            table.map(|node| Loss { span: whole, ..loss(node, "UPDATE without WHERE") }).into_iter().collect()
        }
        Some(Kind::ALTER_TABLE) => in_actions(tree, &name),
        _ => Vec::new(),
    }
}

fn in_actions(tree: &Tree, name: &impl Fn(&Node) -> String) -> Vec<Loss> {
    let Some(table) = tree.find(Kind::TABLE_RELATION_NAME) else { return Vec::new() };
    let mut losses = Vec::new();
    for (action, parts) in tree.children() {
        let parts: Vec<&Node> = parts.collect();
        let what = match action.kind {
            Kind::DROP_COLUMN => "DROP COLUMN",
            Kind::ALTER_COLUMN
                if parts.iter().any(|part| part.kind == Kind::SET_TYPE && may_lose(&name(part))) =>
            {
                "a type that holds less"
            }
            _ => continue,
        };
        let column = parts
            .iter()
            .find(|part| matches!(part.kind, Kind::COLUMN_NAME_REF | Kind::COLUMN_NAME | Kind::COLUMN));
        losses.push(Loss {
            object: name(table),
            column: column.map(|column| name(column)),
            is_schema: false,
            what,
            span: action.range.clone(),
        });
    }
    losses
}

fn added_columns(tree: &Tree, name: &impl Fn(&Node) -> String) -> Vec<String> {
    let Some(table) = tree.find(Kind::TABLE_RELATION_NAME).map(name) else { return Vec::new() };
    let added = tree.children().filter(|(action, _)| action.kind == Kind::ADD_COLUMN);
    let columns = added.flat_map(|(_, parts)| parts.filter(|part| part.kind == Kind::COLUMN_NAME));
    columns.map(|column| format!("{table}.{}", name(column))).collect()
}

/// Whether an UPDATE fills columns that the same file has added, and touches no other.
fn overwrites_only(tree: &Tree, made_here: &HashSet<String>, name: &impl Fn(&Node) -> String) -> bool {
    let Some(table) = tree.find(Kind::RELATION_NAME).map(name) else { return false };
    let mut columns = tree.nodes.iter().filter(|node| node.kind == Kind::COLUMN_TARGET).peekable();
    tree.kind() == Some(Kind::UPDATE)
        && columns.peek().is_some()
        && columns.all(|column| made_here.contains(&format!("{table}.{}", name(column))))
}

/// Whether a new type holds less than the types that are usual before it.
fn may_lose(set_type: &str) -> bool {
    let narrow = [
        "smallint",
        "int2",
        "varchar(",
        "character varying(",
        "char(",
        "character(",
        "date",
        "real",
        "float4",
    ];
    let written =
        set_type.trim_start_matches("set data").trim_start().trim_start_matches("type").trim_start();
    written.contains("numeric(")
        || written.contains("decimal(")
        || narrow.iter().any(|narrow| written.starts_with(narrow))
}

fn covers(backup: &Backup, loss: &Loss) -> bool {
    if loss.is_schema {
        return backup.schema == loss.object;
    }
    let same_table = match loss.object.rsplit_once('.') {
        Some((schema, table)) => backup.schema == schema && backup.table == table,
        None => backup.table == loss.object,
    };
    same_table && (backup.column.is_none() || backup.column == loss.column)
}

/// A table as the directive names it.
fn qualified(object: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$';
    let part = |part: &str| if part.chars().all(plain) { part.to_owned() } else { format!("\"{part}\"") };
    let parts: Vec<String> = object.split('.').map(part).collect();
    if parts.len() > 1 { parts.join(".") } else { format!("<schema>.{}", parts.join("")) }
}
