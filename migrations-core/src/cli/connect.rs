//! Where the database is: what the options, the environment and libpq's files say, as `psql` and sqlx read them.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::time::Duration;

use migrations_text::printable;
use postgres::config::{ChannelBinding, LoadBalanceHosts, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

mod error;
mod parameter;
mod passfile;
mod server;
mod service;
mod settings;
mod string;
mod surroundings;
mod tls;

pub use error::ConnectError;
use error::{Given, Origin};
use passfile::{Login, Passfile};
use server::{Place, Server};
use settings::Settings;
pub use surroundings::Surroundings;
use surroundings::Variables;
use tls::Encryption;

/// A database, and how to connect to it.
pub struct Target {
    user: String,
    database: String,
    /// In the order in which they are tried, with what each is told.
    servers: Vec<(Server, Config)>,
    encryption: Encryption,
    sessions: Sessions,
    at_random: bool,
    warnings: Vec<String>,
}

/// Which sessions will do: with the first wish of any server, else with the second.
type Sessions = &'static [TargetSessionAttrs];

impl Target {
    /// What the option, the environment and the files say; `None` when nothing names a database at all.
    ///
    /// # Errors
    /// Something of it is not understood or not possible, or a file of certificates cannot be used.
    pub fn find(url: Option<&str>, surroundings: &Surroundings) -> Result<Option<Target>, ConnectError> {
        let variables = Variables::read(surroundings);
        let Some(settings) = Settings::collect(url, &variables, surroundings)? else {
            // What was not understood may be what names the database.
            return variables.troubles.into_iter().next().map_or(Ok(None), Err);
        };
        let warnings = variables.troubles.iter().map(ToString::to_string).collect();
        Target::new(&settings, surroundings, warnings).map(Some)
    }

    fn new(
        settings: &Settings,
        surroundings: &Surroundings,
        mut warnings: Vec<String>,
    ) -> Result<Target, ConnectError> {
        let user = user(settings, surroundings)?;
        let database = settings.text("dbname").unwrap_or(&user).to_owned();
        let servers = Server::all(settings, surroundings)?;
        let encryption = Encryption::of(settings, surroundings, &servers, &mut warnings)?;
        let mut common = common(settings)?;
        common.user(&user).dbname(&database);
        encryption.prepare(&mut common);
        let passwords = Passwords::of(settings, surroundings, &mut warnings);
        let servers = servers.into_iter().map(|server| {
            let config = of_one(&common, &server, passwords.find(&server, &user, &database, surroundings));
            (server, config)
        });
        Ok(Target {
            servers: servers.collect(),
            encryption,
            sessions: settings
                .choice("target_session_attrs", &SESSIONS)?
                .unwrap_or(&[TargetSessionAttrs::Any]),
            at_random: settings.choice("load_balance_hosts", &BALANCE)? == Some(LoadBalanceHosts::Random),
            user,
            database,
            warnings,
        })
    }

    /// A connection to the first server that gives one. May be called again after one was lost.
    ///
    /// # Errors
    /// That of the last server that was tried.
    pub fn connect(&self) -> Result<Client, postgres::Error> {
        let mut outcome = Config::new().connect(NoTls); // what no servers at all would give
        for (server, config, session) in self.attempts() {
            let mut config = config.clone();
            outcome = self.encryption.connect(server, config.target_session_attrs(session));
            if outcome.as_ref().map_or_else(is_final, |_| true) {
                break;
            }
        }
        outcome
    }

    /// What there is to say before a connection is made, a line each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What each server would be told.
    pub fn configs(&self) -> impl Iterator<Item = &Config> {
        self.servers.iter().map(|(_, config)| config)
    }

    fn attempts(&self) -> impl Iterator<Item = (&Server, &Config, TargetSessionAttrs)> {
        let mut servers: Vec<&(Server, Config)> = self.servers.iter().collect();
        if self.at_random {
            let random = RandomState::new();
            servers.sort_by_cached_key(|(server, _)| random.hash_one(server.to_string()));
        }
        let of_session = move |session: &'static TargetSessionAttrs| {
            servers.clone().into_iter().map(|(server, config)| (server, config, *session))
        };
        self.sessions.iter().flat_map(of_session)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<String> = self.servers.iter().map(|(server, _)| server.to_string()).collect();
        write!(f, "{}@{}/{}", printable(&self.user), servers.join(","), printable(&self.database))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// Whether the other servers are not to be asked: this one was reached, and it refuses, or its certificate is wrong. That is
/// so in libpq, as is the exception of a server that is about to start or to stop.
fn is_final(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => *code != SqlState::CANNOT_CONNECT_NOW,
        None => !error.is_closed() && !tls::is_of_network(error),
    }
}

const SESSIONS: [(&str, Sessions); 6] = [
    ("any", &[TargetSessionAttrs::Any]),
    ("read-write", &[TargetSessionAttrs::ReadWrite]),
    ("read-only", &[TargetSessionAttrs::ReadOnly]),
    ("primary", &[TargetSessionAttrs::ReadWrite]),
    ("standby", &[TargetSessionAttrs::ReadOnly]),
    ("prefer-standby", &[TargetSessionAttrs::ReadOnly, TargetSessionAttrs::Any]),
];

const BALANCE: [(&str, LoadBalanceHosts); 2] =
    [("disable", LoadBalanceHosts::Disable), ("random", LoadBalanceHosts::Random)];

const CHANNEL_BINDING: [(&str, ChannelBinding); 3] = [
    ("disable", ChannelBinding::Disable),
    ("prefer", ChannelBinding::Prefer),
    ("require", ChannelBinding::Require),
];

fn user(settings: &Settings, surroundings: &Surroundings) -> Result<String, ConnectError> {
    let user = settings.text("user").or(surroundings.user.as_deref());
    user.map(str::to_owned).ok_or_else(|| {
        ConnectError::new("the operating system", "does not say who the user is; give `user`, or set PGUSER")
    })
}

/// What all servers are told.
fn common(settings: &Settings) -> Result<Config, ConnectError> {
    let mut config = Config::new();
    let name = settings.text("application_name").or(settings.text("fallback_application_name"));
    config.application_name(name.unwrap_or("migrations"));
    if let Some(options) = settings.text("options") {
        config.options(options);
    }
    if let Some(binding) = settings.choice("channel_binding", &CHANNEL_BINDING)? {
        config.channel_binding(binding);
    }
    if let Some(balance) = settings.choice("load_balance_hosts", &BALANCE)? {
        config.load_balance_hosts(balance);
    }
    limit_time(&mut config, settings)?;
    Ok(config)
}

/// How soon a network that has fallen silent is noticed. Zero leaves it to the system, as with libpq; the defaults here are
/// those of a tool that should not hang.
fn limit_time(config: &mut Config, settings: &Settings) -> Result<(), ConnectError> {
    let number = |name: &str, default: u32| -> Result<Option<u32>, ConnectError> {
        let number = settings.number(name)?.map_or(default, |number| u32::try_from(number).unwrap_or(0));
        Ok(Some(number).filter(|number| *number > 0))
    };
    let seconds = |number: u32| Duration::from_secs(number.into());
    if let Some(limit) = number("connect_timeout", 10)? {
        config.connect_timeout(seconds(limit));
    }
    if let Some(limit) = number("tcp_user_timeout", 35_000)? {
        config.tcp_user_timeout(Duration::from_millis(limit.into()));
    }
    config.keepalives(number("keepalives", 1)?.is_some());
    if let Some(idle) = number("keepalives_idle", 20)? {
        config.keepalives_idle(seconds(idle));
    }
    if let Some(interval) = number("keepalives_interval", 5)? {
        config.keepalives_interval(seconds(interval));
    }
    if let Some(count) = number("keepalives_count", 3)? {
        config.keepalives_retries(count);
    }
    Ok(())
}

fn of_one(common: &Config, server: &Server, password: Option<Vec<u8>>) -> Config {
    let mut config = common.clone();
    match &server.place {
        Place::Folder(folder) => config.host_path(folder),
        Place::Host(name) => config.host(name),
        Place::Address(address, None) => config.host(&address.to_string()).hostaddr(*address),
        Place::Address(address, Some(name)) => config.host(name).hostaddr(*address),
    };
    config.port(server.port);
    if let Some(password) = password {
        config.password(password);
    }
    config
}

/// Where passwords come from: one that was given, else the passfile.
struct Passwords<'a> {
    given: Option<&'a str>,
    file: Option<Passfile>,
}

impl<'a> Passwords<'a> {
    fn of(settings: &'a Settings, surroundings: &Surroundings, warnings: &mut Vec<String>) -> Passwords<'a> {
        let given = settings.text("password");
        let path = settings.path("passfile").or_else(|| surroundings.in_home(".pgpass"));
        let file = match path.filter(|_| given.is_none()).as_deref().map(Passfile::open) {
            Some(Ok(file)) => file,
            Some(Err(warning)) => {
                warnings.push(warning);
                None
            }
            None => None,
        };
        Passwords { given, file }
    }

    fn find(
        &self,
        server: &Server,
        user: &str,
        database: &str,
        surroundings: &Surroundings,
    ) -> Option<Vec<u8>> {
        let names = server.names(surroundings);
        let hosts: Vec<&str> = names.iter().map(String::as_str).collect();
        let login = Login { hosts: &hosts, port: server.port, database, user };
        match self.given {
            Some(password) => Some(password.as_bytes().to_vec()),
            None => self.file.as_ref()?.password(&login),
        }
    }
}
