//! A batched runner that is killed, or stopped, again and again: every row is done exactly once.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::{Event, Migrator};
use migrations_tests::random::Random;
use migrations_tests::{database, server, value};
use postgres::{Client, Config, NoTls};

migrations_core::embed_migrations!("sets/batched");

/// Set for the copy of this program that migrates: the database.
const CHILD: &str = "CRASH_TEST_DATABASE";
/// The seed of a run that is to be repeated.
const SEED: &str = "CRASH_TEST_SEED";
const ROWS: u32 = 300_000;
const KILLS: u64 = 10;
/// How the copy ends when it was asked to stop.
const STOPPED: i32 = 7;

#[test]
fn killed_ten_times_at_random_moments_it_does_every_row_exactly_once() {
    let (mut random, database) = (Random::seeded(SEED), database());
    let mut client = database.connect(NoTls).unwrap();
    let kills = (0..KILLS).map(|_| killed(&database, &mut random)).map(|()| rows_done(&mut client));
    let done: Vec<String> = kills.collect();
    println!("rows done at the kills: {}", done.join(", "));
    assert!(child(&database).wait().unwrap().success());
    assert_everything_once(&mut client);
}

#[test]
fn after_ctrl_c_it_ends_between_two_batches_and_goes_on_from_there() {
    let database = database();
    let mut client = database.connect(NoTls).unwrap();
    let mut child = child(&database);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut batches = lines.filter(|line| line.starts_with('>'));
    batches.next().unwrap();
    assert!(
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap().success()
    );
    let after = batches.count();
    assert_eq!(child.wait().unwrap().code(), Some(STOPPED));
    assert!(after < 50, "{after} batches after Ctrl-C");
    let done: u32 = rows_done(&mut client).parse().unwrap();
    assert!(done > 0 && done < ROWS && done.is_multiple_of(5_000), "{done} rows");
    Migration::run_all(&mut client).unwrap();
    assert_everything_once(&mut client);
}

#[test]
fn stopped_again_and_again_it_does_every_row_exactly_once() {
    let (mut random, database) = (Random::seeded(SEED), database());
    let mut client = database.connect(NoTls).unwrap();
    let (stop, mut stops) = (&AtomicBool::new(false), 0);
    thread::scope(|scope| {
        while let Err(error) = {
            stop.store(false, Ordering::SeqCst);
            let pause = Duration::from_millis(random.below(300));
            // Somebody presses Ctrl-C.
            scope.spawn(move || {
                thread::sleep(pause);
                stop.store(true, Ordering::SeqCst);
            });
            Migrator::<Migration>::new().stop_when(|| stop.load(Ordering::SeqCst)).run(&mut client)
        } {
            assert!(error.is_stopped(), "{error}");
            stops += 1;
            assert!(stops < 100, "it gets nowhere");
        }
    });
    println!("stopped {stops} times");
    assert_everything_once(&mut client);
}

#[test]
fn what_batches_cost() {
    let mut client = database().connect(NoTls).unwrap();
    Migrator::new().up_to(Migration::CreateNumbers).run(&mut client).unwrap();
    client.batch_execute("VACUUM ANALYZE shop.numbers, shop.the_same").unwrap();
    client.batch_execute("CHECKPOINT").unwrap();
    let rate = |duration: Duration| f64::from(ROWS) / duration.as_secs_f64();
    let at_once = Instant::now();
    client.batch_execute("UPDATE shop.the_same SET n = n + 1").unwrap();
    let at_once = rate(at_once.elapsed());
    client.batch_execute("CHECKPOINT").unwrap();
    let report = Migration::run_all(&mut client).unwrap();
    let in_batches = rate(report.applied[0].duration);
    println!(
        "{ROWS} rows in batches of 5000: {in_batches:.0} rows/s; in one UPDATE: {at_once:.0} rows/s; ratio {:.2}",
        in_batches / at_once
    );
    assert_everything_once(&mut client);
}

/// What the copy does.
#[test]
fn child_process() {
    let Ok(database) = std::env::var(CHILD) else { return };
    let mut client = Client::connect(&database, NoTls).unwrap();
    Migrator::<Migration>::new()
        .on_event(|event| {
            if matches!(event, Event::Batch(_)) {
                println!("\n>{event}");
            }
        })
        .stop_on_ctrl_c()
        .unwrap()
        .run(&mut client)
        .unwrap_or_else(|error| std::process::exit(if error.is_stopped() { STOPPED } else { 1 }));
}

/// Starts the copy and kills it, some batches and some milliseconds later.
fn killed(database: &Config, random: &mut Random) {
    let mut child = child(database);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let batches = usize::try_from(random.below(6)).unwrap();
    let seen = lines.filter(|line| line.starts_with('>')).take(batches).count();
    assert_eq!(seen, batches, "it ended by itself");
    thread::sleep(Duration::from_micros(random.below(80_000)));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success(), "it ended by itself");
}

fn child(database: &Config) -> Child {
    let at = format!(
        "host={} user=postgres dbname={}",
        server().socket_directory().display(),
        database.get_dbname().unwrap()
    );
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child_process", "--nocapture"]).env(CHILD, at);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The rows that are committed; the table may not be there yet.
fn rows_done(client: &mut Client) -> String {
    match value(client, "SELECT to_regclass('shop.numbers')").as_str() {
        "NULL" => "none".to_owned(),
        _ => value(client, "SELECT sum(n) FROM shop.numbers"),
    }
}

fn assert_everything_once(client: &mut Client) {
    let numbers = "SELECT count(*) || ' ' || min(n) || ' ' || max(n) FROM shop.numbers";
    assert_eq!(value(client, numbers), format!("{ROWS} 1 1"));
    assert_eq!(value(client, "SELECT count(*) FROM migrations.checkpoints"), "0");
    let history = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history";
    assert_eq!(value(client, history), "create_numbers increment");
    assert_eq!(value(client, "SELECT count(*) FROM migrations.journal"), "2");
}
