//! The engine on a real PostgreSQL.

#![allow(clippy::unwrap_used)]

use migrations_core::scratch::Scratch;
use once_cell::sync::OnceCell;
use postgres::{Client, NoTls};

migrations_core::embed_migrations!(pub(crate) enum Shop in "sets/shop");

/// One server for all tests; each test has a database of its own.
fn server() -> &'static Scratch {
    static SERVER: OnceCell<Scratch> = OnceCell::new();
    SERVER.get_or_try_init(Scratch::start).unwrap()
}

fn client() -> Client {
    server().database().unwrap().connect(NoTls).unwrap()
}

#[test]
fn a_set_is_applied_once() {
    let mut client = client();
    let report = Shop::run_all(&mut client).unwrap();
    assert_eq!(report.applied.len(), 2);
    assert!(Shop::run_all(&mut client).unwrap().is_up_to_date());
    println!("{:#?}", Shop::status(&mut client).unwrap());
}
