//! The statements that are tried, one a line, each behind what is known to differ, for all majors or up to one, or from one
//! minor release to the next:
//!
//! ```sql
//! --! since 15
//! --! perhaps shop.numbers takes ACCESS SHARE, unforetold: some releases lock what a default names
//! --! until 17 shop.users takes ROW SHARE, unforetold: a row is checked against its foreign key
//! INSERT INTO shop.orders (user_id) VALUES (1);
//! ```

const CORPUS: &str = include_str!("statements.sql");

/// A line of the corpus.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) statement: String,
    since: u32,
    exceptions: Vec<Exception>,
}

/// Something that the text does not tell.
#[derive(Debug)]
struct Exception {
    difference: &'static str,
    until: u32,
    /// Whether every release of these majors does it.
    is_certain: bool,
}

impl Case {
    /// Whether a major of PostgreSQL has it.
    pub(crate) fn is_known_to(&self, major: u32) -> bool {
        major >= self.since
    }

    /// What a major does that is not foretold.
    pub(crate) fn exceptions(&self, major: u32) -> impl Iterator<Item = &str> {
        self.holding(major).map(|exception| exception.difference)
    }

    /// Those of them that every release has to show.
    pub(crate) fn certain_exceptions(&self, major: u32) -> impl Iterator<Item = &str> {
        self.holding(major).filter(|exception| exception.is_certain).map(|exception| exception.difference)
    }

    fn holding(&self, major: u32) -> impl Iterator<Item = &Exception> {
        self.exceptions.iter().filter(move |exception| major <= exception.until)
    }

    fn take(&mut self, note: &'static str) {
        if let Some(major) = note.strip_prefix("since ") {
            self.since = major.parse().unwrap();
            return;
        }
        let (until, note) = match note.strip_prefix("until ").and_then(|rest| rest.split_once(' ')) {
            Some((major, note)) => (major.parse().unwrap(), note),
            None => (u32::MAX, note),
        };
        let (is_certain, note) = match note.strip_prefix("perhaps ") {
            Some(rest) => (false, rest),
            None => (true, note),
        };
        let (difference, _reason) = note.split_once(": ").unwrap_or_else(|| panic!("no reason: {note}"));
        self.exceptions.push(Exception { difference, until, is_certain });
    }
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let (mut cases, mut case) = (Vec::new(), Case::default());
    for line in CORPUS.lines() {
        if let Some(note) = line.strip_prefix("--! ") {
            case.take(note);
        } else if !line.is_empty() && !line.starts_with("--") {
            line.clone_into(&mut case.statement);
            cases.push(std::mem::take(&mut case));
        }
    }
    cases
}
