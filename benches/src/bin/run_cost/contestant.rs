//! Who takes part in a measurement: the tools, and limits that no tool can beat.

use std::fmt;

use postgres::{Config, NoTls};

use crate::Result;
use crate::set::{Set, name};
use crate::tools::{Name, Tool};

/// A tool or a limit, ready for a start.
pub(crate) enum Contestant {
    Tool(Name, Tool),
    /// Connects, and asks for a number.
    Connect,
    /// Sends everything at once, each migration in a transaction of its own.
    Message(String),
    /// The same with a row for each migration, as whoever keeps a history has to write it.
    Recorded(String),
}

const HISTORY: &str = "CREATE TABLE history (name text PRIMARY KEY, checksum text NOT NULL);\n";

impl Contestant {
    pub(crate) fn tools(names: &[Name], set: &Set) -> Result<Vec<Contestant>> {
        names.iter().map(|name| Ok(Contestant::Tool(name.clone(), Tool::new(name, set)?))).collect()
    }

    pub(crate) fn message(set: &Set) -> Contestant {
        Contestant::Message(set.bodies.iter().map(|body| format!("BEGIN;\n{body}\nCOMMIT;\n")).collect())
    }

    pub(crate) fn recorded(set: &Set) -> Contestant {
        let transaction = |(number, body): (usize, &String)| {
            let (name, checksum) = (name(number), format!("sha256:{number:064x}"));
            format!(
                "BEGIN;\n{body}\nINSERT INTO history (name, checksum) VALUES ('{name}', '{checksum}');\nCOMMIT;\n"
            )
        };
        Contestant::Recorded((1..).zip(&set.bodies).map(transaction).collect())
    }

    /// What is there before it is measured.
    pub(crate) fn prepare(&self, database: &Config) -> Result<()> {
        if let Contestant::Recorded(_) = self {
            database.connect(NoTls)?.batch_execute(HISTORY)?;
        }
        Ok(())
    }

    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        match self {
            Contestant::Tool(_, tool) => tool.start(database),
            Contestant::Connect => Ok(database.connect(NoTls)?.batch_execute("SELECT 1")?),
            Contestant::Message(message) | Contestant::Recorded(message) => {
                Ok(database.connect(NoTls)?.batch_execute(message)?)
            }
        }
    }

    /// A measurement of what was not done would be worth nothing.
    pub(crate) fn check(&self, database: &Config, count: usize) -> Result<()> {
        let done = match self {
            Contestant::Tool(_, tool) => tool.applied(database)?,
            Contestant::Connect => return Ok(()),
            Contestant::Message(_) => rows(database, "pg_tables WHERE schemaname = 'public'")?,
            Contestant::Recorded(_) => rows(database, "history")?,
        };
        match usize::try_from(done) == Ok(count) {
            true => Ok(()),
            false => Err(format!("{self} has applied {done} instead of {count}").into()),
        }
    }
}

/// How many rows there are.
pub(crate) fn rows(database: &Config, of: &str) -> Result<i64> {
    Ok(database.connect(NoTls)?.query_one(&format!("SELECT count(*) FROM {of}"), &[])?.get(0))
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contestant::Tool(name, _) => name.fmt(f),
            Contestant::Connect => f.write_str("limit: connect"),
            Contestant::Message(_) => f.write_str("one message"),
            Contestant::Recorded(_) => f.write_str("limit: and a row"),
        }
    }
}
