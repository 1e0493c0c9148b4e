//! Whether and how connections are encrypted, by libpq's `sslmode` and its companions.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use postgres::config::{SslMode, SslNegotiation};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

use super::settings::Settings;
use super::{ConnectError, Given, Origin, Server, Surroundings};

#[cfg(not(feature = "tls"))]
mod absent;
#[cfg(feature = "tls")]
mod certificate;
#[cfg(feature = "tls")]
mod client;
#[cfg(feature = "tls")]
mod verifier;

#[cfg(not(feature = "tls"))]
use absent::Connector;
#[cfg(feature = "tls")]
use client::Connector;

/// How much a connection has to be protected, from nothing on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

const MODES: [(&str, Mode); 6] = [
    ("disable", Mode::Disable),
    ("allow", Mode::Prefer),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

const NEGOTIATION: [(&str, SslNegotiation); 2] =
    [("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)];

/// Whether and how connections are encrypted.
pub(super) struct Encryption {
    mode: Mode,
    negotiation: SslNegotiation,
    /// There is none where nothing is to be encrypted.
    connector: Option<Connector>,
}

impl Encryption {
    pub(super) fn of(
        settings: &Settings,
        surroundings: &Surroundings,
        servers: &[Server],
        warnings: &mut Vec<String>,
    ) -> Result<Encryption, ConnectError> {
        let mode = mode(settings, warnings)?;
        let negotiation = settings.choice("sslnegotiation", &NEGOTIATION)?.unwrap_or_default();
        if let Some(given) = settings.find("sslnegotiation").filter(|_| is_weak(mode, negotiation)) {
            return Err(given.wrong("`sslnegotiation=direct` needs `sslmode=require` or a stronger one"));
        }
        let is_needed = mode > Mode::Disable && !servers.iter().all(Server::is_local);
        let wanted = Wanted { mode, settings, surroundings };
        let connector = if is_needed { Connector::new(&wanted, warnings)? } else { None };
        Ok(Encryption { mode, negotiation, connector })
    }

    /// Tells a configuration what it has to know.
    pub(super) fn prepare(&self, config: &mut Config) {
        config.ssl_negotiation(self.negotiation).ssl_mode(match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
    }

    /// A connection to one server. Sockets of the same machine are never encrypted.
    pub(super) fn connect(&self, server: &Server, config: &Config) -> Result<Client, postgres::Error> {
        let Some(connector) = self.connector.as_ref().filter(|_| !server.is_local()) else {
            return in_the_clear(config);
        };
        match connector.connect(config) {
            Err(error) if self.mode == Mode::Prefer && is_of_encryption(&error) => in_the_clear(config),
            outcome => outcome,
        }
    }
}

fn in_the_clear(config: &Config) -> Result<Client, postgres::Error> {
    config.clone().ssl_mode(SslMode::Disable).connect(NoTls)
}

/// Whether the same may succeed without encryption: the handshake failed, or `pg_hba.conf` has no line for it, or one that
/// cannot be fulfilled.
fn is_of_encryption(error: &postgres::Error) -> bool {
    let refusals = [&SqlState::INVALID_AUTHORIZATION_SPECIFICATION, &SqlState::CONFIG_FILE_ERROR];
    Connector::is_failure(error) || error.code().is_some_and(|code| refusals.contains(&code))
}

/// Whether the network is the cause, and not what was said over it.
pub(super) fn is_of_network(error: &postgres::Error) -> bool {
    matches!(error.source(), Some(cause) if cause.is::<io::Error>()) && !Connector::is_failure(error)
}

fn is_weak(mode: Mode, negotiation: SslNegotiation) -> bool {
    negotiation == SslNegotiation::Direct && mode < Mode::Require
}

fn mode(settings: &Settings, warnings: &mut Vec<String>) -> Result<Mode, ConnectError> {
    let mode = settings.choice("sslmode", &MODES)?;
    if let Some(given) = settings.find("sslmode").filter(|given| given.value == "allow") {
        warnings.push(format!(
            "{}: `sslmode=allow` is taken for `prefer`: encrypted where possible",
            given.origin
        ));
    }
    let Some(root) = settings.find("sslrootcert").filter(|root| root.value == "system") else {
        return Ok(mode.unwrap_or(Mode::Prefer));
    };
    match mode {
        None | Some(Mode::VerifyFull) => Ok(Mode::VerifyFull),
        Some(_) => Err(root.wrong("`sslrootcert=system` needs `sslmode=verify-full`")),
    }
}

/// What is asked of the TLS library.
struct Wanted<'a> {
    mode: Mode,
    settings: &'a Settings,
    surroundings: &'a Surroundings,
}

/// A file that was named, or one in its usual place.
#[cfg_attr(not(feature = "tls"), expect(dead_code))]
struct File {
    path: PathBuf,
    origin: Origin,
    is_given: bool,
}

#[cfg_attr(not(feature = "tls"), expect(dead_code))]
impl Wanted<'_> {
    /// The file that a parameter names, else the one of this name in `~/.postgresql`.
    fn file(&self, parameter: &str, usual: &str) -> Option<File> {
        if let Some(Given { value, origin }) = self.settings.find(parameter) {
            return Some(File { path: PathBuf::from(value), origin: origin.clone(), is_given: true });
        }
        let path = self.surroundings.in_home(".postgresql")?.join(usual);
        let origin = Origin::new(format!("`{parameter}`"));
        Some(File { path, origin, is_given: false })
    }
}

#[cfg_attr(not(feature = "tls"), expect(dead_code))]
impl File {
    fn wrong(&self, problem: &str) -> ConnectError {
        ConnectError::new(&self.origin, format!("{} {problem}", self.path.display()))
    }
}
