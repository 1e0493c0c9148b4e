//! The lease: which run may change the ledger.
//!
//! It is one row, locked in every transaction of the run that has it, so it holds whatever connection a pooler gives
//! to a transaction. Nobody waits for it inside the server. What it rests on when no transaction is open, the
//! function `acquire` says.

use std::hash::{BuildHasher, RandomState};

use postgres::Client;

use super::{Cells, Ledger, Row, row_sets};
use crate::error::Error;
use crate::quote::literal;
use crate::report::Holder;

/// How long the lease lasts beyond the last message, in milliseconds, if the run does not rest in between.
const LEASE: u32 = 10_000;

/// A run, as the ledger and the server's list of sessions know it.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    token: String,
    /// How long the lease lasts beyond the last message, in milliseconds.
    milliseconds: u32,
}

/// What an attempt to acquire the lease tells.
pub(crate) enum Lease {
    /// It is ours; this is the history, which nobody else changes now.
    Held(Vec<Row>),
    /// Another run has it, and this is who, unless it has just ended.
    Elsewhere(Option<Holder>),
    /// The ledger has no lease yet.
    Absent,
}

impl Run {
    /// A new run. It may rest for `pause` between two messages.
    pub(crate) fn new(pause: std::time::Duration) -> Run {
        // Seeded by the operating system, differently for each.
        let random = || RandomState::new().hash_one(0);
        let milliseconds = u32::try_from(pause.as_millis()).unwrap_or(u32::MAX).saturating_add(LEASE);
        Run {
            token: format!("run-{:016x}{:016x}", random(), random()),
            milliseconds: milliseconds.min(1 << 30),
        }
    }

    /// For a plan: a run that never takes place.
    pub(crate) fn imagined() -> Run {
        Run { token: "run-…".to_owned(), milliseconds: LEASE }
    }

    /// The comment by which people and waiting processes recognise a message.
    pub(crate) fn mark(&self, stem: &str) -> String {
        format!("/* migrations-core {stem} {} */ ", self.token)
    }

    /// The first arguments of the ledger's functions.
    pub(super) fn arguments(&self) -> String {
        format!("{}, {}", literal(&self.token), self.milliseconds)
    }

    /// The run as an SQL literal.
    pub(crate) fn literal(&self) -> String {
        literal(&self.token)
    }
}

impl Ledger {
    /// Asks for the lease, and for the history in case it is ours then; one round trip, which waits for nobody.
    pub(crate) fn acquire(&self, client: &mut Client, run: &Run) -> Result<Lease, Error> {
        let token = run.literal();
        let query = format!(
            "{guard};\nSELECT {acquire}({arguments});\n{version};\n{history} WHERE {holds}({token}) ORDER BY ordinal;\n\
             SELECT * FROM {holder}({token})",
            guard = self.guard(),
            acquire = self.object("acquire"),
            arguments = run.arguments(),
            version = self.version_query(),
            history = self.history_query(),
            holds = self.object("holds"),
            holder = self.object("holder"),
        );
        let sets = match row_sets(client, &query) {
            Ok(sets) => sets,
            Err(error) => return self.unread(error).map(|()| Lease::Absent),
        };
        let [_, acquired, version, history, holder] = sets.as_slice() else {
            return Err(self.odd("nothing about its lease"));
        };
        if acquired.first().and_then(|row| row.get(0)) != Some("t") {
            return Ok(Lease::Elsewhere(holder.first().and_then(|row| Holder::read(&Cells::Sent(row)))));
        }
        self.check_version(version)?;
        Ok(Lease::Held(history.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?))
    }

    /// The statement that fails unless the run has the lease, and keeps it until the transaction ends.
    pub(crate) fn claim(&self, run: &Run) -> String {
        format!("SELECT {}({});\n", self.object("claim"), run.arguments())
    }

    /// Ends whatever transaction was left open, if one was, and gives the lease back.
    pub(crate) fn release(
        &self,
        client: &mut Client,
        run: &Run,
        in_transaction: bool,
    ) -> Result<(), postgres::Error> {
        let rollback = if in_transaction { "ROLLBACK; " } else { "" };
        client.batch_execute(&format!("{rollback}SELECT {}({})", self.object("release"), run.literal()))
    }
}
