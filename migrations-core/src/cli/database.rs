//! The database that a command works on.

use std::fmt;
use std::sync::Arc;

use postgres::{Client, Config, NoTls};

use super::connect::Target;
use crate::scratch::Scratch;

/// A database that is named, or one that is thrown away.
#[derive(Clone)]
pub(super) enum Database {
    Named(Arc<Target>),
    Scratch(Arc<Config>),
}

impl Database {
    pub(super) fn of_scratch(scratch: &Scratch) -> Database {
        Database::Scratch(Arc::new(scratch.config()))
    }

    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        match self {
            Database::Named(target) => target.connect(),
            Database::Scratch(config) => config.connect(NoTls),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Named(target) => write!(f, "{target}"),
            Database::Scratch(_) => f.write_str("the throw-away server"),
        }
    }
}
