//! When each migration ran, and how long it took.

mod clock;
mod page;
mod runs;
mod svg;

use std::time::Duration;

/// What the journal of a ledger knows, to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// What the picture is called.
    pub title: String,
    /// What happened, in the order of the journal.
    pub entries: Vec<Entry>,
    /// The categories, in the order in which they get their colours.
    pub categories: Vec<String>,
}

/// One entry of the journal.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The identity of the migration.
    pub name: String,
    /// Number and name, where the folder knows them; else the name.
    pub stem: String,
    /// The category, where the folder knows it.
    pub category: String,
    /// What happened to it.
    pub event: Event,
    /// When that was done, in microseconds since 1970 in UTC.
    pub at: i64,
    /// When that was done, as it is to be shown.
    pub shown: String,
    /// How long it took.
    pub duration: Duration,
    /// Which role did it.
    pub by: String,
    /// The program that did it.
    pub build: String,
    /// The run in which it was done, where the journal knows it.
    pub run: Option<String>,
}

/// What happened to a migration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Event {
    /// It was applied.
    #[default]
    Applied,
    /// It was entered without being run.
    Adopted,
    /// It was rolled back.
    RolledBack,
    /// Another took its place.
    Replaced,
}

impl Event {
    const ALL: [Event; 4] = [Event::Applied, Event::Adopted, Event::RolledBack, Event::Replaced];

    /// The event of that word of the journal.
    pub fn parse(word: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Event::Applied => "applied",
            Event::Adopted => "adopted",
            Event::RolledBack => "rolled back",
            Event::Replaced => "replaced",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Event::Applied => "applied",
            Event::Adopted => "adopted",
            Event::RolledBack => "undone",
            Event::Replaced => "replaced",
        }
    }
}

impl Timeline {
    /// As an image: SVG that follows the reader's choice of light or dark.
    pub fn svg(&self) -> String {
        svg::image(self)
    }

    /// As a page by itself, with a search.
    pub fn html(&self) -> String {
        page::of(self)
    }

    fn colour(&self, entry: &Entry) -> Option<usize> {
        self.categories.iter().position(|category| *category == entry.category)
    }
}

impl Entry {
    /// When it began.
    fn start(&self) -> i64 {
        self.at.saturating_sub(self.micros())
    }

    fn micros(&self) -> i64 {
        i64::try_from(self.duration.as_micros()).unwrap_or(i64::MAX)
    }
}
