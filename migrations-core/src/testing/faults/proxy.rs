//! What stands between a client and a server, counts, and does harm.

mod plan;
mod relay;
mod stream;
mod wire;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use postgres::{Client, Config, NoTls};

use super::point::{How, Point};
use plan::Plan;
pub(super) use plan::Sent;
use stream::{Address, Listener};

/// Stands between a client and a server, passes the messages of both on one by one, counts them, and makes one fault
/// happen where it is asked to.
///
/// It listens on a socket of the same family as the server's: a unix socket in a private folder, or a port of the loopback
/// address. It declines encryption.
///
/// ```no_run
/// use migrations_core::postgres;
/// use migrations_core::scratch::Scratch;
/// use migrations_core::testing::faults::{At, How, Point, Proxy};
///
/// let server = Scratch::start()?;
/// let proxy = Proxy::start(&server.config())?;
/// let mut client = proxy.connect(&server.config())?;
/// let (_, traffic) = proxy.count(|| client.batch_execute("SELECT 1"));
/// assert_eq!(traffic.turns, 1);
///
/// proxy.arm(Point { message: 1, at: At::BeforeAnswer, how: How::Close });
/// assert!(client.batch_execute("CREATE TABLE done ()").is_err(), "although it is done");
/// assert!(proxy.disarm(), "it has happened");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Proxy {
    address: Address,
    shared: Arc<Shared>,
}

/// What has gone through a proxy.
///
/// ```
/// use migrations_core::testing::faults::Traffic;
///
/// let (before, after) = (Traffic::default(), Traffic { turns: 2, received: 140, ..Traffic::default() });
/// assert_eq!((after - before).turns, 2);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How often the server has said that it is ready for the next query: client→server turns.
    pub turns: u64,
    /// The bytes that the server has sent.
    pub received: u64,
    /// The bytes that the clients have sent, without those with which they connect.
    pub sent: u64,
    /// The messages that the server has sent.
    pub messages_received: u64,
    /// The messages that the clients have sent, without those with which they connect.
    pub messages_sent: u64,
}

impl std::ops::Sub for Traffic {
    type Output = Traffic;

    fn sub(self, earlier: Traffic) -> Traffic {
        Traffic {
            turns: self.turns - earlier.turns,
            received: self.received - earlier.received,
            sent: self.sent - earlier.sent,
            messages_received: self.messages_received - earlier.messages_received,
            messages_sent: self.messages_sent - earlier.messages_sent,
        }
    }
}

/// What the threads of a proxy share.
#[derive(Debug)]
struct Shared {
    upstream: Address,
    counters: Counters,
    plan: Mutex<Plan>,
    changed: Condvar,
    closing: AtomicBool,
}

#[derive(Debug, Default)]
struct Counters {
    turns: AtomicU64,
    received: AtomicU64,
    sent: AtomicU64,
    messages_received: AtomicU64,
    messages_sent: AtomicU64,
}

/// How long a silence lasts.
const SILENCE: Duration = Duration::from_millis(50);
/// How long a connection is held at most for the sake of a client that is being killed.
const HOLD: Duration = Duration::from_secs(60);

impl Proxy {
    /// A proxy before the server that a configuration names.
    ///
    /// ```no_run
    /// use migrations_core::{scratch::Scratch, testing::faults::Proxy};
    ///
    /// let server = Scratch::start()?;
    /// let proxy = Proxy::start(&server.config())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No socket can be made, or the configuration names no host.
    pub fn start(server: &Config) -> io::Result<Proxy> {
        let upstream = Address::of(server)?;
        let (address, listener) = upstream.beside()?;
        let shared = Arc::new(Shared {
            upstream,
            counters: Counters::default(),
            plan: Mutex::default(),
            changed: Condvar::new(),
            closing: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || listen(&listener, &serving));
        Ok(Proxy { address, shared })
    }

    /// How to reach, through the proxy, the database that `database` names.
    ///
    /// ```
    /// # use migrations_core::{postgres::{Client, Config, NoTls}, testing::faults::Proxy};
    /// # fn f(proxy: &Proxy, database: &Config) -> Result<(), postgres::Error> {
    /// let mut client = proxy.config(database).application_name("behind the proxy").connect(NoTls)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn config(&self, database: &Config) -> Config {
        let mut config = self.address.config();
        if let Some(user) = database.get_user() {
            config.user(user);
        }
        if let Some(password) = database.get_password() {
            config.password(password);
        }
        if let Some(name) = database.get_dbname() {
            config.dbname(name);
        }
        if let Some(options) = database.get_options() {
            config.options(options);
        }
        config
    }

    /// Connects, through the proxy, to the database that `database` names.
    ///
    /// ```
    /// # use migrations_core::{scratch::Scratch, testing::faults::Proxy};
    /// # fn f(server: &Scratch, proxy: &Proxy) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut client = proxy.connect(&server.database()?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server does not answer.
    pub fn connect(&self, database: &Config) -> Result<Client, postgres::Error> {
        self.config(database).connect(NoTls)
    }

