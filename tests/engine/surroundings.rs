//! What is around a run: transactions, async code, other sessions' settings.

use std::time::Duration;

use migrations_core::interop::Tool;
use migrations_core::{Error, Migrator};
use migrations_tests::{client, database, server, value};
use postgres::NoTls;

use crate::sets::shop;

#[test]
fn a_connection_inside_a_transaction_is_refused_and_left_alone() {
    for prepared in [false, true] {
        let mut client = client();
        if prepared {
            shop::Migration::run_all(&mut client).unwrap();
            client.batch_execute("DELETE FROM migrations.history").unwrap();
        }
        client.batch_execute("BEGIN; CREATE TABLE of_the_caller ()").unwrap();
        let error = shop::Migration::run_all(&mut client).unwrap_err();
        assert!(error.is_in_transaction(), "{error}");
        client.batch_execute("ROLLBACK").unwrap();
        assert_eq!(value(&mut client, "SELECT to_regclass('of_the_caller')"), "NULL");
    }
}

#[test]
fn on_a_thread_that_may_block_async_programs_can_migrate() {
    let database = database();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let applied = runtime.block_on(async move {
        let task = tokio::task::spawn_blocking(move || {
            let mut client = database.connect(NoTls).unwrap();
            shop::Migration::run_all(&mut client).unwrap().applied.len()
        });
        task.await.unwrap()
    });
    assert_eq!(applied, 2);
}

#[test]
fn in_async_code_the_error_says_what_to_do() {
    let mut client = client();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(async { shop::Migration::run_all(&mut client).unwrap_err() });
    assert!(error.is_async_context(), "{error:?}");
    assert!(error.to_string().contains("tokio::task::spawn_blocking"), "{error}");
    assert_eq!(
        shop::Migration::run_all(&mut client).unwrap().applied.len(),
        2,
        "the connection is still good"
    );
}

#[test]
fn every_call_from_async_code_ends_in_that_error() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let migrator = Migrator::<shop::Migration>::new;
        let errors = [
            shop::Migration::run_all_with(|| database.connect(NoTls)).unwrap_err(),
            migrator().dry_run(true).run_with(|| database.connect(NoTls)).unwrap_err(),
            migrator().plan(&mut client).unwrap_err(),
            migrator().status(&mut client).unwrap_err(),
            migrator().journal(&mut client).unwrap_err(),
            migrator().rollback_all(&mut client).unwrap_err(),
            migrator().backups(&mut client).unwrap_err(),
            migrator().restore_backup(&mut client, 1).unwrap_err(),
            migrator().prune_backups(&mut client, Duration::ZERO).unwrap_err(),
            migrator().baseline(&mut client).unwrap_err(),
            migrator().adopt(&mut client, Tool::Sqlx).unwrap_err(),
        ];
        assert!(errors.iter().all(Error::is_async_context), "{errors:?}");
    });
}

#[test]
fn a_connection_that_is_lost_is_told_as_such() {
    let mut client = client();
    let pid = value(&mut client, "SELECT pg_backend_pid()");
    value(&mut server().connect().unwrap(), &format!("SELECT pg_terminate_backend({pid}, 5000)"));
    let error = shop::Migration::run_all(&mut client).unwrap_err();
    assert!(error.is_connection(), "{error:?}");
}

#[test]
fn names_of_the_callers_search_path_do_not_mislead_the_engine() {
    let mut client = client();
    client
        .batch_execute(
            "CREATE SCHEMA evil; \
             CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''\\x00''::bytea'; \
             CREATE FUNCTION evil.to_json(anyelement) RETURNS json LANGUAGE sql AS 'SELECT ''{}''::json'; \
             CREATE TABLE evil.history (name text, checksum text); \
             SET search_path = evil, pg_catalog",
        )
        .unwrap();
    assert_eq!(shop::Migration::run_all(&mut client).unwrap().applied.len(), 2);
    assert!(shop::Migration::run_all(&mut client).unwrap().is_up_to_date());
}
