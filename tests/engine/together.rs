//! Small migrations of a database without a history, which travel in one message.

use std::cell::Cell;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use migrations_core::{Event, Migrator};
use migrations_tests::{Proxy, client, database, value};
use postgres::{Client, NoTls};

use crate::sets::{fatal, forgetful, slow, together, unreadable};

/// The numbers of the migrations that the history has, in order of application.
fn history(client: &mut Client) -> String {
    value(client, "SELECT string_agg(number::text, ' ' ORDER BY ordinal) FROM migrations.history")
}

#[test]
fn they_go_in_one_round_trip_and_each_is_told_of() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    let mut events = Vec::new();
    let migrator = Migrator::<together::Migration>::new().on_event(|event| match event {
        Event::Started(migration) => events.push(format!("{migration} started")),
        Event::Applied(applied) => events.push(format!("{} applied", applied.migration)),
        other => panic!("{other}"),
    });
    let (report, traffic) = proxy.count(|| migrator.run(&mut client).unwrap());
    // Digest, two for the ledger, lease, all of them, release.
    assert_eq!(traffic.turns, 6);
    let names = ["one", "two", "three", "four", "five", "six"];
    let expected = names.map(|name| [format!("{name} started"), format!("{name} applied")]);
    assert_eq!(events, expected.as_flattened());
    let slept: Vec<bool> =
        report.applied.iter().map(|applied| applied.duration >= Duration::from_millis(50)).collect();
    assert_eq!(
        slept,
        [false, false, false, true, false, false],
        "each with its own duration: {:?}",
        report.applied
    );
    assert_eq!(history(&mut client), "1 2 3 4 5 6");
}

#[test]
fn one_wait_for_the_disk_is_enough_for_all_of_them() {
    let mut client = client();
    client.batch_execute("SET synchronous_commit = on").unwrap();
    together::Migration::run_all(&mut client).unwrap();
    let durability = "SELECT string_agg(durability, ' ' ORDER BY id) FROM two";
    assert_eq!(value(&mut client, durability), "off off on");
    assert_eq!(value(&mut client, "SHOW synchronous_commit"), "on");
}

#[test]
fn one_by_one_each_has_its_round_trip() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    client.batch_execute("SET synchronous_commit = on").unwrap();
    let migrator = Migrator::<together::Migration>::new().one_by_one(true);
    let (report, traffic) = proxy.count(|| migrator.run(&mut client).unwrap());
    assert_eq!(traffic.turns, report.applied.len() as u64 + 5);
    assert_eq!(value(&mut client, "SELECT string_agg(DISTINCT durability, ' ') FROM two"), "on");
}

#[test]
fn where_there_is_a_history_each_has_its_round_trip() {
    let (proxy, database) = (Proxy::start(), database());
    let mut client = proxy.connect(&database);
    Migrator::new().up_to(together::Migration::One).run(&mut client).unwrap();
    let (report, traffic) = proxy.count(|| together::Migration::run_all(&mut client).unwrap());
    assert_eq!((report.applied.len(), traffic.turns), (5, 5 + 3));
}

#[test]
fn the_plan_has_what_is_sent() {
    let mut client = client();
    let sent = |one_by_one: bool, client: &mut Client| {
        let plan = Migrator::<together::Migration>::new().one_by_one(one_by_one).plan(client).unwrap();
        let relaxed = |message: &String| message.contains("SET LOCAL synchronous_commit = off;");
        plan.steps.iter().map(|step| relaxed(&step.messages[0])).collect::<Vec<_>>()
    };
    assert_eq!(sent(false, &mut client), [true, true, true, true, true, false]);
    assert_eq!(sent(true, &mut client), [false; 6]);
    Migrator::new().up_to(together::Migration::One).run(&mut client).unwrap();
    assert_eq!(sent(false, &mut client), [false; 5]);
}