    /// What has gone through so far.
    ///
    /// ```
    /// # use migrations_core::testing::faults::Proxy;
    /// # fn f(proxy: &Proxy) {
    /// println!("{} bytes received", proxy.traffic().received);
    /// # }
    /// ```
    pub fn traffic(&self) -> Traffic {
        self.shared.counters.traffic()
    }

    /// What goes through while `work` is done.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// # use migrations_core::testing::faults::Proxy;
    /// # fn f(proxy: &Proxy, client: &mut postgres::Client) -> Result<(), migrations_core::Error> {
    /// Migration::run_all(client)?;
    /// let (_, traffic) = proxy.count(|| Migration::run_all(client));
    /// assert_eq!(traffic.turns, 1, "there is nothing to do, which costs one round trip");
    /// # Ok(())
    /// # }
    /// ```
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> (T, Traffic) {
        let before = self.traffic();
        let done = work();
        (done, self.traffic() - before)
    }

    /// Makes a fault happen, once. The messages of the clients count from now on.
    ///
    /// ```
    /// use migrations_core::testing::faults::{At, How, Point, Proxy};
    ///
    /// fn cut(proxy: &Proxy, client: &mut postgres::Client) {
    ///     proxy.arm(Point { message: 1, at: At::Before, how: How::Close });
    ///     assert!(client.batch_execute("SELECT 1").is_err());
    /// }
    /// ```
    pub fn arm(&self, point: Point) {
        self.shared.plan().begin(Some(point));
    }

    /// Whether the fault has happened, or happens within `limit`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use migrations_core::testing::faults::Proxy;
    /// # fn f(proxy: &Proxy, mut process: std::process::Child) -> std::io::Result<()> {
    /// // Armed with `How::Kill`, it holds the connection for as long as that takes.
    /// if proxy.is_reached(Duration::from_secs(10)) {
    ///     process.kill()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_reached(&self, limit: Duration) -> bool {
        let waiting = self.shared.changed.wait_timeout_while(self.shared.plan(), limit, |plan| !plan.reached);
        waiting.unwrap_or_else(PoisonError::into_inner).0.reached
    }

    /// Ends the fault: connections that are held are closed, and what has not happened yet does not happen any more.
    /// Answers whether it has happened.
    ///
    /// ```
    /// # use migrations_core::testing::faults::Proxy;
    /// # fn f(proxy: &Proxy) {
    /// assert!(proxy.disarm(), "the message that was to be hit has never come");
    /// # }
    /// ```
    pub fn disarm(&self) -> bool {
        let mut plan = self.shared.plan();
        plan.end();
        self.shared.changed.notify_all();
        plan.reached
    }

    /// The number of the server's process of the newest connection.
    ///
    /// ```
    /// # use migrations_core::testing::faults::Proxy;
    /// # fn f(proxy: &Proxy, other: &mut postgres::Client) -> Result<(), postgres::Error> {
    /// if let Some(process) = proxy.server_process() {
    ///     other.execute("SELECT pg_terminate_backend($1)", &[&process])?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn server_process(&self) -> Option<i32> {
        self.shared.plan().process
    }

    /// Whether the newest message of the clients is answered.
    pub(super) fn is_answered(&self) -> bool {
        self.shared.plan().is_answered()
    }

    /// The messages that the clients send while `work` is done.
    pub(super) fn watch<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<Sent>) {
        self.shared.plan().begin(None);
        let done = work();
        (done, self.shared.plan().end())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.disarm();
        self.shared.closing.store(true, Ordering::SeqCst);
        // Wakes the thread that listens.
        let _ = self.address.connect();
        self.address.clean_up();
    }
}

fn listen(listener: &Listener, shared: &Arc<Shared>) {
    while let Ok(client) = listener.accept() {
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || relay::serve(client, shared));
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) {
        self.plan().reached = true;
        self.changed.notify_all();
    }

    /// Waits as long as the fault keeps connections open.
    fn hold(&self, how: How) {
        let limit = match how {
            How::Silence => SILENCE,
            How::Kill => HOLD,
            _ => return,
        };
        drop(self.changed.wait_timeout_while(self.plan(), limit, |plan| !plan.released));
    }
}

impl Counters {
    fn sent(&self, bytes: usize) {
        self.messages_sent.fetch_add(1, Ordering::SeqCst);
        self.sent.fetch_add(bytes as u64, Ordering::SeqCst);
    }

    fn received(&self, bytes: usize, is_turn: bool) {
        self.messages_received.fetch_add(1, Ordering::SeqCst);
        self.received.fetch_add(bytes as u64, Ordering::SeqCst);
        self.turns.fetch_add(u64::from(is_turn), Ordering::SeqCst);
    }

    fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Traffic {
            turns: read(&self.turns),
            received: read(&self.received),
            sent: read(&self.sent),
            messages_received: read(&self.messages_received),
            messages_sent: read(&self.messages_sent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_is_left_out_of_everything_that_is_counted() {
        let traffic = |turns, received, sent, messages_received, messages_sent| Traffic {
            turns,
            received,
            sent,
            messages_received,
            messages_sent,
        };
        assert_eq!(traffic(12, 23, 34, 45, 56) - traffic(2, 3, 4, 5, 6), traffic(10, 20, 30, 40, 50));
    }
}
