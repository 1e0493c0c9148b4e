//! What two catalogues may differ in and still be equal.

use std::time::Instant;

use migrations::Migration;
use migrations_core::testing::Catalogue;
use migrations_tests::{client, value};

use super::Database;

#[test]
fn two_routes_to_the_same_end_are_equal() {
    let mut early = Database::with(
        "CREATE SCHEMA shop;
         CREATE TYPE shop.mood AS ENUM ('bad', 'good');
         CREATE TABLE shop.users (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'x', mood shop.mood);
         CREATE VIEW shop.names AS SELECT name FROM shop.users;
         CREATE FUNCTION shop.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    );
    let mut late = Database::with(
        "CREATE TABLE other (a int); DROP TABLE other;
         CREATE SCHEMA shop;
         CREATE FUNCTION shop.one() RETURNS integer LANGUAGE sql AS 'SELECT 2';
         CREATE TABLE shop.users (gone text, name varchar(10), id bigint);
         ALTER TABLE shop.users ADD PRIMARY KEY (id);
         ALTER TABLE shop.users DROP gone;
         CREATE TYPE shop.mood AS ENUM ('good');
         ALTER TYPE shop.mood ADD VALUE 'bad' BEFORE 'good';
         ALTER TABLE shop.users ADD mood shop.mood, ALTER name TYPE text, ALTER name SET DEFAULT 'x',
             ALTER name SET NOT NULL;
         CREATE VIEW shop.names AS SELECT name FROM shop.users;
         CREATE OR REPLACE FUNCTION shop.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    );
    let oid = "SELECT 'shop.users'::regclass::oid";
    assert_ne!(value(&mut early.client, oid), value(&mut late.client, oid));
    let (one, other) = (early.catalogue(), late.catalogue());
    assert_eq!(one, other, "{}", one.difference(&other));
}

#[test]
fn the_order_of_columns_counts_when_asked_for() {
    let mut one = Database::with("CREATE TABLE t (id int, title text)");
    let mut other = Database::with("CREATE TABLE t (title text, id int)");
    assert!(one.catalogue().difference(&other.catalogue()).is_empty());
    let [one, other] =
        [one, other].map(|mut it| Catalogue::read_with_column_order(&mut it.client, &[]).unwrap());
    let difference = one.difference(&other);
    assert!(!difference.is_empty());
    assert_eq!(
        difference.to_string(),
        "column public.t.id\n    follows: nothing → title\n\
         column public.t.title\n    follows: id → nothing\n"
    );
}

#[test]
fn grants_that_say_what_is_the_default_are_no_difference() {
    let mut database = Database::with(
        "CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
         CREATE SCHEMA s; CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a')",
    );
    let explicit = "GRANT ALL ON t TO postgres; GRANT EXECUTE ON FUNCTION f() TO PUBLIC;
        GRANT ALL ON SCHEMA s TO postgres; GRANT ALL ON SEQUENCE q TO postgres; GRANT USAGE ON TYPE e TO PUBLIC;
        GRANT SELECT (id) ON t TO pg_monitor; REVOKE SELECT (id) ON t FROM pg_monitor";
    assert_eq!(database.change(explicit), "");
    let acl =
        "SELECT count(*) FROM pg_class WHERE oid IN ('t'::regclass, 'q'::regclass) AND relacl IS NOT NULL";
    assert_eq!(value(&mut database.client, acl), "2");
}

#[test]
fn rows_values_of_sequences_and_unused_temporary_schemas_do_not_count() {
    let mut database = Database::with("CREATE TABLE t (id serial)");
    assert_eq!(database.change("INSERT INTO t DEFAULT VALUES; SELECT nextval('t_id_seq'); ANALYZE t"), "");
    assert_eq!(database.change("CREATE TEMP TABLE x (id int); DROP TABLE x"), "");
}

#[test]
fn the_settings_and_rights_of_the_session_do_not_count_and_stay_as_they_are() {
    let mut database = Database::with(
        "CREATE SCHEMA shop;
         CREATE TYPE shop.amount AS (of money);
         CREATE TABLE shop.t (id int, a shop.amount, at timestamptz DEFAULT '2024-02-01 10:00+00',
             day date DEFAULT '2024-02-01', span interval DEFAULT '1 year 2 days', price money DEFAULT '1.5',
             ratio float8 DEFAULT '0.1234567890123456', data bytea DEFAULT '\\xff', text text DEFAULT 'back\\slash');
         CREATE INDEX i ON shop.t (id) WHERE day > '2024-02-01';
         CREATE FUNCTION shop.f(shop.amount) RETURNS shop.t LANGUAGE sql BEGIN ATOMIC SELECT * FROM shop.t; END",
    );
    let settings = "SET search_path = shop, public; SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo';
        SET IntervalStyle = 'iso_8601'; SET extra_float_digits = -10; SET bytea_output = 'escape';
        SET quote_all_identifiers = on; SET standard_conforming_strings = off;";
    assert_eq!(database.change(settings), "");
    assert_eq!(database.change("SET ROLE pg_monitor"), "");
    assert_eq!(value(&mut database.client, "SHOW search_path"), "shop, public");
    assert_eq!(value(&mut database.client, "SHOW DateStyle"), "German, DMY");
    assert_eq!(value(&mut database.client, "SHOW jit"), value(&mut client(), "SHOW jit"));
    assert_eq!(value(&mut database.client, "SHOW transaction_read_only"), "off");
}

