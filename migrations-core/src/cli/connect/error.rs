//! Why it cannot be told where the database is.

use std::error::Error;
use std::fmt::{self, Display};

/// What is wrong with what says where the database is, and where it says so; never a password, and nothing of a
/// connection string that might be part of one.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConnectError {
    place: String,
    problem: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ConnectError {
    pub(super) fn new(place: impl Display, problem: impl Into<String>) -> ConnectError {
        ConnectError { place: place.to_string(), problem: problem.into(), source: None }
    }

    /// The same, with the error of another that says more.
    pub(super) fn because(self, source: impl Error + Send + Sync + 'static) -> ConnectError {
        ConnectError { source: Some(Box::new(source)), ..self }
    }
}

/// Where a value was given, as a reader would look for it: `PGPORT in .env`, `service file …, section [x], line 4`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Origin(String);

impl Origin {
    pub(super) fn new(text: impl Into<String>) -> Origin {
        Origin(text.into())
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&migrations_text::printable(&self.0))
    }
}

/// A value and where it was given; without `Debug`, because it may be a password.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl Given {
    pub(super) fn new(value: impl Into<String>, origin: &Origin) -> Given {
        Given { value: value.into(), origin: origin.clone() }
    }

    pub(super) fn wrong(&self, problem: impl Into<String>) -> ConnectError {
        ConnectError::new(&self.origin, problem)
    }
}
