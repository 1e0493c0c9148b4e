//! Schemas, tables and views.

use super::Database;

const T: &str = "table public.t";
const ID: &str = "column public.t.id";
const NAME: &str = "column public.t.name";

#[test]
fn schemas() {
    let mut database = Database::with("CREATE SCHEMA s");
    let schema = "schema s";
    database.attribute(schema, "is missing now", "DROP SCHEMA s", "CREATE SCHEMA s");
    database.owner(schema, "SCHEMA s");
    database.comment(schema, "SCHEMA s");
    database.there_and_back(
        "GRANT USAGE ON SCHEMA s TO pg_monitor",
        "REVOKE USAGE ON SCHEMA s FROM pg_monitor",
        "schema s\n    grants:\n        + USAGE to pg_monitor",
    );
}

#[test]
fn tables() {
    let mut database =
        Database::with("CREATE TABLE t (id int NOT NULL, name text); CREATE UNIQUE INDEX t_id ON t (id)");
    let mut alter = |attribute: &str, there: &str, back: &str| {
        database.attribute(T, attribute, &format!("ALTER TABLE t {there}"), &format!("ALTER TABLE t {back}"));
    };
    alter("persistence: permanent → unlogged", "SET UNLOGGED", "SET LOGGED");
    alter(
        "options: (none) → autovacuum_enabled=off, fillfactor=70",
        "SET (fillfactor = 70, autovacuum_enabled = off)",
        "RESET (fillfactor, autovacuum_enabled)",
    );
    alter(
        "toast options: (none) → autovacuum_enabled=off",
        "SET (toast.autovacuum_enabled = off)",
        "RESET (toast.autovacuum_enabled)",
    );
    alter("row security: no → yes", "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY");
    alter("row security for the owner: no → yes", "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY");
    alter("replica identity: primary key → full", "REPLICA IDENTITY FULL", "REPLICA IDENTITY DEFAULT");
    alter(
        "replica identity: primary key → index public.t_id",
        "REPLICA IDENTITY USING INDEX t_id",
        "REPLICA IDENTITY DEFAULT",
    );
    database.owner(T, "TABLE t");
    database.comment(T, "TABLE t");
}

#[test]
fn grants_on_tables_and_columns() {
    let mut database = Database::with("CREATE TABLE t (id int, name text)");
    database.there_and_back(
        "GRANT SELECT, INSERT ON t TO pg_monitor; GRANT UPDATE ON t TO PUBLIC",
        "REVOKE ALL ON t FROM pg_monitor, PUBLIC",
        "table public.t
    grants:
        + INSERT to pg_monitor
        + SELECT to pg_monitor
        + UPDATE to PUBLIC",
    );
    database.there_and_back(
        "GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION;
         SET ROLE pg_monitor; GRANT SELECT ON t TO pg_read_all_stats; RESET ROLE",
        "REVOKE ALL ON t FROM pg_monitor CASCADE",
        "table public.t
    grants:
        + SELECT to pg_monitor with grant option
        + SELECT to pg_read_all_stats by pg_monitor",
    );
    database.there_and_back(
        "REVOKE DELETE ON t FROM postgres",
        "GRANT DELETE ON t TO postgres",
        "table public.t\n    grants:\n        - DELETE to the owner",
    );
    database.attribute(
        ID,
        "grants: (none) → SELECT to pg_monitor",
        "GRANT SELECT (id) ON t TO pg_monitor",
        "REVOKE SELECT (id) ON t FROM pg_monitor",
    );
}

#[test]
fn columns() {
    let mut database = Database::with("CREATE TABLE t (id int, name varchar(10), filler text)");
    let not_null = if database.version() >= 18 {
        "\nconstraint t_name_not_null on public.t\n    is new: NOT NULL name"
    } else {
        ""
    };
    database.there_and_back(
        "ALTER TABLE t ALTER name SET NOT NULL",
        "ALTER TABLE t ALTER name DROP NOT NULL",
        &format!("{NAME}\n    not null: no → yes{not_null}"),
    );
    let mut alter = |column: &str, attribute: &str, there: &str, back: &str| {
        database.attribute(
            column,
            attribute,
            &format!("ALTER TABLE t ALTER {there}"),
            &format!("ALTER TABLE t ALTER {back}"),
        );
    };
    alter(
        NAME,
        "type: character varying(10) → character varying(20)",
        "name TYPE varchar(20)",
        "name TYPE varchar(10)",
    );
    alter(NAME, "default: (none) → 'x'::character varying", "name SET DEFAULT 'x'", "name DROP DEFAULT");
    alter(NAME, "storage: extended → external", "name SET STORAGE EXTERNAL", "name SET STORAGE EXTENDED");
    alter(NAME, "compression: (none) → pglz", "name SET COMPRESSION pglz", "name SET COMPRESSION default");
    alter(ID, "statistics target: (none) → 7", "id SET STATISTICS 7", "id SET STATISTICS -1");
    alter(ID, "options: (none) → n_distinct=5", "id SET (n_distinct = 5)", "id RESET (n_distinct)");
    alter(
        NAME,
        "collation: (none) → \"C\"",
        "name TYPE varchar(10) COLLATE \"C\"",
        "name TYPE varchar(10) COLLATE \"default\"",
    );
    database.comment(ID, "COLUMN t.id");
    database.there_and_back(
        "ALTER TABLE t DROP name",
        "ALTER TABLE t ADD name varchar(10)",
        &format!("{NAME}\n    is missing now"),
    );
    database.there_and_back(
        "ALTER TABLE t RENAME id TO key",
        "ALTER TABLE t RENAME key TO id",
        &format!("{ID}\n    is missing now\ncolumn public.t.key\n    is new: integer"),
    );
}

