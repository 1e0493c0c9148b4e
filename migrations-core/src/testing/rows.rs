//! The rows of tables, as numbers and digests.

use std::collections::BTreeMap;

use postgres::Client;

use crate::quote::{literal, qualified};

/// Number and digest of the rows of each table, by the name that the table goes by.
pub(super) type Digests = BTreeMap<String, (i64, String)>;

/// A table, and what of its rows counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// What it is called in reports.
    pub(super) label: String,
    pub(super) schema: String,
    pub(super) name: String,
    /// The columns that are left out.
    pub(super) without: Vec<String>,
}

/// The tables of the database, without those of the system and of `ignored` schemas.
pub(super) fn tables(client: &mut Client, ignored: &[&str]) -> Result<Vec<Table>, postgres::Error> {
    let query = "SELECT schemaname::text, tablename::text FROM pg_catalog.pg_tables \
                 WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema' AND schemaname <> ALL ($1) \
                 ORDER BY 1, 2";
    let tables = client.query(query, &[&ignored])?;
    let table = |row: &postgres::Row| {
        let (schema, name): (String, String) = (row.get(0), row.get(1));
        Table { label: format!("{schema}.{name}"), schema, name, without: Vec::new() }
    };
    Ok(tables.iter().map(table).collect())
}

/// Number and digest of the rows of each of these tables, in one round trip.
pub(super) fn digests(client: &mut Client, tables: &[Table]) -> Result<Digests, postgres::Error> {
    // As JSON, whose keys are sorted: a column that was added again stands last.
    let digest = |table: &Table| {
        format!(
            "SELECT {}, count(*), coalesce(md5(string_agg(row, '' ORDER BY row)), '') \
             FROM (SELECT md5((to_jsonb(t){})::text) AS row FROM {} AS t) AS rows",
            literal(&table.label),
            table.without.iter().map(|column| format!(" - {}", literal(column))).collect::<String>(),
            qualified(&table.schema, &table.name)
        )
    };
    let queries: Vec<String> = tables.iter().map(digest).collect();
    if queries.is_empty() {
        return Ok(Digests::new());
    }
    let rows = client.query_typed(&queries.join(" UNION ALL "), &[])?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

/// A digest of the values of each column of a table, in no order.
pub(super) fn columns(
    client: &mut Client,
    table: &Table,
) -> Result<BTreeMap<String, String>, postgres::Error> {
    let query = format!(
        "SELECT cell.key, md5(string_agg(md5(cell.value::text), '' ORDER BY md5(cell.value::text))) \
         FROM {} AS t, jsonb_each(to_jsonb(t)) AS cell GROUP BY cell.key",
        qualified(&table.schema, &table.name)
    );
    Ok(client.query_typed(&query, &[])?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// How the rows of two moments differ, a line a table.
pub(super) fn difference(before: &Digests, after: &Digests) -> String {
    let line = |(table, (count, digest)): (&String, &(i64, String))| match after.get(table) {
        Some((same, other)) if (same, other) == (count, digest) => None,
        Some((other, _)) if other == count => Some(format!("rows of {table}: other contents\n")),
        Some((other, _)) => Some(format!("rows of {table}: {count} → {other}\n")),
        None => None,
    };
    before.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_contents_another_number_and_the_same_rows_are_told_apart() {
        let digests = |rows: [(&str, i64, &str); 3]| -> Digests {
            rows.into_iter()
                .map(|(table, count, digest)| (table.to_owned(), (count, digest.to_owned())))
                .collect()
        };
        let before = digests([("edited", 2, "a"), ("emptied", 2, "b"), ("kept", 2, "c")]);
        let after = digests([("edited", 2, "z"), ("emptied", 0, ""), ("kept", 2, "c")]);
        assert_eq!(difference(&before, &after), "rows of edited: other contents\nrows of emptied: 2 → 0\n");
    }
}
