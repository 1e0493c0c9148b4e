//! One migration as one message to the server, and the way back from an error to the file.

use std::ops::Range;
use std::time::Duration;

use postgres::error::{DbError, ErrorPosition};

use crate::error::Place;
use crate::ledger::Ledger;
use crate::quote::literal;
use crate::set::Facts;

/// A text that errors point into: a file, or a rollback that the ledger has kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

/// The text of a message, with a record of which parts of it stand in the source.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    source: Source<'a>,
    text: String,
    /// The length of `text` in characters, which is what the server counts positions in.
    characters: usize,
    parts: Vec<Part>,
}

/// A statement of the source within the message.
#[derive(Debug, Clone)]
struct Part {
    /// Where the statement begins in the message, counted in characters from 0.
    at: usize,
    characters: usize,
    range: Range<usize>,
    verification: bool,
}

/// Limits that hold for the transaction of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) lock: Option<Duration>,
    pub(crate) statement: Option<Duration>,
    /// The largest table, in bytes, that is backed up.
    pub(crate) backup_bytes: u64,
}

impl<'a> Script<'a> {
    /// The whole transaction of a migration: body, verification and history row, all or nothing.
    pub(crate) fn up(facts: &'a Facts, ledger: &Ledger, limits: Limits, record: &str) -> Script<'a> {
        let mut script = Script::transaction(facts.source(), limits);
        let mut progress = Progress::new(facts.body.len() + facts.verify.len(), ledger);
        script.push(&ledger.take_backups(facts, limits.backup_bytes));
        script.statements(facts.body, &mut progress);
        script.verification(facts, &mut progress, ledger);
        script.push(&progress.next());
        script.push(record);
        script.push("\nCOMMIT");
        script
    }

    /// The whole transaction of a rollback: its statements, and the end of the history row.
    pub(crate) fn down(
        source: Source<'a>,
        statements: &[Range<usize>],
        ledger: &Ledger,
        limits: Limits,
        record: &str,
    ) -> Script<'a> {
        let mut script = Script::transaction(source, limits);
        let mut progress = Progress::new(statements.len(), ledger);
        script.statements(statements, &mut progress);
        script.push(&progress.next());
        script.push(record);
        script.push("\nCOMMIT");
        script
    }

