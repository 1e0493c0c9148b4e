//! The lease: who has it, and when it passes to another run.

use std::thread;
use std::time::Duration;

use migrations_core::{Error, Event, Migrator, Report};
use migrations_tests::{client, database, value};
use postgres::{Client, Config, NoTls};

use crate::sets::{runners, shop, slow};

/// Enters a run that has the lease, without a process behind it.
fn leave_lease(client: &mut Client, pid: &str, is_pooled: bool, seconds_left: i32) {
    shop::Migration::run_all(client).unwrap();
    client
        .batch_execute(&format!(
            "DELETE FROM migrations.history WHERE name = 'create_users'; DROP TABLE shop.users; \
             UPDATE migrations.lease SET run = 'run-of-the-test', pid = {pid}, is_pooled = {is_pooled}, role = 'postgres', \
             application = 'the holder', since = now(), expires_at = now() + interval '{seconds_left} s'"
        ))
        .unwrap();
}

fn run_at_once(client: &mut Client) -> Result<Report<shop::Migration>, Error> {
    Migrator::new().wait_for_lock(Duration::ZERO).run(client)
}

#[test]
fn of_a_process_that_has_died_it_passes_on_at_once() {
    let mut client = client();
    leave_lease(&mut client, "0", false, 30);
    assert_eq!(run_at_once(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn behind_a_pooler_it_passes_on_when_it_has_expired() {
    let mut client = client();
    leave_lease(&mut client, "0", true, 30);
    let error = run_at_once(&mut client).unwrap_err();
    assert!(
        error.is_lock_wait_timeout() && error.to_string().contains("`the holder` of postgres"),
        "{error}"
    );
    client.batch_execute("UPDATE migrations.lease SET expires_at = now()").unwrap();
    assert_eq!(run_at_once(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn while_the_server_works_for_the_run_it_does_not_pass_on() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    leave_lease(&mut client, "0", true, -30);
    let mut working = database.connect(NoTls).unwrap();
    let cancel = working.cancel_token();
    let work = thread::spawn(move || {
        working
            .batch_execute("/* migrations-core 012_index run-of-the-test */ SELECT pg_sleep(60)")
            .unwrap_err()
    });
    let mut tries = 0..500;
    while value(&mut client, "SELECT migrations.is_running('run-of-the-test')") == "f" {
        tries.next().unwrap();
        thread::sleep(Duration::from_millis(10));
    }
    let error = run_at_once(&mut client).unwrap_err();
    assert!(error.to_string().contains("in 012_index"), "{error}");
    cancel.cancel_query(NoTls).unwrap();
    work.join().unwrap();
    assert_eq!(run_at_once(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn a_run_that_has_lost_it_changes_nothing_any_more_and_then_finds_the_work_done() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let migrator = Migrator::<shop::Migration>::new().one_by_one(true).on_event(|event| {
        if let Event::Started(shop::Migration::CreateUsers) = event {
            let mut other = database.connect(NoTls).unwrap();
            other.batch_execute("UPDATE migrations.lease SET expires_at = now()").unwrap();
            assert_eq!(run_at_once(&mut other).unwrap().applied.len(), 1);
        }
    });
    let report = migrator.run(&mut client).unwrap();
    assert_eq!(report.applied.len(), 1, "the other has applied the second one");
    let applied = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.journal";
    assert_eq!(value(&mut client, applied), "create_shop create_users");
    assert_eq!(value(&mut client, "SELECT count(DISTINCT run) FROM migrations.journal"), "2");
    assert_eq!(value(&mut client, "SELECT count(run) FROM migrations.lease"), "0", "and is given back");
}

#[test]
fn a_waiter_learns_who_is_at_work_and_at_what() {
    let database = database();
    let mut waiter = database.connect(NoTls).unwrap();
    let work = thread::spawn(named(&database, "the holder"));
    let mut tries = 0..500;
    while value(
        &mut waiter,
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '/* migrations-core 001_slow %'",
    ) == "0"
    {
        tries.next().unwrap();
        thread::sleep(Duration::from_millis(10));
    }
    let mut holders = Vec::new();
    let migrator = Migrator::<slow::Migration>::new().on_event(|event| {
        if let Event::Waiting(_, Some(holder)) = event {
            holders.push(holder);
        }
    });
    assert!(migrator.run(&mut waiter).unwrap().is_up_to_date());
    assert_eq!(work.join().unwrap(), 2);
    assert!(holders.iter().all(|holder| holder.application.as_deref() == Some("the holder")));
    assert!(holders[0].to_string().ends_with(", in 001_slow"), "{}", holders[0]);
}

#[test]
fn a_waiter_ends_when_the_work_is_done_though_the_lease_is_held_still() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    shop::Migration::run_all(&mut client).unwrap();
    client.batch_execute("CREATE TABLE done AS TABLE migrations.history").unwrap();
    leave_lease(&mut client, "0", true, 60);
    let mut holder = database.connect(NoTls).unwrap();
    let migrator = Migrator::<shop::Migration>::new().on_event(|event| {
        if let Event::Waiting(..) = event {
            let work = "INSERT INTO migrations.history (name, category, number, kind, checksum, duration, engine, build) \
                        SELECT name, category, number, kind, checksum, duration, engine, build FROM done \
                        WHERE name = 'create_users' ON CONFLICT DO NOTHING";
            holder.batch_execute(work).unwrap();
        }
    });
    assert!(migrator.wait_for_lock(Duration::from_secs(10)).run(&mut client).unwrap().is_up_to_date());
}

fn named(database: &Config, application: &str) -> impl FnOnce() -> usize + use<> {
    let mut database = database.clone();
    database.application_name(application);
    move || slow::Migration::run_all(&mut database.connect(NoTls).unwrap()).unwrap().applied.len()
}

#[test]
fn a_ledger_whose_lease_is_gone_is_said_to_be_broken() {
    let mut client = client();
    leave_lease(&mut client, "0", false, 30);
    client.batch_execute("DELETE FROM migrations.lease").unwrap();
    let error = run_at_once(&mut client).unwrap_err();
    assert!(error.to_string().contains("has lost its row"), "{error}");
    client.batch_execute("DROP FUNCTION migrations.acquire").unwrap();
    let error = run_at_once(&mut client).unwrap_err();
    assert!(error.to_string().contains("its functions are not all there"), "{error}");
}

#[test]
fn a_run_that_has_lost_it_before_code_of_the_application_is_none_the_worse() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let migrator = Migrator::<runners::Migration>::new().on_event(|event| {
        if let Event::Started(runners::Migration::FillUsers) = event {
            let mut other = database.connect(NoTls).unwrap();
            other.batch_execute("UPDATE migrations.lease SET expires_at = now()").unwrap();
            assert_eq!(runners::Migration::run_all(&mut other).unwrap().applied.len(), 3);
        }
    });
    assert_eq!(migrator.run(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn a_rollback_that_has_lost_it_is_not_begun_anew() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    shop::Migration::run_all(&mut client).unwrap();
    let migrator = Migrator::<shop::Migration>::new().on_event(|event| {
        if let Event::RolledBack(_) = event {
            let mut other = database.connect(NoTls).unwrap();
            other.batch_execute("UPDATE migrations.lease SET expires_at = now()").unwrap();
            assert_eq!(run_at_once(&mut other).unwrap().applied.len(), 1);
        }
    });
    let error = migrator.rollback_last(&mut client, 2).unwrap_err();
    assert!(error.to_string().contains("another one has taken over"), "{error}");
    assert_eq!(error.applied(), ["create_users"]);
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "2");
}
