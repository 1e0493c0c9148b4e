//! The reference system on a real PostgreSQL: from an empty database, and from legacy rows that must survive.

#![allow(clippy::unwrap_used)]

use migrations::{Category, Migration};
use migrations_core::{Event, MigrationSet, Migrator};
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
    assert_eq!(value(&mut client, "SELECT count(*) FROM files.files WHERE content <> ''"), "92");
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
    assert_eq!(
        Migration::ALL.len(),
        43 + 9 + 3,
        "and 001 to 009, which came before the listing, and three runners"
    );
}

#[test]
fn every_runner_of_the_source_system_is_here_under_its_name_or_in_the_archive() {
    let migrations = ["066_meetings_to_id", "create_users_goldenhorde", "migrate_file_contents"];
    let companions = [
        ("run-meetings-schema-migration.js", "010_create_meetings_schema"),
        ("run-context-schema-migration.js", "011_create_context_schema"),
        ("run-replace-files-migration.js", "012_replace_files_with_context"),
        ("run-021-add-client-id.js", "021_add_client_id_to_context_tables"),
        ("run-022-update-source-types.js", "022_update_files_source_type_constraint"),
        ("run-064.js", "064_add_invitation_fields_to_users"),
        ("run-065.js", "065_standardize_turns_pk_to_id"),
        ("run-add-client-id.js", "add_client_id_to_files_and_chunks"),
    ];
    let with_code: Vec<_> =
        Migration::table().facts().iter().filter(|facts| facts.runner.is_some()).collect();
    let (alone, beside): (Vec<&str>, Vec<&str>) = (
        with_code.iter().filter(|facts| facts.category == "runners").map(|facts| facts.stem).collect(),
        with_code.iter().filter(|facts| facts.category != "runners").map(|facts| facts.stem).collect(),
    );
    assert_eq!(alone, migrations);
    assert_eq!(beside.len(), companions.len());
    assert!(companions.iter().all(|(_, stem)| beside.contains(stem)), "{beside:?}");

    let listed = LISTING.lines().filter_map(|row| row.strip_prefix("runners\t")?.split('\t').next());
    for file in listed {
        let stem = file.trim_end_matches(".js").trim_start_matches("run-").replace('-', "_");
        let archived = ["065_stepwise", "065_with_cascade"].contains(&stem.as_str());
        let living =
            migrations.contains(&stem.as_str()) || companions.iter().any(|(source, _)| *source == file);
        assert!(living != archived, "{file}");
    }
}

/// A database with the legacy rows, migrated up to `last`.
fn legacy_up_to(last: Migration) -> Client {
    let mut client = client();
    Migrator::new().up_to(LEGACY).run(&mut client).unwrap();
    client.batch_execute(LEGACY_ROWS).unwrap();
    Migrator::new().up_to(last).run(&mut client).unwrap();
    client
}

/// The text of each file, wherever it stands; no text is not the same as an empty one.
const TEXTS: &str = "SELECT md5(string_agg(jsonb_build_array(f.id, f.content, c.content)::text, '|' ORDER BY f.id)) \
    FROM context.files AS f LEFT JOIN LATERAL (SELECT string_agg(k.content, '' ORDER BY k.chunk_index) AS content \
    FROM context.chunks AS k WHERE k.file_id = f.id) AS c ON true";