    /// The end of a migration whose body has run outside a transaction: verification and history row.
    pub(crate) fn conclusion(facts: &'a Facts, ledger: &Ledger, limits: Limits, record: &str) -> Script<'a> {
        let mut script = Script::transaction(facts.source(), limits);
        let mut progress = Progress::new(facts.verify.len(), ledger);
        script.verification(facts, &mut progress, ledger);
        let steps = ledger.object("steps");
        script.push(&format!("DELETE FROM {steps} WHERE name = {};\n{record}\nCOMMIT", literal(facts.name)));
        script
    }

    /// The body alone, for a transaction that is open.
    pub(crate) fn body(facts: &'a Facts, ledger: &Ledger, limits: Limits) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        script.push(&ledger.take_backups(facts, limits.backup_bytes));
        script.statements(facts.body, &mut Progress::new(facts.body.len(), ledger));
        script
    }

    /// The verification alone, for a transaction that is open.
    pub(crate) fn verified(facts: &'a Facts, ledger: &Ledger) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        script.verification(facts, &mut Progress::new(facts.verify.len(), ledger), ledger);
        script
    }

    /// One statement of a migration that runs outside a transaction.
    pub(crate) fn alone(facts: &'a Facts, range: &Range<usize>) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        script.part(range, false);
        script
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The place in the source that an error is about, and whether it verifies: the token that the server points to,
    /// else the statement that was running. `running` is the number of that statement, counted from 1.
    pub(crate) fn blame(&self, error: Option<&DbError>, running: Option<usize>) -> (Place, bool) {
        let (span, verification) = self.blamed_span(error, running);
        (Place::new(self.source.path, self.source.text, span), verification)
    }

    fn blamed_span(&self, error: Option<&DbError>, running: Option<usize>) -> (Range<usize>, bool) {
        if let Some(ErrorPosition::Original(position)) = error.and_then(DbError::position)
            && let Some((part, at)) = self.locate(*position as usize)
        {
            return (at..at + token_length(&self.source.text[at..part.range.end]), part.verification);
        }
        let running = running.and_then(|number| self.parts.get(number.checked_sub(1)?));
        match running.or_else(|| self.parts.last().filter(|_| self.parts.len() == 1)) {
            Some(part) => (part.range.clone(), part.verification),
            None => (0..0, false),
        }
    }

    /// The part in which the character `position` (counted from 1) of the message stands, and its place in the source.
    fn locate(&self, position: usize) -> Option<(&Part, usize)> {
        let at = position.checked_sub(1)?;
        let part = self.parts.iter().rfind(|part| part.at <= at)?;
        let inside = (at - part.at).min(part.characters);
        let statement = self.source.text.get(part.range.clone())?;
        let offset = statement.char_indices().nth(inside).map_or(part.range.len(), |(byte, _)| byte);
        Some((part, part.range.start + offset))
    }

    fn empty(source: Source<'a>) -> Script<'a> {
        Script { source, text: String::new(), characters: 0, parts: Vec::new() }
    }

    fn transaction(source: Source<'a>, limits: Limits) -> Script<'a> {
        let mut script = Script::empty(source);
        script.push("BEGIN;\n");
        script.push(&limits.settings());
        script
    }

    fn statements(&mut self, statements: &[Range<usize>], progress: &mut Progress) {
        for range in statements {
            self.push(&progress.next());
            self.part(range, false);
            self.push(";\n");
        }
    }

    fn verification(&mut self, facts: &Facts, progress: &mut Progress, ledger: &Ledger) {
        for (range, is_query) in facts.verify {
            self.push(&progress.next());
            if *is_query {
                let verified = ledger.object("verified");
                self.push(&format!(
                    "SELECT pg_catalog.count({verified}(pg_catalog.to_json(verified_row.*))) FROM (\n"
                ));
            }
            self.part(range, true);
            self.push(if *is_query { "\n) AS verified_row;\n" } else { ";\n" });
        }
    }

    fn part(&mut self, range: &Range<usize>, verification: bool) {
        let statement = self.source.text.get(range.clone()).unwrap_or_default();
        let (at, characters) = (self.characters, statement.chars().count());
        self.parts.push(Part { at, characters, range: range.clone(), verification });
        self.push(statement);
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.characters += text.chars().count();
    }
}

impl Limits {
    /// The statements that set the limits for the transaction that is open.
    pub(crate) fn settings(&self) -> String {
        let settings = [("lock_timeout", self.lock), ("statement_timeout", self.statement)];
        let set = |(setting, limit): (&str, Option<Duration>)| {
            limit.map(|limit| format!("SET LOCAL {setting} = {};\n", limit.as_millis().min(i32::MAX as u128)))
        };
        settings.into_iter().filter_map(set).collect()
    }
}

/// Statements that tell which statement is running. A sequence is not transactional: its value survives the
/// rollback of the failed migration.
struct Progress {
    setval: Option<String>,
    running: usize,
}

impl Progress {
    fn new(parts: usize, ledger: &Ledger) -> Progress {
        // Where there is one statement, it is the one that failed.
        let setval = (parts > 1)
            .then(|| format!("SELECT pg_catalog.setval({}, ", literal(&ledger.object("progress"))));
        Progress { setval, running: 0 }
    }

    fn next(&mut self) -> String {
        self.running += 1;
        self.setval.as_ref().map_or_else(String::new, |setval| format!("{setval}{});\n", self.running))
    }
}

/// The length of the name, number or sign at the beginning of `rest`, for the caret.
fn token_length(rest: &str) -> usize {
    let quoted = rest.starts_with('"').then(|| rest[1..].find('"').map(|end| end + 2)).flatten();
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
    quoted.unwrap_or(word).max(rest.chars().next().map_or(0, char::len_utf8))
}
