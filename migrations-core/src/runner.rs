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
///
/// ```
/// use migrations_core::runner::{Step, ensure};
///
/// let checks: [Step; 2] = [
///     |agent| agent.verify_table("shop", "users"),
///     |agent| ensure(agent.count("shop", "users")? > 0, "nobody is left"),
/// ];
/// # let _ = checks;
/// ```
pub type Step = fn(&mut Agent<'_>) -> Result<(), RunnerError>;

/// A function of a runner that works in batches.
///
/// ```
/// use migrations_core::{Batch, runner::BatchStep};
///
/// let step: BatchStep = |agent, cursor| {
///     let from: i64 = cursor.position()?.unwrap_or(0);
///     let rows = agent.execute("UPDATE shop.users SET seen = true WHERE id = $1", &[&from])?;
///     Ok(if from < 1000 { Batch::more(rows, from + 1) } else { Batch::done(rows) })
/// };
/// # let _ = step;
/// ```
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
///
/// ```
/// use migrations_core::RunnerError;
///
/// fn limit(written: &str) -> Result<u32, RunnerError> {
///     match written.parse()? {
///         0 => Err(RunnerError::new("a limit of 0 lets nobody in")),
///         limit => Ok(limit),
///     }
/// }
///
/// assert_eq!(limit("0").unwrap_err().to_string(), "a limit of 0 lets nobody in");
/// assert_eq!(limit("none").unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct RunnerError {
    source: Box<dyn Error + Send + Sync>,
    location: &'static Location<'static>,
}

impl RunnerError {
    /// A failure in words.
    ///
    /// ```
    /// use migrations_core::RunnerError;
    ///
    /// let error = RunnerError::new("no user has an address");
    /// let (shown, with_place) = (error.to_string(), format!("{error:?}"));
    /// assert_eq!(shown, "no user has an address");
    /// assert!(with_place.contains(".rs:"), "{with_place}");
    /// ```
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
/// ```
/// use migrations_core::ensure;
///
/// let (moved, left) = (41, 1);
/// let error = ensure(left == 0, format!("{left} of {} rows are left", moved + left)).unwrap_err();
/// assert_eq!(error.to_string(), "1 of 42 rows are left");
/// ```
///
/// # Errors
/// It does not hold.
#[track_caller]
pub fn ensure(condition: bool, message: impl Into<String>) -> Result<(), RunnerError> {
    if condition { Ok(()) } else { Err(RunnerError::new(message)) }
}

/// Where a batch begins: what the batch before it has said, kept in the ledger.
///
/// ```
/// use migrations_core::{Agent, Batch, Cursor, RunnerError};
///
/// pub fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
///     let day: i32 = cursor.position()?.unwrap_or(0);
///     let rows = agent.execute("DELETE FROM shop.visits WHERE day = $1", &[&day])?;
///     Ok(if day < 365 { Batch::more(rows, day + 1) } else { Batch::done(rows) })
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    position: Option<String>,
}

impl Cursor {
    pub(crate) fn new(position: Option<String>) -> Cursor {
        Cursor { position }
    }

    /// Whether this is the first batch.
    ///
    /// ```
    /// # use migrations_core::{Agent, Cursor, RunnerError};
    /// # fn f(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<(), RunnerError> {
    /// if cursor.is_start() {
    ///     let rows = agent.count("shop", "users")?;
    ///     agent.expect_rows(rows.unsigned_abs());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_start(&self) -> bool {
        self.position.is_none()
    }

    /// What the batch before said; `None` for the first.
    ///
    /// ```
    /// # use migrations_core::{Cursor, RunnerError};
    /// # fn f(cursor: &Cursor) -> Result<(), RunnerError> {
    /// // The one before ended with `Batch::more(rows, id)`.
    /// let after: i64 = cursor.position()?.unwrap_or(i64::MIN);
    /// # Ok(())
    /// # }
    /// ```
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
///
/// ```
/// use migrations_core::Batch;
///
/// fn outcome(rows: u64, last: Option<i64>) -> Batch {
///     last.map_or(Batch::done(rows), |id| Batch::more(rows, id))
/// }
///
/// assert_eq!(outcome(500, Some(17)), Batch::more(500, 17));
/// assert_eq!(outcome(0, None), Batch::done(0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub(crate) rows: u64,
    pub(crate) next: Option<String>,
}

impl Batch {
    /// There is more to do, from `position` on.
    ///
    /// ```
    /// # use migrations_core::Batch;
    /// // The position is kept as text: whatever can be shown and parsed will do.
    /// assert_eq!(Batch::more(500, 17), Batch::more(500, "17"));
    /// ```
    pub fn more(rows: u64, position: impl fmt::Display) -> Batch {
        Batch { rows, next: Some(position.to_string()) }
    }

    /// This was the last one.
    ///
    /// ```
    /// # use migrations_core::Batch;
    /// assert_ne!(Batch::done(500), Batch::more(500, 17), "after 500 rows either");
    /// ```
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
