//! One migration as one message to the server, and the way back from an error to the file.

mod together;

use std::ops::Range;
use std::time::Duration;

use migrations_text::Step;
use postgres::error::{DbError, ErrorPosition};

use crate::error::{Blame, Place, Trace};
use crate::ledger::{Ledger, Run};
use crate::quote::literal;
use crate::set::Facts;

pub(crate) use together::{Together, together};

/// A text that errors point into: a file, or a rollback that the ledger has kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

/// The text of a message, or of a part of one, with a record of which parts of it stand in the source.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    source: Source<'a>,
    /// How many characters of the message stand before it.
    start: usize,
    text: String,
    /// The length of `text` in characters, which is what the server counts positions in.
    characters: usize,
    parts: Vec<Part>,
}

/// A statement of the source within the message.
#[derive(Debug, Clone)]
struct Part {
    /// Where the statement begins in the script, counted in characters from 0.
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

/// What is around the statements of a migration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) run: &'a Run,
    pub(crate) limits: Limits,
    /// Whether another transaction follows in the same message.
    pub(crate) is_followed: bool,
}

impl Frame<'_> {
    /// The beginning of a transaction, which fails unless the run has the lease.
    pub(crate) fn opening(&self, stem: &str) -> String {
        // What follows is committed behind it in the same log, so one wait for the disk is enough for all of them.
        let relaxed = if self.is_followed { "SET LOCAL synchronous_commit = off;\n" } else { "" };
        let (mark, limits, claim) =
            (self.run.mark(stem), self.limits.settings(), self.ledger.claim(self.run));
        format!("{mark}BEGIN;\n{relaxed}{limits}{claim}")
    }
}

