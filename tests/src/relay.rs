//! A relay before a server on TCP, which can fall silent and cut its connections.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use postgres::Config;
use socket2::SockRef;

/// Passes on what a client and a server send to each other, until it is told otherwise.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug, Default)]
struct Line {
    is_silent: bool,
    connections: Vec<[TcpStream; 2]>,
}

impl Relay {
    /// A relay before the server that listens on this port.
    pub fn start(server: u16) -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Mutex::new(Line::default()));
        let kept = Arc::clone(&line);
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                // The server may be away.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    connect(&kept, client, server);
                }
            }
        });
        Relay { port, line }
    }

    /// The configuration with the relay in the server's place.
    pub fn before(&self, config: &Config) -> Config {
        let mut through = Config::new();
        through.host("127.0.0.1").port(self.port).user(config.get_user().unwrap());
        through.dbname(config.get_dbname().unwrap());
        through
    }

    /// Passes nothing on any more; the connections stay, and what is sent is kept. `false`: passes on all of it.
    pub fn be_silent(&self, is_silent: bool) {
        self.line.lock().unwrap().is_silent = is_silent;
    }

    /// Ends all connections with a reset (RST) on both sides, as a firewall does that has forgotten them.
    pub fn reset(&self) {
        for connection in std::mem::take(&mut self.line.lock().unwrap().connections) {
            for stream in &connection {
                SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
                // The threads that pass things on hold the sockets open; this ends them.
                let _ = stream.shutdown(Shutdown::Read);
            }
        }
    }
}

fn connect(line: &Arc<Mutex<Line>>, client: TcpStream, server: TcpStream) {
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let line = Arc::clone(line);
        thread::spawn(move || {
            let _ = forward(&line, from, to);
        });
    }
    line.lock().unwrap().connections.push([client, server]);
}

fn forward(line: &Mutex<Line>, mut from: TcpStream, mut to: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 65536];
    loop {
        let length = from.read(&mut buffer)?;
        let is_reset = || SockRef::from(&from).linger().is_ok_and(|linger| linger.is_some());
        while line.lock().unwrap().is_silent && !is_reset() {
            thread::sleep(Duration::from_millis(5));
        }
        if is_reset() {
            return Ok(());
        }
        if length == 0 {
            return to.shutdown(Shutdown::Write);
        }
        to.write_all(&buffer[..length])?;
    }
}
