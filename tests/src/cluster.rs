//! Servers that a test stops, kills, copies and promotes while somebody migrates.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::scratch::installation;
use once_cell::sync::OnceCell;
use postgres::{Client, Config, NoTls};

use crate::namespace::Namespace;
use crate::value;

/// How long anything may take that a test waits for.
const LIMIT: Duration = Duration::from_secs(60);

/// A server of a test's own, on TCP and on a unix socket. It ends when it is dropped, and with the process of the test.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    bin: PathBuf,
    port: u16,
    surroundings: Surroundings,
    watchdog: Child,
    databases: AtomicU32,
}

/// As whom, and in which namespace, the programs of a server run.
#[derive(Debug, Clone)]
struct Surroundings {
    owner: Option<(u32, u32)>,
    entrance: Vec<String>,
}

/// Stops the server and takes its folder away when its standard input ends.
const WATCHDOG: &str = r#"read ended; "$1/pg_ctl" -D "$2/data" -m immediate -t 20 stop; rm -rf "$2""#;

impl Cluster {
    /// A new server with these lines in its `postgresql.conf`.
    pub fn start(settings: &str) -> Cluster {
        Cluster::start_in(None, &[], settings)
    }

    /// The same in a namespace, and with arguments for `initdb`.
    pub fn start_in(namespace: Option<&Namespace>, initdb: &[&str], settings: &str) -> Cluster {
        let cluster = Cluster::empty(namespace);
        match initdb {
            [] => cluster.run("/bin/cp", &["-a", &template().data(), &cluster.data()]),
            options => cluster.initialize(options),
        }
        let common = "fsync = off\nfull_page_writes = off\ndynamic_shared_memory_type = mmap\nshared_buffers = 16MB\n\
                      wal_keep_size = 64MB\nrestart_after_crash = on\n";
        cluster.append("postgresql.conf", &format!("{common}{settings}\n"));
        cluster.append("pg_hba.conf", "host all all all trust\n");
        cluster.control(&["start"]);
        cluster
    }

    /// A server that follows this one, and is ready for queries.
    pub fn standby(&self) -> Cluster {
        let standby = Cluster::empty(None);
        let port = self.port.to_string();
        let from = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres"];
        let options = ["-R", "-X", "stream", "-c", "fast", "--no-sync"];
        standby.run("pg_basebackup", &[&["-D", &standby.data()], &options[..], &from].concat());
        standby.control(&["start"]);
        self.until("SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'");
        standby
    }

    /// Has `COMMIT` wait until a standby has what it commits.
    pub fn make_synchronous(&self) {
        let mut client = self.client();
        client.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").unwrap();
        client.batch_execute("SELECT pg_reload_conf()").unwrap();
        self.until("SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'");
    }

    /// Does what `pg_ctl` does with these arguments, and waits for it.
    pub fn control(&self, arguments: &[&str]) {
        let options = format!("-p {} -k {}", self.port, self.directory.display());
        let log = self.directory.join("log");
        let common = ["-D", &self.data(), "-l", log.to_str().unwrap(), "-w", "-t", "60", "-o", &options];
        // These two know the options that the server was started with.
        let known = matches!(arguments[0], "stop" | "promote");
        let common = if known { &common[..2] } else { &common[..] };
        self.run("pg_ctl", &[arguments, common].concat());
    }

    /// Kills the server and all its processes, as a machine does that fails.
    pub fn kill(&self) {
        let postmaster = self.process_id();
        let mut processes = vec![postmaster];
        processes.extend(children_of(postmaster));
        kill_9(&processes);
        wait_until("the server to be dead", || processes.iter().all(|process| !is_alive(*process)));
    }

    /// The server's process number.
    pub fn process_id(&self) -> u32 {
        let file = fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }

