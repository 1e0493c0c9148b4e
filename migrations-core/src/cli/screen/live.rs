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
    /// What it is doing.
    detail: ProgressBar,
    total: ProgressBar,
}

const TICK: Duration = Duration::from_millis(100);

impl Live {
    pub(super) fn new(total: usize) -> Live {
        let all = MultiProgress::new();
        let current = all.add(
            ProgressBar::new_spinner().with_style(style("  {spinner:.cyan} {wide_msg} {elapsed:.cyan}")),
        );
        let detail = all.add(ProgressBar::new_spinner().with_style(style("    {wide_msg:.dim}")));
        let bar = style("  {bar:40.green/dim} {pos} of {len}").progress_chars("━━─");
        let total = all.add(ProgressBar::new(total as u64).with_style(bar));
        current.enable_steady_tick(TICK);
        total.tick();
        Live { all, current, detail, total }
    }

    /// The line that says what the migration is doing.
    pub(super) fn detail(&self) -> ProgressBar {
        self.detail.clone()
    }

    pub(super) fn started(&self, migration: Member) {
        self.current.reset_elapsed();
        self.current.set_message(migration.facts().stem);
        self.detail.set_message("");
    }

    pub(super) fn waiting(&self, said: &str) {
        self.current.set_message(said.to_owned());
    }

    pub(super) fn batch(&self, progress: &BatchProgress<Member>) {
        self.detail.set_message(progress.to_string());
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
        for bar in [&self.current, &self.detail, &self.total] {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
