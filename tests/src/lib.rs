//! Helpers of the tests: one server for all of them, a proxy before it, a pooler, random numbers, and crates to build.

#![allow(clippy::unwrap_used, clippy::panic)]

pub mod cluster;
pub mod crates;
pub mod namespace;
pub mod pgbouncer;
pub mod random;
pub mod relay;

use std::ops::Deref;

use migrations_core::scratch::Scratch;
use migrations_core::testing::faults;
pub use migrations_core::testing::faults::Traffic;
use once_cell::sync::OnceCell;
use postgres::{Client, Config, NoTls};

/// Sets of the tests, one module each: `name in "sets/folder",`.
#[macro_export]
macro_rules! sets {
    ($($name:ident in $folder:literal,)*) => {
        $(pub(crate) mod $name { migrations_core::embed_migrations!($folder); })*
    };
}

/// The server that all tests of a process share.
pub fn server() -> &'static Scratch {
    static SERVER: OnceCell<Scratch> = OnceCell::new();
    SERVER.get_or_try_init(Scratch::start).unwrap()
}

/// A new, empty database.
pub fn database() -> Config {
    server().database().unwrap()
}

/// A connection to a new, empty database.
pub fn client() -> Client {
    database().connect(NoTls).unwrap()
}

/// One value of one row, as text.
pub fn value(client: &mut Client, query: &str) -> String {
    let messages = client.simple_query(query).unwrap();
    let row = messages.iter().find_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    row.unwrap_or("NULL").to_owned()
}

/// How many advisory locks are held in the client's database.
pub fn advisory_locks(client: &mut Client) -> String {
    value(
        client,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
}

/// A proxy before the server of all tests.
#[derive(Debug)]
pub struct Proxy(faults::Proxy);

impl Proxy {
    /// A proxy that counts.
    pub fn start() -> Proxy {
        Proxy(faults::Proxy::start(&server().config()).unwrap())
    }

    /// Connects through the proxy to the database that `config` names.
    pub fn connect(&self, config: &Config) -> Client {
        self.0.connect(config).unwrap()
    }
}

impl Deref for Proxy {
    type Target = faults::Proxy;

    fn deref(&self) -> &faults::Proxy {
        &self.0
    }
}

/// The code of the documentation's pages, which runs as tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/adoption.md")]
    mod adoption {}
    #[doc = include_str!("../../docs/ci.md")]
    mod ci {}
    #[doc = include_str!("../../docs/cli.md")]
    mod cli {}
    #[doc = include_str!("../../docs/connecting.md")]
    mod connecting {}
    #[doc = include_str!("../../docs/engine.md")]
    mod engine {}
    #[doc = include_str!("../../docs/faq.md")]
    mod faq {}
    #[doc = include_str!("../../docs/faults.md")]
    mod faults {}
    #[doc = include_str!("../../docs/folder.md")]
    mod folder {}
    #[doc = include_str!("../../docs/getting-started.md")]
    mod getting_started {}
    #[doc = include_str!("../../docs/replicas.md")]
    mod replicas {}
    #[doc = include_str!("../../docs/rollback.md")]
    mod rollback {}
    #[doc = include_str!("../../docs/runners.md")]
    mod runners {}
    #[doc = include_str!("../../docs/scratch.md")]
    mod scratch {}
}