#[test]
fn file_contents_that_were_stopped_halfway_end_up_like_those_that_were_not() {
    let mut whole = legacy_up_to(Migration::MigrateFileContents);
    let mut client = legacy_up_to(Migration::CreateUsersGoldenhorde);
    let progress = std::cell::RefCell::new(Vec::new());
    let observe = |event: Event<Migration>| {
        if let Event::Batch(batch) = event {
            progress.borrow_mut().push((batch.rows, batch.total));
        }
    };
    let stopped = Migrator::new()
        .on_event(observe)
        .stop_when(|| progress.borrow().len() == 2)
        .run(&mut client)
        .unwrap_err();
    assert!(stopped.is_stopped(), "{stopped}");
    assert_eq!(value(&mut client, "SELECT count(*) FROM context.files WHERE chunked_at IS NULL"), "70");
    assert_eq!(value(&mut client, "SELECT count(*) FROM context.cut_files"), "50");
    let refused = Migrator::new().rollback_to(&mut client, LEGACY).unwrap_err();
    assert!(refused.is_needed());
    assert!(refused.to_string().starts_with("migrate_file_contents is half done"), "{refused}");
    assert_eq!(refused.applied().len(), 0, "nothing is touched");
    Migrator::new().on_event(observe).run(&mut client).unwrap();
    assert_eq!(*progress.borrow(), [25, 50, 75, 100, 120].map(|rows| (rows, Some(120))));
    assert_eq!(value(&mut client, TEXTS), value(&mut whole, TEXTS));
    let cuts = "SELECT md5(string_agg(file_id || ' ' || chunk_index || ' ' || client_id || content, '' \
                ORDER BY file_id, chunk_index)) FROM context.chunks";
    assert_eq!(value(&mut client, cuts), value(&mut whole, cuts));
    let long = "SELECT max(length(content)) FROM context.chunks WHERE file_id IN (SELECT file_id FROM context.cut_files)";
    let long: u32 = value(&mut client, long).parse().unwrap();
    assert!((1000..=2000).contains(&long), "{long}");
}

#[test]
fn file_contents_are_put_back_to_the_letter() {
    let mut client = legacy_up_to(Migration::CreateUsersGoldenhorde);
    let rows = "SELECT md5(string_agg(to_jsonb(f)::text, '|' ORDER BY id)) FROM context.files AS f";
    let chunks = "SELECT md5(string_agg(to_jsonb(c)::text, '|' ORDER BY id)) FROM context.chunks AS c";
    let before = (value(&mut client, rows), value(&mut client, chunks));
    Migration::run_all(&mut client).unwrap();
    assert_eq!(value(&mut client, "SELECT count(*) FROM context.files WHERE content IS NOT NULL"), "0");
    Migrator::<Migration>::new().rollback_one(&mut client, Migration::MigrateFileContents).unwrap();
    assert_eq!((value(&mut client, rows), value(&mut client, chunks)), before);
}

#[test]
fn users_of_goldenhorde_are_created_once_and_only_those_are_removed_again() {
    let mut client = legacy_up_to(Migration::AddClientIdToFilesAndChunks);
    let users = "SELECT string_agg(u.email || ' ' || u.auth_method, ', ' ORDER BY u.email) FROM client_mgmt.users AS u \
                 WHERE u.email LIKE '%goldenhorde.example'";
    client
        .batch_execute(
            "INSERT INTO client_mgmt.users (client_id, email, display_name, password_hash) \
             VALUES (3, 'Berke@goldenhorde.example', 'was here before', 'x')",
        )
        .unwrap();
    let report = Migration::run_all(&mut client).unwrap();
    assert_eq!(report.applied[0].log, ["5 users created, 1 found"]);
    assert_eq!(value(&mut client, users).matches(" none").count(), 5);
    // Somebody else's use of an address of the list, and a user who came later.
    client
        .batch_execute(
            "INSERT INTO client_mgmt.users (client_id, email, display_name) \
             VALUES (1, 'batu@goldenhorde.example', 'of acme'), (3, 'toqta@goldenhorde.example', 'later')",
        )
        .unwrap();
    Migrator::<Migration>::new().rollback_one(&mut client, Migration::CreateUsersGoldenhorde).unwrap();
    let left = "SELECT string_agg(display_name, ', ' ORDER BY display_name) FROM client_mgmt.users \
                WHERE email LIKE '%goldenhorde.example'";
    assert_eq!(value(&mut client, left), "later, of acme, was here before");
    assert_eq!(
        value(&mut client, "SELECT count(*) FROM client_mgmt.clients WHERE name = 'goldenhorde'"),
        "1"
    );
    assert_eq!(Migration::run_all(&mut client).unwrap().applied.len(), 1);
}

