//! The ledger and its lease.

use std::time::Duration;

use migrations_core::{Error, Event, Migrator};
use migrations_tests::{client, database, server};
use postgres::{Client, NoTls};

use super::Case;
use super::sets::{batched, shop};

pub(super) const CASES: &[Case] = &[
    ("row_security", untrusted),
    ("newer", newer),
    ("lease_without_its_row", without_lease),
    ("may_not_be_made", may_not_be_made),
    ("may_not_be_read", may_not_be_read),
    ("held", held),
    ("rollback", overtaken),
    ("at_once", stopped_before),
    ("between_batches", stopped),
    ("begun_by_the_caller", in_transaction),
    ("by_setting", read_only),
];

fn run_all(client: &mut Client) -> Error {
    shop::Migration::run_all(client).unwrap_err()
}

/// One migration is pending, and the server was told something.
fn with_change(change: &str) -> Client {
    let mut client = client();
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut client).unwrap();
    client.batch_execute(change).unwrap();
    client
}

fn untrusted() -> Error {
    run_all(&mut with_change("ALTER TABLE migrations.history ENABLE ROW LEVEL SECURITY"))
}

fn newer() -> Error {
    let newer = "INSERT INTO migrations.ledger_version SELECT 99, name, applied_on, checksum \
                 FROM migrations.ledger_version LIMIT 1";
    run_all(&mut with_change(newer))
}

fn without_lease() -> Error {
    run_all(&mut with_change("DELETE FROM migrations.lease"))
}

/// A role that may do nothing, in a database whose name does not differ from run to run.
fn as_stranger(is_applied: bool) -> Error {
    let mut superuser = server().connect().unwrap();
    let name = if is_applied { "applied" } else { "empty" };
    for statement in [format!("CREATE DATABASE {name}"), format!("CREATE ROLE stranger_to_{name} LOGIN")] {
        superuser.batch_execute(&statement).unwrap();
    }
    let mut database = server().config();
    database.dbname(name);
    if is_applied {
        shop::Migration::run_all(&mut database.connect(NoTls).unwrap()).unwrap();
    }
    run_all(&mut database.user(&format!("stranger_to_{name}")).connect(NoTls).unwrap())
}

fn may_not_be_made() -> Error {
    as_stranger(false)
}

fn may_not_be_read() -> Error {
    as_stranger(true)
}

fn held() -> Error {
    let hold = "UPDATE migrations.lease SET run = 'run-of-the-test', pid = 4711, is_pooled = true, role = 'postgres', \
                application = 'the holder', since = '2026-01-31 12:00:00+00', expires_at = now() + interval '60 s'; \
                SET timezone = 'UTC'";
    Migrator::<shop::Migration>::new().wait_for_lock(Duration::ZERO).run(&mut with_change(hold)).unwrap_err()
}

fn overtaken() -> Error {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    shop::Migration::run_all(&mut client).unwrap();
    let migrator = Migrator::<shop::Migration>::new().on_event(|event| {
        if let Event::RolledBack(_) = event {
            let mut other = database.connect(NoTls).unwrap();
            other.batch_execute("UPDATE migrations.lease SET expires_at = now()").unwrap();
            shop::Migration::run_all(&mut other).unwrap();
        }
    });
    migrator.rollback_last(&mut client, 2).unwrap_err()
}

fn stopped_before() -> Error {
    Migrator::<shop::Migration>::new().stop_when(|| true).run(&mut client()).unwrap_err()
}

fn stopped() -> Error {
    let mut client = client();
    Migrator::new().up_to(batched::Migration::CreateNumbers).run(&mut client).unwrap();
    let calls = std::cell::Cell::new(0);
    let second = || calls.replace(calls.get() + 1) > 0;
    Migrator::<batched::Migration>::new().stop_when(second).run(&mut client).unwrap_err()
}

fn in_transaction() -> Error {
    let mut client = client();
    client.batch_execute("BEGIN").unwrap();
    run_all(&mut client)
}

fn read_only() -> Error {
    run_all(&mut with_change("SET default_transaction_read_only = on"))
}
