//! Types, collations, and what makes operators and text search.

use super::Database;

#[test]
fn enums() {
    let mut database = Database::with("CREATE TYPE mood AS ENUM ('bad', 'good')");
    let mood = "type public.mood";
    database.attribute(
        mood,
        "labels: 'bad', 'good' → 'awful', 'good'",
        "ALTER TYPE mood RENAME VALUE 'bad' TO 'awful'",
        "ALTER TYPE mood RENAME VALUE 'awful' TO 'bad'",
    );
    database.attribute(
        mood,
        "labels: 'bad', 'good' → 'bad', 'so-so', 'good'",
        "ALTER TYPE mood ADD VALUE 'so-so' BEFORE 'good'",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('bad', 'good')",
    );
    database.owner(mood, "TYPE mood");
    database.comment(mood, "TYPE mood");
    database.there_and_back(
        "REVOKE USAGE ON TYPE mood FROM PUBLIC",
        "GRANT USAGE ON TYPE mood TO PUBLIC",
        &format!("{mood}\n    grants:\n        - USAGE to PUBLIC"),
    );
}

#[test]
fn composites() {
    let mut database = Database::with("CREATE TYPE c AS (a integer, b text)");
    database.attribute(
        "attribute public.c.a",
        "type: integer → bigint",
        "ALTER TYPE c ALTER ATTRIBUTE a TYPE bigint",
        "ALTER TYPE c ALTER ATTRIBUTE a TYPE integer",
    );
    database.there_and_back(
        "DROP TYPE c; CREATE TYPE c AS (b text, a integer)",
        "DROP TYPE c; CREATE TYPE c AS (a integer, b text)",
        "attribute public.c.a
    follows: nothing → b
attribute public.c.b
    follows: a → nothing",
    );
    database.comment("attribute public.c.a", "COLUMN c.a");
    database.owner("type public.c", "TYPE c");
}

#[test]
fn ranges() {
    let mut database = Database::with("CREATE TYPE span AS RANGE (subtype = float8)");
    database.there_and_back(
        "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)",
        "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8)",
        "type public.span
    definition:
        + subtype_diff = float8mi(double precision,double precision)",
    );
    database.owner("type public.span", "TYPE span");
    database.comment("type public.span", "TYPE span");
}

#[test]
fn domains() {
    let mut database = Database::with(
        "CREATE DOMAIN d AS varchar(10) CONSTRAINT k CHECK (value <> ''); CREATE TABLE t (a d)",
    );
    let d = "domain public.d";
    database.attribute(
        d,
        "default: (none) → 'x'::character varying",
        "ALTER DOMAIN d SET DEFAULT 'x'",
        "ALTER DOMAIN d DROP DEFAULT",
    );
    let shown = database.change("ALTER DOMAIN d SET NOT NULL");
    assert!(shown.contains("domain public.d\n    not null: no → yes\n"), "{shown}");
    database.run("ALTER DOMAIN d DROP NOT NULL");
    let k = "constraint k on domain public.d";
    database.attribute(
        k,
        "validated: yes → no",
        "ALTER DOMAIN d DROP CONSTRAINT k;
         ALTER DOMAIN d ADD CONSTRAINT k CHECK (value <> '') NOT VALID",
        "ALTER DOMAIN d VALIDATE CONSTRAINT k",
    );
    database.there_and_back(
        "ALTER DOMAIN d RENAME CONSTRAINT k TO l",
        "ALTER DOMAIN d RENAME CONSTRAINT l TO k",
        "constraint k on domain public.d
    is missing now
constraint l on domain public.d
    is new: CHECK (((VALUE)::text <> ''::text))",
    );
    database.comment(k, "CONSTRAINT k ON DOMAIN d");
    database.owner(d, "DOMAIN d");
    database.comment(d, "DOMAIN d");
    database.run("DROP TABLE t");
    let constrained = "CONSTRAINT k CHECK (value <> '')";
    database.attribute(
        d,
        "type: character varying(10) → character varying(20)",
        &format!("DROP DOMAIN d; CREATE DOMAIN d AS varchar(20) {constrained}"),
        &format!("DROP DOMAIN d; CREATE DOMAIN d AS varchar(10) {constrained}"),
    );
    database.attribute(
        d,
        "collation: (none) → \"C\"",
        &format!("DROP DOMAIN d; CREATE DOMAIN d AS varchar(10) COLLATE \"C\" {constrained}"),
        &format!("DROP DOMAIN d; CREATE DOMAIN d AS varchar(10) {constrained}"),
    );
}

