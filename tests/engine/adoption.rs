//! Databases that have a history already: another tool's, none at all, or one of files that were squashed since.

use migrations_core::interop::Tool;
use migrations_core::{Error, MigrationSet, Migrator};
use migrations_tests::{client, value};
use postgres::Client;

use crate::sets::tower::Migration as Tower;
use crate::sets::{order, squashed_after, squashed_before};

type Before = squashed_before::Migration;
type After = squashed_after::Migration;

const HISTORY: &str = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history";
const JOURNAL: &str =
    "SELECT string_agg(event || ' ' || name, ', ' ORDER BY ordinal) FROM migrations.journal";

#[test]
fn what_replaces_applied_migrations_is_not_run() {
    let mut client = client();
    Before::run_all(&mut client).unwrap();
    let status = After::status(&mut client).unwrap();
    assert!(status.unknown.is_empty() && status.pending().next().is_none(), "{status:?}");
    assert!(status.migrations.iter().all(|migration| !migration.changed), "{status:?}");
    assert!(After::plan(&mut client).unwrap().is_empty());

    assert!(After::run_all(&mut client).unwrap().is_up_to_date());
    assert_eq!(value(&mut client, HISTORY), "users first_user");
    assert_eq!(
        value(&mut client, JOURNAL),
        "applied create_users, applied add_mail, applied first_user, replaced create_users, replaced add_mail"
    );
    let row =
        "SELECT concat_ws('|', number, replaces, rollback_sql) FROM migrations.history WHERE name = 'users'";
    assert_eq!(value(&mut client, row), "2|{create_users,add_mail}|DROP TABLE IF EXISTS users;");
    let needs = "SELECT dependencies FROM migrations.history WHERE name = 'first_user'";
    assert_eq!(value(&mut client, &format!("SELECT ({needs})::text")), "{users}");
    assert_eq!(After::rollback_all(&mut client).unwrap().len(), 2);
    assert_eq!(value(&mut client, "SELECT to_regclass('users')"), "NULL");
}

#[test]
fn what_replaces_migrations_that_are_not_applied_is_run() {
    let mut client = client();
    assert!(!After::plan(&mut client).unwrap().is_empty());
    let report = After::run_all(&mut client).unwrap();
    assert_eq!((report.applied.len(), report.is_up_to_date()), (2, false));
    assert_eq!(value(&mut client, "SELECT mail FROM users"), "ada@example.org");
}

#[test]
fn where_some_are_applied_the_older_build_has_to_apply_the_rest() {
    let mut client = client();
    Migrator::new().up_to(Before::CreateUsers).run(&mut client).unwrap();
    let error = After::run_all(&mut client).unwrap_err();
    assert!(error.is_missing() && error.applied().is_empty(), "{error}");
    assert_eq!(
        error.to_string(),
        "002_users stands for migrations of which only some are applied: create_users, and not add_mail; deploy the \
         build that has them, and then this one"
    );
    let lenient = Migrator::<After>::new().allow_unknown(true).run(&mut client).unwrap_err();
    assert_eq!(lenient.to_string(), error.to_string());
    Before::run_all(&mut client).unwrap();
    assert!(After::run_all(&mut client).unwrap().is_up_to_date());
}

#[test]
fn an_older_build_does_not_apply_what_is_replaced() {
    for was_there in [true, false] {
        let mut client = client();
        if was_there {
            Before::run_all(&mut client).unwrap();
        }
        After::run_all(&mut client).unwrap();
        let older = Migrator::<Before>::new().allow_unknown(true);
        let error = older.run(&mut client).unwrap_err();
        assert!(error.is_missing() && error.applied().is_empty(), "{error}");
        assert!(error.to_string().starts_with("001_create_users is applied already, as users,"), "{error}");
    }
}

/// A database with what the tower's first two migrations make, by other means.
#[test]
fn what_has_nothing_to_do_with_the_set_neither_replaces_nor_is_replaced() {
    let mut client = client();
    let history = "INSERT INTO migrations.history \
         (name, category, kind, checksum, duration, engine, build, replaces, dependencies) \
         VALUES ('stranger', 'other', 'sql', 'sha256:', '0', '', '', '{other_one,other_two}', '{}')";
    Migrator::<After>::new().up_to(After::Users).run(&mut client).unwrap();
    Migrator::<After>::new().rollback_all(&mut client).unwrap();
    client.batch_execute(history).unwrap();
    let report = Migrator::<After>::new().allow_unknown(true).run(&mut client).unwrap();
    assert_eq!(report.applied.len(), 2, "a stranger is none of those that it stands for");
    assert_eq!(value(&mut client, HISTORY), "stranger users first_user");
}

