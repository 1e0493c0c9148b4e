//! A throw-away server that is as careful with its data as one in production.

use std::cell::Cell;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::scratch::installation;
use postgres::{Client, Config, NoTls};

use crate::rounds::Spread;
use crate::{Result, context};

/// A server on a unix socket in a folder of its own. It ends when it is dropped, and with the process that started it.
///
/// It is not the one of `migrations_core::scratch`: that one is told on its command line not to wait for the disk, which
/// nothing that is said later can undo.
pub(crate) struct Server {
    directory: PathBuf,
    watchdog: Child,
    databases: Cell<u32>,
}

/// Makes the cluster, runs the server, and takes both away when its standard input ends, which is a pipe from the process
/// that started it. The signal is repeated because a server that is just starting ignores it still.
const WATCHDOG: &str = r#"
umask 077
mkdir "$2" || exit 1
exec 3<&0 </dev/null >>"$2/log" 2>&1
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --no-locale --no-instructions 3<&- ||
    { rm -rf "$2"; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c dynamic_shared_memory_type=mmap \
    -c max_connections=200 3<&- &
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

/// What a server in production has, and a measurement without it would flatter those who commit often.
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];
const START_LIMIT: Duration = Duration::from_secs(60);

impl Server {
    pub(crate) fn start() -> Result<Server> {
        let (bin, owner) = installation()?;
        // Short: the path of a socket may have 107 bytes.
        let directory = std::env::temp_dir().join(format!("run-cost-{}-server", std::process::id()));
        let mut command = Command::new("/bin/sh");
        command.args(["-c", WATCHDOG, "run-cost-watchdog"]).arg(bin).arg(&directory).current_dir("/");
        command.env_clear().envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C")]);
        // Ctrl-C goes to a whole process group; this one is to outlive it, to clean up.
        command.stdin(Stdio::piped()).process_group(0);
        if let Some((uid, gid)) = owner {
            command.uid(uid).gid(gid);
        }
        let watchdog = command.spawn().map_err(context("starting /bin/sh"))?;
        let mut server = Server { directory, watchdog, databases: Cell::new(0) };
        server.wait_until_it_answers()?;
        server.refuse_haste()?;
        Ok(server)
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while matches!(self.watchdog.try_wait(), Ok(None)) && Instant::now() < deadline {
            if self.connect().is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        Err(format!("the server did not start; it says:\n{log}").into())
    }

    fn refuse_haste(&self) -> Result<()> {
        let mut client = self.connect()?;
        for name in DURABLE {
            let value: String = client.query_one(&format!("SHOW {name}"), &[])?.get(0);
            if value != "on" {
                return Err(
                    format!("{name} is {value}; the server would be faster than in production").into()
                );
            }
        }
        Ok(())
    }

    pub(crate) fn connect(&self) -> Result<Client> {
        Ok(self.config("postgres").connect(NoTls)?)
    }

    fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.directory).user("postgres").dbname(database);
        config
    }

    /// A new, empty database. What its making has left for the next checkpoint is written, so that whoever is measured
    /// next finds the server in the same state as everybody else does.
    pub(crate) fn database(&self) -> Result<Database<'_>> {
        let name = format!("cost_{}", self.databases.replace(self.databases.get() + 1));
        self.execute(&format!("CREATE DATABASE {name}"))?;
        self.execute("CHECKPOINT")?;
        Ok(Database { config: self.config(&name), name, server: self })
    }

    fn execute(&self, statement: &str) -> Result<()> {
        self.connect()?.batch_execute(statement).map_err(context(statement))
    }

    /// What the server has logged so far, in bytes.
    pub(crate) fn log_length(&self) -> u64 {
        fs::metadata(self.log_path()).map_or(0, |metadata| metadata.len())
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.directory.join("log")
    }

    /// Lines about the server: its version, its settings, and what waiting for the disk costs here.
    pub(crate) fn describe(&self) -> Result<String> {
        let mut client = self.connect()?;
        let version: String = client.query_one("SHOW server_version", &[])?.get(0);
        let waited = Spread::of(commits(&mut client, "on")?);
        let not_waited = Spread::of(commits(&mut client, "off")?);
        Ok(format!(
            "PostgreSQL {version}, local socket; {} are on\na tiny commit: {}; without waiting for the disk: {}\n",
            DURABLE.join(", "),
            waited.in_milliseconds(),
            not_waited.in_milliseconds(),
        ))
    }
}

/// How long each of 50 tiny commits takes.
fn commits(client: &mut Client, synchronous: &str) -> Result<Vec<f64>> {
    client.batch_execute(&format!(
        "SET synchronous_commit = {synchronous}; DROP TABLE IF EXISTS tiny; CREATE TABLE tiny (number integer)"
    ))?;
    let mut commit = || {
        let start = Instant::now();
        client.batch_execute("INSERT INTO tiny VALUES (1)")?;
        Ok(start.elapsed().as_secs_f64())
    };
    (0..50).map(|_| commit()).collect()
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A database, gone when it is dropped.
pub(crate) struct Database<'s> {
    pub(crate) config: Config,
    name: String,
    server: &'s Server,
}

impl Database<'_> {
    pub(crate) fn connect(&self) -> Result<Client> {
        Ok(self.config.connect(NoTls)?)
    }

    /// A setting for all connections that are made from now on; `DEFAULT` takes it back.
    pub(crate) fn set(&self, setting: &str, value: &str) -> Result<()> {
        self.server.execute(&format!("ALTER DATABASE {} SET {setting} TO {value}", self.name))
    }

    /// How to write down where it is, for another process.
    pub(crate) fn address(&self) -> (&Path, &str) {
        (&self.server.directory, &self.name)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // The server is thrown away anyway.
        let _ = self.server.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
