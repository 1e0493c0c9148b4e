//! Helpers of the tests: one server for all of them, a proxy that counts what goes over the wire, and crates to build.

#![allow(clippy::unwrap_used, clippy::panic)]

pub mod cluster;
pub mod crates;
pub mod namespace;
pub mod relay;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;

use migrations_core::scratch::Scratch;
use once_cell::sync::OnceCell;
use postgres::{Client, Config, NoTls};

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

/// What has gone through a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// How often the server has said that it is ready for the next query: client→server turns.
    pub turns: u64,
    /// The bytes that the server has sent.
    pub received: u64,
}

impl std::ops::Sub for Traffic {
    type Output = Traffic;

    fn sub(self, earlier: Traffic) -> Traffic {
        Traffic { turns: self.turns - earlier.turns, received: self.received - earlier.received }
    }
}

/// Stands between a client and the server, and counts.
#[derive(Debug)]
pub struct Proxy {
    directory: PathBuf,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    turns: AtomicU64,
    received: AtomicU64,
}

impl Proxy {
    /// A proxy before the server of all tests.
    pub fn start() -> Proxy {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("proxy-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).unwrap();
        let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).unwrap();
        let counters = Arc::new(Counters::default());
        let counting = Arc::clone(&counters);
        thread::spawn(move || {
            for client in listener.incoming() {
                let counters = Arc::clone(&counting);
                thread::spawn(move || serve(client.unwrap(), &counters));
            }
        });
        Proxy { directory, counters }
    }

    /// Connects through the proxy to the database that `config` names.
    pub fn connect(&self, config: &Config) -> Client {
        let mut through = Config::new();
        through.host_path(&self.directory).user("postgres").dbname(config.get_dbname().unwrap());
        through.connect(NoTls).unwrap()
    }

    /// What has gone through so far.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            turns: self.counters.turns.load(Ordering::SeqCst),
            received: self.counters.received.load(Ordering::SeqCst),
        }
    }

    /// What goes through while `work` is done.
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> (T, Traffic) {
        let before = self.traffic();
        let done = work();
        (done, self.traffic() - before)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn serve(client: UnixStream, counters: &Counters) {
    let upstream = UnixStream::connect(server().socket_directory().join(".s.PGSQL.5432")).unwrap();
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let _ = forward(upstream, client, counters);
}

/// Passes the server's messages on, one by one. A message is a letter, its length, and its content.
fn forward(mut server: UnixStream, mut client: UnixStream, counters: &Counters) -> std::io::Result<()> {
    loop {
        let mut head = [0; 5];
        server.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut message = head.to_vec();
        message.resize(1 + length, 0);
        server.read_exact(&mut message[5..])?;
        counters.received.fetch_add(message.len() as u64, Ordering::SeqCst);
        if head[0] == b'Z' {
            counters.turns.fetch_add(1, Ordering::SeqCst);
        }
        client.write_all(&message)?;
    }
}

/// The code of the documentation's pages, which runs as tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/engine.md")]
    mod engine {}
    #[doc = include_str!("../../docs/folder.md")]
    mod folder {}
    #[doc = include_str!("../../docs/rollback.md")]
    mod rollback {}
    #[doc = include_str!("../../docs/runners.md")]
    mod runners {}
    #[doc = include_str!("../../docs/scratch.md")]
    mod scratch {}
}
