//! Migrations are taken back, the last applied first.

use std::collections::BTreeSet;

use migrations_core::{Event, Migrator, RolledBack};
use migrations_tests::{client, value};
use postgres::Client;

use crate::sets::{tower, tower_final, tower_older};

type Tower = tower::Migration;

fn tables(client: &mut Client) -> BTreeSet<String> {
    let rows = client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn names<M>(undone: &[RolledBack<M>]) -> Vec<&str> {
    undone.iter().map(|one| one.name.as_str()).collect()
}

fn tower() -> (Client, Migrator<'static, Tower>) {
    let mut client = client();
    tower::Migration::run_all(&mut client).unwrap();
    (client, Migrator::new())
}

#[test]
fn everything_is_taken_back_in_reverse_and_can_be_applied_again() {
    let (mut client, migrator) = tower();
    let mut events = Vec::new();
    let undone = migrator
        .on_event(|event| events.extend(matches!(event, Event::RolledBack(_)).then(|| event.to_string())))
        .rollback_all(&mut client)
        .unwrap();
    assert_eq!(names(&undone), ["roof", "garden", "walls", "ground"]);
    assert_eq!(undone[0].migration, Some(Tower::Roof));
    assert_eq!(events.len(), 4);
    assert!(tables(&mut client).is_empty());
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "0");
    assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 4);
}

#[test]
fn so_many_or_down_to_one_are_taken_back() {
    let (mut client, migrator) = tower();
    assert_eq!(names(&migrator.rollback_last(&mut client, 1).unwrap()), ["roof"]);
    let undone = Migrator::new().rollback_to(&mut client, Tower::Ground).unwrap();
    assert_eq!(names(&undone), ["garden", "walls"]);
    assert_eq!(tables(&mut client), BTreeSet::from(["ground".to_owned()]));
    let error = Migrator::new().rollback_to(&mut client, Tower::Roof).unwrap_err();
    assert!(error.is_not_applied(), "{error}");
    assert!(Migrator::<Tower>::new().rollback_last(&mut client, 99).unwrap().len() == 1);
}

#[test]
fn what_others_need_is_not_taken_back_unless_they_go_along() {
    let (mut client, migrator) = tower();
    let error = migrator.rollback_one(&mut client, Tower::Walls).unwrap_err();
    assert!(error.is_needed());
    assert!(error.to_string().contains("roof") && !error.to_string().contains("garden"), "{error}");
    assert_eq!(tables(&mut client).len(), 5, "nothing was touched");
    let undone = Migrator::new().with_dependents(true).rollback_one(&mut client, Tower::Walls).unwrap();
    assert_eq!(names(&undone), ["roof", "walls"]);
    assert_eq!(tables(&mut client).len(), 3);
    assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 2);
}

#[test]
fn a_dry_run_tells_what_a_rollback_would_take_back_and_takes_nothing_back() {
    let dry = || Migrator::<Tower>::new().dry_run(true);
    let mut empty = client();
    assert!(dry().rollback_all(&mut empty).unwrap().is_empty());
    assert_eq!(value(&mut empty, "SELECT to_regnamespace('migrations')"), "NULL");
    let (mut client, _) = tower();
    let undone = dry().rollback_to(&mut client, Tower::Ground).unwrap();
    assert_eq!(names(&undone), ["roof", "garden", "walls"]);
    assert!(dry().rollback_one(&mut client, Tower::Walls).unwrap_err().is_needed());
    let undone = dry().with_dependents(true).rollback_one(&mut client, Tower::Walls).unwrap();
    assert_eq!(names(&undone), ["roof", "walls"]);
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "4");
    assert_eq!(value(&mut client, "SELECT run IS NULL FROM migrations.lease"), "t");
}

#[test]
fn an_irreversible_migration_stops_it_before_anything_is_touched() {
    let mut client = client();
    tower_final::Migration::run_all(&mut client).unwrap();
    let error = Migrator::<tower_final::Migration>::new().rollback_all(&mut client).unwrap_err();
    assert!(error.is_irreversible());
    assert_eq!(error.to_string(), "demolish cannot be rolled back: what is burnt does not come back");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history"), "5");
}

