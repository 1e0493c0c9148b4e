//! The queries: one a class of objects. The first column names the object, the others are attributes, text or boolean.
//!
//! They share a frame that gives them the schemas (`space`), tables and the like (`relation`) and types (`type`) to be
//! shown, with their names, and what belongs to extensions (`member`). Its only parameter is the ignored schemas.

mod globals;
mod relations;
mod routines;
mod types;

/// Everything that the text of a definition depends on.
pub(super) const SETTINGS: &str = "
    SET LOCAL search_path = pg_catalog;
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL standard_conforming_strings = on;
    SET LOCAL DateStyle = 'ISO, YMD';
    SET LOCAL IntervalStyle = 'postgres';
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL extra_float_digits = 1;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL lc_monetary = 'C';
    SET LOCAL jit = off";

pub(super) const VERSION: &str = "SELECT current_setting('server_version_num')::integer";

/// Whether the physical order of columns is an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnOrder {
    Ignored,
    Kept,
}

/// All queries, for a server of this version.
pub(super) fn all(version: i32, order: ColumnOrder) -> Vec<String> {
    let queries = [relations::all(order), routines::all(), types::all(), globals::all(version)];
    queries.concat().iter().map(|query| format!("{FRAME}\n{query}")).collect()
}

const FRAME: &str = "
WITH space AS (
    SELECT oid, quote_ident(name) AS name
    FROM (SELECT oid, CASE oid WHEN pg_my_temp_schema() THEN 'pg_temp' ELSE nspname::text END FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' OR oid = pg_my_temp_schema()) plain (oid, name)
    WHERE name <> ALL ($1::text[])
), member AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
    SELECT c.oid, c.relkind AS kind, c.relowner AS owner, space.name || '.' || quote_ident(c.relname) AS name
    FROM pg_class c JOIN space ON space.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND (c.tableoid, c.oid) NOT IN (TABLE member)
        AND ('pg_type'::regclass, c.reltype) NOT IN (TABLE member)
), type AS (
    SELECT t.oid, space.name || '.' || quote_ident(t.typname) AS name
    FROM pg_type t JOIN space ON space.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typtype <> 'm' AND coalesce(c.relkind = 'c', true) AND (t.tableoid, t.oid) NOT IN (TABLE member)
        AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
)";

/// The grants in an ACL, one a line. NULL is the default of the kind of object, a letter of `acldefault`.
///
/// Owners are not named, so that a new owner is one change and not two.
fn grants(kind: char, acl: &str, owner: &str) -> String {
    format!(
        "nullif(array_to_string(ARRAY(
            SELECT format('%s to %s%s%s', privilege_type,
                CASE grantee WHEN 0 THEN 'PUBLIC' WHEN {owner} THEN 'the owner'
                    ELSE quote_ident(pg_get_userbyid(grantee)) END,
                CASE WHEN is_grantable THEN ' with grant option' END,
                CASE WHEN grantor <> {owner} THEN ' by ' || quote_ident(pg_get_userbyid(grantor)) END
            ) COLLATE \"C\"
            FROM aclexplode(coalesce({acl}, acldefault('{kind}', {owner}))) ORDER BY 1), E'\\n'), '')"
    )
}

/// The options in an array, in one line.
fn options(array: &str) -> String {
    format!(
        "nullif(array_to_string(ARRAY(
            SELECT option COLLATE \"C\" FROM unnest({array}) option ORDER BY 1), ', '), '')"
    )
}

/// When triggers, rules and event triggers fire.
fn firing(letter: &str) -> String {
    format!(
        "CASE {letter} WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'A' THEN 'always'
            WHEN 'R' THEN 'on a replica' END"
    )
}
