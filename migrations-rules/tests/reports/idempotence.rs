//! `not-idempotent`.

use crate::{assert_accepted, assert_marked, help, problems, with_body};

#[test]
fn the_clause_that_makes_a_statement_repeatable_is_missed() {
    let name = "write `IF NOT EXISTS` before the name";
    let replace = "write `CREATE OR REPLACE`, or drop it with `IF EXISTS` first";
    let drop = "write `IF EXISTS` before the name";
    for (body, part, advice) in [
        ("CREATE TABLE shop.users (id int);", "CREATE TABLE", name),
        ("create table shop.users (id int);", "create", name),
        ("CREATE TABLE shop.seen AS SELECT 1 AS id;", "CREATE TABLE", name),
        ("CREATE INDEX ix ON shop.users (name);", "CREATE INDEX", name),
        (
            "CREATE INDEX ON shop.users (name);",
            "CREATE INDEX ON",
            "give the index a name and write `IF NOT EXISTS` before it",
        ),
        ("CREATE SCHEMA shop;", "CREATE SCHEMA", name),
        ("CREATE SEQUENCE shop.ids;", "CREATE SEQUENCE", name),
        ("CREATE EXTENSION citext;", "CREATE EXTENSION", name),
        ("CREATE MATERIALIZED VIEW shop.totals AS SELECT 1 AS one;", "CREATE MATERIALIZED VIEW", name),
        ("CREATE VIEW shop.totals AS SELECT 1 AS one;", "CREATE VIEW", replace),
        ("CREATE TRIGGER t BEFORE INSERT ON shop.users EXECUTE FUNCTION f();", "CREATE TRIGGER", replace),
        (
            "CREATE /* of the shop */ TRIGGER t BEFORE INSERT ON shop.users EXECUTE FUNCTION f();",
            "CREATE",
            replace,
        ),
        ("ALTER TABLE shop.users ADD COLUMN age int;", "ADD COLUMN", name),
        (
            "ALTER TABLE shop.users ADD COLUMN age int, ADD COLUMN IF NOT EXISTS name text;",
            "ADD COLUMN",
            name,
        ),
        ("ALTER TYPE shop.colour ADD VALUE 'green';", "ADD VALUE", name),
        ("ALTER TABLE shop.users DROP CONSTRAINT c;", "DROP CONSTRAINT", drop),
        ("DROP VIEW shop.totals;", "DROP VIEW", drop),
        ("DROP SEQUENCE IF EXISTS shop.a;\nCREATE VIEW shop.a AS SELECT 1 AS one;", "CREATE VIEW", replace),
        ("DROP VIEW IF EXISTS shop.a;\nCREATE VIEW shop.b AS SELECT 1 AS one;", "CREATE VIEW", replace),
        ("DROP VIEW shop.a;\nCREATE OR REPLACE VIEW shop.a AS SELECT 1 AS one;", "DROP VIEW", drop),
    ] {
        assert_marked("not-idempotent", body, &[part]);
        assert_eq!(help(body), advice, "{body}");
    }
}

#[test]
fn a_clause_that_postgresql_does_not_have_is_not_missed() {
    for body in [
        "CREATE SCHEMA shop GRANT USAGE ON SCHEMA shop TO PUBLIC;",
        "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON shop.users FOR EACH ROW EXECUTE FUNCTION f();",
        "create constraint trigger t after insert on shop.users for each row execute function f();",
        "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON shop.users EXECUTE FUNCTION f();",
        "ALTER TABLE shop.users ADD CONSTRAINT c CHECK (age > 0);",
        "ALTER TYPE shop.colour RENAME VALUE 'red' TO 'green';",
        "DROP OWNED BY shop_owner;",
        "CREATE ROLE shop_owner;",
        "GRANT SELECT ON shop.users TO PUBLIC;",
    ] {
        assert_accepted(body);
    }
    let trigger = with_body("CREATE TRIGGER t BEFORE INSERT ON shop.users EXECUTE FUNCTION f();");
    for (version, count) in [(13, 0), (14, 1), (15, 1)] {
        let config = format!("postgres_version = {version}\n");
        let found = problems(&[("migrations.toml", &config), ("001_a.sql", &trigger)]);
        assert_eq!(found.len(), count, "{version}: {found:#?}");
    }
}
