//! Functions, procedures and aggregates.

use super::Database;

#[test]
fn functions() {
    let create = "CREATE OR REPLACE FUNCTION f(integer, text DEFAULT 'a') RETURNS integer LANGUAGE sql";
    let original = format!("{create} AS 'SELECT 1'");
    let mut database = Database::with(&original);
    let f = "function public.f(integer, text)";
    for (clause, line) in [
        ("IMMUTABLE", "+  IMMUTABLE"),
        ("STRICT", "+  STRICT"),
        ("SECURITY DEFINER", "+  SECURITY DEFINER"),
        ("PARALLEL SAFE", "+  PARALLEL SAFE"),
        ("COST 7", "+  COST 7"),
        ("SET search_path = ''", "+  SET search_path TO ''"),
    ] {
        database.there_and_back(
            &format!("{create} {clause} AS 'SELECT 1'"),
            &original,
            &format!("{f}\n    definition:\n        {line}"),
        );
    }
    database.owner(f, "FUNCTION f");
    database.comment(f, "FUNCTION f");
    database.there_and_back(
        "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION f TO PUBLIC",
        &format!("{f}\n    grants:\n        - EXECUTE to PUBLIC"),
    );
    database.there_and_back(
        "CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP FUNCTION f(text)",
        "function public.f(text)
    is new:
        CREATE OR REPLACE FUNCTION public.f(text)
         RETURNS integer
         LANGUAGE sql
        AS $function$SELECT 1$function$",
    );
}

#[test]
fn procedures() {
    let original = "CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN\n    NULL;\nEND'";
    let mut database = Database::with(original);
    let p = "procedure public.p(integer)";
    database.there_and_back(
        "CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN\n    COMMIT;\nEND'",
        original,
        &format!("{p}\n    definition:\n        -     NULL;\n        +     COMMIT;"),
    );
    database.owner(p, "PROCEDURE p");
    database.comment(p, "PROCEDURE p");
}

#[test]
fn aggregates() {
    let original =
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '0')";
    let mut database = Database::with(original);
    let total = "aggregate public.total(integer)";
    database.there_and_back(
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '1',
             combinefunc = int4pl, parallel = safe)",
        original,
        &format!(
            "{total}
    definition:
        - initcond = 0
        + initcond = 1
        + combinefunc = int4pl(integer,integer)
        - parallel = unsafe
        + parallel = safe"
        ),
    );
    database.owner(total, "AGGREGATE total(integer)");
    database.comment(total, "AGGREGATE total(integer)");
}
