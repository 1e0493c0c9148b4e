//! Histories that do not fit the set.

use migrations_core::interop::Tool;
use migrations_core::{Error, Migrator};
use migrations_tests::client;
use postgres::Client;

use super::Case;
use super::sets::{
    changed, interrupted, moved_before, opaque, renamed_after, renamed_before, shop, squashed_after,
    squashed_before, tower, tower_final,
};

pub(super) const CASES: &[Case] = &[
    ("one_file", changed_file),
    ("two_files", changed_files),
    ("from_the_future", missing),
    ("many", many_missing),
    ("old_and_new_name", twice),
    ("finished", || step_changed("now()")),
    ("running", || step_changed("NULL")),
    ("call", unsettled),
    ("renamed", renamed_since),
    ("squashed", partly_replaced),
    ("sqlx", not_in_set),
    ("refinery", changed_since),
    ("marked", failed_elsewhere),
    ("history_gone", history_gone),
    ("with_a_reason", irreversible),
    ("by_another", needed_by),
    ("steps", half_done),
    ("target", not_applied),
];

fn changed_file() -> Error {
    let mut client = client();
    moved_before::Migration::run_all(&mut client).unwrap();
    changed::Migration::run_all(&mut client).unwrap_err()
}

fn changed_files() -> Error {
    let mut client = client();
    tower::Migration::run_all(&mut client).unwrap();
    let other =
        "UPDATE migrations.history SET checksum = 'sha256:of another text' WHERE name IN ('walls', 'roof')";
    client.batch_execute(other).unwrap();
    tower::Migration::run_all(&mut client).unwrap_err()
}

/// With rows in the history that a newer build has made.
fn with_rows(names: &str) -> Error {
    let mut client = client();
    shop::Migration::run_all(&mut client).unwrap();
    client
        .batch_execute(&format!(
            "CREATE TEMP TABLE row AS SELECT * FROM migrations.history WHERE name = 'create_users'; \
             INSERT INTO migrations.history (name, category, number, kind, checksum, duration, engine, build) \
             SELECT n, category, number, kind, checksum, duration, engine, build \
             FROM row, unnest(ARRAY(SELECT {names})) WITH ORDINALITY AS u (n) ORDER BY ordinality"
        ))
        .unwrap();
    shop::Migration::run_all(&mut client).unwrap_err()
}

fn missing() -> Error {
    with_rows("'from_the_future'")
}

fn many_missing() -> Error {
    with_rows("'future_' || i FROM generate_series(1, 22) AS i")
}

fn twice() -> Error {
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    let old = "CREATE TEMP TABLE row AS SELECT * FROM migrations.history WHERE name = 'drop_lines'";
    client.batch_execute(old).unwrap();
    renamed_after::Migration::run_all(&mut client).unwrap();
    client
        .batch_execute(
            "INSERT INTO migrations.history (name, category, number, kind, checksum, duration, engine, build) \
             SELECT name, category, number, kind, checksum, duration, engine, build FROM row; \
             UPDATE migrations.history SET checksum = '' WHERE name = 'forget_lines'",
        )
        .unwrap();
    renamed_after::Migration::run_all(&mut client).unwrap_err()
}

fn enter_step(client: &mut Client, step: &str) {
    let columns = "name, step, checksum, finished_at";
    client.batch_execute(&format!("INSERT INTO migrations.steps ({columns}) VALUES ({step})")).unwrap();
}

fn step_changed(finished: &str) -> Error {
    let mut client = client();
    Migrator::new().up_to(interrupted::Migration::CreateThings).run(&mut client).unwrap();
    enter_step(&mut client, &format!("'work_on_things', 3, 'sha256:of another text', {finished}"));
    interrupted::Migration::run_all(&mut client).unwrap_err()
}

fn unsettled() -> Error {
    let mut client = client();
    Migrator::new().up_to(opaque::Migration::CreateProcedure).run(&mut client).unwrap();
    let checksum = migrations_rules::checksum("CALL call_me()");
    enter_step(&mut client, &format!("'call_procedure', 1, '{checksum}', NULL"));
    opaque::Migration::run_all(&mut client).unwrap_err()
}

fn renamed_since() -> Error {
    let mut client = client();
    renamed_before::Migration::run_all(&mut client).unwrap();
    renamed_after::Migration::run_all(&mut client).unwrap();
    Migrator::<renamed_before::Migration>::new().allow_unknown(true).run(&mut client).unwrap_err()
}

fn partly_replaced() -> Error {
    let mut client = client();
    Migrator::new().up_to(squashed_before::Migration::CreateUsers).run(&mut client).unwrap();
    squashed_after::Migration::run_all(&mut client).unwrap_err()
}

const SQLX: &str = "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, \
     installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, \
     execution_time bigint NOT NULL); \
     INSERT INTO _sqlx_migrations VALUES (20240101120000, 'ground', now(), true, '', 1), \
     (20240101120001, 'walls', now(), true, '', 1)";

const REFINERY: &str = "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), \
     applied_on varchar(255), checksum varchar(255)); \
     INSERT INTO refinery_schema_history VALUES (1, 'ground', '', '1'), (2, 'walls', '', '2')";

fn adopt(tool: Tool, history: &str) -> Error {
    let mut client = client();
    client.batch_execute(history).unwrap();
    Migrator::<tower::Migration>::new().adopt(&mut client, tool).unwrap_err()
}

fn not_in_set() -> Error {
    adopt(Tool::Sqlx, &format!("{SQLX}; UPDATE _sqlx_migrations SET description = 'old ' || description"))
}

fn changed_since() -> Error {
    adopt(Tool::Refinery, REFINERY)
}

fn failed_elsewhere() -> Error {
    adopt(Tool::Sqlx, &format!("{SQLX}; UPDATE _sqlx_migrations SET success = description <> 'walls'"))
}

fn history_gone() -> Error {
    adopt(Tool::Sqlx, "")
}

fn irreversible() -> Error {
    let mut client = client();
    tower_final::Migration::run_all(&mut client).unwrap();
    tower_final::Migration::rollback_all(&mut client).unwrap_err()
}

fn needed_by() -> Error {
    let mut client = client();
    tower::Migration::run_all(&mut client).unwrap();
    Migrator::new().rollback_one(&mut client, tower::Migration::Walls).unwrap_err()
}

fn half_done() -> Error {
    let mut client = client();
    Migrator::new().up_to(interrupted::Migration::CreateThings).run(&mut client).unwrap();
    enter_step(&mut client, "'work_on_things', 2, 'sha256:of a statement', now()");
    interrupted::Migration::rollback_all(&mut client).unwrap_err()
}

fn not_applied() -> Error {
    let mut client = client();
    Migrator::new().up_to(tower::Migration::Ground).run(&mut client).unwrap();
    Migrator::new().rollback_to(&mut client, tower::Migration::Roof).unwrap_err()
}