fn with_walls() -> Client {
    let mut client = client();
    client
        .batch_execute("CREATE TABLE ground (id int PRIMARY KEY); CREATE TABLE walls (id int PRIMARY KEY)")
        .unwrap();
    client
}

#[test]
fn a_baseline_is_entered_and_not_run() {
    let mut client = with_walls();
    let walls = || Migrator::new().up_to(Tower::Walls);
    assert_eq!(walls().dry_run(true).baseline(&mut client).unwrap(), [Tower::Ground, Tower::Walls]);
    assert_eq!(value(&mut client, "SELECT to_regnamespace('migrations')"), "NULL");
    assert_eq!(walls().baseline(&mut client).unwrap(), [Tower::Ground, Tower::Walls]);
    assert_eq!(walls().baseline(&mut client).unwrap(), []);
    let reference = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'walls'::regclass AND contype = 'f'";
    assert_eq!(value(&mut client, reference), "0");
    assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 2);
    assert_eq!(value(&mut client, JOURNAL), "adopted ground, adopted walls, applied garden, applied roof");
    assert_eq!(
        value(&mut client, "SELECT sum(duration) FROM migrations.history WHERE ordinal < 3"),
        "00:00:00"
    );
    assert_eq!(Tower::rollback_all(&mut client).unwrap().len(), 4);
    assert_eq!(value(&mut client, "SELECT to_regclass('ground')"), "NULL");
}

/// The histories as the tools make them, with the first two migrations in it.
const HISTORIES: [(Tool, &str); 4] = [
    (
        Tool::Refinery,
        "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), \
         checksum varchar(255)); \
         INSERT INTO refinery_schema_history VALUES (1, 'ground', '', '1'), (2, 'walls', '', '2')",
    ),
    (
        Tool::Sqlx,
        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, \
         installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, \
         execution_time bigint NOT NULL); \
         INSERT INTO _sqlx_migrations VALUES (20240101120000, 'ground', now(), true, '', 1), \
         (20240101120001, 'walls', now(), true, '', 1)",
    ),
    (
        Tool::Diesel,
        "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now()); \
         INSERT INTO __diesel_schema_migrations VALUES ('00000000000001'), ('00000000000002')",
    ),
    (
        Tool::Flyway,
        "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \
         description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, \
         installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, \
         success boolean NOT NULL); \
         INSERT INTO flyway_schema_history VALUES (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '', 1, '', now(), 1, true), \
         (1, '1', '<< Flyway Baseline >>', 'BASELINE', '', 1, '', now(), 1, true), \
         (2, '2', 'Walls', 'SQL', 'V2__walls.sql', 1, '', now(), 1, true), \
         (3, '3', 'garden', 'SQL', 'V3__garden.sql', 1, '', now(), 1, true), \
         (4, '3', 'garden', 'UNDO_SQL', 'U3__garden.sql', 1, '', now(), 1, true)",
    ),
];

#[test]
fn what_another_tool_has_applied_is_entered_and_not_run() {
    for (tool, history) in &HISTORIES[1..] {
        let mut client = with_walls();
        client.batch_execute(history).unwrap();
        let adopted = Migrator::<Tower>::new().adopt(&mut client, *tool).unwrap();
        assert_eq!(adopted, [Tower::Ground, Tower::Walls], "{tool:?}");
        assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 2, "{tool:?}");
    }
}

/// The checksum that refinery has kept of what a file's statements are.
fn refinery_checksum(migration: Tower) -> u64 {
    migrations_core::interop::to_refinery(migration).unwrap().checksum()
}

