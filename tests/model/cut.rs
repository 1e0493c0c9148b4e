//! A connection that is cut at a given message.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use migrations_tests::server;
use postgres::{Client, Config, NoTls};

/// Where a connection ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// The server does not get this message, counted from 0.
    Before(u8),
    /// The server has done what the message says, and its last word is lost.
    After(u8),
}

/// A connection to the database that will be cut.
pub(crate) fn connect(database: &Config, cut: Cut) -> Client {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("cut-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir(&directory).unwrap();
    let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).unwrap();
    thread::spawn(move || {
        let client = listener.accept().unwrap().0;
        let server = UnixStream::connect(server().socket_directory().join(".s.PGSQL.5432")).unwrap();
        let _ = serve(&client, &server, cut);
        let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
    });
    let mut config = Config::new();
    config.host_path(&directory).user("postgres").dbname(database.get_dbname().unwrap());
    let client = config.connect(NoTls).unwrap();
    std::fs::remove_dir_all(directory).unwrap();
    client
}

/// The engine sends one message and waits for the answer, so one thread can pass on both.
fn serve(client: &UnixStream, server: &UnixStream, cut: Cut) -> io::Result<()> {
    pass_on(client, server, 0)?;
    while pass_on(server, client, 1)? != b'Z' {}
    for turn in 0.. {
        let query = message(client, 1)?;
        if matches!(cut, Cut::Before(at) if at == turn) {
            return Ok(());
        }
        let mut to_server = server;
        to_server.write_all(&query)?;
        let mut said = message(server, 1)?;
        while said[0] != b'Z' {
            let mut to_client = client;
            to_client.write_all(&said)?;
            said = message(server, 1)?;
        }
        if matches!(cut, Cut::After(at) if at == turn) {
            return Ok(());
        }
        let mut to_client = client;
        to_client.write_all(&said)?;
    }
    Ok(())
}

/// Passes a message on, and answers its first byte.
fn pass_on(from: &UnixStream, mut to: &UnixStream, letters: usize) -> io::Result<u8> {
    let message = message(from, letters)?;
    to.write_all(&message)?;
    Ok(message[0])
}

/// A message is a letter (the first one of a connection has none), its length, and its content.
fn message(mut from: &UnixStream, letters: usize) -> io::Result<Vec<u8>> {
    let mut message = vec![0; letters + 4];
    from.read_exact(&mut message)?;
    let length = u32::from_be_bytes([
        message[letters],
        message[letters + 1],
        message[letters + 2],
        message[letters + 3],
    ]);
    message.resize(letters + length as usize, 0);
    from.read_exact(&mut message[letters + 4..])?;
    Ok(message)
}