#[test]
fn around_a_statement_stand_five_of_the_engine_and_one_more_where_another_follows() {
    let plan = Migrator::<together::Migration>::new().plan(&mut client()).unwrap();
    let statements = |at: usize| migrations_text::statements(&plan.steps[at].messages[0]).len();
    // BEGIN, the limit, the lease, the record, COMMIT; how it is committed.
    assert_eq!(statements(0), 1 + 5 + 1);
    // Among several, each says that it begins, and so does the record.
    assert_eq!(statements(1), 3 + 5 + 1 + 4);
    // A copy is taken behind a sign that none of them has begun.
    assert_eq!(statements(5), 3 + 5 + 4 + 2);
}

#[test]
fn when_one_fails_those_before_it_stay_and_those_behind_it_are_not_begun() {
    let mut client = client();
    client
        .batch_execute("CREATE TABLE one (id int PRIMARY KEY CONSTRAINT no_three CHECK (id <> 3))")
        .unwrap();
    let error = together::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.failed_migration(), Some("003_three"));
    // Its error has no position, and it does not say itself which of its statements is running, as it has one only.
    let location = error.location().unwrap();
    assert_eq!((location.line, location.column), (5, 1), "{error}");
    assert_eq!(error.applied(), ["001_one", "002_two"]);
    assert_eq!(history(&mut client), "1 2");
    assert_eq!(value(&mut client, "SELECT string_agg(id::text, ' ') FROM one"), "1");
    assert_eq!(value(&mut client, "SELECT count(run) FROM migrations.lease"), "0");
    client.batch_execute("ALTER TABLE one DROP CONSTRAINT no_three").unwrap();
    assert_eq!(together::Migration::run_all(&mut client).unwrap().applied.len(), 4);
}

#[test]
fn a_statement_among_several_is_found_without_a_position() {
    let mut client = client();
    client.batch_execute("CREATE TABLE one (id int PRIMARY KEY CHECK (id <> 1))").unwrap();
    let error = together::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.failed_migration(), Some("002_two"));
    assert_eq!(error.location().unwrap().line, 6, "{error}");
}

#[test]
fn what_fails_before_the_first_statement_is_no_statement() {
    let mut client = client();
    let error = Migrator::<together::Migration>::new().backup_limit(0).run(&mut client).unwrap_err();
    assert_eq!((error.failed_migration(), error.sqlstate()), (Some("006_six"), Some("54000")));
    assert!(error.location().is_none(), "none of those that ran last: {error}");
    assert_eq!(history(&mut client), "1 2 3 4 5");
}

#[test]
fn one_that_takes_its_predecessors_out_of_the_ledger_is_an_error_and_no_endless_run() {
    let error = forgetful::Migration::run_all(&mut client()).unwrap_err();
    assert!(error.to_string().contains("nothing about what was just applied"), "{error}");
}

#[test]
fn one_whose_commit_fails_is_known() {
    let mut client = client();
    let deferred = "CREATE FUNCTION no_three() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                    IF NEW.id = 3 THEN RAISE EXCEPTION 'no three'; END IF; RETURN NULL; END $$; \
                    CREATE TABLE one (id int PRIMARY KEY); \
                    CREATE CONSTRAINT TRIGGER no_three AFTER INSERT ON one DEFERRABLE INITIALLY DEFERRED \
                    FOR EACH ROW EXECUTE FUNCTION no_three()";
    client.batch_execute(deferred).unwrap();
    let error = together::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.server_message(), Some("no three"));
    assert_eq!(error.failed_migration(), Some("003_three"));
    assert_eq!(history(&mut client), "1 2");
}

#[test]
fn one_that_cannot_be_read_does_not_keep_those_before_it_from_being_applied() {
    let mut client = client();
    let error = unreadable::Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("42601"));
    assert_eq!(error.failed_migration(), Some("003_three"));
    let location = error.location().unwrap();
    assert_eq!((location.line, location.column), (7, 22), "{error}");
    assert_eq!(error.applied(), ["001_one", "002_two"]);
    assert_eq!(history(&mut client), "1 2");
}

