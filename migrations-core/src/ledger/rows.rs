//! What the rows of the ledger say, which others may have written.

use std::time::Duration;

use postgres::SimpleQueryRow;

use crate::report::{Blocker, Holder};
use crate::status::Entry;

/// The values of a row, as text.
pub(crate) enum Cells<'r> {
    Sent(&'r SimpleQueryRow),
    #[cfg(feature = "fuzzing")]
    Written(&'r [Option<&'r str>]),
}

/// A row of the history, as far as a run needs it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) number: Option<String>,
    pub(crate) checksum: String,
    pub(crate) applied_at: String,
    pub(crate) applied_by: String,
    pub(crate) duration: Duration,
    /// The migrations in whose place it stands.
    pub(crate) replaces: Vec<String>,
}

/// What the history keeps about undoing a migration.
#[derive(Debug, Clone)]
pub(crate) struct UndoRow {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<String>,
    pub(crate) rollback_sql: Option<String>,
    pub(crate) irreversible: Option<String>,
}

/// A statement of a `@no-transaction` migration that has begun.
#[derive(Debug)]
pub(crate) struct KeptStep {
    /// Its place in the body, counted from 1.
    pub(crate) number: usize,
    pub(crate) checksum: String,
    pub(crate) is_finished: bool,
}

impl<'r> Cells<'r> {
    fn get(&self, column: usize) -> Option<&'r str> {
        match self {
            Cells::Sent(row) => row.get(column),
            #[cfg(feature = "fuzzing")]
            Cells::Written(cells) => cells.get(column).copied().flatten(),
        }
    }

    fn text(&self, column: usize) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    /// Names with spaces between them.
    fn names(&self, column: usize) -> Vec<String> {
        self.get(column).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }

    fn required(&self, column: usize) -> Result<String, &'static str> {
        self.text(column).ok_or("NULL in its history")
    }
}

impl Row {
    /// The error is what there is instead.
    pub(crate) fn read(cells: &Cells<'_>) -> Result<Row, &'static str> {
        Ok(Row {
            name: cells.required(0)?,
            category: cells.required(1)?,
            number: cells.text(2),
            checksum: cells.required(3)?,
            applied_at: cells.required(4)?,
            applied_by: cells.required(5)?,
            duration: duration(&cells.required(6)?).ok_or("a duration that is no number")?,
            replaces: cells.names(7),
        })
    }
}

impl UndoRow {
    pub(crate) fn read(cells: &Cells<'_>) -> Result<UndoRow, &'static str> {
        Ok(UndoRow {
            name: cells.required(0)?,
            dependencies: cells.names(1),
            rollback_sql: cells.text(2),
            irreversible: cells.text(3),
        })
    }
}

impl KeptStep {
    pub(crate) fn read(cells: &Cells<'_>) -> Result<KeptStep, &'static str> {
        let step = || {
            Some(KeptStep {
                number: cells.get(0)?.parse().ok()?,
                checksum: cells.text(1)?,
                is_finished: cells.get(2)? == "t",
            })
        };
        step().ok_or("a step that is none")
    }
}

impl Entry {
    pub(crate) fn read(cells: &Cells<'_>) -> Result<Entry, &'static str> {
        Ok(Entry {
            event: cells.required(0)?,
            name: cells.required(1)?,
            at: cells.required(2)?,
            unix_microseconds: cells.required(3)?.parse::<f64>().unwrap_or_default() as i64,
            by: cells.required(4)?,
            duration: duration(&cells.required(5)?).ok_or("a duration that is no number")?,
            build: cells.required(6)?,
        })
    }
}

/// A migration that the journal says was applied, and how long that took.
pub(super) fn applied(cells: &Cells<'_>) -> Option<(String, Duration)> {
    Some((cells.text(0)?, duration(cells.get(1)?)?))
}

/// So many seconds; none, if they are too many or less than that.
fn duration(seconds: &str) -> Option<Duration> {
    Some(Duration::try_from_secs_f64(seconds.parse().ok()?).unwrap_or_default())
}

impl Holder {
    pub(crate) fn read(cells: &Cells<'_>) -> Option<Holder> {
        Some(Holder {
            pid: cells.get(0)?.parse().ok()?,
            application: cells.text(1),
            role: cells.text(2)?,
            since: cells.text(3)?,
            migration: cells.text(4),
        })
    }
}

impl Blocker {
    pub(crate) fn read(cells: &Cells<'_>) -> Option<Blocker> {
        Some(Blocker {
            pid: cells.get(0)?.parse().ok()?,
            application: cells.text(1),
            role: cells.text(2)?,
            since: cells.text(3)?,
            state: cells.text(4).unwrap_or_default(),
            query: cells.text(5).unwrap_or_default(),
        })
    }
}
