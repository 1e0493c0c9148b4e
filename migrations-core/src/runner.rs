//! Migrations and companions written in Rust.
//!
//! A file `runners/NNN_name.rs` with the name of an SQL migration accompanies it, in its transaction: `before` and `after`
//! its body, and `verify` after its `-- @verify`. Any other runner is a migration of its own: `up`, and `down` or a header
//! that says why it is irreversible. Or it works in batches: `batch`, called until it is done, each time in a
//! transaction of its own together with a checkpoint.
//!
//! ```
//! use migrations_core::{Agent, RunnerError};
//!
//! pub fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
//!     agent.verify_table("shop", "users")?;
//!     let added = agent.execute("UPDATE shop.users SET email = lower(email) WHERE email <> lower(email)", &[])?;
//!     agent.log(format!("{added} addresses changed"));
//!     Ok(())
//! }
//!
//! pub fn down(_: &mut Agent<'_>) -> Result<(), RunnerError> {
//!     Ok(())
//! }
//! ```

use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::str::FromStr;

use crate::agent::Agent;

/// A function of a runner that runs in the migration's transaction.
pub type Step = fn(&mut Agent<'_>) -> Result<(), RunnerError>;

/// A function of a runner that works in batches.
pub type BatchStep = fn(&mut Agent<'_>, &Cursor) -> Result<Batch, RunnerError>;

/// The functions of a runner, and its file.
#[doc(hidden)]
#[derive(Debug)]
pub struct Runner {
    pub path: &'static str,
    pub text: &'static str,
    pub before: Option<Step>,
    pub after: Option<Step>,
    pub verify: Option<Step>,
    pub up: Option<Step>,
    pub down: Option<Step>,
    pub batch: Option<BatchStep>,
}

/// Why a runner failed, with the line of the runner where it did.
///
/// Every error turns into it with `?`; [`RunnerError::new`] makes one of a sentence.
pub struct RunnerError {
    source: Box<dyn Error + Send + Sync>,
    location: &'static Location<'static>,
}

impl RunnerError {
    /// A failure in words.
    #[track_caller]
    pub fn new(message: impl Into<String>) -> RunnerError {
        RunnerError { source: message.into().into(), location: Location::caller() }
    }

    pub(crate) fn into_parts(self) -> (Box<dyn Error + Send + Sync>, &'static Location<'static>) {
        (self.source, self.location)
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for RunnerError {
    #[track_caller]
    fn from(source: E) -> RunnerError {
        RunnerError { source: Box::new(source), location: Location::caller() }
    }
}

impl fmt::Display for RunnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl fmt::Debug for RunnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.source, self.location)
    }
}

/// Fails with `message` unless `condition` holds.
///
/// # Errors
/// It does not hold.
#[track_caller]
pub fn ensure(condition: bool, message: impl Into<String>) -> Result<(), RunnerError> {
    if condition { Ok(()) } else { Err(RunnerError::new(message)) }
}

/// Where a batch begins: what the batch before it has said, kept in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    position: Option<String>,
}

impl Cursor {
    pub(crate) fn new(position: Option<String>) -> Cursor {
        Cursor { position }
    }

    /// Whether this is the first batch.
    pub fn is_start(&self) -> bool {
        self.position.is_none()
    }

    /// What the batch before said; `None` for the first.
    ///
    /// # Errors
    /// It cannot be read as a `T`.
    #[track_caller]
    pub fn position<T: FromStr>(&self) -> Result<Option<T>, RunnerError> {
        let Some(position) = &self.position else { return Ok(None) };
        match position.parse() {
            Ok(position) => Ok(Some(position)),
            Err(_) => Err(RunnerError::new(format!(
                "the checkpoint `{position}` is not of the type that is asked for"
            ))),
        }
    }
}

/// What a batch has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub(crate) rows: u64,
    pub(crate) next: Option<String>,
}

impl Batch {
    /// There is more to do, from `position` on.
    pub fn more(rows: u64, position: impl fmt::Display) -> Batch {
        Batch { rows, next: Some(position.to_string()) }
    }

    /// This was the last one.
    pub fn done(rows: u64) -> Batch {
        Batch { rows, next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_runner_is_its_cause_and_knows_its_line() {
        let (error, line) = (RunnerError::new("no users"), line!());
        assert_eq!(error.to_string(), "no users");
        assert!(format!("{error:?}").ends_with(&format!("runner.rs:{line}:30")), "{error:?}");
        let converted = || -> Result<u8, RunnerError> { Ok("ä".parse()?) };
        assert_eq!(converted().unwrap_err().to_string(), "invalid digit found in string");
        assert_eq!(ensure(false, "no users").unwrap_err().to_string(), "no users");
        assert!(ensure(true, "no users").is_ok());
    }

    #[test]
    fn a_cursor_is_where_the_batch_before_has_ended() {
        let start = Cursor::new(None);
        assert!(start.is_start() && start.position::<i64>().unwrap().is_none());
        let Batch { next, rows } = Batch::more(3, 17);
        let cursor = Cursor::new(next);
        assert!(!cursor.is_start());
        assert_eq!((cursor.position().unwrap(), rows), (Some(17), 3));
        let error = Cursor::new(Some("a".to_owned())).position::<i64>().unwrap_err();
        assert_eq!(error.to_string(), "the checkpoint `a` is not of the type that is asked for");
        assert_eq!(Batch::done(2), Batch { rows: 2, next: None });
    }
}
