//! One connection: a thread for each direction.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::Shared;
use super::plan::Delivery;
use super::stream::Stream;
use super::wire::{self, Message};
use crate::testing::faults::point::{At, How, Point};

/// Both ends of a connection.
struct Relay {
    client: Stream,
    server: Stream,
    shared: Arc<Shared>,
    /// Whether the client is let in, and may send queries.
    connected: AtomicBool,
    /// Whether nothing passes any more.
    silent: AtomicBool,
    /// Whether the client's side is to end without a goodbye.
    resetting: AtomicBool,
}

/// Passes messages on until one side ends.
pub(super) fn serve(client: Stream, shared: Arc<Shared>) -> io::Result<()> {
    let startup = wire::startup(&client)?;
    let server = shared.upstream.connect()?;
    (&server).write_all(&startup)?;
    let relay = Arc::new(Relay {
        client,
        server,
        shared,
        connected: AtomicBool::new(false),
        silent: AtomicBool::new(false),
        resetting: AtomicBool::new(false),
    });
    let downward = Arc::clone(&relay);
    thread::spawn(move || {
        let _ = downward.downward();
        downward.hang_up();
    });
    let outcome = relay.upward();
    relay.hang_up();
    outcome
}

impl Relay {
    fn hang_up(&self) {
        self.server.close();
        if !self.resetting.load(Ordering::SeqCst) {
            self.client.close();
        }
    }

    /// From the client to the server.
    fn upward(&self) -> io::Result<()> {
        loop {
            let letter = wire::letter(&self.client)?;
            let due = if self.counts(letter) { self.shared.plan().sending() } else { None };
            match due {
                Some(point) => {
                    if self.strike(letter, point)?.is_break() {
                        return Ok(());
                    }
                }
                None => self.pass(&self.rest(letter)?)?,
            }
        }
    }

    /// Whether a message counts: neither what is sent to connect does, nor the goodbye.
    fn counts(&self, letter: u8) -> bool {
        self.connected.load(Ordering::SeqCst) && letter != b'X'
    }

    fn rest(&self, letter: u8) -> io::Result<Message> {
        let message = Message::behind(letter, &self.client)?;
        if self.counts(letter) {
            self.shared.plan().describe(message.bytes().len(), message.as_query());
        }
        Ok(message)
    }

    fn pass(&self, message: &Message) -> io::Result<()> {
        self.write_up(message.bytes())
    }

    fn write_up(&self, bytes: &[u8]) -> io::Result<()> {
        self.shared.counters.sent(bytes.len());
        (&self.server).write_all(bytes)
    }

    /// Does what is due with a message of which only the letter is read.
    fn strike(&self, letter: u8, point: Point) -> io::Result<ControlFlow<()>> {
        if point.how == How::Reset {
            return self.reset(letter, point.at);
        }
        let message = self.rest(letter)?;
        match point.at {
            At::Before => Ok(self.end(point.how)),
            At::AfterByte(count) => {
                let bytes = message.bytes();
                self.write_up(&bytes[..count.min(bytes.len())])?;
                Ok(self.end(point.how))
            }
            At::After => {
                self.silent.store(true, Ordering::SeqCst);
                self.pass(&message)?;
                Ok(self.end(point.how))
            }
            At::AfterStatement(count) => {
                let rewritten = message.terminating_after(count);
                if rewritten.is_some() {
                    self.shared.reach();
                }
                self.pass(&rewritten.unwrap_or(message))?;
                Ok(ControlFlow::Continue(()))
            }
            At::BeforeAnswer | At::AfterAnswer(_) => {
                self.shared.plan().await_answer();
                self.pass(&message)?;
                Ok(ControlFlow::Continue(()))
            }
            At::Running | At::AfterMicroseconds(_) => {
                self.pass(&message)?;
                self.shared.reach();
                Ok(ControlFlow::Continue(()))
            }
        }
    }

    /// Ends the connection while a part of the message lies unread, so that the system resets it.
    fn reset(&self, letter: u8, at: At) -> io::Result<ControlFlow<()>> {
        let mut bytes = vec![letter];
        if let At::AfterByte(count) = at {
            (&self.client).take(count.saturating_sub(1) as u64).read_to_end(&mut bytes)?;
            self.write_up(&bytes)?;
        }
        self.shared.reach();
        self.resetting.store(true, Ordering::SeqCst);
        Ok(ControlFlow::Break(()))
    }

    /// Ends the connection, after a silence if it is to be one.
    fn end(&self, how: How) -> ControlFlow<()> {
        self.silent.store(true, Ordering::SeqCst);
        self.shared.reach();
        self.shared.hold(how);
        ControlFlow::Break(())
    }

    /// From the server to the client.
    fn downward(&self) -> io::Result<()> {
        loop {
            let letter = wire::letter(&self.server)?;
            let message = Message::behind(letter, &self.server)?;
            self.shared.counters.received(message.bytes().len(), letter == b'Z');
            match self.delivery(letter, &message) {
                Delivery::Pass if !self.silent.load(Ordering::SeqCst) => {
                    (&self.client).write_all(message.bytes())?;
                }
                Delivery::Pass | Delivery::Withhold => {}
                Delivery::Strike(how) => {
                    let _ = self.end(how);
                    return Ok(());
                }
            }
        }
    }

    fn delivery(&self, letter: u8, message: &Message) -> Delivery {
        if self.connected.load(Ordering::SeqCst) {
            return self.shared.plan().answered(letter == b'Z');
        }
        if let Some(process) = message.process() {
            self.shared.plan().process = Some(process);
        }
        self.connected.store(letter == b'Z', Ordering::SeqCst);
        Delivery::Pass
    }
}
