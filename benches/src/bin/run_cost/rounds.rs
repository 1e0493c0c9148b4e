//! Measuring by turns, and what comes out of it.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Result;

/// The middle of some values, and how far they reach.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    pub(crate) fn of(mut values: Vec<f64>) -> Spread {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            (at(middle.saturating_sub(1)) + at(middle)) / 2.0
        } else {
            at(middle)
        };
        Spread { median, least: at(0), most: at(values.len().saturating_sub(1)) }
    }

    /// For times that are kept in seconds.
    pub(crate) fn in_milliseconds(self) -> String {
        self.scaled(1e3, "ms")
    }

    pub(crate) fn scaled(self, factor: f64, unit: &str) -> String {
        if self.least == self.most {
            return format!("{} {unit}", number(self.median * factor));
        }
        let [median, least, most] = [self.median, self.least, self.most].map(|value| number(value * factor));
        format!("{median} {unit} ({least} to {most})")
    }
}

/// Three significant digits.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 9_999.5 => thousands(value),
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.9995 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A whole number with commas.
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>();
    format!("{}{}", if value < 0.0 { "-" } else { "" }, groups.join(","))
}

/// What was measured of one contestant, round by round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    pub(crate) fn spread(&self) -> Spread {
        Spread::of(self.0.clone())
    }

    /// In relation to another one in the same rounds: a machine that is slower for a while is so for both.
    pub(crate) fn to(&self, other: &Series) -> Spread {
        Spread::of(self.0.iter().zip(&other.0).map(|(one, other)| one / other).collect())
    }
}

/// How often everybody has a turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) count: usize,
    /// Whoever takes longer than so many seconds has no second turn.
    pub(crate) patience: f64,
}

impl Rounds {
    /// Measures all of them by turns, each round beginning with another one; answers the values of each.
    pub(crate) fn measure<C>(
        self,
        contestants: &[C],
        name: impl Fn(&C) -> String,
        mut measure: impl FnMut(&C) -> Result<f64>,
    ) -> Result<Vec<Series>> {
        let mut values = vec![Series::default(); contestants.len()];
        let is_done = |values: &Series| values.0.iter().any(|value| *value > self.patience);
        for round in 0..self.count {
            for turn in 0..contestants.len() {
                let at = (round + turn) % contestants.len();
                if !is_done(&values[at]) {
                    progress(&format!("round {} of {}: {}", round + 1, self.count, name(&contestants[at])));
                    values[at].0.push(measure(&contestants[at])?);
                }
            }
        }
        progress("");
        Ok(values)
    }
}

/// What is being done, for those who wait.
pub(crate) fn progress(doing: &str) {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut screen = std::io::stderr();
    if screen.is_terminal() {
        let _ = write!(screen, "\r\x1b[K{doing}");
        let _ = screen.flush();
        return;
    }
    // A log that is read later: now and then is enough.
    let Ok(mut last) = LAST.lock() else { return };
    if !doing.is_empty() && last.is_none_or(|last| last.elapsed() > Duration::from_secs(10)) {
        *last = Some(Instant::now());
        let _ = writeln!(screen, "  … {doing}");
    }
}
