//! The reference system on a real PostgreSQL: from an empty database, and from legacy rows that must survive.

#![allow(clippy::unwrap_used)]

use migrations::{Category, Migration};
use migrations_core::{MigrationSet, Migrator};
use migrations_tests::{client, value};
use postgres::Client;

const LEGACY_ROWS: &str = include_str!("../../migrations/tests/fixtures/legacy_rows.sql");
const STORIES: &str = include_str!("../../migrations/tests/fixtures/stories.sql");
/// What the source system had, a row a file: folder, file, lines, purpose.
const LISTING: &str = include_str!("listing.tsv");

/// The last migration before the listing of the source system begins.
const LEGACY: Migration = Migration::CreateAnalysisTables;

/// Something that must be the same before and after the whole history: a count and a digest of contents.
struct Story {
    name: &'static str,
    before: &'static str,
    after: &'static str,
}

fn stories() -> Vec<Story> {
    STORIES
        .split("-- story: ")
        .skip(1)
        .map(|story| {
            let (name, queries) = story.split_once("\n-- before:\n").unwrap();
            let (before, after) = queries.split_once("-- after:\n").unwrap();
            Story { name: name.trim(), before: before.trim(), after: after.trim() }
        })
        .collect()
}

fn count_and_digest(client: &mut Client, query: &str) -> (i64, String) {
    let row = client.query_one(query, &[]).unwrap();
    (row.get(0), row.get::<_, Option<String>>(1).unwrap_or_default())
}

/// The rows of the tables that the history drops without a successor, which only the backups keep.
fn dropped_for_good(client: &mut Client) -> Vec<(i64, String)> {
    let tables = [
        "kanban.boards",
        "kanban.lanes",
        "kanban.cards",
        "client_mgmt.llm_types",
        "analysis.analytical_insights",
        "analysis.block_lens_version",
        "analysis.concept_connections",
        "analysis.detected_patterns",
        "analysis.lens_prototypes",
        "analysis.analysis_runs",
        "analysis.concepts",
    ];
    let digest = |table| {
        format!("SELECT count(*), md5(string_agg(to_jsonb(t)::text, '|' ORDER BY id)) FROM {table} AS t")
    };
    tables.iter().map(|table| count_and_digest(client, &digest(table))).collect()
}

#[test]
fn from_an_empty_database_to_the_last_migration_and_then_nothing_to_do() {
    let mut client = client();
    let report = Migration::run_all(&mut client).unwrap();
    let order: Vec<Migration> = report.applied.iter().map(|applied| applied.migration).collect();
    assert_eq!(order, Migration::ALL);
    assert!(Migration::run_all(&mut client).unwrap().is_up_to_date());
    let schemas = value(
        &mut client,
        "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace \
         WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') AND nspname !~ '^migrations'",
    );
    assert_eq!(schemas, "client_mgmt context conversation events games meetings");
}

#[test]
fn legacy_rows_survive_the_four_stories() {
    let mut client = client();
    Migrator::new().up_to(LEGACY).run(&mut client).unwrap();
    client.batch_execute(LEGACY_ROWS).unwrap();
    let stories = stories();
    assert!(stories.len() >= 12);
    let before: Vec<_> = stories.iter().map(|story| count_and_digest(&mut client, story.before)).collect();
    let rows: i64 = before.iter().map(|(count, _)| count).sum();
    assert!(rows > 3000, "{rows} legacy rows are too few to prove anything");
    Migration::run_all(&mut client).unwrap();
    for (story, before) in stories.iter().zip(before) {
        assert!(before.0 > 0, "{} has no rows", story.name);
        assert_eq!(count_and_digest(&mut client, story.after), before, "{}", story.name);
    }
}

#[test]
fn everything_is_rolled_back_with_the_legacy_rows_in_place_and_applied_again() {
    let mut client = client();
    Migrator::new().up_to(LEGACY).run(&mut client).unwrap();
    client.batch_execute(LEGACY_ROWS).unwrap();
    let before: Vec<_> = stories().iter().map(|story| count_and_digest(&mut client, story.before)).collect();
    let dropped_before = dropped_for_good(&mut client);
    Migration::run_all(&mut client).unwrap();
    let undone = Migrator::new().rollback_to(&mut client, LEGACY).unwrap();
    assert_eq!(undone.len(), Migration::ALL.len() - 9);
    let brought_back: Vec<_> =
        stories().iter().map(|story| count_and_digest(&mut client, story.before)).collect();
    assert_eq!(brought_back, before);
    assert_eq!(dropped_for_good(&mut client), dropped_before, "and what only the backups kept");
    Migration::run_all(&mut client).unwrap();
    for (story, before) in stories().iter().zip(&before) {
        assert_eq!(&count_and_digest(&mut client, story.after), before, "{}", story.name);
    }
    assert_eq!(Migrator::<Migration>::new().rollback_all(&mut client).unwrap().len(), Migration::ALL.len());
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname IN \
                ('client_mgmt', 'context', 'conversation', 'events', 'games', 'kanban', 'meetings')";
    assert_eq!(value(&mut client, left), "0");
}

#[test]
fn every_sql_file_of_the_source_system_is_here_under_its_name() {
    let moved = [
        ("012_unify_meeting_files", "013_unify_meeting_files"),
        ("021_create_client_games", "024_create_client_games"),
    ];
    let archived = "065_standardize_turns_pk_to_id_stepwise";
    let mut found = 0;
    for row in LISTING.lines().skip(1).filter(|row| row.starts_with("sql/")) {
        let mut columns = row.split('\t');
        let (folder, file) = (columns.next().unwrap(), columns.next().unwrap());
        let stem = file.trim_end_matches(".sql");
        if stem == archived {
            assert!(stem.parse::<Migration>().is_err(), "what is archived is not run");
            continue;
        }
        let stem = moved.iter().find(|(old, _)| *old == stem).map_or(stem, |(_, new)| new);
        let migration: Migration = stem.parse().unwrap();
        assert_eq!(format!("sql/{}", migration.category()), folder);
        found += 1;
    }
    assert_eq!(found, 43);
    assert_eq!(Migration::ALL.len(), 43 + 9, "and 001 to 009, which came before the listing");
}

#[test]
fn the_order_is_the_one_that_the_headers_and_numbers_say() {
    let place = |migration: Migration| Migration::ALL.iter().position(|other| *other == migration).unwrap();
    for migration in Migration::ALL {
        for dependency in migration.dependencies() {
            assert!(place(dependency) < place(*migration), "{dependency} before {migration}");
        }
    }
    assert!(place(Migration::CreateGamesSchema) < place(Migration::CreateClientGames));
    assert_eq!(Migration::AddClientIdToFilesAndChunks.number(), None);
    assert_eq!(place(Migration::AddClientIdToFilesAndChunks), Migration::ALL.len() - 1);
    assert_eq!(Category::ALL[0], Category::SchemaCreation);
}

#[test]
fn every_migration_can_be_undone_or_says_why_not() {
    for migration in Migration::ALL {
        let facts = migration.facts();
        assert!(
            facts.rollback.is_some() || facts.irreversible.is_some_and(|reason| !reason.is_empty()),
            "{migration}"
        );
    }
}
