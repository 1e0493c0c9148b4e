//! What the rules report: a problem, with its place and what to do about it.

use std::borrow::Cow;
use std::fmt;

use migrations_text::{Excerpt, Level, Position, printable};

/// One violation of one rule, at one place.
///
/// ```
/// let set = migrations_rules::check("no/such/folder".as_ref(), "migrations");
/// let problem = &set.problems[0];
/// assert_eq!(problem.rule, "unexpected-file");
/// assert_eq!(problem.to_string(), "migrations:1:1: there is no such folder [unexpected-file]");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule's name, such as `duplicate-number`, or the code of a server's error.
    pub rule: Cow<'static, str>,
    /// [`Level::Deny`] or [`Level::Warn`]; allowed problems are never handed out.
    pub level: Level,
    /// The file or folder, relative to the place that the folder was named from, `/` between parts.
    pub path: String,
    /// Where in the file; line 1, column 1 when the file as a whole is meant.
    pub position: Position,
    /// What is wrong: lower case, one sentence, no full stop.
    pub message: String,
    /// The marked lines of the file, when there are any to show.
    pub excerpt: Option<Excerpt>,
    /// What to do, each one sentence.
    pub help: Vec<String>,
}

impl Problem {
    /// Whether the problem fails the build.
    ///
    /// ```
    /// let set = migrations_rules::check("no/such/folder".as_ref(), "migrations");
    /// let errors = set.problems.iter().filter(|problem| problem.is_error());
    /// assert_eq!(errors.count(), 1);
    /// ```
    pub fn is_error(&self) -> bool {
        self.level == Level::Deny
    }
}

/// One line, `path:line:column: message [rule]`; [`crate::render`] shows all of it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        let (path, message) = (printable(&self.path), printable(&self.message));
        write!(f, "{path}:{line}:{column}: {message} [{}]", self.rule)
    }
}
