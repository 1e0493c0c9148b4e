//! Measuring by turns, and what comes out of it.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Result;

/// The middle of some values, and how far they reach.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(mut values: Vec<f64>) -> Spread {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 0 {
            (at(middle.saturating_sub(1)) + at(middle)) / 2.0
        } else {
            at(middle)
        };
        Spread { median, least: at(0), most: at(values.len().saturating_sub(1)) }
    }

    /// For times that are kept in seconds.
    pub fn in_milliseconds(self) -> String {
        self.scaled(1e3, "ms")
    }

    pub fn scaled(self, factor: f64, unit: &str) -> String {
        if self.least == self.most {
            return format!("{} {unit}", number(self.median * factor));
        }
        let [median, least, most] = [self.median, self.least, self.most].map(|value| number(value * factor));
        format!("{median} {unit} ({least} to {most})")
    }
}

/// Three significant digits.
pub fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1e4 => thousands(value),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A whole number with commas.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>();
    format!("{}{}", if value < 0.0 { "-" } else { "" }, groups.join(","))
}

/// How often everybody has a turn.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    pub count: usize,
    /// Whoever takes longer than so many seconds has no second turn.
    pub patience: f64,
}

impl Rounds {
    /// Measures all of them by turns, each round beginning with another one; answers the values of each.
    pub fn measure<C>(
        self,
        contestants: &[C],
        name: impl Fn(&C) -> String,
        mut measure: impl FnMut(&C) -> Result<f64>,
    ) -> Result<Vec<Spread>> {
        let mut values = vec![Vec::new(); contestants.len()];
        let is_done = |values: &[f64]| values.iter().any(|value| *value > self.patience);
        for round in 0..self.count {
            for turn in 0..contestants.len() {
                let at = (round + turn) % contestants.len();
                if !is_done(&values[at]) {
                    progress(&format!("round {} of {}: {}", round + 1, self.count, name(&contestants[at])));
                    values[at].push(measure(&contestants[at])?);
                }
            }
        }
        progress("");
        Ok(values.into_iter().map(Spread::of).collect())
    }
}

/// What is being done, for those who wait.
pub fn progress(doing: &str) {
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