#[test]
fn of_refinery_only_what_has_run_as_it_stands_is_entered() {
    let (tool, history) = HISTORIES[0];
    let mut client = with_walls();
    client.batch_execute(history).unwrap();
    let adopt = |client: &mut Client| Migrator::<Tower>::new().adopt(client, tool);
    let keep = |client: &mut Client, migration: Tower, number: i32| {
        let checksum = refinery_checksum(migration);
        let update =
            format!("UPDATE refinery_schema_history SET checksum = '{checksum}' WHERE version = {number}");
        client.batch_execute(&update).unwrap();
    };
    keep(&mut client, Tower::Ground, 1);
    let error = adopt(&mut client).unwrap_err();
    assert!(error.is_changed(), "{error}");
    assert_eq!(
        error.to_string(),
        "what refinery has run does not stand in sets/tower/sql/schema/002_walls.sql as it was; nothing was adopted; \
         restore it, or enter it with `baseline` if the difference is meant"
    );
    keep(&mut client, Tower::Walls, 2);
    assert_eq!(adopt(&mut client).unwrap(), [Tower::Ground, Tower::Walls]);
    assert_eq!(Tower::run_all(&mut client).unwrap().applied.len(), 2);
}

#[test]
fn of_a_history_that_this_set_does_not_have_nothing_is_entered() {
    let (tool, history) = HISTORIES[1];
    let adopt = |change: &str| {
        let mut client = with_walls();
        client.batch_execute(&format!("{history}; {change}")).unwrap();
        let error = Migrator::<Tower>::new().adopt(&mut client, tool).unwrap_err().to_string();
        assert_eq!(value(&mut client, "SELECT to_regnamespace('migrations')"), "NULL");
        error
    };
    assert_eq!(
        adopt("UPDATE _sqlx_migrations SET description = 'old walls' WHERE description = 'walls'"),
        "sqlx has applied what this set does not have: 20240101120001 old walls; nothing was adopted"
    );
    assert_eq!(
        adopt("UPDATE _sqlx_migrations SET success = false WHERE description = 'walls'"),
        "sqlx has marked 20240101120001 walls as failed; put that right first, nothing was adopted"
    );
    assert_eq!(
        adopt("DROP TABLE _sqlx_migrations"),
        "the history of the other tool cannot be read: relation \"_sqlx_migrations\" does not exist (42P01)"
    );
}

/// What is adopted of these rows of Flyway's history: version, description, type.
fn adopted_from_flyway<M: MigrationSet>(rows: &str) -> Result<Vec<M>, Error> {
    let mut client = client();
    let (tool, history) = HISTORIES[3];
    let values = "SELECT rank, version, description, type, '', 1, '', now(), 1, true";
    client
        .batch_execute(&format!(
            "{history}; DELETE FROM flyway_schema_history; INSERT INTO flyway_schema_history \
             {values} FROM (VALUES {rows}) AS v (rank, version, description, type)"
        ))
        .unwrap();
    Migrator::<M>::new().adopt(&mut client, tool)
}

#[test]
fn what_flyway_has_undone_and_what_it_began_with_is_understood() {
    let tower = |rows: &str| adopted_from_flyway::<Tower>(rows);
    let ground = "(1, '1', 'Ground', 'SQL')";
    assert_eq!(tower(ground).unwrap(), [Tower::Ground]);
    assert_eq!(tower(&format!("{ground}, (2, '1', 'ground', 'DELETE')")).unwrap(), []);
    let again = "(2, '1', 'ground', 'UNDO_SQL'), (3, '1', 'ground', 'JDBC')";
    assert_eq!(tower(&format!("{ground}, {again}")).unwrap(), [Tower::Ground]);
    assert_eq!(tower("(1, '3', 'start', 'BASELINE')").unwrap(), [Tower::Ground, Tower::Walls, Tower::Garden]);
    assert_eq!(tower("(1, '0', 'start', 'BASELINE')").unwrap(), []);
    assert!(tower("(1, '1.5', 'half a wall', 'SQL')").unwrap_err().is_missing());
    // Those without a number are not below any.
    let baseline = adopted_from_flyway::<order::Migration>("(1, '2', 'start', 'BASELINE')").unwrap();
    assert_eq!(
        baseline,
        [order::Migration::CreateUsers, order::Migration::FillUsers, order::Migration::NeedsOrders]
    );
}

#[test]
fn a_number_that_two_categories_have_says_nothing() {
    let mut client = client();
    let (tool, history) = HISTORIES[2];
    client.batch_execute(history).unwrap();
    let error = Migrator::<order::Migration>::new().adopt(&mut client, tool).unwrap_err();
    assert_eq!(
        error.to_string(),
        "diesel has applied what this set does not have: 00000000000002; nothing was adopted"
    );
}
