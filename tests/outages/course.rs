//! A run that meets trouble in the middle of its migrations.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use migrations_core::{Error, Event, Migrator, Report};
use migrations_tests::cluster::wait_until;
use migrations_tests::value;
use postgres::{Client, Config, NoTls};

pub(crate) use crate::sets::outage::Migration;

/// What became of the run.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) report: Report<Migration>,
    /// Why it connected again, each time.
    pub(crate) reasons: Vec<String>,
    /// From each trouble to the moment when the run noticed it.
    pub(crate) noticed: Vec<Duration>,
}

/// Runs the set on these connections, and makes `trouble` in the middle of each of `middles`, which `watch` can see.
pub(crate) fn run_through(
    watch: &Config,
    connect: impl FnMut() -> Result<Client, postgres::Error>,
    middles: &[Migration],
    trouble: impl Fn(Migration) + Sync,
) -> Result<Course, Error> {
    run_through_waiting(Duration::from_secs(60), watch, connect, middles, trouble)
}

/// The same, and waits for so long at most when there is no connection.
pub(crate) fn run_through_waiting(
    limit: Duration,
    watch: &Config,
    connect: impl FnMut() -> Result<Client, postgres::Error>,
    middles: &[Migration],
    trouble: impl Fn(Migration) + Sync,
) -> Result<Course, Error> {
    let (mut to_come, mut reasons, mut noticed) = (middles.to_vec(), Vec::new(), Vec::new());
    let began = Mutex::new(None);
    let report = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let (began, trouble) = (&began, &trouble);
        scope.spawn(move || make_trouble(watch, &receiver, began, trouble));
        Migrator::<Migration>::new()
            .wait_for_lock(limit)
            .one_by_one(true)
            .on_event(|event| match event {
                Event::Reconnecting(reason) => {
                    noticed.extend(began.lock().unwrap().take().map(|began: Instant| began.elapsed()));
                    reasons.push(reason);
                }
                event => {
                    if let Some(at) = to_come.iter().position(|middle| is_near(&event, *middle)) {
                        sender.send(to_come.remove(at)).unwrap();
                    }
                }
            })
            .run_with(connect)
    })?;
    assert!(to_come.is_empty(), "without trouble in {to_come:?}");
    println!("noticed after {noticed:.2?}, done after {:.2?}: {reasons:#?}", report.duration);
    Ok(Course { report, reasons, noticed })
}

/// Whether the middle of a migration is about to come: for one in batches, after some of them.
fn is_near(event: &Event<Migration>, middle: Migration) -> bool {
    match event {
        Event::Batch(progress) => middle == Migration::Count && progress.rows >= 90,
        Event::Started(migration) => middle == *migration && middle != Migration::Count,
        _ => false,
    }
}

fn make_trouble(
    watch: &Config,
    middles: &Receiver<Migration>,
    began: &Mutex<Option<Instant>>,
    trouble: &impl Fn(Migration),
) {
    for middle in middles {
        let mut client = watch.connect(NoTls).unwrap();
        let sleeping = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        wait_until("the server to be in the migration", || value(&mut client, sleeping) == "t");
        *began.lock().unwrap() = Some(Instant::now());
        trouble(middle);
    }
}

/// All migrations of the set are applied, each once, and nothing is left over.
pub(crate) fn assert_everything_once(client: &mut Client) {
    let names = "create_things rest index_things count";
    let history = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history";
    assert_eq!(value(client, history), names);
    assert_eq!(value(client, &history.replace("history", "journal")), names);
    assert_eq!(value(client, "SELECT string_agg(migration, ' ') FROM runs"), "002_rest");
    assert_eq!(value(client, "SELECT count(*) || ' ' || min(n) || ' ' || max(n) FROM things"), "300 1 1");
    assert_eq!(value(client, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    assert_eq!(
        value(client, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass"),
        "t"
    );
    for table in ["steps", "checkpoints", "lease WHERE run IS NOT NULL"] {
        assert_eq!(value(client, &format!("SELECT count(*) FROM migrations.{table}")), "0", "{table}");
    }
}
