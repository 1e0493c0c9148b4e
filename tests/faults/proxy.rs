//! The proxy alone, before a server that says little.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::testing::faults::{At, How, Point, Proxy, Traffic};
use migrations_tests::{database, server, value};
use postgres::config::Host;
use postgres::{Config, NoTls};

use crate::small::shop;

#[test]
fn what_is_withheld_is_done() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    client.batch_execute("SELECT 1").unwrap();
    proxy.arm(Point { message: 2, at: At::BeforeAnswer, how: How::Close });
    client.batch_execute("CREATE TABLE first ()").unwrap();
    assert!(!proxy.is_reached(Duration::ZERO), "it is the second message");
    assert!(client.batch_execute("CREATE TABLE second ()").is_err());
    assert!(proxy.disarm());
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(value(&mut client, "SELECT to_regclass('second') IS NOT NULL"), "t");
}

#[test]
fn what_is_cut_before_or_inside_is_not_done() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    for at in [At::Before, At::AfterByte(9)] {
        let mut client = proxy.connect(&database).unwrap();
        proxy.arm(Point { message: 1, at, how: How::Close });
        assert!(client.batch_execute("CREATE TABLE things ()").is_err());
        assert!(proxy.disarm());
    }
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(value(&mut client, "SELECT to_regclass('things') IS NULL"), "t");
}

#[test]
fn a_process_that_is_terminated_after_a_statement_has_done_it() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    for (statement, tables) in [(2, "0"), (4, "1")] {
        let mut client = proxy.connect(&database).unwrap();
        proxy.arm(Point { message: 1, at: At::AfterStatement(statement), how: How::Terminate });
        let message = "BEGIN; CREATE TABLE IF NOT EXISTS things (); SELECT 1; COMMIT; SELECT 2";
        assert!(client.batch_execute(message).is_err());
        assert!(proxy.disarm());
        let count = "SELECT count(*) FROM pg_tables WHERE tablename = 'things'";
        assert_eq!(value(&mut database.connect(NoTls).unwrap(), count), tables);
    }
}

#[test]
fn a_silence_ends() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    proxy.arm(Point { message: 1, at: At::Before, how: How::Silence });
    let start = Instant::now();
    assert!(client.batch_execute("SELECT 1").is_err());
    assert!(start.elapsed() >= Duration::from_millis(50), "{:?}", start.elapsed());
}

#[test]
fn what_goes_through_is_counted() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    let before = proxy.traffic();
    let (outcome, traffic) = proxy.count(|| client.batch_execute("SELECT 1"));
    outcome.unwrap();
    let counted = Traffic { turns: 1, received: 66, sent: 14, messages_received: 4, messages_sent: 1 };
    assert_eq!((traffic, proxy.traffic() - before), (counted, counted));
}

#[test]
fn the_process_of_the_newest_connection_is_known() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    assert_eq!(proxy.server_process(), None);
    for _ in 0..2 {
        let mut client = proxy.connect(&database).unwrap();
        proxy.arm(Point { message: 9, at: At::Before, how: How::Close });
        let process = value(&mut client, "SELECT pg_backend_pid()").parse().unwrap();
        assert_eq!(proxy.server_process(), Some(process));
    }
}

#[test]
fn who_is_to_be_killed_is_held_until_then() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    proxy.arm(Point { message: 1, at: At::Before, how: How::Kill });
    let killed = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        client.batch_execute("SELECT 1")
    });
    assert!(proxy.is_reached(Duration::from_secs(30)));
    thread::sleep(Duration::from_millis(200));
    assert!(!killed.is_finished());
    assert!(proxy.disarm());
    assert!(killed.join().unwrap().is_err());
}

#[test]
fn a_goodbye_does_not_count() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    let before = proxy.traffic();
    proxy.arm(Point { message: 2, at: At::Before, how: How::Close });
    client.batch_execute("SELECT 1").unwrap();
    drop(client);
    let deadline = Instant::now() + Duration::from_secs(30);
    while (proxy.traffic() - before).messages_sent < 2 {
        assert!(!proxy.is_reached(Duration::from_millis(1)) && Instant::now() < deadline);
    }
    assert!(!proxy.disarm());
}