    /// How to connect over TCP, as superuser.
    pub fn config(&self) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("postgres").dbname("postgres");
        config
    }

    /// A new, empty database, and how to connect to it over TCP.
    pub fn database(&self) -> Config {
        let name = format!("database_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.client().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let mut config = self.config();
        config.dbname(&name);
        config
    }

    /// How to connect over the unix socket, as superuser.
    pub fn local(&self) -> Config {
        let mut config = Config::new();
        config.host_path(&self.directory).port(self.port).user("postgres").dbname("postgres");
        config
    }

    /// The port, of the unix socket too.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A connection over the unix socket, as superuser.
    pub fn client(&self) -> Client {
        self.local().connect(NoTls).unwrap()
    }

    /// Waits until a query answers true.
    pub fn until(&self, query: &str) {
        let mut client = self.client();
        wait_until(query, || value(&mut client, query) == "t");
    }

    fn initialize(&self, options: &[&str]) {
        let common = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
        self.run("initdb", &[&["-D", &self.data()], &common[..], options].concat());
    }

    fn empty(namespace: Option<&Namespace>) -> Cluster {
        let (bin, owner) = installation().unwrap();
        let directory = new_directory(owner);
        let entrance = namespace.map_or_else(Vec::new, |namespace| namespace.entrance(owner));
        let surroundings = Surroundings { owner, entrance };
        let mut watchdog = surroundings.command("/bin/sh");
        watchdog.args(["-c", WATCHDOG, "cluster-watchdog"]).arg(&bin).arg(&directory);
        // Ctrl-C goes to a whole process group; this one is to outlive it, to clean up.
        let watchdog = watchdog.stdin(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        let databases = AtomicU32::new(0);
        Cluster { directory, bin, port: free_port(), surroundings, watchdog, databases }
    }

    fn data(&self) -> String {
        self.directory.join("data").to_str().unwrap().to_owned()
    }

    fn append(&self, file: &str, text: &str) {
        let path = self.directory.join("data").join(file);
        OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.surroundings.command(self.bin.join(program)).args(arguments).output().unwrap();
        let log = || fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}\n{}", log());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

impl Surroundings {
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = match self.entrance.split_first() {
            Some((entrance, arguments)) => {
                let mut command = Command::new(entrance);
                command.args(arguments).arg(program.as_ref());
                command
            }
            None => {
                let mut command = Command::new(program.as_ref());
                if let Some((uid, gid)) = self.owner {
                    command.uid(uid).gid(gid);
                }
                command
            }
        };
        command.env_clear().envs([("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"), ("LC_ALL", "C")]);
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

/// The files of a server that has never run, to be copied: that is faster than to make them each time.
fn template() -> &'static Cluster {
    static TEMPLATE: OnceCell<Cluster> = OnceCell::new();
    TEMPLATE.get_or_init(|| {
        let template = Cluster::empty(None);
        template.initialize(&[]);
        template
    })
}

/// Waits until a condition holds; it must within a minute.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LIMIT, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Ends processes that have no say in it.
pub fn kill_9(processes: &[u32]) {
    let processes: Vec<String> = processes.iter().map(u32::to_string).collect();
    // One may have ended by itself.
    let _ = Command::new("sh").args(["-c", &format!("kill -9 {}", processes.join(" "))]).status().unwrap();
}

fn is_alive(process: u32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z')))
}

fn children_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)) == Some(&parent.to_string())
    };
    numbers.filter(is_child).collect()
}

/// A folder that the server may use. Its path is short, for a socket's may have 107 bytes.
pub(crate) fn new_directory(owner: Option<(u32, u32)>) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("outage-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let directory = std::env::temp_dir().join(name);
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
    if let Some((uid, gid)) = owner {
        chown(&directory, Some(uid), Some(gid)).unwrap();
    }
    directory
}

/// A port below those that the system gives to outgoing connections, so that it is free still after a restart.
fn free_port() -> u16 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut candidates = (0..1000).map(|_| {
        let number = std::process::id().wrapping_mul(64) + COUNT.fetch_add(1, Ordering::Relaxed);
        u16::try_from(15_000 + number % 15_000).unwrap()
    });
    candidates.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}
