//! Objects of an untrusted role where the ledger's are expected.

use std::sync::OnceLock;

use migrations_core::{Error, Migrator};
use migrations_tests::{database, server, value};
use postgres::{Client, Config};

use crate::sets::shop::Migration;
use crate::{connect, shown};

/// A database in which the role `mallory` has functions that must never be called, and how its migrator connects.
struct Trapped {
    migrator: Config,
    client: Client,
}

const TRAPS: &str = "
    CREATE SCHEMA mallory AUTHORIZATION mallory;
    SET ROLE mallory;
    CREATE SEQUENCE mallory.calls;
    CREATE FUNCTION mallory.spring() RETURNS text LANGUAGE plpgsql AS
        $$BEGIN PERFORM nextval('mallory.calls'); RETURN 'sprung'; END$$;
    CREATE FUNCTION mallory.agree() RETURNS boolean LANGUAGE plpgsql AS
        $$BEGIN PERFORM nextval('mallory.calls'); RETURN true; END$$;
    CREATE FUNCTION mallory.fire() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM nextval('mallory.calls'); RETURN NEW; END$$;
    GRANT USAGE ON SCHEMA mallory TO PUBLIC;
    GRANT USAGE ON SEQUENCE mallory.calls TO PUBLIC;
    RESET ROLE;";

/// The columns of the history, each of which springs the trap in a view.
const COLUMNS: &str = "mallory.spring() AS name, 'schema'::text AS category, NULL::numeric AS number, 'sql'::text AS kind, \
    'sha256:00'::text AS checksum, NULL::text AS rollback_sql, now() AS applied_at, 'mallory'::text AS applied_by, \
    '0'::interval AS duration, ''::text AS engine, ''::text AS build, 1::bigint AS ordinal, '{}'::text[] AS dependencies, \
    NULL::text AS irreversible";

impl Trapped {
    /// Without a ledger.
    fn new() -> Trapped {
        static ROLE: OnceLock<()> = OnceLock::new();
        let roles = "CREATE ROLE mallory; CREATE ROLE keeper LOGIN";
        ROLE.get_or_init(|| server().connect().unwrap().batch_execute(roles).unwrap());
        let migrator = database();
        let mut client = connect(&migrator);
        client.batch_execute(TRAPS).unwrap();
        Trapped { migrator, client }
    }

    /// Migrated by a role that is no superuser, and owns the database.
    fn of_a_plain_role() -> Trapped {
        let mut trapped = Trapped::new();
        let name = trapped.migrator.get_dbname().unwrap().to_owned();
        trapped.client.batch_execute(&format!("ALTER DATABASE {name} OWNER TO keeper")).unwrap();
        trapped.migrator.user("keeper");
        trapped.half_migrated()
    }

    /// With a ledger, and a migration that is pending.
    fn with_a_ledger() -> Trapped {
        Trapped::new().half_migrated()
    }

    fn half_migrated(self) -> Trapped {
        Migrator::new().up_to(Migration::CreateShop).run(&mut connect(&self.migrator)).unwrap();
        self
    }

    fn prepared(mut self, statements: &str) -> Trapped {
        self.client.batch_execute(&format!("{statements}; RESET ROLE")).unwrap();
        self
    }

    /// A run is refused, in words that name the object and say what to do; the traps are as they were set.
    #[track_caller]
    fn refused(mut self, object: &str) {
        let outcome = self.run();
        assert_names_a_remedy(&outcome.unwrap_err(), object);
        self.client.batch_execute("RESET ROLE").unwrap();
        assert_eq!(value(&mut self.client, "SELECT to_regclass('shop.users')"), "NULL");
    }

    /// What is missing is made again, or named.
    #[track_caller]
    fn refused_or_repaired(mut self, object: &str) {
        match self.run() {
            Err(error) => assert_names_a_remedy(&error, object),
            Ok(applied) => assert_eq!(applied, 1),
        }
    }

    /// Runs what is pending; nothing of mallory is called on the way.
    #[track_caller]
    fn run(&mut self) -> Result<usize, Error> {
        let outcome = Migration::run_all(&mut connect(&self.migrator)).map(|report| report.applied.len());
        let calls = value(&mut self.client, "SELECT is_called FROM mallory.calls");
        assert_eq!(calls, "f", "a function of mallory was called; the run: {outcome:?}");
        outcome
    }
}

