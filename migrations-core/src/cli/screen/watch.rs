//! A look at the server from a second connection, while a migration takes long: which statement it has reached, what it
//! waits for, how far an index is built.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::ProgressBar;
use migrations_text::printable;
use postgres::Client;

use super::super::database::Database;
use super::super::member::Member;
use super::super::style::shortened;
use crate::ledger::{Ledger, rows};
use crate::quote::literal;
use crate::set::{Facts, MigrationSet};

/// How long a migration runs before somebody looks, and how often then.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Watch {
    orders: Option<Sender<Option<&'static Facts>>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(super) fn new(database: Database, ledger_schema: &str, lines: [ProgressBar; 2]) -> Watch {
        let (orders, received) = mpsc::channel();
        let ledger = Ledger::new(ledger_schema);
        let thread = thread::spawn(move || {
            let (mut running, mut client) = (None, None);
            loop {
                match received.recv_timeout(PATIENCE) {
                    Ok(order) => running = order,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        let Some(facts) = running else { continue };
                        if client.is_none() {
                            client = database.connect().ok();
                        }
                        match client.as_mut().map(|client| look(client, &ledger, facts)) {
                            Some(Ok(Some(seen))) => {
                                lines.iter().zip(seen).for_each(|(line, seen)| line.set_message(seen));
                            }
                            Some(Ok(None)) => {}
                            // Whoever only looks on does not complain.
                            Some(Err(_)) | None => client = None,
                        }
                    }
                }
            }
        });
        Watch { orders: Some(orders), thread: Some(thread) }
    }

    pub(super) fn started(&self, facts: &'static Facts) {
        self.order(Some(facts));
    }

    pub(super) fn ended(&self) {
        self.order(None);
    }

    fn order(&self, order: Option<&'static Facts>) {
        // The thread ends with this.
        let _ = self.orders.as_ref().map(|orders| orders.send(order));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What the server is doing for a migration, or for one that travels behind it in the same message: the statement, and
/// what that waits for or how far it is.
fn look(client: &mut Client, ledger: &Ledger, facts: &Facts) -> Result<Option<[String; 2]>, postgres::Error> {
    let query = format!(
        "SELECT (SELECT last_value FROM {}), a.wait_event_type, \
         (SELECT string_agg(format('backend %s, `%s` of %s, %s since %s', b.pid, b.application_name, b.usename, b.state, \
         to_char(b.state_change, 'HH24:MI:SS')), '; ') FROM pg_stat_activity AS b WHERE b.pid = ANY (pg_blocking_pids(a.pid))), \
         p.phase, coalesce(100 * p.blocks_done / nullif(p.blocks_total, 0), 100 * p.tuples_done / nullif(p.tuples_total, 0)), \
         (SELECT name FROM {} AS j WHERE j.run = substring(a.query FROM 'run-[0-9a-f]+') ORDER BY ordinal DESC LIMIT 1) \
         FROM pg_stat_activity AS a LEFT JOIN pg_stat_progress_create_index AS p ON p.pid = a.pid \
         WHERE a.datname = current_database() AND a.state = 'active' AND strpos(a.query, {}) = 1",
        ledger.object("progress"),
        ledger.object("journal"),
        literal(&format!("/* migrations-core {} ", facts.stem))
    );
    let rows = rows(client, &query)?;
    Ok(rows.first().map(|row| {
        let running = row.get(5).map_or(facts, |last| behind(facts, last));
        let statement = row.get(0).and_then(|number| statement(running, number.parse().ok()?));
        let statement = match statement {
            statement if running.stem == facts.stem => statement,
            Some(statement) => Some(format!("{}: {statement}", running.stem)),
            None => Some(running.stem.to_owned()),
        };
        let waits = row.get(1).filter(|kind| *kind == "Lock").map(|_| match row.get(2) {
            Some(blockers) => format!("waits for a lock that is held by {blockers}"),
            None => "waits for a lock".to_owned(),
        });
        let phase = row.get(3).map(|phase| match row.get(4) {
            Some(percent) => format!("{phase}, {percent} %"),
            None => phase.to_owned(),
        });
        [statement, waits.or(phase)].map(|said| printable(&said.unwrap_or_default()).into_owned())
    }))
}

/// The migration that runs, when the message began with `first`, and `last` was applied last.
fn behind<'f>(first: &'f Facts, last: &str) -> &'f Facts {
    let set = Member::table().facts();
    let place = |name: &str| set.iter().position(|facts| facts.name == name);
    let last = place(last).filter(|last| place(first.name).is_some_and(|first| first <= *last));
    last.and_then(|last| set.get(last + 1)).unwrap_or(first)
}

/// `statement 3 of 7, line 40: UPDATE shop.users`; nothing where there is only one.
fn statement(facts: &Facts, number: usize) -> Option<String> {
    let total = facts.body.len() + facts.verify.len();
    let mut ranges = facts.body.iter().chain(facts.verify.iter().map(|(range, _)| range));
    let range = ranges.nth(number.checked_sub(1)?).filter(|_| total > 1)?;
    let line = facts.text.get(..range.start)?.matches('\n').count() + 1;
    let text = facts.text.get(range.clone())?.lines().next().unwrap_or_default();
    Some(format!("statement {number} of {total}, line {line}: {}", shortened(text, 60)))
}
