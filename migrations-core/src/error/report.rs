//! An error as text of several lines.

use migrations_text::Level;
use migrations_text::render::{Diagnostic, Spot};
use postgres::error::DbError;

use super::{Error, Failure, Kind, Place, Trace, Words, codes, words};

impl Error {
    /// The error as text of several lines, as `rustc` would print it: the place in the file with an excerpt, what the
    /// server adds, and what to do next.
    ///
    /// ```text
    /// error: migration 002_users failed: relation "shop.people" does not exist [42P01]
    ///  --> migrations/sql/schema/002_users.sql:7:20
    ///   |
    /// 7 | INSERT INTO users SELECT * FROM shop.people;
    ///   |                                 ^^^^^^^^^^^
    ///   |
    ///   = note: nothing was changed
    ///   = help: name its schema, or create it in a migration before and name that under `Dependencies:`
    /// ```
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// use std::io::{IsTerminal, stderr};
    ///
    /// # fn f(client: &mut postgres::Client) {
    /// if let Err(error) = Migration::run_all(client) {
    ///     eprintln!("{}", error.report(stderr().is_terminal()));
    /// }
    /// # }
    /// ```
    pub fn report(&self, colour: bool) -> String {
        self.diagnostic().rendered(colour)
    }

    pub(super) fn diagnostic(&self) -> Diagnostic {
        let words = Words::of(&self.kind);
        let (mut notes, mut help) = ([words.notes, words.details].concat(), words.help);
        self.add_what_the_server_says(&mut notes, &mut help);
        if help.is_empty() {
            help.extend(words.more);
        }
        if let Kind::Failed(failure) = &*self.kind {
            self.add_outcome(failure, &mut notes, &mut help);
        }
        Diagnostic {
            level: Level::Deny,
            message: words.title.unwrap_or(words.message),
            code: self.code(),
            spots: self.spots(),
            notes,
            help,
        }
    }

    fn code(&self) -> Option<String> {
        let server = self.sqlstate().map(str::to_owned);
        let without = || match &*self.kind {
            Kind::Failed(_) if self.is_connection() => Some("connection".to_owned()),
            Kind::Failed(_) => Some("runner".to_owned()),
            _ => None,
        };
        server.or_else(without)
    }

    fn spots(&self) -> Vec<Spot> {
        let called = self.trace().map_or(&[][..], |trace| &trace.places);
        let files = self.kind.paths().into_iter().map(|path| Place::file(path).spot());
        self.kind.place().into_iter().chain(called).map(Place::spot).chain(files).collect()
    }

    pub(super) fn trace(&self) -> Option<&Trace> {
        match &*self.kind {
            Kind::Failed(failure) => Some(&failure.blame.trace),
            _ => None,
        }
    }

    fn add_what_the_server_says(&self, notes: &mut Vec<String>, help: &mut Vec<String>) {
        let Some(server) = self.server() else {
            let is_silent = self.postgres().is_some_and(postgres::Error::is_closed);
            return notes.extend(is_silent.then(|| words::SILENCE.to_owned()));
        };
        notes.extend(server.detail().map(|detail| format!("the server adds: {detail}")));
        notes.extend(object(server));
        notes.extend(self.trace().into_iter().flat_map(|trace| trace.notes.clone()));
        let advised = if help.is_empty() { self.advice(server) } else { None };
        help.extend(self.blockers().iter().map(|blocker| {
            format!("held up by {blocker}\n`SELECT pg_terminate_backend({})` would end it", blocker.pid)
        }));
        help.extend(server.hint().map(|hint| format!("the server suggests: {hint}")));
        help.extend(advised);
    }

    /// What to do about the code of a migration's error, or of a connection's; that of another one is not about the ledger.
    fn advice(&self, server: &DbError) -> Option<String> {
        let is_meant = matches!(*self.kind, Kind::Failed(_) | Kind::Connect { .. }) && !self.is_outage();
        codes::find(server.code().code()).filter(|_| is_meant).map(|code| code.advice.to_owned())
    }

    fn add_outcome(&self, failure: &Failure, notes: &mut Vec<String>, help: &mut Vec<String>) {
        if failure.blame.place.location().is_none() {
            notes.push("which of its statements was running is not known".to_owned());
        }
        if failure.attempts > 1 {
            notes.push(format!("this was attempt {}; nothing was kept of any", failure.attempts));
        }
        if self.is_outage() {
            help.push("whether it was committed, the ledger knows: run again on a new connection".to_owned());
        } else if self.is_connection() {
            help.push(
                "the server ended the connection for this reason; see to it, and run again on a new one: the ledger \
                 knows what was committed"
                    .to_owned(),
            );
        } else {
            notes.push(self.what_is_kept(failure));
            if help.is_empty() {
                help.push("correct the file and run again".to_owned());
            }
        }
    }

    fn what_is_kept(&self, failure: &Failure) -> String {
        let before = match (self.applied.len(), self.is_rollback) {
            (0, _) => None,
            (1, false) => Some("1 migration before it stays applied".to_owned()),
            (count, false) => Some(format!("{count} migrations before it stay applied")),
            (1, true) => Some("1 migration before it stays rolled back".to_owned()),
            (count, true) => Some(format!("{count} migrations before it stay rolled back")),
        };
        match (before, &failure.kept) {
            (None, None) => "nothing was changed".to_owned(),
            (None, Some(kept)) => kept.clone(),
            (Some(before), Some(kept)) => format!("{before}; {kept}"),
            (Some(before), None) => format!("{before}; nothing of this one was kept"),
        }
    }
}

/// What the server names beside its message: ``constraint `users_email_key` of table `shop.users` ``.
fn object(error: &DbError) -> Option<String> {
    let qualified =
        |name: &str| error.schema().map_or_else(|| name.to_owned(), |schema| format!("{schema}.{name}"));
    let parts: Vec<String> = [
        error.constraint().map(|name| format!("constraint `{name}`")),
        error.column().map(|name| format!("column `{name}`")),
        error.table().map(|name| format!("table `{}`", qualified(name))),
        error.datatype().map(|name| format!("type `{}`", qualified(name))),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(" of "))
}
