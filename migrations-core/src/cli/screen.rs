//! What is shown of a run while it goes on: a live view on a terminal, else a line when something is done.

mod live;
mod watch;

use std::io::IsTerminal;
use std::time::Duration;

use super::database::Database;
use super::member::Member;
use super::output::say;
use super::style::{BOLD, CYAN, DIM, GREEN, YELLOW, paint, shortened, time, width};
use crate::report::{Applied, Event, RolledBack};
use crate::set::MigrationSet;
use live::Live;
use watch::Watch;

/// What is shown of a run.
pub(super) struct Screen {
    live: Option<Live>,
    /// Looks at the server from a second connection, once a migration takes long.
    watch: Option<Watch>,
    /// How wide the column of the categories is, with a space behind it where there are any.
    category: usize,
    /// What the runner has said.
    log: Vec<String>,
    /// How far a batched runner has come.
    progress: Option<String>,
    waited: Duration,
}

/// How long somebody waits before it is said again, where no live view tells.
const SAID_AGAIN: Duration = Duration::from_secs(5);

impl Screen {
    /// A live view if standard error is a terminal; `total` is the number of migrations to come.
    pub(super) fn new(total: usize, database: Option<&Database>, ledger_schema: &str) -> Screen {
        let live = std::io::stderr().is_terminal().then(|| Live::new(total));
        let watch = live
            .as_ref()
            .zip(database)
            .map(|(live, database)| Watch::new(database.clone(), ledger_schema, live.details()));
        let categories = Member::table().facts().iter().map(|facts| facts.category.chars().count());
        let widest = categories.max().unwrap_or(0);
        Screen {
            live,
            watch,
            category: widest + usize::from(widest > 0),
            log: Vec::new(),
            progress: None,
            waited: Duration::ZERO,
        }
    }

    pub(super) fn show(&mut self, event: &Event<Member>) {
        match event {
            Event::Started(migration) => self.started(*migration),
            Event::Log(_, line) => self.log.push(line.clone()),
            Event::Batch(progress) => {
                self.progress = (progress.rows > 0).then(|| progress.to_string());
                self.live.iter().for_each(|live| live.batch(progress));
            }
            Event::Applied(applied) => self.applied(applied),
            Event::RolledBack(undone) => self.rolled_back(undone),
            Event::Waiting(waited, _) => self.waiting(*waited, event),
            Event::Retrying(_) | Event::Reconnecting(_) => {
                self.line(&format!("  {} {event}", paint(YELLOW, "again")));
            }
        }
    }

    /// Takes the live view away.
    pub(super) fn end(mut self) {
        self.watch = None;
        self.live.take().into_iter().for_each(Live::end);
    }

    fn started(&mut self, migration: Member) {
        self.log.clear();
        self.progress = None;
        self.waited = Duration::ZERO;
        self.live.iter().for_each(|live| live.started(migration));
        self.watch.iter().for_each(|watch| watch.started(migration.facts()));
    }

    fn waiting(&mut self, waited: Duration, event: &Event<Member>) {
        if let Some(live) = &self.live {
            live.waiting(&event.to_string());
        } else if self.waited.is_zero() || waited >= self.waited + SAID_AGAIN {
            self.waited = waited;
            self.line(&format!("  {event}"));
        }
    }

    fn applied(&mut self, applied: &Applied<Member>) {
        let facts = applied.migration.facts();
        self.done(&paint(GREEN, "✓"), facts.category, facts.stem, applied.duration);
        for line in self.progress.take().into_iter().chain(std::mem::take(&mut self.log)) {
            let indent = self.category + 4;
            self.line(&format!("{:indent$}{}", "", paint(DIM, migrations_text::printable(&line))));
        }
    }

    fn rolled_back(&mut self, undone: &RolledBack<Member>) {
        let facts = undone.migration.map(MigrationSet::facts);
        let category = facts.map_or("", |facts| facts.category);
        let name = facts.map_or(undone.name.as_str(), |facts| facts.stem);
        self.done(&paint(YELLOW, "↶"), category, &migrations_text::printable(name), undone.duration);
    }

    fn done(&self, sign: &str, category: &str, name: &str, duration: Duration) {
        if let Some(watch) = &self.watch {
            watch.ended();
        }
        let category = format!("{category:<width$}", width = self.category);
        let room = width().min(100).saturating_sub(self.category + 17);
        let name = shortened(name, room.max(20));
        let dots = paint(DIM, "·".repeat(room.saturating_sub(name.chars().count())));
        self.line(&format!(
            "  {sign} {}{} {dots} {}",
            paint(DIM, category),
            paint(BOLD, name),
            paint(CYAN, format!("{:>10}", time(duration)))
        ));
        self.live.iter().for_each(Live::done);
    }

    fn line(&self, line: &str) {
        match &self.live {
            Some(live) => live.line(line),
            None => say!("{line}"),
        }
    }
}