#[test]
fn a_rollback_that_fails_keeps_its_migration_and_points_into_the_file() {
    let (mut client, migrator) = tower();
    client.batch_execute("CREATE VIEW looks_at_garden AS SELECT * FROM garden").unwrap();
    let error = migrator.rollback_all(&mut client).unwrap_err();
    assert!(error.is_migration_failed());
    assert_eq!(error.location().unwrap().to_string(), "sets/tower/sql/schema/003_garden.sql:10:1");
    assert_eq!(error.applied(), ["roof"], "what was before it stays rolled back");
    assert!(tables(&mut client).contains("fence"), "of what failed nothing is rolled back");
    assert_eq!(value(&mut client, "SELECT count(*) FROM migrations.history WHERE name = 'garden'"), "1");
}

#[test]
fn an_older_build_takes_back_what_a_newer_one_applied() {
    let (mut client, _) = tower();
    let older = || Migrator::<tower_older::Migration>::new();
    assert!(older().run(&mut client).unwrap_err().is_missing());
    let undone = older().rollback_to(&mut client, tower_older::Migration::Ground).unwrap();
    assert_eq!(names(&undone), ["roof", "garden", "walls"]);
    assert!(undone.iter().all(|one| one.migration.is_none()));
    assert!(older().run(&mut client).unwrap().is_up_to_date());
}

#[test]
fn a_rollback_from_the_ledger_that_fails_says_which() {
    let (mut client, _) = tower();
    client.batch_execute("CREATE VIEW looks_at_roof AS SELECT * FROM roof").unwrap();
    let error = Migrator::<tower_older::Migration>::new().rollback_last(&mut client, 1).unwrap_err();
    assert_eq!(error.location().unwrap().path, "rollback of roof in the ledger");
    assert_eq!(error.failed_migration(), Some("roof"));
}

#[test]
fn the_journal_remembers_everything() {
    let (mut client, migrator) = tower();
    migrator.rollback_last(&mut client, 2).unwrap();
    Tower::run_all(&mut client).unwrap();
    let journal = value(
        &mut client,
        "SELECT string_agg(event || ' ' || name, ', ' ORDER BY ordinal) FROM migrations.journal \
         WHERE by = session_user AND duration >= '0' AND engine <> '' AND build <> '' AND checksum LIKE 'sha256:%'",
    );
    let entries = Migrator::<Tower>::new().journal(&mut client).unwrap();
    let listed: Vec<String> = entries.iter().map(|entry| format!("{} {}", entry.event, entry.name)).collect();
    assert_eq!(listed.join(", "), journal);
    let now: i64 = value(&mut client, "SELECT floor(extract(epoch FROM now()) * 1000000)").parse().unwrap();
    assert!(entries.is_sorted_by_key(|entry| entry.unix_microseconds));
    assert!((0..60_000_000).contains(&(now - entries[0].unix_microseconds)), "{:?}", entries[0]);
    assert!(entries.iter().all(|entry| !entry.duration.is_zero()), "{entries:?}");
    assert!(entries.iter().all(|entry| entry.build.starts_with("migrations-tests ")), "{entries:?}");
    assert_eq!(
        journal,
        "applied ground, applied walls, applied garden, applied roof, \
         rolled back roof, rolled back garden, applied garden, applied roof"
    );
}

#[test]
fn a_ledger_of_the_first_version_is_brought_up_to_date() {
    let (mut client, _) = tower();
    client
        .batch_execute(
            "DROP TABLE migrations.journal, migrations.checkpoints, migrations.backups CASCADE; \
             DROP TABLE migrations.lease CASCADE; ALTER TABLE migrations.steps DROP COLUMN started_at; \
             DROP FUNCTION migrations.acquire, migrations.claim, migrations.release, migrations.holder, \
             migrations.holds, migrations.is_running, migrations.record_applied, migrations.record_replaced, migrations.record_rolled_back, \
             migrations.start_step, migrations.finish_step, migrations.keep_checkpoint, migrations.rename, \
             migrations.rename_half_done; \
             DROP FUNCTION migrations.table_definition, migrations.take_backup, migrations.restore_backup; \
             ALTER TABLE migrations.history DROP COLUMN dependencies, DROP COLUMN irreversible, DROP COLUMN replaces; \
             DELETE FROM migrations.ledger_version WHERE version > 1; \
             DELETE FROM migrations.history WHERE name = 'roof'; DROP TABLE roof",
        )
        .unwrap();
    assert_eq!(Tower::status(&mut client).unwrap().pending().count(), 1, "and can be read before that");
    assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 1);
    assert_eq!(
        value(&mut client, "SELECT count(*) FROM migrations.journal"),
        "4",
        "with its past in the journal"
    );
    assert_eq!(Migrator::<Tower>::new().rollback_all(&mut client).unwrap().len(), 4);
}
