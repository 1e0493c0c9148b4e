//! The pooler itself: what its modes mean, and that it leaves nothing behind.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use migrations_tests::pgbouncer::{Mode, Pgbouncer};
use migrations_tests::{database, value};
use postgres::{Client, Config, NoTls};

/// Set for the copy of this program that starts a pooler and then waits for its end.
const CHILD: &str = "RACES_POOLER_CHILD";
const BACKEND: &str = "SELECT pg_backend_pid()";

#[test]
fn in_session_mode_a_client_keeps_its_backend() {
    let (pooler, database) = (Pgbouncer::start(Mode::Session, 2), database());
    let (mut one, mut other) = (connect(&pooler, &database), connect(&pooler, &database));
    let backends: BTreeSet<String> = (0..5).map(|_| value(&mut one, BACKEND)).collect();
    assert_eq!(backends.len(), 1);
    assert!(!backends.contains(&value(&mut other, BACKEND)));
}

#[test]
fn in_transaction_mode_a_lock_of_the_session_belongs_to_everybody() {
    let (pooler, database) = (Pgbouncer::start(Mode::Transaction, 1), database());
    let (mut one, mut other) = (connect(&pooler, &database), connect(&pooler, &database));
    assert_eq!(value(&mut one, BACKEND), value(&mut other, BACKEND));
    for client in [&mut one, &mut other] {
        assert_eq!(value(client, "SELECT pg_try_advisory_lock(1)"), "t");
    }
}

#[test]
fn in_statement_mode_there_are_no_transactions() {
    let (pooler, database) = (Pgbouncer::start(Mode::Statement, 1), database());
    let mut client = connect(&pooler, &database);
    assert_eq!(value(&mut client, "SELECT 1"), "1");
    assert!(client.batch_execute("BEGIN").is_err());
}

#[test]
fn it_listens_on_a_socket_as_well() {
    let (pooler, database) = (Pgbouncer::start(Mode::Session, 1), database());
    let mut config = pooler.config(&database);
    config = Config::clone(config.host_path(pooler.socket_directory()));
    assert_eq!(value(&mut config.connect(NoTls).unwrap(), "SELECT 1"), "1");
}

#[test]
fn dropped_it_is_gone() {
    let pooler = Pgbouncer::start(Mode::Session, 1);
    let directory = pooler.socket_directory().to_owned();
    drop(pooler);
    assert!(is_gone(&directory));
}

#[test]
fn when_the_process_that_started_it_is_killed_it_is_gone() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "pooler::child_process", "--nocapture"]).env(CHILD, "serve");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let announced = lines.filter_map(|line| line.strip_prefix('>').map(str::to_owned)).next();
    child.kill().unwrap();
    child.wait().unwrap();
    let announced = announced.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_gone(Path::new(&announced)) {
        assert!(Instant::now() < deadline, "{announced} is still there");
        thread::sleep(Duration::from_millis(10));
    }
}

/// What the copy does.
#[test]
fn child_process() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let pooler = Pgbouncer::start(Mode::Session, 1);
    assert!(TcpStream::connect(("127.0.0.1", pooler.port())).is_ok());
    println!("\n>{}", pooler.socket_directory().display());
    thread::sleep(Duration::from_secs(60));
}

/// The directory goes when the process has ended. The port may be another one's by then.
fn is_gone(directory: &Path) -> bool {
    !directory.exists()
}

fn connect(pooler: &Pgbouncer, database: &Config) -> Client {
    pooler.config(database).connect(NoTls).unwrap()
}