#[test]
fn ignored_schemas_are_left_out_with_everything_in_them() {
    let mut database = Database::with("");
    let before = Catalogue::read(&mut database.client, &["ledger", "od d", "pg_temp"]).unwrap();
    database.run(
        "CREATE SCHEMA ledger; CREATE SCHEMA \"od d\"; CREATE TYPE ledger.mood AS ENUM ('bad');
         CREATE TABLE ledger.history (id serial PRIMARY KEY, mood ledger.mood UNIQUE CHECK (mood > 'bad'));
         CREATE TABLE \"od d\".t (id int REFERENCES ledger.history);
         CREATE VIEW ledger.v AS SELECT 1; CREATE MATERIALIZED VIEW ledger.m AS SELECT 1;
         CREATE FUNCTION ledger.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
         CREATE TRIGGER t BEFORE INSERT ON ledger.history FOR EACH ROW EXECUTE FUNCTION ledger.f();
         CREATE RULE r AS ON DELETE TO ledger.history DO INSTEAD NOTHING;
         CREATE POLICY p ON ledger.history; CREATE DOMAIN ledger.d AS int CHECK (value > 0);
         CREATE TYPE ledger.c AS (a int); CREATE COLLATION ledger.c FROM \"C\";
         CREATE FUNCTION ledger.to_int(ledger.c) RETURNS int LANGUAGE sql AS 'SELECT 1';
         CREATE CAST (ledger.c AS int) WITH FUNCTION ledger.to_int(ledger.c);
         CREATE OPERATOR ledger.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
         CREATE TEXT SEARCH CONFIGURATION ledger.t (COPY = simple);
         CREATE STATISTICS ledger.s ON id, mood FROM ledger.history;
         ALTER DEFAULT PRIVILEGES IN SCHEMA ledger GRANT SELECT ON TABLES TO PUBLIC;
         CREATE TEMP TABLE scratch (id int)",
    );
    let after = Catalogue::read(&mut database.client, &["ledger", "od d", "pg_temp"]).unwrap();
    assert_eq!(before.difference(&after).to_string(), "");
}

#[test]
fn temporary_objects_are_seen_by_their_own_session_only() {
    let database = migrations_tests::database();
    let [mut own, mut other] =
        [(), ()].map(|()| Database { client: database.connect(postgres::NoTls).unwrap() });
    let before = other.catalogue();
    let shown = own.change("CREATE TEMP TABLE t (id int)");
    assert_eq!(shown, "column pg_temp.t.id\n    is new: integer\ntable pg_temp.t\n    is new\n");
    assert!(before.difference(&other.catalogue()).is_empty());
}

#[test]
fn what_belongs_to_an_extension_shows_as_the_extension_alone() {
    let mut database = Database::with("DROP EXTENSION plpgsql");
    let shown = database.change("CREATE EXTENSION plpgsql");
    let lines: Vec<&str> = shown.lines().collect();
    assert!(
        lines.len() == 2 && lines[0] == "extension plpgsql" && lines[1].starts_with("    is new: 1."),
        "{shown}"
    );
}

#[test]
fn inside_a_transaction_it_is_an_error() {
    let mut database = Database::with("BEGIN; CREATE TABLE t (id int)");
    let error = Catalogue::read(&mut database.client, &[]).unwrap_err();
    assert_eq!(error.code().unwrap().code(), "25001");
    database.run("ROLLBACK");
    assert!(!database.catalogue().to_string().contains("public.t"));
}

#[test]
fn the_reference_system_reads_the_same_twice_and_quickly() {
    let mut client = client();
    let empty = Catalogue::read(&mut client, &["migrations"]).unwrap();
    Migration::run_all(&mut client).unwrap();
    let started = Instant::now();
    let first = Catalogue::read(&mut client, &["migrations"]).unwrap();
    println!("the catalogue of the reference system was read in {:?}", started.elapsed());
    let second = Catalogue::read(&mut client, &["migrations"]).unwrap();
    assert_eq!(first, second);
    assert!(first.to_string().contains("column meetings.meetings.title\n"));
    assert!(!first.to_string().contains("migrations."));
    assert!(empty.difference(&first).objects().count() > 200);
}