#[track_caller]
fn assert_names_a_remedy(error: &Error, object: &str) {
    assert!(!error.is_migration_failed(), "it is not the migration's fault: {error:?}");
    let said = shown(error);
    assert!(said.contains(object), "it does not name {object}: {said}");
    let remedies = ["drop", "remove", "rename", "owner", "disable", "revoke", "restore", "ledger_schema"];
    let says_what_to_do = remedies.iter().any(|word| said.to_lowercase().contains(word));
    assert!(says_what_to_do, "it does not say what to do: {said}");
}

#[test]
fn a_view_instead_of_the_history() {
    let view = format!(
        "CREATE SCHEMA migrations AUTHORIZATION mallory; SET ROLE mallory; \
         CREATE VIEW migrations.history AS SELECT {COLUMNS}"
    );
    Trapped::new().prepared(&view).refused("history");
}

#[test]
fn a_materialised_view_instead_of_the_history() {
    Trapped::with_a_ledger()
        .prepared(
            "ALTER TABLE migrations.history RENAME TO kept; \
             CREATE MATERIALIZED VIEW migrations.history AS TABLE migrations.kept",
        )
        .refused("history");
}

#[test]
fn a_foreign_table_instead_of_the_history() {
    Trapped::with_a_ledger()
        .prepared(
            "DROP TABLE migrations.history; CREATE FOREIGN DATA WRAPPER elsewhere; \
             CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere; \
             CREATE FOREIGN TABLE migrations.history (name text, checksum text) SERVER elsewhere",
        )
        .refused("history");
}

#[test]
fn a_partitioned_table_instead_of_the_history() {
    Trapped::with_a_ledger()
        .prepared(
            "ALTER TABLE migrations.history RENAME TO kept; \
             CREATE TABLE migrations.history (LIKE migrations.kept INCLUDING DEFAULTS INCLUDING IDENTITY) \
                 PARTITION BY LIST (name); \
             CREATE TABLE migrations.rest PARTITION OF migrations.history DEFAULT; \
             INSERT INTO migrations.history OVERRIDING SYSTEM VALUE TABLE migrations.kept",
        )
        .refused("history");
}

#[test]
fn a_child_table_that_adds_rows_to_the_history() {
    Trapped::with_a_ledger()
        .prepared("CREATE TABLE mallory.more () INHERITS (migrations.history)")
        .refused("history");
}

#[test]
fn a_child_table_is_not_read_where_nothing_is_pending() {
    let mut trapped = Trapped::with_a_ledger();
    assert_eq!(trapped.run().unwrap(), 1);
    let mut trapped = trapped.prepared(
        "CREATE TABLE mallory.more () INHERITS (migrations.history); \
         INSERT INTO mallory.more (name, category, kind, checksum, duration, engine, build, ordinal) \
         VALUES ('more', 'schema', 'sql', 'sha256:', '0', '', '', 0)",
    );
    assert_eq!(trapped.run().unwrap(), 0);
    let status = Migrator::<Migration>::new().status(&mut connect(&trapped.migrator)).unwrap();
    assert!(status.unknown.is_empty(), "{status:?}");
}

#[test]
fn a_view_instead_of_the_journal_is_not_read() {
    let mut trapped = Trapped::with_a_ledger().prepared(
        "ALTER TABLE migrations.journal RENAME TO kept; \
         CREATE VIEW migrations.journal AS SELECT * FROM migrations.kept WHERE mallory.agree()",
    );
    let error = Migrator::<Migration>::new().journal(&mut connect(&trapped.migrator)).unwrap_err();
    assert_names_a_remedy(&error, "migrations.journal is not a table");
    assert!(trapped.run().is_err());
}

#[test]
fn a_trigger_on_a_table_of_the_ledger() {
    for table in ["history", "journal"] {
        for when in ["BEFORE INSERT", "AFTER INSERT"] {
            let trigger = format!(
                "GRANT USAGE ON SCHEMA migrations TO mallory; GRANT TRIGGER ON migrations.{table} TO mallory; \
                 SET ROLE mallory; CREATE TRIGGER noisy {when} ON migrations.{table} \
                 FOR EACH ROW EXECUTE FUNCTION mallory.fire()"
            );
            Trapped::with_a_ledger().prepared(&trigger).refused(table);
        }
    }
}

