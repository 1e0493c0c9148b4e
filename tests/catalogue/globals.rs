//! The database itself, and what stands in no schema.

use migrations_tests::value;

use super::Database;

#[test]
fn the_database() {
    let mut database = Database::with("CREATE ROLE catalogue_settings");
    let name = value(&mut database.client, "SELECT current_database()");
    database.attribute(
        "database",
        "settings: (none) → work_mem=1MB",
        &format!("ALTER DATABASE {name} SET work_mem = '1MB'"),
        &format!("ALTER DATABASE {name} RESET work_mem"),
    );
    database.attribute(
        "database",
        "settings: (none) → catalogue_settings: work_mem=1MB",
        &format!("ALTER ROLE catalogue_settings IN DATABASE {name} SET work_mem = '1MB'"),
        &format!("ALTER ROLE catalogue_settings IN DATABASE {name} RESET work_mem"),
    );
    database.there_and_back(
        &format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"),
        &format!("GRANT CONNECT ON DATABASE {name} TO PUBLIC"),
        "database\n    grants:\n        - CONNECT to PUBLIC",
    );
    database.owner("database", &format!("DATABASE {name}"));
}

#[test]
fn default_privileges() {
    let mut database = Database::with("CREATE SCHEMA s");
    database.there_and_back(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO pg_monitor",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE SELECT ON TABLES FROM pg_monitor",
        "default privileges of postgres on tables in schema s\n    is new: SELECT to pg_monitor",
    );
    database.run("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO pg_monitor");
    database.there_and_back(
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
        "default privileges of postgres on functions\n    privileges:\n        - EXECUTE to PUBLIC",
    );
}

#[test]
fn comments_of_extensions() {
    let mut database = Database::with("");
    let shown = database.change("COMMENT ON EXTENSION plpgsql IS 'said'");
    assert!(shown.starts_with("extension plpgsql\n    comment: ") && shown.ends_with(" → said\n"), "{shown}");
}

#[test]
fn schemas_and_versions_of_extensions() {
    let mut database = Database::with("CREATE SCHEMA s");
    let available = "SELECT count(*) FROM pg_available_extensions WHERE name = 'hstore'";
    if migrations_tests::value(&mut database.client, available) == "0" {
        // Only a server without its contrib modules, such as the packaged one, has none that could be moved.
        println!("not tested: this server has no extension but plpgsql");
        return;
    }
    database.run("CREATE EXTENSION hstore VERSION '1.4'");
    let hstore = "extension hstore";
    database.attribute(
        hstore,
        "schema: public → s",
        "ALTER EXTENSION hstore SET SCHEMA s",
        "ALTER EXTENSION hstore SET SCHEMA public",
    );
    database.attribute(
        hstore,
        "version: 1.4 → 1.5",
        "ALTER EXTENSION hstore UPDATE TO '1.5'",
        "DROP EXTENSION hstore; CREATE EXTENSION hstore VERSION '1.4'",
    );
}

#[test]
fn languages_and_transforms() {
    let mut database = Database::with(
        "CREATE LANGUAGE l HANDLER plpgsql_call_handler;
         CREATE TYPE c AS (a integer);
         CREATE FUNCTION from_sql(internal) RETURNS internal IMMUTABLE LANGUAGE internal AS 'int4in';
         CREATE TRANSFORM FOR c LANGUAGE l (FROM SQL WITH FUNCTION from_sql(internal))",
    );
    database.attribute(
        "language l",
        "trusted: no → yes",
        "CREATE OR REPLACE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler",
        "CREATE OR REPLACE LANGUAGE l HANDLER plpgsql_call_handler",
    );
    database.attribute(
        "language l",
        "validator: (none) → plpgsql_validator(oid)",
        "CREATE OR REPLACE LANGUAGE l HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator",
        "CREATE OR REPLACE LANGUAGE l HANDLER plpgsql_call_handler",
    );
    database.owner("language l", "LANGUAGE l");
    database.comment("language l", "LANGUAGE l");
    database.comment("transform for public.c language l", "TRANSFORM FOR c LANGUAGE l");
}

#[test]
fn publications() {
    let mut database = Database::with(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, name text); CREATE PUBLICATION p",
    );
    let p = "publication p";
    database.attribute(
        p,
        "publishes: insert, update, delete, truncate → insert, delete",
        "ALTER PUBLICATION p SET (publish = 'insert, delete')",
        "ALTER PUBLICATION p SET (publish = 'insert, update, delete, truncate')",
    );
    database.attribute(
        p,
        "via partition root: no → yes",
        "ALTER PUBLICATION p SET (publish_via_partition_root)",
        "ALTER PUBLICATION p SET (publish_via_partition_root = false)",
    );
    database.attribute(
        p,
        "all tables: no → yes",
        "DROP PUBLICATION p; CREATE PUBLICATION p FOR ALL TABLES",
        "DROP PUBLICATION p; CREATE PUBLICATION p",
    );
    database.comment(p, "PUBLICATION p");
    database.attribute(
        "table s.t in publication p",
        "is new",
        "ALTER PUBLICATION p ADD TABLE s.t",
        "ALTER PUBLICATION p DROP TABLE s.t",
    );
    if database.version() >= 18 {
        database.attribute(
            p,
            "generated columns: none → stored",
            "ALTER PUBLICATION p SET (publish_generated_columns = stored)",
            "ALTER PUBLICATION p SET (publish_generated_columns = none)",
        );
    }
    if database.version() < 15 {
        return;
    }
    database.attribute(
        "schema s in publication p",
        "is new",
        "ALTER PUBLICATION p ADD TABLES IN SCHEMA s",
        "ALTER PUBLICATION p DROP TABLES IN SCHEMA s",
    );
    database.run("ALTER PUBLICATION p ADD TABLE s.t");
    database.there_and_back(
        "ALTER PUBLICATION p SET TABLE s.t (name, id) WHERE (id > 0)",
        "ALTER PUBLICATION p SET TABLE s.t",
        "table s.t in publication p\n    columns: (none) → id, name\n    rows: (none) → (id > 0)",
    );
}

#[test]
fn event_triggers() {
    let mut database = Database::with(
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
         CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
         CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    );
    let e = "event trigger e";
    database.attribute(
        e,
        "enabled: yes → no",
        "ALTER EVENT TRIGGER e DISABLE",
        "ALTER EVENT TRIGGER e ENABLE",
    );
    database.attribute(
        e,
        "tags: (none) → CREATE TABLE",
        "DROP EVENT TRIGGER e;
         CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f()",
        "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    );
    database.attribute(
        e,
        "event: ddl_command_end → ddl_command_start",
        "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()",
        "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    );
    database.attribute(
        e,
        "function: public.f() → public.g()",
        "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g()",
        "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    );
    database.comment(e, "EVENT TRIGGER e");
}
