//! Places in the files of migrations, and who is to blame there.

use std::fmt;
use std::ops::Range;

use migrations_text::render::Spot;
use migrations_text::{Excerpt, Position, Text};

use super::Trace;

/// A place in a migration file.
///
/// ```
/// use migrations_core::Location;
///
/// let place = Location { path: "migrations/sql/schema/002_create_users.sql".into(), line: 7, column: 1 };
/// assert_eq!(place.to_string(), "migrations/sql/schema/002_create_users.sql:7:1");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The path of the file, relative to the crate that embeds it.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// Where a migration failed: a file, and the place in it where that is known.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    path: String,
    location: Option<Location>,
    excerpt: Option<Excerpt>,
}

impl Place {
    /// A file as a whole.
    pub(crate) fn file(path: &str) -> Place {
        Place { path: path.to_owned(), location: None, excerpt: None }
    }

    /// The place of the bytes `start..end` of a file.
    pub(crate) fn new(path: &str, text: &str, span: Range<usize>) -> Place {
        let text = Text::new(text.as_bytes().to_vec()).unwrap_or_default();
        let position = text.position(span.start);
        let place = Place::file(path).located(position.line, position.column);
        Place { excerpt: Some(Excerpt::new(&text, span, "")), ..place }
    }

    /// A line and a column of a file, of which `None` says that it is not at hand.
    pub(crate) fn at(path: &str, text: Option<&str>, line: usize, column: usize) -> Place {
        let place = Place::file(path).located(line, column);
        let Some(text) = text.and_then(|text| Text::new(text.as_bytes().to_vec()).ok()) else { return place };
        let range = text.line_range(line);
        let before: usize =
            text[range.clone()].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        Place { excerpt: Some(Excerpt::new(&text, range.start + before..range.end, "")), ..place }
    }

    /// The same place, with words under what is marked.
    pub(crate) fn labelled(mut self, label: String) -> Place {
        if let Some(excerpt) = &mut self.excerpt {
            excerpt.label = label;
        }
        self
    }

    fn located(self, line: usize, column: usize) -> Place {
        Place { location: Some(Location { path: self.path.clone(), line, column }), ..self }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    pub(crate) fn line(&self) -> Option<usize> {
        self.location.as_ref().map(|location| location.line)
    }

    pub(super) fn spot(&self) -> Spot {
        let position = self.location.as_ref().map(|at| Position { line: at.line, column: at.column });
        Spot { path: self.path.clone(), position, excerpt: self.excerpt.clone() }
    }
}

/// As precise as it is known.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => location.fmt(f),
            None => f.write_str(&self.path),
        }
    }
}

/// What of a migration failed.
#[derive(Debug)]
pub(crate) struct Blame {
    pub(crate) place: Place,
    pub(crate) verification: bool,
    pub(crate) trace: Trace,
}

impl Blame {
    /// A line of a runner.
    pub(crate) fn runner(place: Place, error: &(dyn std::error::Error + 'static)) -> Blame {
        let server = super::of_postgres(error).and_then(postgres::Error::as_db_error);
        Blame { place, verification: false, trace: server.map(Trace::in_words).unwrap_or_default() }
    }
}
