//! Which servers are tried.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::error::{ConnectError, Given};
use super::settings::Settings;
use super::surroundings::Surroundings;

const DEFAULT_PORT: u16 = 5432;

/// A server to be tried.
pub(super) struct Server {
    pub(super) place: Place,
    pub(super) port: u16,
}

/// Where a server listens.
pub(super) enum Place {
    /// The folder of its unix socket.
    Folder(PathBuf),
    /// A host by its name.
    Host(String),
    /// A host by its address; the name, if there is one, is what its certificate is for.
    Address(IpAddr, Option<String>),
}

impl Server {
    /// The servers of `host`, `hostaddr` and `port`; never none.
    pub(super) fn all(settings: &Settings, surroundings: &Surroundings) -> Result<Vec<Server>, ConnectError> {
        let (hosts, addresses) = (list(settings, "host"), list(settings, "hostaddr"));
        let count = if addresses.is_empty() { hosts.len() } else { addresses.len() }.max(1);
        if let Some(given) = settings.find("host").filter(|_| hosts.len() != count) {
            return Err(given.wrong(format!("{} hosts do not fit {count} of `hostaddr`", hosts.len())));
        }
        let ports = ports(settings, count)?;
        let servers = ports.into_iter().enumerate().map(|(at, port)| {
            let host = element(settings.find("host"), &hosts, at);
            let address = element(settings.find("hostaddr"), &addresses, at);
            Ok(Server { place: Place::of(host, address, port, surroundings)?, port })
        });
        servers.collect()
    }

    pub(super) fn is_local(&self) -> bool {
        matches!(self.place, Place::Folder(_))
    }

    /// The names by which a passfile may call it.
    pub(super) fn names(&self, surroundings: &Surroundings) -> Vec<String> {
        match &self.place {
            Place::Folder(folder) if surroundings.socket_folders.contains(folder) => {
                vec!["localhost".to_owned(), folder.display().to_string()]
            }
            Place::Folder(folder) => vec![folder.display().to_string()],
            Place::Host(name) | Place::Address(_, Some(name)) => vec![name.clone()],
            Place::Address(address, None) => vec![address.to_string()],
        }
    }
}

impl Place {
    fn of(
        host: Option<Given>,
        address: Option<Given>,
        port: u16,
        surroundings: &Surroundings,
    ) -> Result<Place, ConnectError> {
        if let Some(host) = host.as_ref().filter(|host| host.value.contains('@')) {
            return Err(
                host.wrong("a host's name has no `@`; in a URL an `@` of a password is written `%40`")
            );
        }
        let name = host.map(|host| host.value);
        if let Some(given) = address {
            let address = given.value.parse().map_err(|_| given.wrong("`hostaddr` is not an IP address"))?;
            return Ok(Place::Address(address, name));
        }
        Ok(match name {
            Some(folder) if folder.starts_with('/') => Place::Folder(PathBuf::from(folder)),
            Some(name) => Place::Host(name),
            None => Place::local(port, surroundings),
        })
    }

    /// The first folder in which there is a server's socket, else `localhost`.
    fn local(port: u16, surroundings: &Surroundings) -> Place {
        let has_socket = |folder: &&PathBuf| folder.join(format!(".s.PGSQL.{port}")).exists();
        match surroundings.socket_folders.iter().find(has_socket) {
            Some(folder) => Place::Folder(folder.clone()),
            None => Place::Host("localhost".to_owned()),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = |folder: &Path| folder.display().to_string();
        let place = match &self.place {
            Place::Folder(path) => folder(path),
            Place::Host(name) | Place::Address(_, Some(name)) if name.contains(':') => format!("[{name}]"),
            Place::Host(name) | Place::Address(_, Some(name)) => name.clone(),
            Place::Address(IpAddr::V6(address), None) => format!("[{address}]"),
            Place::Address(address, None) => address.to_string(),
        };
        write!(f, "{}:{}", migrations_text::printable(&place), self.port)
    }
}

/// The elements of a list; none when nothing was given.
fn list<'a>(settings: &'a Settings, name: &str) -> Vec<&'a str> {
    settings.text(name).map_or_else(Vec::new, |text| text.split(',').collect())
}

fn element(given: Option<&Given>, list: &[&str], at: usize) -> Option<Given> {
    let text = list.get(at).filter(|text| !text.is_empty())?;
    Some(Given::new(*text, &given?.origin))
}

/// A port for each server: one for all of them, or a list as long as theirs.
fn ports(settings: &Settings, count: usize) -> Result<Vec<u16>, ConnectError> {
    let Some(given) = settings.find("port") else { return Ok(vec![DEFAULT_PORT; count]) };
    let ports: Vec<u16> = given.value.split(',').map(|text| port(given, text)).collect::<Result<_, _>>()?;
    match ports[..] {
        [port] => Ok(vec![port; count]),
        _ if ports.len() == count => Ok(ports),
        _ => Err(given.wrong(format!("{} ports do not fit {count} hosts", ports.len()))),
    }
}

fn port(given: &Given, text: &str) -> Result<u16, ConnectError> {
    match text.trim() {
        "" => Ok(DEFAULT_PORT),
        text => text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
            given.wrong("`port` is not a number from 1 to 65535; in a URL a `:` or `/` of a password is written `%3A` or `%2F`")
        }),
    }
}
