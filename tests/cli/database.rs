//! The commands of the database.

use migrations_tests::value;
use serde_json::json;

use crate::project::Project;

#[test]
fn without_a_command_it_applies_what_is_pending() {
    let project = Project::shop();
    let said = project.folder(&[]).done();
    for part in
        ["PostgreSQL", "✓ schema 001_create_shop", "✓ schema 002_create_users", "2 migrations applied in "]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "no colours where nobody sees them: {said:?}");
    let said = project.folder(&["run"]).done();
    assert!(said.ends_with("nothing to do: all 2 migrations are applied\n"), "{said}");
    assert_eq!(value(&mut project.client(), "SELECT count(*) FROM shop.users"), "0");
}

#[test]
fn cargo_may_call_it_with_its_own_name_in_front() {
    let project = Project::shop();
    assert!(project.folder(&["migrations", "run"]).done().contains("2 migrations applied"));
    assert!(project.folder(&["migrations"]).done().contains("nothing to do"));
}

#[test]
fn a_run_stops_where_it_is_told_and_a_dry_run_before_it_begins() {
    let project = Project::shop();
    let said = project.folder(&["run", "--dry-run"]).done();
    assert!(said.contains("2 migrations would be applied; nothing was changed"), "{said}");
    assert_eq!(value(&mut project.client(), "SELECT to_regnamespace('migrations')"), "NULL");
    let answer = project.folder(&["run", "--to", "001_create_shop.sql", "--format", "json"]).json();
    assert_eq!(answer["applied"][0]["name"], "create_shop");
    assert_eq!(answer["applied"][0]["file"], "migrations/sql/schema/001_create_shop.sql");
    assert_eq!(answer["applied"].as_array().unwrap().len(), 1);
    assert_eq!(answer["dry_run"], false);
}

