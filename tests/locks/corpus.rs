//! The statements that are tried, one a line, each behind what is known to differ:
//!
//! ```sql
//! --! since 17
//! --! shop.users takes ROW SHARE, unforetold: a row is checked against its foreign key
//! INSERT INTO shop.orders (user_id) VALUES (1);
//! ```

const CORPUS: &str = include_str!("statements.sql");

/// A statement of the corpus.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) statement: String,
    pub(crate) exceptions: Vec<Exception>,
    since: Option<u32>,
    until: Option<u32>,
}

/// Something that the text does not tell.
#[derive(Debug)]
pub(crate) struct Exception {
    pub(crate) difference: String,
}

impl Case {
    /// Whether a major of PostgreSQL has it.
    pub(crate) fn is_known_to(&self, major: u32) -> bool {
        self.since.is_none_or(|since| major >= since) && self.until.is_none_or(|until| major <= until)
    }

    fn take(&mut self, note: &str) {
        if let Some(major) = note.strip_prefix("since ") {
            self.since = Some(major.parse().unwrap());
        } else if let Some(major) = note.strip_prefix("until ") {
            self.until = Some(major.parse().unwrap());
        } else {
            let (difference, reason) = note.split_once(": ").unwrap_or_else(|| panic!("no reason: {note}"));
            assert!(!reason.is_empty(), "{note}");
            self.exceptions.push(Exception { difference: difference.to_owned() });
        }
    }
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let (mut cases, mut case) = (Vec::new(), Case::default());
    for line in CORPUS.lines() {
        if let Some(note) = line.strip_prefix("--! ") {
            case.take(note);
        } else if !line.is_empty() && !line.starts_with("--") {
            case.statement = line.to_owned();
            cases.push(std::mem::take(&mut case));
        }
    }
    cases
}
