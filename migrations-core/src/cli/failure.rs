//! Why a command failed, and the codes with which the program ends.

use std::error::Error as StdError;

use migrations_text::render::Diagnostic;
use migrations_text::{Level, printable};
use serde_json::{Value, json};

use super::connect::ConnectError;
use super::database::Database;
use super::folder::CommandError;
use crate::error::{Error, sentence};
use crate::scratch::ScratchError;
use crate::testing::RoundTripError;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// What was to be found did not hold; it is said already.
    NotSo,
    /// Something is pending, changed or unknown, and it was asked whether.
    NotUpToDate,
}

impl Outcome {
    /// The code with which the program ends.
    pub(super) fn code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::NotSo => 1,
            Outcome::NotUpToDate => 3,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The engine, or the database.
    Engine(Error),
    /// Anything else: what is wrong, and what to do.
    Plain(String, Vec<String>),
    /// The command does not fit together: what is wrong, and what to write.
    Usage(String, Vec<String>),
}

impl Failure {
    pub(super) fn plain(message: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure::Plain(message.into(), vec![help.into()])
    }

    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure::Usage(message.into(), vec![help.into()])
    }

    /// No connection could be made.
    pub(super) fn connection(database: &Database, error: &postgres::Error) -> Failure {
        Failure::Plain(
            printable(&format!("no connection to {database}: {}", sentence(error))).into_owned(),
            vec!["is the server running there, and do host, port, user and password fit?".to_owned()],
        )
    }

    /// The code with which the program ends.
    pub(super) fn code(&self) -> u8 {
        match self {
            Failure::Engine(_) | Failure::Plain(..) => 1,
            Failure::Usage(..) => 2,
        }
    }

    /// The failure as text of one or more lines, with colours.
    pub(super) fn report(&self) -> String {
        match self {
            Failure::Engine(error) => error.report(true),
            Failure::Plain(message, help) | Failure::Usage(message, help) => {
                diagnostic(message, help).rendered(true)
            }
        }
    }

    /// The failure for programs.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Failure::Engine(error) => error.to_json(),
            Failure::Plain(message, help) => json!({ "kind": "failed", "message": message, "help": help }),
            Failure::Usage(message, help) => json!({ "kind": "usage", "message": message, "help": help }),
        }
    }
}

fn diagnostic(message: &str, help: &[String]) -> Diagnostic {
    Diagnostic {
        level: Level::Deny,
        message: message.to_owned(),
        code: None,
        spots: Vec::new(),
        notes: Vec::new(),
        help: help.to_vec(),
    }
}

/// What an error says, with what its causes say.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Engine(error)
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Failure {
        Failure::Usage(error.to_string(), Vec::new())
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Failure {
        let help = error.helps().to_vec();
        Failure::Plain(chain(&error), help)
    }
}

impl From<ScratchError> for Failure {
    fn from(error: ScratchError) -> Failure {
        Failure::Plain(chain(&error), Vec::new())
    }
}

impl From<RoundTripError> for Failure {
    fn from(error: RoundTripError) -> Failure {
        match error {
            RoundTripError::Migration(error) => Failure::Engine(*error),
            error => Failure::Plain(chain(&error), Vec::new()),
        }
    }
}