#[test]
fn base_types() {
    let mut database = Database::with(
        "CREATE TYPE opaque;
         CREATE FUNCTION opaque_in(cstring) RETURNS opaque IMMUTABLE STRICT LANGUAGE internal AS 'int4in';
         CREATE FUNCTION opaque_out(opaque) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
         CREATE TYPE opaque (INPUT = opaque_in, OUTPUT = opaque_out, LIKE = integer);
         CREATE TYPE shell",
    );
    database.there_and_back(
        "ALTER TYPE opaque SET (ANALYZE = array_typanalyze)",
        "ALTER TYPE opaque SET (ANALYZE = NONE)",
        "type public.opaque\n    definition:\n        + analyze = array_typanalyze(internal)",
    );
    database.attribute("type public.shell", "is missing now", "DROP TYPE shell", "CREATE TYPE shell");
    database.comment("type public.shell", "TYPE shell");
}

#[test]
fn collations() {
    let mut database = Database::with("CREATE COLLATION c (LOCALE = 'C')");
    let c = "collation public.c";
    database.attribute(
        c,
        "locale: LC_COLLATE C, LC_CTYPE C → LC_COLLATE POSIX, LC_CTYPE C",
        "DROP COLLATION c; CREATE COLLATION c (LC_COLLATE = 'POSIX', LC_CTYPE = 'C')",
        "DROP COLLATION c; CREATE COLLATION c (LOCALE = 'C')",
    );
    database.owner(c, "COLLATION c");
    database.comment(c, "COLLATION c");
}

#[test]
fn operators_with_their_classes_and_families() {
    let mut database = Database::with(
        "CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
         CREATE OPERATOR FAMILY fam USING btree;
         CREATE OPERATOR CLASS cls FOR TYPE integer USING btree FAMILY fam AS
             OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4)",
    );
    let operator = "operator public.===(integer,integer)";
    database.attribute(
        operator,
        "restrict: (none) → eqsel(internal,oid,internal,integer)",
        "ALTER OPERATOR === (integer, integer) SET (RESTRICT = eqsel)",
        "ALTER OPERATOR === (integer, integer) SET (RESTRICT = NONE)",
    );
    let basic = "DROP OPERATOR === (integer, integer);
        CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION =";
    for (options, attribute) in [
        ("int4ne", "function: int4eq(integer,integer) → int4ne(integer,integer)"),
        ("int4eq, COMMUTATOR = ===", "commutator: (none) → public.===(integer,integer)"),
        ("int4eq, JOIN = eqjoinsel", "join: (none) → eqjoinsel(internal,oid,internal,smallint,internal)"),
        ("int4eq, HASHES", "hashes: no → yes"),
        ("int4eq, MERGES", "merges: no → yes"),
    ] {
        database.attribute(operator, attribute, &format!("{basic} {options})"), &format!("{basic} int4eq)"));
    }
    database.run("CREATE OPERATOR !== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne)");
    database.there_and_back(
        &format!("{basic} int4eq, NEGATOR = !==)"),
        &format!("{basic} int4eq)"),
        "operator public.!==(integer,integer)
    negator: (none) → public.===(integer,integer)
operator public.===(integer,integer)
    negator: (none) → public.!==(integer,integer)",
    );
    database.owner(operator, "OPERATOR === (integer, integer)");
    database.comment(operator, "OPERATOR === (integer, integer)");
    let family = "operator family public.fam USING btree";
    database.there_and_back(
        "ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int4, int8)",
        "ALTER OPERATOR FAMILY fam USING btree DROP OPERATOR 1 (int4, int8)",
        &format!("{family}\n    operators:\n        + 1 <(integer,bigint)"),
    );
    database.owner(family, "OPERATOR FAMILY fam USING btree");
    database.comment(family, "OPERATOR FAMILY fam USING btree");
    database.there_and_back(
        "ALTER OPERATOR FAMILY fam USING btree ADD FUNCTION 1 btint48cmp(int4, int8)",
        "ALTER OPERATOR FAMILY fam USING btree DROP FUNCTION 1 (int4, int8)",
        &format!("{family}\n    functions:\n        + 1 (integer, bigint) btint48cmp(integer,bigint)"),
    );
    let class = "operator class public.cls USING btree";
    let text = |default: &str| {
        format!(
            "CREATE OPERATOR CLASS txt {default} FOR TYPE mood USING btree FAMILY fam AS FUNCTION 1 (mood, mood) enum_cmp"
        )
    };
    database.run("CREATE TYPE mood AS ENUM ('bad')");
    database.run(&text(""));
    database.attribute(
        "operator class public.txt USING btree",
        "default: no → yes",
        &format!("DROP OPERATOR CLASS txt USING btree; {}", text("DEFAULT")),
        &format!("DROP OPERATOR CLASS txt USING btree; {}", text("")),
    );
    database.owner(class, "OPERATOR CLASS cls USING btree");
    database.comment(class, "OPERATOR CLASS cls USING btree");
}

