//! `catalog`: the folder's own README, made of what the files say.

mod facts;
mod json;
mod markdown;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;

use migrations_rules::Set;
use similar::TextDiff;

use self::facts::Facts;
use super::changes::{self, Change};
use super::error::CommandError;
use super::root::Root;
use crate::cli::style::count;

/// The file that the catalogue is written to, in the root of the folder.
pub(crate) const FILE_NAME: &str = "README.md";

/// What the file on the disk is, compared with the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It says what the folder holds.
    Current,
    /// There is no such file.
    Missing,
    /// It says something else: its lines with `-`, those of the folder with `+`.
    Stale(String),
    /// It was written by hand.
    Foreign,
}

impl State {
    pub(crate) fn is_current(&self) -> bool {
        *self == State::Current
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Current => writeln!(f, "{FILE_NAME} is current"),
            State::Missing => writeln!(f, "there is no {FILE_NAME}; `cargo migrations catalog` writes it"),
            State::Stale(lines) => {
                write!(f, "{FILE_NAME} is stale; `cargo migrations catalog` writes it anew\n{lines}")
            }
            State::Foreign => writeln!(f, "{FILE_NAME} was written by hand, and is no catalogue"),
        }
    }
}

/// The file that was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) file: String,
    /// Whether it says something else than before.
    pub(crate) changed: bool,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}{}", self.file, if self.changed { "" } else { " is current" })
    }
}

/// The catalogue as Markdown.
///
/// # Errors
/// When the folder has errors: what is not understood cannot be listed.
pub(crate) fn markdown(root: &Root) -> Result<String, CommandError> {
    let set = sound(root)?;
    Ok(markdown::text(&Facts::of(&set)))
}

/// The catalogue as JSON; its shape is that of [`mod@json`].
///
/// # Errors
/// As those of [`markdown`].
pub(crate) fn json(root: &Root) -> Result<String, CommandError> {
    let set = sound(root)?;
    Ok(json::text(&Facts::of(&set)))
}

/// Writes the catalogue.
///
/// # Errors
/// As those of [`markdown`]; and when the file cannot be written, or was written by hand and `force` is not set.
pub(crate) fn write(root: &Root, force: bool) -> Result<Outcome, CommandError> {
    let text = markdown(root)?;
    let file = root.shown(FILE_NAME);
    let from = match state(root, &text)? {
        State::Current => return Ok(Outcome { file, changed: false }),
        State::Foreign if !force => {
            return Err(CommandError::new(format!("{file} was not made by `cargo migrations catalog`"))
                .help("keep it under another name, or let it be overwritten with `--force`"));
        }
        State::Missing => None,
        State::Stale(_) | State::Foreign => {
            changes::read(&root.path, FILE_NAME)?;
            Some(FILE_NAME.to_owned())
        }
    };
    changes::make(&root.path, &[Change { from, to: FILE_NAME.to_owned(), bytes: text.into_bytes() }])?;
    Ok(Outcome { file, changed: true })
}

/// Whether the file says what the folder holds.
///
/// # Errors
/// As those of [`markdown`]; and when the file cannot be read.
pub(crate) fn check(root: &Root) -> Result<State, CommandError> {
    state(root, &markdown(root)?)
}

fn state(root: &Root, text: &str) -> Result<State, CommandError> {
    let at = root.path.join(FILE_NAME);
    let found = match fs::read(&at) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).replace("\r\n", "\n"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Missing),
        Err(error) => return Err(CommandError::io(&at, "cannot be read", error)),
    };
    Ok(match difference(&found, text) {
        None => State::Current,
        Some(_) if !found.starts_with(markdown::MARK) => State::Foreign,
        Some(lines) => State::Stale(lines),
    })
}

/// The lines that two texts do not share, as `diff -u` shows them.
fn difference(found: &str, wanted: &str) -> Option<String> {
    let shown = || TextDiff::from_lines(found, wanted).unified_diff().context_radius(0).to_string();
    (found != wanted).then(shown)
}

fn sound(root: &Root) -> Result<Set, CommandError> {
    let set = root.existing()?;
    let errors = set.problems.iter().filter(|problem| problem.is_error()).count();
    if errors == 0 {
        return Ok(set);
    }
    let folder = if root.name.is_empty() { "the folder" } else { &root.name };
    Err(CommandError::new(format!("{folder} has {}", count(errors, "error")))
        .help("`cargo migrations check` lists them; what is not understood cannot be listed in a catalogue"))
}
