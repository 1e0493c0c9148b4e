//! A network that falls silent for real: between two namespaces, whose link is taken down.

use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::{Event, Migrator};
use migrations_tests::cluster::Cluster;
use migrations_tests::namespace::Namespace;
use postgres::{Config, NoTls};

use crate::course::{Migration, assert_everything_once, run_through};
use crate::is_full;
use crate::sets::thinking;

/// Set for the copy of this program that has a network of its own.
const CHILD: &str = "OUTAGES_OWN_NETWORK";

/// A server at the other end of a link.
struct Remote {
    cluster: Cluster,
    network: Namespace,
}

impl Remote {
    fn start() -> Remote {
        let network = Namespace::with_network().unwrap();
        let link = format!("ip link add near type veth peer name far netns {}", network.process_id());
        shell(&format!(
            "ip link set lo up && {link} && ip address add 10.9.8.1/24 dev near && ip link set near up"
        ));
        network.run("ip address add 10.9.8.2/24 dev far && ip link set far up");
        Remote { cluster: Cluster::start_in(Some(&network), &[], "listen_addresses = '*'"), network }
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.host("10.9.8.2").port(self.cluster.port()).user("postgres").dbname("postgres");
        config.connect_timeout(Duration::from_secs(2));
        config
    }

    fn cut(&self) {
        self.network.run("ip link set far down");
    }

    fn mend(&self) {
        self.network.run("ip link set far up");
    }
}

fn shell(command: &str) {
    assert!(Command::new("sh").args(["-c", command]).status().unwrap().success(), "{command}");
}

/// Runs a test in a copy of this program that has a network of its own. `false`: this is the copy.
fn is_run_in_a_network_of_its_own(test: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return false;
    }
    if let Err(reason) = Namespace::with_network() {
        eprintln!("not run: no network of its own can be had here ({reason})");
        return true;
    }
    let mut copy = Command::new("unshare");
    copy.arg("--net").arg(std::env::current_exe().unwrap());
    let output =
        copy.args(["--exact", &format!("silence::{test}"), "--nocapture"]).env(CHILD, "1").output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    true
}

/// Cuts the link in the middle of a statement, for so many seconds.
fn with_a_cut(config: impl FnOnce(&mut Config) -> &mut Config, seconds: u64) -> Vec<Duration> {
    let remote = Remote::start();
    let mut at = remote.config();
    config(&mut at);
    let course = run_through(
        &remote.cluster.local(),
        || at.connect(NoTls),
        &[Migration::Rest],
        |_| {
            // The server acknowledges with a delay.
            thread::sleep(Duration::from_millis(300));
            remote.cut();
            thread::sleep(Duration::from_secs(seconds));
            remote.mend();
        },
    );
    let course = course.unwrap();
    assert_eq!(course.report.applied.len(), 4);
    assert_everything_once(&mut remote.cluster.client());
    course.noticed
}

#[test]
fn keepalives_notice_a_silence_and_the_run_goes_on_when_it_ends() {
    if is_run_in_a_network_of_its_own("keepalives_notice_a_silence_and_the_run_goes_on_when_it_ends") {
        return;
    }
    let second = Duration::from_secs(1);
    let noticed = with_a_cut(
        |config| config.keepalives_idle(second).keepalives_interval(second).keepalives_retries(2),
        5,
    );
    assert!(noticed[0] < Duration::from_secs(5), "{noticed:?}");
}

/// Nothing that was sent waits to be acknowledged while the server works.
#[test]
fn the_user_timeout_alone_does_not_notice_a_silence_while_the_server_works() {
    if !is_full()
        || is_run_in_a_network_of_its_own(
            "the_user_timeout_alone_does_not_notice_a_silence_while_the_server_works",
        )
    {
        return;
    }
    let noticed = with_a_cut(|config| config.tcp_user_timeout(Duration::from_secs(1)), 5);
    assert!(noticed.is_empty(), "{noticed:?}");
}

#[test]
fn the_user_timeout_notices_a_silence_when_something_was_sent() {
    if is_run_in_a_network_of_its_own("the_user_timeout_notices_a_silence_when_something_was_sent") {
        return;
    }
    let remote = Remote::start();
    let mut config = remote.config();
    config.tcp_user_timeout(Duration::from_secs(1)).keepalives(false);
    let mut cut = None;
    let mut noticed = None;
    let report = Migrator::<Migration>::new()
        .on_event(|event| match event {
            Event::Started(Migration::Rest) if cut.is_none() => {
                remote.cut();
                cut = Some(Instant::now());
            }
            Event::Reconnecting(reason) if noticed.is_none() => {
                noticed = cut.map(|cut| (cut.elapsed(), reason));
                remote.mend();
            }
            _ => {}
        })
        .run_with(|| config.connect(NoTls))
        .unwrap();
    println!("noticed: {noticed:.1?}, done after {:.1?}", report.duration);
    assert!(noticed.unwrap().0 < Duration::from_secs(8));
    assert_everything_once(&mut remote.cluster.client());
}

/// The others wait until the server has noticed that nobody is there any more.
#[test]
fn of_a_run_that_is_cut_off_for_good_the_server_lets_go() {
    if !is_full() || is_run_in_a_network_of_its_own("of_a_run_that_is_cut_off_for_good_the_server_lets_go") {
        return;
    }
    // At once, its last answer is not yet acknowledged.
    let in_transaction = [0, 300].map(|milliseconds| {
        lets_go(|remote, config, rests| {
            let mut client = remote.cluster.client();
            client
                .batch_execute(
                    "CREATE TABLE done (at timestamptz NOT NULL DEFAULT now()); \
                     CREATE TABLE thoughts AS SELECT 600::float8 AS seconds, true AS is_followed",
                )
                .unwrap();
            thread::spawn(move || thinking::Migration::run_all(&mut config.connect(NoTls).unwrap()).unwrap());
            remote.cluster.until(
                "SELECT count(*) > 0 FROM pg_stat_activity \
                 WHERE state = 'idle in transaction' AND query LIKE 'INSERT INTO done%'",
            );
            thread::sleep(Duration::from_millis(milliseconds));
            rests.send(()).unwrap();
        })
    });
    let idle = lets_go(|_, config, rests| {
        thread::spawn(move || {
            let resting = Migrator::<Migration>::new().on_event(|event| {
                if let Event::Started(Migration::Rest) = event {
                    rests.send(()).unwrap();
                    thread::sleep(Duration::from_secs(600));
                }
            });
            resting.run(&mut config.connect(NoTls).unwrap()).unwrap();
        });
    });
    println!("the server let go after {in_transaction:.1?} in a transaction, {idle:.1?} idle");
    let limit = Duration::from_secs(60);
    assert!(idle < limit && in_transaction.iter().all(|let_go| *let_go < limit));
}

/// How long another run waits for one that rests, and is cut off then.
fn lets_go(rest: impl FnOnce(&Remote, Config, mpsc::Sender<()>)) -> Duration {
    let remote = Remote::start();
    let (sender, resting) = mpsc::channel();
    rest(&remote, remote.config(), sender);
    resting.recv_timeout(Duration::from_secs(20)).unwrap();
    remote.cut();
    let cut = Instant::now();
    let mut let_go = None;
    Migrator::<Migration>::new()
        .wait_for_lock(Duration::from_secs(100))
        .on_event(|event| {
            if let (Event::Started(_), None) = (event, let_go) {
                let_go = Some(cut.elapsed());
            }
        })
        .run(&mut remote.cluster.client())
        .unwrap();
    assert_everything_once(&mut remote.cluster.client());
    let_go.unwrap()
}
