//! The problems of a folder, for people and for the tools that read them.

mod github;
mod human;
mod json;
mod sarif;
#[cfg(test)]
mod tests;

use std::path::Path;

use migrations_rules::{Problem, Set};

use super::root::{self, Root};
use crate::cli::style::count;

/// How problems are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As `rustc` shows its own.
    Human {
        /// Whether with the colours of a terminal.
        colour: bool,
    },
    /// One JSON object.
    Json,
    /// Workflow commands of GitHub Actions, which become annotations of the changed lines.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// What `check` shows, and whether anything in it fails the build.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) failed: bool,
}

/// Checks the folder `path`, as seen from `here`. What people read names files from `here`, and so does JSON; a forge wants
/// them from the root of the repository.
pub(crate) fn check(path: &Path, here: &Path, format: Format) -> Outcome {
    let base = match format {
        Format::Human { .. } | Format::Json => here.to_path_buf(),
        Format::Github | Format::Sarif => root::repository(here),
    };
    let set = Root::seen_from(path, &base).check();
    Outcome { text: Findings::of(&set).written(format), failed: set.has_errors() }
}

/// What a check has found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Findings<'a> {
    /// The problems, in the order in which they are shown.
    pub(crate) problems: &'a [Problem],
    /// The number of files that were read.
    pub(crate) files: usize,
}

impl<'a> Findings<'a> {
    /// All that is wrong with a folder.
    pub(crate) fn of(set: &'a Set) -> Findings<'a> {
        Findings { problems: &set.problems, files: set.files.len() }
    }

    /// The findings as a text of whole lines.
    pub(crate) fn written(&self, format: Format) -> String {
        match format {
            Format::Human { colour } => human::text(self, colour),
            Format::Json => json::text(self),
            Format::Github => github::text(self),
            Format::Sarif => sarif::text(self),
        }
    }

    fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }

    fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
    }

    /// `2 errors, 1 warning in 55 files`.
    fn summary(&self) -> String {
        let counts = [(self.errors(), "error"), (self.warnings(), "warning")];
        let found: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(number, what)| count(number, what))
            .collect();
        let found = if found.is_empty() { "no problem".to_owned() } else { found.join(", ") };
        format!("{found} in {}", count(self.files, "file"))
    }
}

/// `error` or `warning`, as all formats call them.
fn severity(problem: &Problem) -> &'static str {
    if problem.is_error() { "error" } else { "warning" }
}

/// The column behind what is marked, counted in characters; `None` when nothing is marked.
fn end_column(problem: &Problem) -> Option<usize> {
    let excerpt = problem.excerpt.as_ref()?;
    let marked = excerpt.text.get(excerpt.span.clone())?.trim_end_matches('…').chars().count();
    (marked > 0).then_some(problem.position.column + marked)
}