#[test]
fn casts() {
    let mut database = Database::with(
        "CREATE TYPE c AS (a integer);
         CREATE FUNCTION to_int(c) RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE CAST (c AS integer) WITH FUNCTION to_int(c)",
    );
    let cast = "cast from public.c to integer";
    database.attribute(
        cast,
        "context: explicit → assignment",
        "DROP CAST (c AS integer); CREATE CAST (c AS integer) WITH FUNCTION to_int(c) AS ASSIGNMENT",
        "DROP CAST (c AS integer); CREATE CAST (c AS integer) WITH FUNCTION to_int(c)",
    );
    database.attribute(
        cast,
        "definition: public.to_int(public.c) → by input and output",
        "DROP CAST (c AS integer); CREATE CAST (c AS integer) WITH INOUT",
        "DROP CAST (c AS integer); CREATE CAST (c AS integer) WITH FUNCTION to_int(c)",
    );
    database.comment(cast, "CAST (c AS integer)");
}

#[test]
fn conversions() {
    let create = "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8";
    let mut database = Database::with(create);
    let c = "conversion public.c";
    database.attribute(
        c,
        "default: no → yes",
        "DROP CONVERSION c; CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        &format!("DROP CONVERSION c; {create}"),
    );
    database.owner(c, "CONVERSION c");
    database.comment(c, "CONVERSION c");
}

#[test]
fn text_search() {
    let mut database = Database::with(
        "CREATE TEXT SEARCH CONFIGURATION conf (COPY = simple);
         CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
         CREATE TEXT SEARCH TEMPLATE templ (LEXIZE = dsimple_lexize);
         CREATE TEXT SEARCH PARSER pars (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
             LEXTYPES = prsd_lextype);
         CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = simple);
         CREATE TEXT SEARCH CONFIGURATION bare (PARSER = \"default\")",
    );
    let conf = "text search configuration public.conf";
    database.there_and_back(
        "ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR email WITH dict",
        "ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR email WITH simple",
        &format!("{conf}\n    mapping:\n        - email: simple\n        + email: public.dict"),
    );
    database.attribute(
        "text search dictionary public.dict",
        "options: (none) → accept = 'false'",
        "ALTER TEXT SEARCH DICTIONARY dict (accept = false)",
        "ALTER TEXT SEARCH DICTIONARY dict (accept)",
    );
    database.attribute(
        "text search dictionary public.other",
        "template: pg_catalog.simple → public.templ",
        "DROP TEXT SEARCH DICTIONARY other; CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = templ)",
        "DROP TEXT SEARCH DICTIONARY other; CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = pg_catalog.simple)",
    );
    database.attribute(
        "text search configuration public.bare",
        "parser: pg_catalog.\"default\" → public.pars",
        "DROP TEXT SEARCH CONFIGURATION bare; CREATE TEXT SEARCH CONFIGURATION bare (PARSER = pars)",
        "DROP TEXT SEARCH CONFIGURATION bare; CREATE TEXT SEARCH CONFIGURATION bare (PARSER = \"default\")",
    );
    for kind in ["configuration", "dictionary"] {
        let (name, upper) = (&kind[..4], kind.to_uppercase());
        let object = format!("text search {kind} public.{name}");
        database.owner(&object, &format!("TEXT SEARCH {upper} {name}"));
        database.comment(&object, &format!("TEXT SEARCH {upper} {name}"));
    }
    database.comment("text search template public.templ", "TEXT SEARCH TEMPLATE templ");
    database.comment("text search parser public.pars", "TEXT SEARCH PARSER pars");
}