#[test]
fn identity_and_generated_columns() {
    let mut database = Database::with(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, name int GENERATED ALWAYS AS (1 + 1) STORED)",
    );
    database.attribute(
        ID,
        "identity: always → by default",
        "ALTER TABLE t ALTER id SET GENERATED BY DEFAULT",
        "ALTER TABLE t ALTER id SET GENERATED ALWAYS",
    );
    database.attribute(
        NAME,
        "generated: stored (1 + 1) → stored (1 + 2)",
        "ALTER TABLE t DROP name, ADD name int GENERATED ALWAYS AS (1 + 2) STORED",
        "ALTER TABLE t DROP name, ADD name int GENERATED ALWAYS AS (1 + 1) STORED",
    );
    if database.version() >= 18 {
        database.attribute(
            NAME,
            "generated: stored (1 + 1) → virtual (1 + 1)",
            "ALTER TABLE t DROP name, ADD name int GENERATED ALWAYS AS (1 + 1) VIRTUAL",
            "ALTER TABLE t DROP name, ADD name int GENERATED ALWAYS AS (1 + 1) STORED",
        );
    }
}

#[test]
fn views() {
    let mut database = Database::with(
        "CREATE TABLE t (id int, name text); CREATE VIEW v AS SELECT id FROM t;
         CREATE MATERIALIZED VIEW m AS SELECT id FROM t",
    );
    let (v, m) = ("view public.v", "materialized view public.m");
    database.there_and_back(
        "CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE true",
        "CREATE OR REPLACE VIEW v AS SELECT id FROM t",
        "view public.v
    definition:
        -    FROM public.t;
        +    FROM public.t
        +   WHERE true;",
    );
    database.attribute(
        v,
        "options: (none) → security_barrier=true",
        "ALTER VIEW v SET (security_barrier)",
        "ALTER VIEW v RESET (security_barrier)",
    );
    database.attribute(
        "column public.v.id",
        "default: (none) → 1",
        "ALTER VIEW v ALTER id SET DEFAULT 1",
        "ALTER VIEW v ALTER id DROP DEFAULT",
    );
    database.comment("column public.v.id", "COLUMN v.id");
    database.owner(v, "VIEW v");
    database.comment(v, "VIEW v");
    database.attribute(
        m,
        "populated: yes → no",
        "REFRESH MATERIALIZED VIEW m WITH NO DATA",
        "REFRESH MATERIALIZED VIEW m",
    );
    database.attribute(
        m,
        "options: (none) → fillfactor=70",
        "ALTER MATERIALIZED VIEW m SET (fillfactor = 70)",
        "ALTER MATERIALIZED VIEW m RESET (fillfactor)",
    );
    database.owner(m, "MATERIALIZED VIEW m");
    database.comment(m, "MATERIALIZED VIEW m");
}

#[test]
fn partitions() {
    let mut database = Database::with(
        "CREATE TABLE p (id int, at date) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
         CREATE INDEX p_at ON p (at)",
    );
    database.there_and_back(
        "ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (20)",
        "ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)",
        "table public.p1
    partition bounds: FOR VALUES FROM (0) TO (10) → FOR VALUES FROM (0) TO (20)",
    );
    database.there_and_back(
        "ALTER TABLE p DETACH PARTITION p1",
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)",
        "column public.p1.at
    inherited: yes → no
column public.p1.id
    inherited: yes → no
index public.p1_at_idx
    attached to: public.p_at → (none)
table public.p1
    partition bounds: FOR VALUES FROM (0) TO (10) → (none)
    partition of: public.p → (none)",
    );
    database.there_and_back(
        "DROP TABLE p; CREATE TABLE p (id int, at date) PARTITION BY LIST (id);
         CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX p_at ON p (at)",
        "DROP TABLE p; CREATE TABLE p (id int, at date) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE INDEX p_at ON p (at)",
        "table public.p
    partitioned by: RANGE (id) → LIST (id)
table public.p1
    partition bounds: FOR VALUES FROM (0) TO (10) → DEFAULT",
    );
}

