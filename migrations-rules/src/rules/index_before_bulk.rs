use std::collections::HashMap;

use migrations_text::Level;
use migrations_text::token::table_name;

use crate::migration::{Section, Source};
use crate::rule::{Check, Example, Findings, Rule};
use crate::syntax::{Kind, Tree};

pub(crate) static RULE: Rule = Rule {
    name: "index-before-bulk",
    level: Level::Warn,
    fixed: false,
    summary: "an index is created after the rows it covers were written, not before",
    problem: "Every row that INSERT … SELECT or UPDATE writes must then be entered into the index one by one; building \
              the index once afterwards is several times faster and gives a denser index.",
    solution: "Move CREATE INDEX behind the statement that writes the rows. An index that the statement itself needs \
               (to find rows) may stay: `-- @allow index-before-bulk: <reason>`.",
    bad: &[
        Example::Body(
            "CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);\n\
             INSERT INTO shop.users (name) SELECT name FROM shop.people;",
        ),
        Example::Body(
            "CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);\nUPDATE shop.users SET name = lower(name) WHERE name <> lower(name);",
        ),
    ],
    ok: &[
        Example::Body(
            "INSERT INTO shop.users (name) SELECT name FROM shop.people;\n\
             CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);",
        ),
        Example::Body(
            "CREATE UNIQUE INDEX IF NOT EXISTS uq_users_name ON shop.users (name);\n\
             INSERT INTO shop.users (name) SELECT name FROM shop.people ON CONFLICT (name) DO NOTHING;",
        ),
        Example::Body(
            "CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);\nINSERT INTO shop.users (name) VALUES ('Ada');",
        ),
        Example::Body(
            "CREATE INDEX IF NOT EXISTS ix_users_name ON shop.users (name);\n\
             WITH a AS (SELECT name FROM shop.users) INSERT INTO shop.names (name) SELECT name FROM a;",
        ),
    ],
    check: Check::Migration(check),
};

fn check(source: &Source, findings: &mut Findings<'_>) {
    let text = &source.migration.text;
    let mut indexed: HashMap<String, usize> = HashMap::new();
    for (part, tree) in source.trees(Section::Body) {
        let table = |kind: Kind| tree.child(kind).map(|node| table_name(&text[node.range.clone()]));
        if tree.kind() == Some(Kind::CREATE_INDEX) {
            if let Some(table) = table(Kind::TABLE_RELATION_NAME) {
                indexed.entry(table).or_insert(part.range.start);
            }
        } else if let Some(written) = bulk_write(tree).and_then(table)
            && let Some(index) = indexed.get(&written)
        {
            let line = text.position(*index).line;
            findings
                .at(
                    &RULE,
                    &source.migration,
                    part.range.clone(),
                    format!("`{written}` has an index already (line {line})"),
                )
                .label("each row is entered into it one by one")
                .help("create the index after this statement");
        }
    }
}

/// The kind of node that names the table, when the statement writes many rows at once.
fn bulk_write(tree: &Tree) -> Option<Kind> {
    let query = [Kind::SELECT, Kind::COMPOUND_SELECT, Kind::PAREN_SELECT, Kind::TABLE];
    match tree.kind()? {
        Kind::UPDATE => Some(Kind::RELATION_NAME),
        Kind::INSERT if query.iter().any(|kind| tree.has(*kind)) && !tree.has(Kind::ON_CONFLICT_CLAUSE) => {
            Some(Kind::RELATION_NAME_REF)
        }
        _ => None,
    }
}
