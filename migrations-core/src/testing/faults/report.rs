//! What came of many faults.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::time::Duration;

use super::point::{Fault, Kind};
use crate::error::{Error, sentence};
use crate::scratch::ScratchError;

/// What came of many faults.
///
/// `Display` is a small table:
///
/// ```text
/// fault                           times  deviations
/// terminated after a statement       57           0
/// closed before a message            12           0
/// all                                69           0
/// 2 migrations, 12 messages, 69 places, 6.2 s
/// ```
///
/// ```
/// use migrations_core::testing::faults::FaultReport;
///
/// assert_eq!(FaultReport::default().faults(), 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultReport {
    /// How often each kind of fault has happened.
    pub kinds: BTreeMap<Kind, Tally>,
    /// The migrations that were hit; those that travelled together count once.
    pub migrations: usize,
    /// The messages that were hit.
    pub messages: usize,
    /// The places that were hit: borders of statements and messages, and bytes.
    pub places: usize,
    /// What was not as it should be.
    pub deviations: Vec<Deviation>,
    /// The columns, as `schema.table.column`, that are different after every run, because of the time, of chance or of
    /// sequences, and were therefore not compared.
    pub not_compared: BTreeSet<String>,
    /// How long it took.
    pub duration: Duration,
}

/// How often a kind of fault has happened.
///
/// ```
/// use migrations_core::testing::faults::Tally;
///
/// assert_eq!(Tally::default(), Tally { faults: 0, deviations: 0 });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many faults there were.
    pub faults: usize,
    /// After how many of them something was not as it should be.
    pub deviations: usize,
}

/// A fault after which something was not as it should be.
///
/// `Display` begins with the coordinates of the fault, from which it can be repeated:
///
/// ```text
/// 002_create_users/message 4/before answer/close
///     the next run fails: …
/// ```
///
/// ```
/// use migrations_core::testing::faults::{Deviation, FaultReport, Kind};
///
/// fn of_kind(report: &FaultReport, kind: Kind) -> impl Iterator<Item = &Deviation> {
///     report.deviations.iter().filter(move |deviation| deviation.fault.point.kind() == kind)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deviation {
    /// The fault.
    pub fault: Fault,
    /// What is not as it is after an undisturbed run, a line each.
    pub report: String,
}

/// Why a migration did not survive faults.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// use migrations_core::testing::faults::{FaultError, Faults};
///
/// if let Err(FaultError::Different(report)) = Faults::<Migration>::new().run() {
///     println!("{}", report.deviations[0].fault);
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// There is no throw-away server.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// There is no proxy before it.
    #[error("no proxy could be started: {0}")]
    Proxy(#[source] io::Error),
    /// A migration failed without a fault.
    #[error("{}", .0.report(false))]
    Migration(#[source] Box<Error>),
    /// The rows could not be loaded, or a database could not be copied or read.
    #[error("the faults were interrupted: {}", sentence(.0))]
    Postgres(#[from] postgres::Error),
    /// The process that was to be killed could not be started.
    #[error("the process that was to be killed could not be used: {0}")]
    Process(#[source] io::Error),
    /// After some of the faults, something was not as it is after an undisturbed run.
    #[error("{0}")]
    Different(Box<FaultReport>),
}

impl From<Error> for FaultError {
    fn from(error: Error) -> FaultError {
        FaultError::Migration(Box::new(error))
    }
}

impl FaultReport {
    /// How many faults there were.
    ///
    /// ```
    /// use migrations_core::testing::faults::{FaultReport, Kind, Tally};
    ///
    /// let mut report = FaultReport::default();
    /// report.kinds.insert(Kind::Reset, Tally { faults: 12, deviations: 0 });
    /// report.kinds.insert(Kind::Silence, Tally { faults: 3, deviations: 1 });
    /// assert_eq!(report.faults(), 15);
    /// ```
    pub fn faults(&self) -> usize {
        self.kinds.values().map(|tally| tally.faults).sum()
    }

    /// Notes a fault, and what was not as it should be.
    pub(super) fn note(&mut self, fault: Fault, report: String) {
        let tally = self.kinds.entry(fault.point.kind()).or_default();
        tally.faults += 1;
        if !report.is_empty() {
            tally.deviations += 1;
            self.deviations.push(Deviation { fault, report });
        }
    }
}

impl fmt::Display for FaultReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<29}{:>8}{:>12}", "fault", "times", "deviations")?;
        for (kind, Tally { faults, deviations }) in &self.kinds {
            writeln!(f, "{kind:<29}{faults:>8}{deviations:>12}")?;
        }
        writeln!(f, "{:<29}{:>8}{:>12}", "all", self.faults(), self.deviations.len())?;
        let FaultReport { migrations, messages, places, duration, .. } = self;
        writeln!(
            f,
            "{migrations} migrations, {messages} messages, {places} places, {:.1} s",
            duration.as_secs_f64()
        )?;
        if !self.not_compared.is_empty() {
            let columns: Vec<&str> = self.not_compared.iter().map(String::as_str).collect();
            writeln!(f, "not compared, as no two runs agree in them: {}", columns.join(", "))?;
        }
        self.deviations.iter().try_for_each(|deviation| write!(f, "\n{deviation}"))
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.fault)?;
        self.report.lines().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_what_was_different_and_what_was_not_compared() {
        let mut report = FaultReport { duration: Duration::from_millis(6_240), ..FaultReport::default() };
        let fault = |text: &str| text.parse::<Fault>().unwrap();
        report.note(fault("001_create_shop/message 1/before/close"), String::new());
        assert_eq!(
            report.to_string(),
            "fault                           times  deviations
closed before a message             1           0
all                                 1           0
0 migrations, 0 messages, 0 places, 6.2 s
"
        );
        for message in [1, 2] {
            let report_of_it = "one\nother\n".to_owned();
            report.note(fault(&format!("001_create_shop/message {message}/after/close")), report_of_it);
        }
        report.not_compared = ["shop.users.id", "shop.users.at"].map(str::to_owned).into();
        assert_eq!(
            report.to_string(),
            "fault                           times  deviations
closed before a message             1           0
closed after a message              2           2
all                                 3           2
0 migrations, 0 messages, 0 places, 6.2 s
not compared, as no two runs agree in them: shop.users.at, shop.users.id

001_create_shop/message 1/after/close
    one
    other

001_create_shop/message 2/after/close
    one
    other
"
        );
    }
}
