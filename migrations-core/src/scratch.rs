//! A throw-away PostgreSQL, for tests and trials (feature `scratch`).
//!
//! It is a real server on a unix socket in a private temporary directory, started from the server programs that are on
//! the machine. It is gone when it is dropped, and also when the process panics, is interrupted or is killed.
//!
//! ```no_run
//! migrations_core::embed_migrations!("examples/migrations");
//!
//! let server = migrations_core::scratch::Scratch::start()?;
//! let mut client = server.connect()?;
//! Migration::run_all(&mut client)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::env;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls};

#[cfg(feature = "scratch-packaged")]
mod packaged;
mod programs;

use programs::Programs;

/// A throw-away PostgreSQL server.
///
/// ```
/// use migrations_core::postgres::NoTls;
/// use migrations_core::scratch::Scratch;
///
/// migrations_core::embed_migrations!("examples/migrations");
///
/// let server = Scratch::start()?;
/// let (mut one, mut other) = (server.database()?.connect(NoTls)?, server.database()?.connect(NoTls)?);
/// assert_eq!(Migration::run_all(&mut one)?.applied.len(), 2);
/// assert_eq!(Migration::status(&mut other)?.pending().count(), 2, "nothing is shared");
///
/// let folder = server.socket_directory().to_owned();
/// drop(server);
/// assert!(!folder.exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scratch {
    directory: PathBuf,
    watchdog: Child,
    source: String,
    databases: AtomicU32,
}

/// Why no throw-away server could be started.
///
/// ```
/// use migrations_core::scratch::{Scratch, ScratchError};
///
/// /// A server for a test, which is left out where none is installed.
/// fn server() -> Result<Option<Scratch>, ScratchError> {
///     match Scratch::start() {
///         Ok(server) => Ok(Some(server)),
///         Err(error @ ScratchError::NotFound { .. }) => {
///             eprintln!("left out: {error}");
///             Ok(None)
///         }
///         Err(error) => Err(error),
///     }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// There are no server programs.
    #[error(
        "no PostgreSQL server was found ({looked}). There are three ways out: install the server (on Debian and Ubuntu the \
         package `postgresql`); name the folder of its programs in PG_BIN; or use a running server through DATABASE_URL"
    )]
    NotFound {
        /// What was looked for, and where.
        looked: String,
    },
    /// A file or a program could not be used.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// The error of the system.
        source: io::Error,
    },
    /// The server ended, or did not answer, while it was being started.
    #[error("the server from {programs} did not start; it says:\n{log}")]
    Start {
        /// The folder of the programs.
        programs: String,
        /// The end of the server's log.
        log: String,
    },
    /// The server is there and does not answer.
    #[error("the throw-away server does not answer")]
    Connect(#[from] postgres::Error),
}

impl ScratchError {
    fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> ScratchError {
        let doing = doing.into();
        move |source| ScratchError::Io { doing, source }
    }
}