#[test]
fn nothing_of_an_answer_comes_through_a_silence() {
    let (proxy, database) = (Proxy::start(&server().config()).unwrap(), database());
    let mut client = proxy.connect(&database).unwrap();
    proxy.arm(Point { message: 1, at: At::After, how: How::Silence });
    assert!(client.batch_execute("SELECT 1").is_err());
}

#[test]
fn an_answer_is_cut_behind_its_first_message() {
    let proxy = Proxy::start(&server().config()).unwrap();
    let mut client = socket_of(&proxy);
    enter(&mut client);
    proxy.arm(Point { message: 1, at: At::AfterAnswer(1), how: How::Close });
    client.write_all(b"Q\0\0\0\x0dSELECT 1\0").unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    let length = u32::from_be_bytes(answer[1..5].try_into().unwrap());
    assert_eq!((answer[0], answer.len()), (b'T', length as usize + 1), "{answer:?}");
}

#[test]
fn dropped_it_leaves_nothing_and_nobody_else_can_enter() {
    let proxy = Proxy::start(&server().config()).unwrap();
    let config = proxy.config(&server().config());
    let [Host::Unix(folder)] = config.get_hosts() else { panic!("{config:?}") };
    assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    drop(proxy);
    assert!(!folder.exists());

    let proxy = Proxy::start(Config::new().host("127.0.0.1")).unwrap();
    let port = proxy.config(&Config::new()).get_ports()[0];
    drop(proxy);
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(Instant::now() < deadline, "somebody listens still");
    }
}

#[test]
fn a_reset_is_no_goodbye() {
    let fake = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = fake.local_addr().unwrap().port();
    thread::spawn(move || answer_a_startup(fake.accept().unwrap().0));
    let proxy = Proxy::start(Config::new().host("127.0.0.1").port(port)).unwrap();
    let config = proxy.config(&Config::new());
    let mut client = TcpStream::connect(("127.0.0.1", config.get_ports()[0])).unwrap();
    assert_eq!(ending(&mut client, &proxy), ErrorKind::ConnectionReset);

    let proxy = Proxy::start(&server().config()).unwrap();
    assert_eq!(ending(&mut socket_of(&proxy), &proxy), ErrorKind::ConnectionReset);
}

/// A connection to the unix socket of a proxy.
fn socket_of(proxy: &Proxy) -> UnixStream {
    let config = proxy.config(&server().config());
    let [Host::Unix(folder)] = config.get_hosts() else { panic!("{config:?}") };
    UnixStream::connect(folder.join(".s.PGSQL.5432")).unwrap()
}

/// How a connection ends whose first query is reset.
fn ending(client: &mut (impl Read + Write), proxy: &Proxy) -> ErrorKind {
    enter(client);
    proxy.arm(Point { message: 1, at: At::Before, how: How::Reset });
    client.write_all(b"Q\0\0\0\x0dSELECT 1\0").unwrap();
    client.read(&mut [0]).unwrap_err().kind()
}

/// Connects as a client does.
fn enter(client: &mut (impl Read + Write)) {
    client.write_all(b"\0\0\0\x17\0\x03\0\0user\0postgres\0\0").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"Z\0\0\0\x05I") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        answer.extend(byte);
    }
}

fn answer_a_startup(mut client: TcpStream) {
    client.read_exact(&mut [0; 0x17]).unwrap();
    client.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").unwrap();
    let _ = client.read_to_end(&mut Vec::new());
}

#[test]
fn a_run_is_the_same_conversation_every_time() {
    let proxy = Proxy::start(&server().config()).unwrap();
    let messages = || {
        let mut client = proxy.connect(&database()).unwrap();
        let (report, traffic) = proxy.count(|| shop::Migration::run_all(&mut client).unwrap());
        assert_eq!(report.applied.len(), 2);
        (traffic.turns, traffic.messages_sent, traffic.messages_received)
    };
    let first = messages();
    for _ in 0..std::env::var("PROBE").map_or(5, |n| n.parse().unwrap()) {
        assert_eq!(messages(), first);
    }
}
