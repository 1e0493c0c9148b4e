//! `data-loss`.

use crate::{assert_accepted, assert_marked, help};

#[test]
fn a_backup_covers_what_it_copies_and_nothing_else() {
    for (body, parts) in [
        ("DROP TABLE IF EXISTS shop.users, shop.orders CASCADE;", &["shop.users", "shop.orders"][..]),
        ("-- @backup shop.orders\nDROP TABLE IF EXISTS shop.users;", &["shop.users"]),
        ("-- @backup shop.orders\nDELETE FROM shop.users;", &["DELETE FROM shop.users"]),
        ("-- @backup crm.users\nDROP TABLE IF EXISTS shop.users;", &["shop.users"]),
        ("-- @backup shop.orders\nDROP TABLE IF EXISTS users;", &["users"]),
        ("-- @backup shop.users.age\nDROP TABLE IF EXISTS shop.users;", &["shop.users"]),
        ("-- @backup crm.users\nDROP SCHEMA IF EXISTS shop CASCADE;", &["shop"]),
        (
            "-- @backup shop.users.age\nALTER TABLE shop.users DROP COLUMN IF EXISTS age, DROP COLUMN IF EXISTS name;",
            &["DROP COLUMN IF EXISTS name"],
        ),
    ] {
        assert_marked("data-loss", body, parts);
    }
    for body in [
        "DROP TABLE IF EXISTS users;",
        "DROP SCHEMA IF EXISTS shop CASCADE;",
        "TRUNCATE ONLY shop.users;",
        "DELETE FROM shop.users;",
        "UPDATE shop.users SET name = NULL;",
        "ALTER TABLE shop.users DROP COLUMN IF EXISTS age;",
    ] {
        assert_accepted(&format!("-- @backup shop.users\n{body}"));
    }
}

#[test]
fn a_type_that_holds_less_loses_data_and_another_does_not() {
    for narrow in [
        "smallint",
        "int2",
        "varchar(20)",
        "character varying(20)",
        "char(3)",
        "character(3)",
        "date",
        "real",
        "float4",
        "numeric(10, 2)",
        "decimal(10, 2)",
    ] {
        for set in ["TYPE", "SET DATA TYPE"] {
            let action = format!("ALTER COLUMN age {set} {narrow}");
            assert_marked("data-loss", &format!("ALTER TABLE shop.users {action};"), &[&action]);
        }
    }
    for action in [
        "TYPE text",
        "TYPE numeric",
        "SET DATA TYPE timestamptz",
        "SET NOT NULL",
        "DROP NOT NULL",
        "SET DEFAULT 'date'",
    ] {
        assert_accepted(&format!("ALTER TABLE shop.users ALTER COLUMN age {action};"));
    }
}

#[test]
fn what_the_same_file_has_made_holds_nothing_of_value() {
    let add =
        "ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS nick text, ADD COLUMN IF NOT EXISTS age int;\n";
    assert_accepted(&format!("{add}UPDATE shop.users SET nick = name, age = 7;"));
    assert_accepted(
        "CREATE TABLE IF NOT EXISTS shop.seen AS SELECT 1 AS id;\nDROP TABLE IF EXISTS shop.seen;",
    );
    for update in ["UPDATE shop.users SET nick = name, name = ''", "UPDATE shop.people SET nick = name"] {
        assert_marked("data-loss", &format!("{add}{update};"), &[update]);
    }
    assert_marked(
        "data-loss",
        "CREATE TABLE IF NOT EXISTS shop.seen (nick text);\nDROP TABLE IF EXISTS shop.users;",
        &["shop.users"],
    );
}

#[test]
fn the_backup_that_is_missing_is_written_out() {
    for (body, backup) in [
        ("DROP TABLE IF EXISTS users;", "write `-- @backup <schema>.users`"),
        ("DROP TABLE IF EXISTS Shop.order_lines$2;", "write `-- @backup shop.order_lines$2`"),
        ("DROP TABLE IF EXISTS shop.\"Odd Name\";", "write `-- @backup shop.\"Odd Name\"`"),
        (
            "DROP SCHEMA IF EXISTS shop CASCADE;",
            "write `-- @backup shop.<table>` for each table with rows of value",
        ),
        ("ALTER TABLE shop.users DROP COLUMN IF EXISTS age;", "write `-- @backup shop.users.age`"),
        ("ALTER TABLE shop.users ALTER COLUMN age TYPE int2;", "write `-- @backup shop.users.age`"),
    ] {
        let or_else = "or, when nothing of value is lost, `-- @allow data-loss: <reason>`";
        assert_eq!(help(body), format!("{backup}; {or_else}"));
    }
}
