//! A migration that fails: nothing of it is kept, and the error points into the file.

use std::error::Error as _;

use migrations_core::Error;
use migrations_tests::{advisory_locks, client, value};

use crate::sets::{failing, unsound, unverified};

fn shown(error: &Error) -> String {
    error.location().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn the_token_that_the_server_points_to_is_found_in_the_file() {
    let mut client = client();
    let error = failing::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_migration_failed() && !error.is_verification_failed());
    assert_eq!(shown(&error), "sets/failing/sql/schema/002_fill_shop.sql:11:55");
    assert_eq!(error.failed_migration(), Some("002_fill_shop"));
    assert_eq!(error.sqlstate(), Some("42P01"));
    assert_eq!(error.server_message(), Some("relation \"shop.nobody\" does not exist"));
    assert_eq!(error.applied(), ["001_create_shop"]);
    assert_eq!(
        error.to_string(),
        "migration 002_fill_shop failed at sets/failing/sql/schema/002_fill_shop.sql:11:55: \
         relation \"shop.nobody\" does not exist (42P01)"
    );
    assert!(error.source().is_some());
    assert_eq!(format!("error: {error:?}"), error.report(false), "what a failing main prints");
    assert_eq!(
        error.report(false),
        "error: migration 002_fill_shop failed: relation \"shop.nobody\" does not exist [42P01]\n  \
           --> sets/failing/sql/schema/002_fill_shop.sql:11:55\n   \
            |\n\
         11 | INSERT INTO shop.größe (id) SELECT length('äöü') FROM shop.nobody;\n   \
            |                                                       ^^^^^^^^^^^\n   \
            |\n   \
            = note: 1 migration before it stays applied; nothing of this one was kept\n   \
            = help: name its schema, or create it in a migration before and name that under `Dependencies:`"
    );
}

#[test]
fn what_failed_is_gone_and_what_was_before_it_stays() {
    let mut client = client();
    failing::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(value(&mut client, "SELECT to_regnamespace('shop') IS NOT NULL"), "t");
    assert_eq!(value(&mut client, "SELECT to_regclass('shop.größe')"), "NULL");
    assert_eq!(value(&mut client, "SELECT string_agg(name, ',') FROM migrations.history"), "create_shop");
    assert_eq!(advisory_locks(&mut client), "0");
    let again = failing::Migration::run_all(&mut client).unwrap_err();
    assert!(again.applied().is_empty());
    client.batch_execute("CREATE TABLE shop.nobody (id int)").unwrap();
    assert_eq!(failing::Migration::run_all(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn an_error_without_a_position_is_traced_to_its_statement() {
    let mut client = client();
    let error = unsound::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("23505"));
    assert_eq!(shown(&error), "sets/unsound/sql/schema/001_create_things.sql:10:1", "{error}");
    assert_eq!(error.detail(), Some("Key (id)=(1) already exists."));
    assert!(error.report(false).contains("Key (id)=(1) already exists."));
}

#[test]
fn a_verification_that_is_not_true_undoes_the_migration() {
    let mut client = client();
    let error = unverified::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_verification_failed(), "{error:?}");
    assert_eq!(shown(&error), "sets/unverified/sql/schema/001_create_things.sql:11:1");
    assert_eq!(error.server_message(), Some("verification failed: column small is false"));
    assert_eq!(error.detail(), Some(r#"row {"id":3,"small":false,"verified_row":"kept"}"#));
    assert_eq!(value(&mut client, "SELECT to_regclass('things')"), "NULL");
}