#[test]
fn an_error_of_the_server_points_into_the_file() {
    let project = Project::shop();
    project.write(
        "sql/schema/003_break.sql",
        "-- Migration: Break.\n-- Dependencies: none\n-- Rollback: nothing.\n\nSELECT * FROM shop.people;\n\n-- @rollback\nSELECT 1;\n",
    );
    let said = project.folder(&["run"]);
    assert!(said.out.contains("✓ schema 002_create_users"), "what was applied before is said: {said:?}");
    let error = said.failed(1);
    for part in [
        "[42P01]",
        "--> migrations/sql/schema/003_break.sql:5:15",
        "SELECT * FROM shop.people;",
        "^^^^^^^^^^^",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_folder_with_errors_is_not_run() {
    let project = Project::shop();
    project.write("sql/schema/002_again.sql", "SELCT 1;\n");
    let error = project.folder(&["run"]).failed(1);
    for part in ["[duplicate-number]", "[syntax-error]", "[missing-header]", "`migrations` has "] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(value(&mut project.client(), "SELECT to_regnamespace('migrations')"), "NULL");
}

#[test]
fn the_status_tells_what_is_applied_pending_changed_and_unknown() {
    let project = Project::shop();
    assert_eq!(project.folder(&["status", "--check"]).code, 3);
    project.folder(&["run", "--to", "create_shop"]).done();
    let said = project.folder(&["status"]).done();
    assert!(said.contains("1 migration applied, 1 pending"), "{said}");
    project.folder(&["run"]).done();
    assert_eq!(project.folder(&["status", "--check"]).code, 0);
    project.write("sql/schema/001_create_shop.sql", "-- Migration: Other.\n-- Dependencies: none\n-- Rollback: drop it.\nSELECT 1;\n-- @rollback\nSELECT 1;\n");
    project
        .client()
        .batch_execute("UPDATE migrations.history SET name = 'gone' WHERE name = 'create_users'")
        .unwrap();
    let said = project.folder(&["status", "--check"]);
    assert_eq!(said.code, 3);
    for part in [
        "changed  001_create_shop",
        "pending  002_create_users",
        "unknown  gone",
        "1 changed since, 1 unknown to this set",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let answer = project.folder(&["status", "--format", "json"]).json();
    assert_eq!(answer["up_to_date"], false);
    assert_eq!(answer["migrations"][0]["state"], "changed");
    assert_eq!(answer["unknown"][0]["name"], "gone");
}

#[test]
fn the_plan_says_what_why_and_how() {
    let project = Project::shop();
    let said = project.folder(&["plan"]).done();
    for part in ["2 migrations to apply, in this order", "   2  002_create_users", "after 001_create_shop"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(project.folder(&["plan", "--sql"]).done().contains("CREATE TABLE IF NOT EXISTS shop.users"));
    assert_eq!(project.folder(&["plan", "--check"]).code, 3);
    let answer = project.folder(&["plan", "--format", "json"]).json();
    assert_eq!(answer["pending"][1]["after"], json!(["create_shop"]));
    project.folder(&["run"]).done();
    assert!(project.folder(&["plan", "--check"]).done().contains("nothing to do"));
}

#[test]
fn a_rollback_asks_first_and_where_it_cannot_ask_it_does_nothing() {
    let project = Project::shop();
    project.folder(&["run"]).done();
    let said = project.folder(&["rollback", "--last", "1"]);
    assert!(said.out.contains("002_create_users"), "{said:?}");
    assert!(said.failed(2).contains("write --yes if it is meant"));
    let answer = project.folder(&["rollback", "--all", "--dry-run", "--format", "json"]).json();
    assert_eq!(answer["rolled_back"][0]["name"], "create_users");
    assert_eq!(value(&mut project.client(), "SELECT count(*) FROM migrations.history"), "2");
    let error = project.folder(&["rollback", "--one", "create_shop", "--yes"]).failed(1);
    assert!(error.contains("create_users"), "{error}");
    let said = project.folder(&["rollback", "--one", "create_shop", "--with-dependents", "--yes"]).done();
    assert!(said.contains("2 migrations taken back"), "{said}");
    assert!(project.folder(&["rollback", "--all", "--yes"]).done().contains("nothing to take back"));
    let answer = project.folder(&["rollback", "--all", "--yes", "--format", "json"]).json();
    assert_eq!(answer, json!({ "rolled_back": [], "dry_run": false }));
}

#[test]
fn what_was_changed_by_hand_is_found() {
    let project = Project::shop();
    project.folder(&["run", "--to", "create_shop"]).done();
    project.write("sql/schema/003_more.sql", "-- Migration: More.\n-- Dependencies: 001_create_shop\n-- Rollback: drop it.\nCREATE TABLE IF NOT EXISTS shop.more (id bigint PRIMARY KEY);\n-- @rollback\nDROP TABLE IF EXISTS shop.more;\n");
    let said = project.folder(&["verify"]).done();
    assert!(said.contains("2 migrations pending"), "{said}");
    assert!(said.contains("the database is what its migrations build"), "{said}");
    project.folder(&["run"]).done();
    project.client().batch_execute("ALTER TABLE shop.users ADD COLUMN by_hand int").unwrap();
    let said = project.folder(&["verify"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("by_hand"), "{}", said.out);
    assert!(!said.out.contains("shop.more"), "{}", said.out);
    assert!(project.folder(&["verify", "--history"]).done().contains("the history fits the set"));
    assert_eq!(project.folder(&["verify", "--ignore-schema", "shop"]).code, 0);
    let answer = project.folder(&["verify", "--format", "json"]).json();
    assert!(answer["difference"].to_string().contains("by_hand"));
}

#[test]
fn a_baseline_enters_without_running() {
    let project = Project::shop();
    let said = project.folder(&["baseline", "--to", "create_shop", "--yes"]).done();
    assert!(said.contains("1 migration entered as applied"), "{said}");
    let mut client = project.client();
    assert_eq!(value(&mut client, "SELECT to_regnamespace('shop')"), "NULL");
    assert_eq!(value(&mut client, "SELECT event FROM migrations.journal"), "adopted");
}

#[test]
fn another_tools_history_is_taken_over() {
    let project = Project::shop();
    let mut client = project.client();
    client
        .batch_execute(
            "CREATE TABLE __diesel_schema_migrations (version text PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now()); \
             INSERT INTO __diesel_schema_migrations (version) VALUES ('001')",
        )
        .unwrap();
    let answer = project.folder(&["adopt", "diesel", "--yes", "--format", "json"]).json();
    assert_eq!(answer, json!({ "entered": ["create_shop"], "dry_run": false }));
    assert_eq!(value(&mut client, "SELECT string_agg(name, ' ') FROM migrations.history"), "create_shop");
}

#[test]
fn backups_are_listed_put_back_and_pruned() {
    let project = Project::shop();
    project.folder(&["run"]).done();
    assert!(project.folder(&["backups", "list"]).done().contains("there are no backups"));
    project.client().batch_execute("INSERT INTO shop.users (email) VALUES ('ada@example.org')").unwrap();
    project.write("sql/schema/003_drop.sql", "-- Migration: Drop the users.\n-- Dependencies: 002_create_users\n-- Rollback: make them again.\n-- @backup shop.users\nDROP TABLE IF EXISTS shop.users;\n-- @rollback\nSELECT 1;\n");
    project.folder(&["run"]).done();
    let answer = project.folder(&["backups", "list", "--format", "json"]).json();
    assert_eq!(
        (&answer["backups"][0]["source"], &answer["backups"][0]["rows"]),
        (&json!("shop.users"), &json!(1))
    );
    assert!(project.folder(&["backups", "list"]).done().contains("shop.users"));
    let id = answer["backups"][0]["id"].to_string();
    assert!(project.folder(&["backups", "restore", &id]).failed(2).contains("--yes"));
    assert!(project.folder(&["backups", "restore", &id, "--yes"]).done().contains("1 rows put back"));
    assert_eq!(value(&mut project.client(), "SELECT email FROM shop.users"), "ada@example.org");
    let answer =
        project.folder(&["backups", "prune", "--older-than", "0s", "--yes", "--format", "json"]).json();
    assert_eq!(answer["backups"].as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_alone_runs_no_rust_and_the_application_does() {
    let project = Project::empty();
    let set = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sets/runners");
    let set = set.to_str().unwrap();
    let error = project.folder(&["run", "--folder", set]).failed(1);
    for part in
        ["has code in Rust, which only the application can run", "migrations_core::cli::main::<Migration>()"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(value(&mut project.client(), "SELECT to_regnamespace('shop')"), "NULL");
    let said = project.application(&[]).done();
    assert!(said.contains("4 migrations applied"), "{said}");
    assert!(project.folder(&["status", "--check", "--folder", set]).code == 0);
    assert!(project.application(&["rollback", "--to", "create_shop", "--yes"]).code <= 1);
    assert!(project.application(&["verify"]).code <= 1);
}

#[test]
fn a_round_trip_needs_no_database() {
    let project = Project::shop();
    let said = project.without_database(&["round-trip"]).done();
    assert!(said.contains("2 migrations up, down and up again"), "{said}");
    let said = project.without_database(&["run", "--scratch"]).done();
    assert!(said.contains("A throw-away PostgreSQL") && said.contains("2 migrations applied"), "{said}");
}

#[test]
fn the_ledger_may_have_another_schema() {
    let project = Project::shop();
    project.folder(&["run", "--ledger-schema", "ops"]).done();
    assert_eq!(value(&mut project.client(), "SELECT count(*) FROM ops.history"), "2");
    assert_eq!(project.folder(&["status", "--check", "--ledger-schema", "ops"]).code, 0);
    assert_eq!(project.folder(&["status", "--check"]).code, 3);
    assert_eq!(project.folder(&["verify", "--ledger-schema", "ops"]).code, 0);
}