#[test]
fn one_that_has_to_wait_is_tried_again_as_often_as_alone() {
    let database = database();
    let mut other = database.connect(NoTls).unwrap();
    // What a sequence has given is not taken back with a transaction.
    let made = "CREATE SEQUENCE tries; CREATE TABLE one (id int PRIMARY KEY, try int DEFAULT nextval('tries')); \
                CREATE TABLE two (id int PRIMARY KEY, durability text)";
    other.batch_execute(made).unwrap();
    other.batch_execute("BEGIN; LOCK TABLE two IN SHARE MODE").unwrap();
    let mut client = database.connect(NoTls).unwrap();
    let migrator =
        || Migrator::<together::Migration>::new().lock_timeout(Duration::from_millis(50)).attempts(3);
    let mut retries = Vec::new();
    let error = migrator()
        .on_event(|event| {
            if let Event::Retrying(retry) = event {
                retries.push((retry.migration.name(), retry.attempt));
            }
        })
        .run(&mut client)
        .unwrap_err();
    assert_eq!(retries, [("two", 1), ("two", 2)]);
    assert_eq!(error.blockers().len(), 1, "{error}");
    assert!(error.report(false).contains("this was attempt 3"), "{}", error.report(false));
    assert_eq!(error.applied(), ["001_one"]);
    assert_eq!(value(&mut client, "SELECT last_value FROM tries"), "3");

    client.batch_execute("DROP SCHEMA migrations CASCADE").unwrap();
    let (ask, asked) = mpsc::channel();
    let release = thread::spawn(move || {
        asked.recv().unwrap();
        other.batch_execute("COMMIT").unwrap();
    });
    let report = migrator()
        .on_event(|event| {
            if let Event::Retrying(_) = event {
                ask.send(()).unwrap();
            }
        })
        .run(&mut client)
        .unwrap();
    release.join().unwrap();
    assert_eq!(report.applied.len(), 6);
    assert_eq!(history(&mut client), "1 2 3 4 5 6");
}

#[test]
fn after_a_lost_connection_the_ledger_tells_which_are_done() {
    let database = database();
    let mut other = database.connect(NoTls).unwrap();
    let end = thread::spawn(move || {
        let is_in_the_second = "SELECT to_regclass('migrations.journal') IS NOT NULL \
                                AND query_to_xml('SELECT FROM migrations.journal', false, false, '')::text LIKE '%<row%'";
        let end = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE wait_event = 'PgSleep' AND datname = current_database()";
        let mut is_so = |query: &str| {
            (0..1000).any(|_| {
                thread::sleep(Duration::from_millis(2));
                value(&mut other, query) == "t"
            })
        };
        is_so(is_in_the_second) && is_so(end)
    });
    let (connections, mut events) = (Cell::new(0), Vec::new());
    let report = Migrator::<slow::Migration>::new()
        .on_event(|event| events.push(event.to_string()))
        .run_with(|| {
            connections.set(connections.get() + 1);
            database.connect(NoTls)
        })
        .unwrap();
    assert!(end.join().unwrap());
    assert_eq!((report.applied.len(), connections.get()), (2, 2));
    assert!(events.iter().any(|event| event.contains("travelled together were interrupted")), "{events:?}");
    let mut client = database.connect(NoTls).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.journal"), "2");
    assert_eq!(value(&mut client, "SELECT count(DISTINCT run) FROM migrations.journal"), "1");
}

#[test]
fn one_that_ends_its_connection_is_named_once_it_has_been_tried_alone() {
    let database = database();
    let error = fatal::Migration::run_all(&mut database.connect(NoTls).unwrap()).unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(error.failed_migration(), None, "nobody was left to ask: {error}");
    let error = fatal::Migration::run_all(&mut database.connect(NoTls).unwrap()).unwrap_err();
    assert_eq!(error.failed_migration(), Some("002_end_the_connection"));
}
