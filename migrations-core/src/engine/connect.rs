//! The run on connections that are made anew when one is lost.

use std::error::Error as StdError;
use std::io::ErrorKind;
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;
use postgres::error::SqlState;

use super::retry::jittered;
use super::{Engine, Event};
use crate::error::{Error, Kind, sentence};

/// How a connection is made.
pub(crate) type Connect<'c> = dyn FnMut() -> Result<Client, postgres::Error> + 'c;

/// How often a connection may be lost before the next migration is applied: at one that ends the server each time,
/// somebody has to look.
const LOSSES: u32 = 3;

impl Engine<'_> {
    /// As [`Engine::run`], on a connection of its own, and after a loss on another one. The ledger knows what the lost
    /// connection could not tell any more.
    pub(crate) fn run_with(&mut self, connect: &mut Connect<'_>) -> Result<Vec<(usize, Duration)>, Error> {
        let start = Instant::now();
        let (mut applied, mut losses) = (Vec::new(), 0);
        loop {
            let mut client = self.connected(connect)?;
            let (before, was_lost) = (applied.len(), losses > 0);
            let outcome = self.run_on(&mut client, &mut applied);
            let error = match outcome {
                Ok(()) if !was_lost => return Ok(applied),
                Ok(()) => return self.after_losses(&mut client, &applied),
                Err(error) => error,
            };
            losses = if applied.len() > before { 1 } else { losses + 1 };
            // A standby may be on its way to being the primary.
            let may_pass = match error.is_read_only() {
                true => start.elapsed() < self.wait_for_lock,
                false => error.is_connection() && losses < LOSSES,
            };
            if !may_pass {
                if was_lost && let Ok(known) = self.applied_in_this_run(&mut client, &applied) {
                    applied = known;
                }
                return self.after(Err(error), &applied).map(|()| applied);
            }
            (self.observer)(Event::Reconnecting(error.to_string()));
            if error.is_read_only() {
                thread::sleep(jittered(Duration::from_secs(1)));
            }
        }
    }

    /// A connection. A server that is starting, or has none to give, is asked again for as long as one waits for another
    /// process.
    pub(crate) fn connected(&mut self, connect: &mut Connect<'_>) -> Result<Client, Error> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let source = match connect() {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            let waited = start.elapsed();
            if waited >= self.wait_for_lock || !is_passing(&source) {
                return Err(Kind::Connect { waited, source }.into());
            }
            (self.observer)(Event::Reconnecting(sentence(&source)));
            thread::sleep(jittered(pause).min(self.wait_for_lock.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Gives back the lease that a lost connection may have left behind, and answers what this run has applied.
    fn after_losses(
        &mut self,
        client: &mut Client,
        heard: &[(usize, Duration)],
    ) -> Result<Vec<(usize, Duration)>, Error> {
        self.ledger
            .release(client, &self.run, false)
            .map_err(|error| Error::database("the lease cannot be given back", error))?;
        self.applied_in_this_run(client, heard)
    }

    /// What the journal says that this run has applied, which includes a commit whose answer was lost.
    fn applied_in_this_run(
        &mut self,
        client: &mut Client,
        heard: &[(usize, Duration)],
    ) -> Result<Vec<(usize, Duration)>, Error> {
        let mut applied = Vec::new();
        for (name, duration) in self.ledger.applied_by(client, &self.run)? {
            let Some(place) = self.place(&name)? else { continue };
            match heard.iter().find(|(at, _)| *at == place) {
                Some(known) => applied.push(*known),
                None => {
                    (self.observer)(Event::Applied(place, duration));
                    applied.push((place, duration));
                }
            }
        }
        Ok(applied)
    }
}

/// Whether a connection may be had a little later.
fn is_passing(error: &postgres::Error) -> bool {
    if let Some(code) = error.code() {
        let starting_or_stopping = code.code().starts_with("57P") || code.code().starts_with("08");
        return starting_or_stopping || *code == SqlState::TOO_MANY_CONNECTIONS;
    }
    let io = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    error.is_closed()
        || io.is_some_and(|error| {
            use ErrorKind::{ConnectionRefused, ConnectionReset, NotFound, TimedOut, UnexpectedEof};
            [ConnectionRefused, ConnectionReset, NotFound, TimedOut, UnexpectedEof].contains(&error.kind())
        })
}
