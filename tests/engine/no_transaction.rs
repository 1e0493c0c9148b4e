//! Files that run statement by statement.

use migrations_tests::{client, value};

use crate::sets::{concurrent, halfway};

#[test]
fn any_number_of_statements_may_refuse_a_transaction() {
    let mut client = client();
    assert_eq!(concurrent::Migration::run_all(&mut client).unwrap().applied.len(), 2);
    assert_eq!(value(&mut client, "SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass"), "2");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.steps"), "0");
}

#[test]
fn a_run_goes_on_behind_the_last_finished_statement() {
    let mut client = client();
    let error = halfway::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.location().unwrap().to_string(), "sets/halfway/sql/schema/001_in_steps.sql:8:1");
    assert_eq!(value(&mut client, "SELECT count(*) FROM steps_done"), "1", "what is finished stays");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");

    client.batch_execute("CREATE TABLE steps_missing ()").unwrap();
    assert_eq!(halfway::Migration::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(value(&mut client, "SELECT count(*) FROM steps_done"), "2", "and is not done again");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.steps"), "0");
}
