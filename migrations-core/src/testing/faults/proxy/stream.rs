//! Sockets of both families.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::Config;
use postgres::config::Host;

/// Where a server listens.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Tcp(String, u16),
    /// The folder of the socket, and the port that is part of its name.
    Unix(PathBuf, u16),
}

/// A connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// What clients connect to.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

const PORT: u16 = 5432;

impl Address {
    /// The first address that a configuration names.
    pub(super) fn of(config: &Config) -> io::Result<Address> {
        let port = config.get_ports().first().copied().unwrap_or(PORT);
        match (config.get_hosts().first(), config.get_hostaddrs().first()) {
            (_, Some(address)) => Ok(Address::Tcp(address.to_string(), port)),
            (Some(Host::Tcp(name)), _) => Ok(Address::Tcp(name.clone(), port)),
            (Some(Host::Unix(folder)), _) => Ok(Address::Unix(folder.clone(), port)),
            (None, None) => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "the configuration names no host"))
            }
        }
    }

    /// A configuration with this address.
    pub(super) fn config(&self) -> Config {
        let mut config = Config::new();
        match self {
            Address::Tcp(host, port) => config.host(host).port(*port),
            Address::Unix(folder, port) => config.host_path(folder).port(*port),
        };
        config
    }

    pub(super) fn connect(&self) -> io::Result<Stream> {
        Ok(match self {
            Address::Tcp(host, port) => Stream::tcp(TcpStream::connect((host.as_str(), *port))?)?,
            Address::Unix(folder, port) => {
                Stream::Unix(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")))?)
            }
        })
    }

    /// A new address of the same family, and what listens there.
    pub(super) fn beside(&self) -> io::Result<(Address, Listener)> {
        match self {
            Address::Tcp(..) => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
                let port = listener.local_addr()?.port();
                Ok((Address::Tcp(Ipv4Addr::LOCALHOST.to_string(), port), Listener::Tcp(listener)))
            }
            Address::Unix(..) => {
                let folder = new_folder()?;
                let listener = UnixListener::bind(folder.join(format!(".s.PGSQL.{PORT}")))?;
                Ok((Address::Unix(folder, PORT), Listener::Unix(listener)))
            }
        }
    }

    /// Removes what listening has left on the disk.
    pub(super) fn clean_up(&self) {
        if let Address::Unix(folder, _) = self {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A folder that nobody else can enter: who reaches the proxy, reaches the server.
fn new_folder() -> io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("proxy-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}

impl Listener {
    pub(super) fn accept(&self) -> io::Result<Stream> {
        match self {
            Listener::Tcp(listener) => Stream::tcp(listener.accept()?.0),
            Listener::Unix(listener) => Ok(Stream::Unix(listener.accept()?.0)),
        }
    }
}

impl Stream {
    fn tcp(stream: TcpStream) -> io::Result<Stream> {
        stream.set_nodelay(true)?;
        Ok(Stream::Tcp(stream))
    }

    /// Ends the connection in both directions, in order.
    pub(super) fn close(&self) {
        let _ = match self {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Stream::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for &Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).read(buffer),
            Stream::Unix(stream) => (&*stream).read(buffer),
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).write(bytes),
            Stream::Unix(stream) => (&*stream).write(bytes),
        }
    }

    /// Nothing is kept back.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