/// Makes the folder, and in it the cluster; runs the server; and takes everything away when its standard input ends:
/// that is a pipe from the process that started it, and so ends with that process, however that ends.
///
/// The signal is repeated because a server that is just starting ignores it still.
const WATCHDOG: &str = r#"
umask 077
mkdir "$2" || exit 1
exec 3<&0 </dev/null 2>>"$2/log"
read prepared <&3 || { rm -rf "$2"; exit 1; }
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --no-locale --no-sync --no-instructions 3<&- >&2 ||
    { rm -rf "$2"; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -F -c listen_addresses= -c synchronous_commit=off \
    -c full_page_writes=off -c dynamic_shared_memory_type=mmap -c max_connections=200 3<&- >&2 &
server=$!
(
    read ended <&3
    n=0
    while [ $n -lt 100 ] && kill -QUIT $server; do n=$((n + 1)); sleep .1; done
    rm -rf "$2"
) & waiter=$!
exec 3<&-
wait $server
kill $waiter
rm -rf "$2"
"#;

const START_LIMIT: Duration = Duration::from_secs(60);

impl Scratch {
    /// Starts a server: from the programs in `PG_BIN`, on the `PATH`, where `pg_config` says, or where packages put
    /// them; else, with the feature `scratch-packaged`, from those that come as crates.
    ///
    /// It takes about half a second. As root it runs as the user `postgres` or `nobody`.
    ///
    /// ```no_run
    /// use migrations_core::scratch::Scratch;
    ///
    /// let server = Scratch::start()?;
    /// eprintln!("{server}"); // a throw-away PostgreSQL from /usr/lib/postgresql/17/bin
    /// # Ok::<(), migrations_core::scratch::ScratchError>(())
    /// ```
    ///
    /// # Errors
    /// No server programs are found, or they do not start.
    pub fn start() -> Result<Scratch, ScratchError> {
        let directory = unused_path();
        let programs = programs::find(&directory)?;
        let owner = unprivileged_user()?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCHDOG, "postgres-watchdog"])
            .arg(&programs.bin)
            .arg(&directory)
            .current_dir("/")
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C")])
            .envs(programs.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Ctrl-C goes to a whole process group; this one is to outlive it, to clean up.
            .process_group(0);
        if let Some((uid, gid)) = owner {
            command.uid(uid).gid(gid);
        }
        let watchdog = command.spawn().map_err(ScratchError::io("starting /bin/sh"))?;
        let mut server =
            Scratch { directory, watchdog, source: programs.source.clone(), databases: AtomicU32::new(0) };
        server.boot(&programs, owner)?;
        Ok(server)
    }

    /// Leads the watchdog from the folder, which it makes, to a server that answers.
    fn boot(&mut self, programs: &Programs, owner: Option<(u32, u32)>) -> Result<(), ScratchError> {
        let log_path = self.directory.join("log");
        let deadline = Instant::now() + START_LIMIT;
        while !log_path.exists() && self.may_still_start(deadline) {
            thread::sleep(Duration::from_millis(1));
        }
        let Ok(mut log) = File::open(&log_path) else { return Err(self.without_folder()) };
        programs.unpack(owner)?;
        if let Some(pipe) = &mut self.watchdog.stdin {
            pipe.write_all(b"prepared\n").map_err(ScratchError::io("writing to /bin/sh"))?;
        }
        // Whether the watchdog lives is asked first: without it, whoever answers on the socket is not our server.
        while self.may_still_start(deadline) {
            if self.connect().is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(ScratchError::Start { programs: self.source.clone(), log: tail(&mut log) })
    }

    /// What the shell says when it cannot make the folder.
    fn without_folder(&mut self) -> ScratchError {
        let mut log = String::new();
        let _ = self.watchdog.kill();
        if let Some(mut said) = self.watchdog.stderr.take() {
            let _ = said.read_to_string(&mut log);
        }
        ScratchError::Start { programs: self.source.clone(), log }
    }

    fn may_still_start(&mut self, deadline: Instant) -> bool {
        matches!(self.watchdog.try_wait(), Ok(None)) && Instant::now() < deadline
    }

    /// Connects to the server's first database, as its superuser.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// let mut client = server.connect()?;
    /// client.batch_execute("CREATE ROLE app LOGIN")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The server does not answer.
    pub fn connect(&self) -> Result<Client, ScratchError> {
        Ok(self.config().connect(NoTls)?)
    }

    /// How to connect to the server's first database.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// // As another role than the superuser.
    /// let mut client = server.config().user("app").connect(postgres::NoTls)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn config(&self) -> Config {
        let mut config = Config::new();
        config.host_path(&self.directory).user("postgres").dbname("postgres");
        config
    }

    /// Makes an empty database of its own, and says how to connect to it.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// // One server for all tests, a database for each.
    /// let mut client = server.database()?.connect(postgres::NoTls)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The server does not answer.
    pub fn database(&self) -> Result<Config, ScratchError> {
        let name = format!("scratch_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.connect()?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let mut config = self.config();
        config.dbname(&name);
        Ok(config)
    }

    /// The folder of the server's socket.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// # let folder = server.socket_directory();
    /// std::process::Command::new("psql").arg("-U").arg("postgres").arg("-h").arg(folder).status()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn socket_directory(&self) -> &Path {
        &self.directory
    }

    /// The server's process number, while it runs.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// eprintln!("to look at it: gdb -p {}", server.process_id().unwrap_or_default());
    /// # Ok::<(), migrations_core::scratch::ScratchError>(())
    /// ```
    pub fn process_id(&self) -> Option<u32> {
        let file = fs::read_to_string(self.directory.join("data/postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    /// Where its programs came from.
    ///
    /// ```no_run
    /// # let server = migrations_core::scratch::Scratch::start()?;
    /// eprintln!("tested on the server from {}", server.source());
    /// # Ok::<(), migrations_core::scratch::ScratchError>(())
    /// ```
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl fmt::Display for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a throw-away PostgreSQL from {}", self.source)
    }
}

/// For tests that run the server's programs themselves: the folder of those that are installed and, when we are root,
/// the user and group to run them as.
#[doc(hidden)]
pub fn installation() -> Result<(PathBuf, Option<(u32, u32)>), ScratchError> {
    let programs = programs::find(Path::new(""))?;
    if programs.packed {
        return Err(ScratchError::NotFound { looked: "none is installed".to_owned() });
    }
    // Links to some of the programs may be on the PATH; the others are where these lead to.
    let initdb = programs.bin.join("initdb");
    let initdb = initdb.canonicalize().map_err(ScratchError::io(format!("finding {}", initdb.display())))?;
    Ok((initdb.parent().map_or(programs.bin, Path::to_owned), unprivileged_user()?))
}

/// A path for a server's folder. It is short: a socket's path may have 107 bytes.
fn unused_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let name = format!("migrations-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        if !path.exists() {
            return path;
        }
    }
}

/// When we are root, which the server refuses to be: the user and group to run it as, those of `postgres` or `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>, ScratchError> {
    // A process owns the files in its folder of /proc; elsewhere, only what it makes tells who it is.
    let owner = match fs::metadata("/proc/self") {
        Ok(metadata) => metadata.uid(),
        Err(_) => owner_of_a_new_file()?,
    };
    if owner != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name: &str| {
        let user = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = user.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Ok(ids("postgres").or_else(|| ids("nobody")).or(Some((65534, 65534))))
}

fn owner_of_a_new_file() -> Result<u32, ScratchError> {
    let path = unused_path();
    let asking = || ScratchError::io(format!("making {}", path.display()));
    File::create_new(&path).map_err(asking())?;
    let owner = fs::metadata(&path).map_err(asking())?.uid();
    fs::remove_file(&path).map_err(asking())?;
    Ok(owner)
}

fn tail(log: &mut File) -> String {
    let mut text = String::new();
    if let Err(error) = log.read_to_string(&mut text) {
        return format!("(its log cannot be read: {error})");
    }
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_make_tells_who_we_are() {
        if let Ok(process) = fs::metadata("/proc/self") {
            assert_eq!(owner_of_a_new_file().unwrap(), process.uid());
        }
    }
}
