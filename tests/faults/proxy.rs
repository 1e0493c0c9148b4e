//! The proxy alone, before a server that says little.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::testing::faults::{At, How, Point, Proxy};
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
fn a_reset_is_no_goodbye() {
    let fake = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = fake.local_addr().unwrap().port();
    thread::spawn(move || answer_a_startup(fake.accept().unwrap().0));
    let proxy = Proxy::start(Config::new().host("127.0.0.1").port(port)).unwrap();
    let config = proxy.config(&Config::new());
    let mut client = TcpStream::connect(("127.0.0.1", config.get_ports()[0])).unwrap();
    assert_eq!(ending(&mut client, &proxy), ErrorKind::ConnectionReset);

    let proxy = Proxy::start(&server().config()).unwrap();
    let config = proxy.config(&server().config());
    let [Host::Unix(folder)] = config.get_hosts() else { panic!("{config:?}") };
    let mut client = UnixStream::connect(folder.join(".s.PGSQL.5432")).unwrap();
    assert_eq!(ending(&mut client, &proxy), ErrorKind::ConnectionReset);
}

/// How a connection ends whose first query is reset.
fn ending(client: &mut (impl Read + Write), proxy: &Proxy) -> ErrorKind {
    client.write_all(b"\0\0\0\x17\0\x03\0\0user\0postgres\0\0").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"Z\0\0\0\x05I") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        answer.extend(byte);
    }
    proxy.arm(Point { message: 1, at: At::Before, how: How::Reset });
    client.write_all(b"Q\0\0\0\x0dSELECT 1\0").unwrap();
    client.read(&mut [0]).unwrap_err().kind()
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
