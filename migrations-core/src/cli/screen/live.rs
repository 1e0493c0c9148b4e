//! The live view: the migration that is running, what it is doing, and how many are done.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::super::member::Member;
use crate::report::BatchProgress;
use crate::set::MigrationSet;

pub(super) struct Live {
    all: MultiProgress,
    /// The migration and how long it has been running.
    current: ProgressBar,
    /// What it is doing: the statement, and what that waits for or how far it is.
    details: [ProgressBar; 2],
    total: ProgressBar,
}

const TICK: Duration = Duration::from_millis(100);

impl Live {
    pub(super) fn new(total: usize) -> Live {
        let all = MultiProgress::new();
        let current = all.add(
            ProgressBar::new_spinner().with_style(style("  {spinner:.cyan} {wide_msg} {elapsed:.cyan}")),
        );
        let details = ["    {wide_msg:.dim}", "    {wide_msg:.yellow}"]
            .map(|line| all.add(ProgressBar::new_spinner().with_style(style(line))));
        let bar = style("  {bar:40.green/dim} {pos} of {len}").progress_chars("━━─");
        let total = all.add(ProgressBar::new(total as u64).with_style(bar));
        current.enable_steady_tick(TICK);
        total.tick();
        Live { all, current, details, total }
    }

    /// The lines that say what the migration is doing.
    pub(super) fn details(&self) -> [ProgressBar; 2] {
        self.details.clone()
    }

    pub(super) fn started(&self, migration: Member) {
        self.current.reset_elapsed();
        self.current.set_message(migration.facts().stem);
        self.details.iter().for_each(|line| line.set_message(""));
    }

    pub(super) fn waiting(&self, said: &str) {
        self.current.set_message(said.to_owned());
    }

    pub(super) fn batch(&self, progress: &BatchProgress<Member>) {
        self.details[0].set_message(progress.to_string());
    }

    pub(super) fn done(&self) {
        self.total.inc(1);
    }

    pub(super) fn line(&self, line: &str) {
        let colours = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
        let line = if colours { line.to_owned() } else { anstream::adapter::strip_str(line).to_string() };
        // What cannot be shown is not worth a failed run.
        let _ = self.all.println(line);
    }

    pub(super) fn end(self) {
        [&self.current, &self.total].into_iter().chain(&self.details).for_each(ProgressBar::finish_and_clear);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