#[test]
fn a_client_that_was_created_for_its_users_goes_with_them() {
    let mut client = client();
    Migration::run_all(&mut client).unwrap();
    let clients = "SELECT count(*) FROM client_mgmt.clients";
    assert_eq!(value(&mut client, clients), "1");
    Migrator::<Migration>::new().rollback_one(&mut client, Migration::CreateUsersGoldenhorde).unwrap();
    assert_eq!(value(&mut client, clients), "0");
    Migration::run_all(&mut client).unwrap();
    client
        .batch_execute("UPDATE client_mgmt.users SET email = 'x' || email WHERE display_name = 'Batu'")
        .unwrap();
    Migrator::<Migration>::new().rollback_one(&mut client, Migration::CreateUsersGoldenhorde).unwrap();
    assert_eq!(value(&mut client, clients), "1", "somebody belongs to it still");
}

#[test]
fn a_check_of_a_companion_that_fails_undoes_its_migration_and_names_the_line() {
    let mut client = client();
    Migrator::new().up_to(LEGACY).run(&mut client).unwrap();
    client.batch_execute(LEGACY_ROWS).unwrap();
    // Whole and in chunks at once: nobody can say what the text of this file is.
    client.batch_execute("UPDATE files.files SET content = 'again' WHERE id IN (1, 2, 4, 5)").unwrap();
    let error = Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.failed_migration(), Some("012_replace_files_with_context"));
    let location = error.location().unwrap().to_string();
    assert!(location.starts_with("runners/012_replace_files_with_context.rs:"), "{location}");
    let said = "files that are cut into chunks and still hold their text: 1, 2, 4 and 1 more";
    assert!(error.to_string().ends_with(said), "{error}");
    assert!(error.report(false).contains("|     agent.verify_none("), "{}", error.report(false));
    assert_eq!(value(&mut client, "SELECT to_regclass('files.files') IS NOT NULL"), "t");
    assert_eq!(value(&mut client, "SELECT count(*) FROM context.files"), "0");
    client.batch_execute("UPDATE files.files SET content = NULL WHERE id IN (1, 2, 4, 5)").unwrap();
    Migration::run_all(&mut client).unwrap();
}

#[test]
fn a_companion_that_finds_something_wrong_afterwards_undoes_the_migration_too() {
    let mut client = legacy_up_to(Migration::UnifyMeetingFiles);
    // It makes the collections of a client belong to another, behind the back of 021: their owners are users of client 1.
    client
        .batch_execute(
            "CREATE FUNCTION context.meddle() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN NEW.client_id := 2; RETURN NEW; END'; \
             CREATE TRIGGER meddle BEFORE UPDATE ON context.collections FOR EACH ROW \
             EXECUTE FUNCTION context.meddle()",
        )
        .unwrap();
    let error = Migration::run_all(&mut client).unwrap_err();
    assert_eq!(error.failed_migration(), Some("021_add_client_id_to_context_tables"));
    assert!(error.to_string().contains("collections of another client than their owner: 1, "), "{error}");
    let column = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'context' AND column_name = 'client_id'";
    assert_eq!(value(&mut client, column), "0");
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
    let unnumbered: Vec<&str> =
        Migration::ALL.iter().filter(|one| one.number().is_none()).map(|one| one.name()).collect();
    assert_eq!(
        unnumbered,
        ["add_client_id_to_files_and_chunks", "create_users_goldenhorde", "migrate_file_contents"]
    );
    assert!(
        Migration::ALL[Migration::ALL.len() - 3..].iter().all(|one| one.number().is_none()),
        "they come last"
    );
    assert!(place(Migration::MeetingsToId) < place(Migration::AddTranscriptSummaryToMeetings));
    assert_eq!(Category::ALL[0], Category::SchemaCreation);
}

#[test]
fn every_migration_can_be_undone_or_says_why_not() {
    for migration in Migration::ALL {
        let facts = migration.facts();
        assert!(
            facts.rollback.is_some()
                || facts.runner.is_some_and(|runner| runner.down.is_some())
                || facts.irreversible.is_some_and(|reason| !reason.is_empty()),
            "{migration}"
        );
    }
}