impl<'a> Script<'a> {
    /// The whole transaction of a migration: body, verification and history row, all or nothing.
    pub(crate) fn up(facts: &'a Facts, frame: Frame<'_>, record: &str) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        let mut progress = Progress::new(facts.body.len() + facts.verify.len(), frame.ledger);
        script.push(&frame.opening(facts.stem));
        script.backups(facts, &progress, frame);
        script.statements(facts.body, &mut progress);
        script.verification(facts, &mut progress, frame.ledger);
        script.push(&progress.next());
        script.push(record);
        script.push("\nCOMMIT");
        script
    }

    /// The whole transaction of a rollback: its statements, and the end of the history row.
    pub(crate) fn down(
        source: Source<'a>,
        stem: &str,
        statements: &[Range<usize>],
        frame: Frame<'_>,
        record: &str,
    ) -> Script<'a> {
        let mut script = Script::empty(source);
        let mut progress = Progress::new(statements.len(), frame.ledger);
        script.push(&frame.opening(stem));
        script.statements(statements, &mut progress);
        script.push(&progress.next());
        script.push(record);
        script.push("\nCOMMIT");
        script
    }

    /// The messages of a statement of a `@no-transaction` file, in order.
    pub(crate) fn step(facts: &'a Facts, at: usize, frame: Frame<'_>) -> Vec<Script<'a>> {
        let (range, number) = (&facts.body[at], at + 1);
        let start = frame.ledger.start_step(frame.run, facts.name, number, &facts.step_checksum(at));
        let finish = frame.ledger.finish_step(facts.name, number);
        let message = |before: &str, range: Option<&Range<usize>>, after: &str| {
            let mut script = Script::empty(facts.source());
            script.push(&frame.run.mark(facts.stem));
            script.push(before);
            if let Some(range) = range {
                script.part(range, false);
            }
            script.push(after);
            script
        };
        match facts.steps.get(at) {
            Some(Step::Atomic) => {
                let opening = format!("BEGIN;\n{}{start}", frame.limits.settings());
                vec![message(&opening, Some(range), &format!(";\n{finish}COMMIT"))]
            }
            Some(Step::Setting) => vec![message("", Some(range), "")],
            _ => vec![message(&start, None, ""), message("", Some(range), ""), message(&finish, None, "")],
        }
    }

    /// The end of a migration whose body has run outside a transaction: verification and history row.
    pub(crate) fn conclusion(facts: &'a Facts, frame: Frame<'_>, record: &str) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        let mut progress = Progress::new(facts.verify.len(), frame.ledger);
        script.push(&frame.opening(facts.stem));
        script.verification(facts, &mut progress, frame.ledger);
        script.push(record);
        script.push("\nCOMMIT");
        script
    }

    /// The body alone, for a transaction that is open.
    pub(crate) fn body(facts: &'a Facts, frame: Frame<'_>) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        let mut progress = Progress::new(facts.body.len(), frame.ledger);
        script.backups(facts, &progress, frame);
        script.statements(facts.body, &mut progress);
        script
    }

    /// The verification alone, for a transaction that is open.
    pub(crate) fn verified(facts: &'a Facts, ledger: &Ledger) -> Script<'a> {
        let mut script = Script::empty(facts.source());
        script.verification(facts, &mut Progress::new(facts.verify.len(), ledger), ledger);
        script
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The place in the source that an error is about: the token that the server points to, else the statement that was
    /// running, else the file. `running` is the number of that statement, counted from 1.
    pub(crate) fn blame(&self, error: Option<&DbError>, running: Option<usize>) -> Blame {
        let Source { path, text } = self.source;
        let (span, part) = match self.pointed_to(error) {
            Some((part, at)) => (at..at + token_length(&text[at..part.range.end]), part),
            None => match self.running_part(running) {
                Some(part) => (part.range.clone(), part),
                None => return self.blame_file(error),
            },
        };
        let place = Place::new(path, text, span);
        let trace = error.map(|error| Trace::of(error, self.source, &place, &part.range));
        Blame { verification: part.verification, trace: trace.unwrap_or_default(), place }
    }

    fn blame_file(&self, error: Option<&DbError>) -> Blame {
        let trace = error.map(Trace::in_words).unwrap_or_default();
        Blame { place: Place::file(self.source.path), verification: false, trace }
    }

    /// The token that the server points to, and the part in which it stands.
    fn pointed_to(&self, error: Option<&DbError>) -> Option<(&Part, usize)> {
        match error?.position()? {
            ErrorPosition::Original(position) => self.locate(*position as usize),
            ErrorPosition::Internal { .. } => None,
        }
    }

    /// The statement that was running, as it stands in the source; the whole source when that is not known.
    pub(crate) fn running_text(&self, running: Option<usize>) -> &'a str {
        self.running_part(running).map_or(self.source.text, |part| &self.source.text[part.range.clone()])
    }

    fn running_part(&self, running: Option<usize>) -> Option<&Part> {
        let running = running.and_then(|number| self.parts.get(number.checked_sub(1)?));
        running.or_else(|| self.parts.last().filter(|_| self.parts.len() == 1))
    }

    /// Whether the character `position` (counted from 1) of the message stands in it.
    fn has(&self, position: usize) -> bool {
        (self.start + 1..=self.start + self.characters).contains(&position)
    }

    /// The part in which the character `position` (counted from 1) of the message stands, and its place in the source.
    fn locate(&self, position: usize) -> Option<(&Part, usize)> {
        let at = position.checked_sub(1 + self.start)?;
        let part = self.parts.iter().rfind(|part| part.at <= at)?;
        let inside = (at - part.at).min(part.characters);
        let statement = self.source.text.get(part.range.clone())?;
        let offset = statement.char_indices().nth(inside).map_or(part.range.len(), |(byte, _)| byte);
        Some((part, part.range.start + offset))
    }

    fn empty(source: Source<'a>) -> Script<'a> {
        Script { source, start: 0, text: String::new(), characters: 0, parts: Vec::new() }
    }

    fn backups(&mut self, facts: &Facts, progress: &Progress, frame: Frame<'_>) {
        if !facts.backups.is_empty() {
            self.push(&progress.at(0));
            self.push(&frame.ledger.take_backups(facts, frame.limits.backup_bytes));
        }
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
        self.at(self.running)
    }

    fn at(&self, running: usize) -> String {
        self.setval.as_ref().map_or_else(String::new, |setval| format!("{setval}{running});\n"))
    }
}

/// The length of the name, number or sign at the beginning of `rest`, for the caret.
pub(crate) fn token_length(rest: &str) -> usize {
    let quoted = rest.starts_with('"').then(|| rest[1..].find('"').map(|end| end + 2)).flatten();
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
    quoted.unwrap_or(word).max(rest.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_is_as_long_as_the_name_number_or_sign() {
        for (rest, length) in [
            ("shop.users WHERE", 10),
            ("größe", 7),
            ("a_1)", 3),
            ("\"two words\" FROM", 11),
            ("\"open", 1),
            ("(a)", 1),
            ("…", 3),
            ("", 0),
        ] {
            assert_eq!(token_length(rest), length, "{rest}");
        }
    }

    #[test]
    fn limits_are_whole_milliseconds_that_the_server_takes() {
        let limits = |lock, statement| Limits { lock, statement, backup_bytes: 0 }.settings();
        assert_eq!(limits(None, None), "");
        assert_eq!(
            limits(Some(Duration::from_secs(2)), Some(Duration::MAX)),
            "SET LOCAL lock_timeout = 2000;\nSET LOCAL statement_timeout = 2147483647;\n"
        );
    }
}
