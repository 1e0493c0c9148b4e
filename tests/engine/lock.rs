//! Any number of starters: one works, the others wait, and everything happens once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use migrations_core::{Event, Migrator};
use migrations_tests::{advisory_locks, client, database, value};
use postgres::NoTls;

use crate::sets::{concurrent, shop, slow};

#[test]
fn of_sixteen_starters_one_works_and_nobody_fails() {
    let database = database();
    let applied: usize = thread::scope(|scope| {
        let starters: Vec<_> = (0..16)
            .map(|_| {
                let database = &database;
                scope.spawn(move || {
                    let mut client = database.connect(NoTls).unwrap();
                    slow::Migration::run_all(&mut client).unwrap().applied.len()
                })
            })
            .collect();
        starters.into_iter().map(|starter| starter.join().unwrap()).sum()
    });
    assert_eq!(applied, 2);
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM runs"), "1");
    assert_eq!(advisory_locks(&mut client), "0");
}

#[test]
fn waiters_do_not_stand_in_the_way_of_an_index_that_is_built_concurrently() {
    let database = database();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| concurrent::Migration::run_all(&mut database.connect(NoTls).unwrap()).unwrap());
        }
    });
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(
        value(
            &mut client,
            "SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass AND indisvalid"
        ),
        "2"
    );
}

#[test]
fn the_wait_is_bounded_and_the_holder_is_named() {
    let database = database();
    let mut holder_config = database.clone();
    let mut holder = holder_config.application_name("the holder").connect(NoTls).unwrap();
    let run = Migrator::<shop::Migration>::new().on_event(|event| {
        if let Event::Started(shop::Migration::CreateShop) = event {
            let mut waits = 0;
            let mut second = database.connect(NoTls).unwrap();
            let error = Migrator::<shop::Migration>::new()
                .wait_for_lock(Duration::from_secs(2))
                .on_event(|event| waits += u32::from(matches!(event, Event::Waiting(..))))
                .run(&mut second)
                .unwrap_err();
            assert!(error.is_lock_wait_timeout());
            assert!(error.to_string().contains("`the holder` of postgres"), "{error}");
            assert!(waits > 0);
        }
    });
    assert_eq!(run.run(&mut holder).unwrap().applied.len(), 2);
}

#[test]
fn a_panic_gives_the_lock_back() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let migrator = Migrator::<shop::Migration>::new().one_by_one(true).on_event(|event| {
            assert!(!matches!(event, Event::Started(shop::Migration::CreateUsers)), "on purpose");
        });
        migrator.run(&mut client)
    }));
    assert!(panicked.is_err());
    // The connection that panicked is alive still, and another one need not wait for it.
    let mut other = database.connect(NoTls).unwrap();
    let run = Migrator::<shop::Migration>::new().wait_for_lock(Duration::ZERO).run(&mut other).unwrap();
    assert_eq!(run.applied.len(), 1);
    assert!(shop::Migration::run_all(&mut client).unwrap().is_up_to_date());
}

#[test]
fn two_databases_do_not_wait_for_each_other() {
    let (mut first, second) = (client(), database());
    let migrator = Migrator::<shop::Migration>::new().on_event(|event| {
        if let Event::Started(shop::Migration::CreateShop) = event {
            let mut second = second.connect(NoTls).unwrap();
            let run = Migrator::<shop::Migration>::new().wait_for_lock(Duration::ZERO).run(&mut second);
            assert_eq!(run.unwrap().applied.len(), 2);
        }
    });
    assert_eq!(migrator.run(&mut first).unwrap().applied.len(), 2);
}
