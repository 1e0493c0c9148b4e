//! The journal, cut into runs.

use super::{Entry, Event, Timeline};

/// Where the journal does not say which run it was, a pause of so many microseconds ends one.
const PAUSE: i64 = 10 * 60 * 1_000_000;

/// What was done at one go.
pub(super) struct Run<'t> {
    pub(super) entries: Vec<&'t Entry>,
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Timeline {
    /// The runs, the oldest first.
    pub(super) fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for entry in &self.entries {
            match runs.last_mut().filter(|run| run.goes_on(entry)) {
                Some(run) => run.take(entry),
                None => {
                    runs.push(Run { entries: vec![entry], start: entry.start(), end: entry.at });
                }
            }
        }
        runs.sort_by_key(|run| run.start);
        runs
    }
}

impl<'t> Run<'t> {
    fn goes_on(&self, entry: &Entry) -> bool {
        let Some(last) = self.entries.last() else { return false };
        match (&last.run, &entry.run) {
            (Some(last), Some(run)) => last == run,
            _ => {
                last.by == entry.by
                    && last.build == entry.build
                    && entry.start().saturating_sub(self.end).saturating_abs() < PAUSE
            }
        }
    }

    fn take(&mut self, entry: &'t Entry) {
        self.start = self.start.min(entry.start());
        self.end = self.end.max(entry.at);
        self.entries.push(entry);
    }

    /// From the begin of the first to the end of the last; never nothing, so that one can divide by it.
    pub(super) fn length(&self) -> i64 {
        self.end.saturating_sub(self.start).max(1)
    }

    /// How many of each: `12 applied, 1 rolled back`.
    pub(super) fn counts(&self) -> String {
        let counted = Event::ALL.into_iter().filter_map(|event| {
            let count = self.entries.iter().filter(|entry| entry.event == event).count();
            (count > 0).then(|| format!("{count} {}", event.word()))
        });
        counted.collect::<Vec<_>>().join(", ")
    }
}
