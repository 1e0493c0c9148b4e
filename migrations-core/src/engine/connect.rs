//! The run on connections that are made anew when one is lost.

use std::io::{self, ErrorKind};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;
use postgres::error::SqlState;

use super::retry::{Pauses, jittered};
use super::{Engine, Event, blocking};
use crate::error::{Error, Kind, is_of_connection_string, is_of_connections, of_system, sentence};

/// How a connection is made.
pub(crate) type Connect<'c> = dyn FnMut() -> Result<Client, postgres::Error> + 'c;

/// How often a connection may be lost before the next migration is applied: at one that ends the server each time,
/// somebody has to look.
const LOSSES: u32 = 3;

impl Engine<'_> {
    /// As [`Engine::run`], on a connection of its own, and after a loss on another one. The ledger knows what the lost
    /// connection could not tell any more.
    pub(crate) fn run_with(&mut self, connect: &mut Connect<'_>) -> Result<Vec<(usize, Duration)>, Error> {
        let (mut applied, mut losses) = (Vec::new(), 0);
        let (mut is_second, mut standby_since) = (false, None);
        loop {
            let mut client = match self.connected(connect) {
                Ok(client) => client,
                Err(error) => return self.after(Err(error), &applied).map(|()| applied),
            };
            let last = applied.last().copied();
            let outcome = self.run_on(&mut client, &mut applied, is_second);
            let progress = applied.last().copied() != last;
            if is_second {
                self.after_losses(&mut client, &mut applied);
            }
            let Err(error) = outcome else { return Ok(applied) };
            is_second = true;
            // A standby may be on its way to being the primary.
            standby_since = error.is_read_only().then(|| standby_since.unwrap_or_else(Instant::now));
            let may_pass = match standby_since {
                Some(since) => since.elapsed() < self.wait_for_lock,
                None => {
                    losses = if progress { 1 } else { losses + 1 };
                    error.is_outage() && losses < LOSSES
                }
            };
            if !may_pass {
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
        let mut pauses = Pauses::new(Duration::from_millis(50), Duration::from_secs(1));
        loop {
            let source = match blocking(|| Ok(connect()))? {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            if is_of_connection_string(&source) {
                return Err(Kind::ConnectionString.into());
            }
            let waited = start.elapsed();
            if waited >= self.wait_for_lock || !is_passing(&source) {
                return Err(Kind::Connect { waited, source }.into());
            }
            (self.observer)(Event::Reconnecting(sentence(&source)));
            thread::sleep(pauses.next().min(self.wait_for_lock.saturating_sub(waited)));
        }
    }

    /// Gives back the lease that a lost connection may have left behind. When that fails, so has the connection, and the
    /// next one does it.
    fn after_losses(&mut self, client: &mut Client, applied: &mut Vec<(usize, Duration)>) {
        if self.ledger.release(client, &self.run, false).is_ok() {
            let _ = self.ask_journal(client, applied);
        }
    }

    /// Corrects what this run knows to have applied: a commit whose answer was lost is added, and one that a failover has
    /// lost is taken away.
    pub(super) fn ask_journal(
        &mut self,
        client: &mut Client,
        applied: &mut Vec<(usize, Duration)>,
    ) -> Result<(), Error> {
        let mut known = Vec::new();
        for (name, duration) in self.ledger.applied_by(client, &self.run)? {
            let Some(place) = self.place(&name)? else { continue };
            let heard = applied.iter().find(|(at, _)| *at == place);
            if heard.is_none() {
                (self.observer)(Event::Applied(place, duration));
            }
            known.push(*heard.unwrap_or(&(place, duration)));
        }
        *applied = known;
        Ok(())
    }
}

/// Whether a connection may be had a little later.
fn is_passing(error: &postgres::Error) -> bool {
    if let Some(code) = error.code() {
        return is_of_connections(code) || *code == SqlState::TOO_MANY_CONNECTIONS;
    }
    error.is_closed() || of_system(error).is_some_and(may_pass)
}

fn may_pass(error: &io::Error) -> bool {
    use ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, NetworkDown,
        NetworkUnreachable, NotFound, PermissionDenied, TimedOut, UnexpectedEof,
    };
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionRefused | ConnectionReset | HostUnreachable
        | NetworkDown | NetworkUnreachable | NotFound | TimedOut | UnexpectedEof => true,
        // Not the system's but the client's: a standby, where `target_session_attrs` wants a primary.
        PermissionDenied => error.raw_os_error().is_none(),
        _ => false,
    }
}