#[test]
fn a_rule_on_the_history() {
    Trapped::with_a_ledger()
        .prepared("CREATE RULE noisy AS ON INSERT TO migrations.history DO ALSO SELECT mallory.spring()")
        .refused("history");
}

#[test]
fn row_level_security_on_the_history() {
    for policy in ["mallory.agree()", "false"] {
        let security = format!(
            "ALTER TABLE migrations.history ENABLE ROW LEVEL SECURITY; \
             ALTER TABLE migrations.history FORCE ROW LEVEL SECURITY; \
             CREATE POLICY noisy ON migrations.history USING ({policy})"
        );
        Trapped::of_a_plain_role().prepared(&security).refused("history");
    }
}

#[test]
fn a_history_that_belongs_to_another_role() {
    Trapped::with_a_ledger()
        .prepared(
            "GRANT USAGE, CREATE ON SCHEMA migrations TO mallory; \
             ALTER TABLE migrations.history OWNER TO mallory; SET ROLE mallory; \
             ALTER TABLE migrations.history ALTER COLUMN applied_by SET DEFAULT mallory.spring()",
        )
        .refused("history");
}

#[test]
fn a_journal_that_belongs_to_another_role() {
    Trapped::with_a_ledger()
        .prepared(
            "GRANT USAGE, CREATE ON SCHEMA migrations TO mallory; \
             ALTER TABLE migrations.journal OWNER TO mallory; SET ROLE mallory; \
             ALTER TABLE migrations.journal ADD CONSTRAINT noisy CHECK (mallory.agree()) NOT VALID",
        )
        .refused("journal");
}

#[test]
fn a_schema_that_another_role_made_first() {
    Trapped::new().prepared("CREATE SCHEMA migrations AUTHORIZATION mallory").refused("migrations");
}

#[test]
fn a_schema_whose_owner_left_a_function_for_us() {
    Trapped::new()
        .prepared(
            "CREATE SCHEMA migrations AUTHORIZATION mallory; SET ROLE mallory; \
             CREATE FUNCTION migrations.verified(checked json) RETURNS boolean LANGUAGE sql AS 'SELECT mallory.agree()'",
        )
        .refused("migrations");
}

#[test]
fn a_function_of_the_ledger_that_another_role_replaced() {
    Trapped::with_a_ledger()
        .prepared(
            "GRANT USAGE, CREATE ON SCHEMA migrations TO mallory; \
             ALTER FUNCTION migrations.verified(json) OWNER TO mallory; SET ROLE mallory; \
             CREATE OR REPLACE FUNCTION migrations.verified(checked json) RETURNS boolean LANGUAGE sql \
             AS 'SELECT mallory.agree()'",
        )
        .refused("verified");
}

#[test]
fn an_overload_that_fits_better_than_a_function_of_the_ledger() {
    // A call with an integer would prefer it to the one with a bigint.
    Trapped::with_a_ledger()
        .prepared(
            "GRANT USAGE, CREATE ON SCHEMA migrations TO mallory; SET ROLE mallory; \
             CREATE FUNCTION migrations.restore_backup(of_id integer) RETURNS bigint LANGUAGE sql \
             AS 'SELECT length(mallory.spring())'",
        )
        .refused("restore_backup");
}

#[test]
fn a_function_of_the_ledger_that_is_gone() {
    Trapped::with_a_ledger()
        .prepared("DROP FUNCTION migrations.verified(json)")
        .refused_or_repaired("verified");
}

#[test]
fn a_sequence_of_the_ledger_that_is_gone() {
    Trapped::with_a_ledger().prepared("DROP SEQUENCE migrations.progress").refused_or_repaired("progress");
}

#[test]
fn a_table_instead_of_a_sequence_of_the_ledger() {
    Trapped::with_a_ledger()
        .prepared(
            "DROP SEQUENCE migrations.progress; \
             CREATE TABLE migrations.progress AS SELECT 1::bigint AS last_value, 0::bigint AS log_cnt, true AS is_called",
        )
        .refused("progress");
}

#[test]
fn a_table_of_the_ledger_that_is_gone() {
    for table in ["journal", "steps", "ledger_version"] {
        Trapped::with_a_ledger()
            .prepared(&format!("DROP TABLE migrations.{table}"))
            .refused_or_repaired(table);
    }
}