#[test]
fn inheritance_and_typed_tables() {
    let mut database = Database::with(
        "CREATE TABLE parent (id int, CONSTRAINT k CHECK (id > 0));
         CREATE TABLE t (id int, CONSTRAINT k CHECK (id > 0));
         CREATE TYPE c AS (id int, name text); CREATE TABLE typed (id int, name text)",
    );
    database.attribute(
        T,
        "inherits from: (none) → public.parent",
        "ALTER TABLE t INHERIT parent",
        "ALTER TABLE t NO INHERIT parent",
    );
    database.attribute(
        "table public.typed",
        "of type: (none) → public.c",
        "ALTER TABLE typed OF c",
        "ALTER TABLE typed NOT OF",
    );
    database.there_and_back(
        "DROP TABLE t; CREATE TABLE t () INHERITS (parent)",
        "DROP TABLE t; CREATE TABLE t (id int, CONSTRAINT k CHECK (id > 0))",
        "column public.t.id
    inherited: no → yes
constraint k on public.t
    inherited: no → yes
table public.t
    inherits from: (none) → public.parent",
    );
}

#[test]
fn access_methods_and_tablespaces_of_tables() {
    let mut database = Database::with(
        "CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
         CREATE TABLE t (id int); CREATE INDEX i ON t (id)",
    );
    database.attribute(
        T,
        "access method: heap → heap_too",
        "DROP TABLE t; CREATE TABLE t (id int) USING heap_too; CREATE INDEX i ON t (id)",
        "DROP TABLE t; CREATE TABLE t (id int); CREATE INDEX i ON t (id)",
    );
    database.comment("access method heap_too", "ACCESS METHOD heap_too");
    if database.version() < 15 {
        return;
    }
    database.run("SET allow_in_place_tablespaces = on");
    database.run("CREATE TABLESPACE elsewhere LOCATION ''");
    let space = "tablespace: (none) → elsewhere";
    database.attribute(
        T,
        space,
        "ALTER TABLE t SET TABLESPACE elsewhere",
        "ALTER TABLE t SET TABLESPACE pg_default",
    );
    database.attribute(
        "index public.i",
        space,
        "ALTER INDEX i SET TABLESPACE elsewhere",
        "ALTER INDEX i SET TABLESPACE pg_default",
    );
}

#[test]
fn foreign_tables_servers_and_wrappers() {
    let mut database = Database::with(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
         CREATE SERVER s2 FOREIGN DATA WRAPPER w;
         CREATE FOREIGN TABLE f (id int) SERVER s OPTIONS (a 'x')",
    );
    let f = "foreign table public.f";
    database.attribute(
        f,
        "foreign options: a=x → a=x, b=y",
        "ALTER FOREIGN TABLE f OPTIONS (ADD b 'y')",
        "ALTER FOREIGN TABLE f OPTIONS (DROP b)",
    );
    database.attribute(
        f,
        "server: s → s2",
        "DROP FOREIGN TABLE f; CREATE FOREIGN TABLE f (id int) SERVER s2 OPTIONS (a 'x')",
        "DROP FOREIGN TABLE f; CREATE FOREIGN TABLE f (id int) SERVER s OPTIONS (a 'x')",
    );
    database.attribute(
        "column public.f.id",
        "foreign options: (none) → c=z",
        "ALTER FOREIGN TABLE f ALTER id OPTIONS (ADD c 'z')",
        "ALTER FOREIGN TABLE f ALTER id OPTIONS (DROP c)",
    );
    database.owner(f, "FOREIGN TABLE f");
    database.comment(f, "FOREIGN TABLE f");
    database.attribute(
        "server s",
        "options: (none) → host=h",
        "ALTER SERVER s OPTIONS (ADD host 'h')",
        "ALTER SERVER s OPTIONS (DROP host)",
    );
    database.attribute(
        "server s",
        "version: (none) → 2",
        "ALTER SERVER s VERSION '2'",
        "DROP SERVER s CASCADE; CREATE SERVER s FOREIGN DATA WRAPPER w;
         CREATE FOREIGN TABLE f (id int) SERVER s OPTIONS (a 'x')",
    );
    database.comment("server s", "SERVER s");
    database.attribute(
        "foreign data wrapper w",
        "options: (none) → o=1",
        "ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD o '1')",
        "ALTER FOREIGN DATA WRAPPER w OPTIONS (DROP o)",
    );
    database.comment("foreign data wrapper w", "FOREIGN DATA WRAPPER w");
    for (object, of) in [("server s", "SERVER s"), ("foreign data wrapper w", "DATA WRAPPER w")] {
        let on = of.replace("DATA", "FOREIGN DATA").replace("SERVER", "FOREIGN SERVER");
        database.there_and_back(
            &format!("GRANT USAGE ON {on} TO pg_monitor"),
            &format!("REVOKE USAGE ON {on} FROM pg_monitor"),
            &format!("{object}\n    grants:\n        + USAGE to pg_monitor"),
        );
    }
}
