//! A throw-away PgBouncer before the server of all tests.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Config;

use crate::server;

/// How long a client keeps the server connection that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Until it disconnects.
    Session,
    /// Until its transaction ends.
    Transaction,
    /// Until its statement ends; transactions of several statements are refused.
    Statement,
}

/// A PgBouncer on a TCP port of 127.0.0.1 and on a unix socket; it ends when it is dropped, and with this process.
#[derive(Debug)]
pub struct Pgbouncer {
    directory: PathBuf,
    watchdog: Child,
    port: u16,
}

/// Makes the folder, runs PgBouncer in it, and takes everything away when its standard input ends: that is a pipe from the
/// process that started it, and so ends with that process, however that ends.
const WATCHDOG: &str = r#"
umask 077
mkdir "$2" || exit 1
exec 3<&0 </dev/null 2>>"$2/log"
printf '%s' "$3" >"$2/pgbouncer.ini"
"$1" "$2/pgbouncer.ini" 3<&- >&2 &
server=$!
(
    read ended <&3
    kill -KILL $server
    rm -rf "$2"
) & waiter=$!
exec 3<&-
wait $server
# 137: it was killed, most likely by the waiter, which has yet to clean up.
[ $? = 137 ] && wait $waiter || kill $waiter
"#;

const START_LIMIT: Duration = Duration::from_secs(10);
/// A port that is free now may be taken a moment later.
const ATTEMPTS: usize = 5;

impl Pgbouncer {
    /// Starts a PgBouncer that has at most `pool_size` connections to each database of the server.
    pub fn start(mode: Mode, pool_size: u32) -> Pgbouncer {
        let (program, mut log) = (program(), String::new());
        for _ in 0..ATTEMPTS {
            match Pgbouncer::attempt(&program, mode, pool_size) {
                Ok(pgbouncer) => return pgbouncer,
                Err(said) => log = said,
            }
        }
        panic!("{} did not start; it says:\n{log}", program.display())
    }

    /// Starts one on a port that is free; the error is its log.
    fn attempt(program: &Path, mode: Mode, pool_size: u32) -> Result<Pgbouncer, String> {
        let (directory, port) = (unused_path(), free_port());
        let configuration = configuration(&directory, port, mode, pool_size);
        let arguments: [&OsStr; 3] = [program.as_ref(), directory.as_ref(), configuration.as_ref()];
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCHDOG, "pgbouncer-watchdog"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to a whole process group; this one is to outlive it, to clean up.
            .process_group(0);
        if let Some((uid, gid)) = other_user() {
            command.uid(uid).gid(gid);
        }
        let mut pgbouncer = Pgbouncer { directory, watchdog: command.spawn().unwrap(), port };
        if pgbouncer.listens() { Ok(pgbouncer) } else { Err(pgbouncer.log()) }
    }

    /// Waits until it listens in both places. Where only the socket is free, it starts as well.
    fn listens(&mut self) -> bool {
        let places = [format!("listening on 127.0.0.1:{}\n", self.port), "listening on unix:".to_owned()];
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            let ended = !matches!(self.watchdog.try_wait(), Ok(None));
            let log = self.log();
            if places.iter().all(|place| log.contains(place)) {
                return true;
            }
            if ended || log.contains("cannot listen") {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// How to connect through it, by TCP, to the database that `config` names.
    pub fn config(&self, config: &Config) -> Config {
        let mut through = Config::new();
        through.host("127.0.0.1").port(self.port).user("postgres").dbname(config.get_dbname().unwrap());
        through
    }

    /// Its TCP port, which is also in the name of its socket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of its socket.
    pub fn socket_directory(&self) -> &Path {
        &self.directory
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn configuration(directory: &Path, port: u16, mode: Mode, pool_size: u32) -> String {
    let mode = match mode {
        Mode::Session => "session",
        Mode::Transaction => "transaction",
        Mode::Statement => "statement",
    };
    format!(
        "[databases]\n\
         * = host={server} port=5432 user=postgres\n\
         [pgbouncer]\n\
         auth_type = any\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir = {directory}\n\
         pool_mode = {mode}\n\
         default_pool_size = {pool_size}\n\
         max_client_conn = 200\n\
         server_login_retry = 1\n",
        server = server().socket_directory().display(),
        directory = directory.display(),
    )
}

/// The program, which Debian puts where only root's `PATH` leads.
fn program() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let elsewhere = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"].map(PathBuf::from);
    let candidates = env::split_paths(&path).chain(elsewhere).map(|folder| folder.join("pgbouncer"));
    candidates.into_iter().find(|program| program.is_file()).unwrap_or_else(|| {
        panic!(
            "no `pgbouncer` was found on the PATH or in /usr/sbin; these tests need it: install it \
             (on Debian and Ubuntu the package `pgbouncer`)"
        )
    })
}

/// A path for the folder. It is short: a socket's path may have 107 bytes.
fn unused_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("pgbouncer-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    env::temp_dir().join(name)
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// The user and group that the server runs as, if they are not ours: it refuses to run as root, and so does PgBouncer.
fn other_user() -> Option<(u32, u32)> {
    let owner = fs::metadata(server().socket_directory()).unwrap();
    let own = fs::metadata("/proc/self").map(|own| own.uid());
    own.is_ok_and(|own| own != owner.uid()).then(|| (owner.uid(), owner.gid()))
}
