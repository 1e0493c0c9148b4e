//! Roles that have only the rights that the documentation names.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use migrations_core::{Error, Migrator};
use migrations_tests::{database, server, value};
use postgres::{Client, Config, NoTls};

use crate::sets::{backups, resident, shop};

const PAGE: &str = include_str!("../../docs/replicas.md");

/// A database of the superuser's, and the roles of the page.
struct Roles {
    database: Config,
    superuser: Client,
}

impl Roles {
    fn new() -> Roles {
        static ROLES: OnceLock<()> = OnceLock::new();
        let roles = "CREATE ROLE migrator LOGIN; CREATE ROLE app LOGIN; CREATE ROLE deployer LOGIN; CREATE ROLE stranger LOGIN";
        ROLES.get_or_init(|| server().connect().unwrap().batch_execute(roles).unwrap());
        let database = database();
        let superuser = database.connect(NoTls).unwrap();
        Roles { database, superuser }
    }

    /// Executes the statements of the page that stand below `heading`, which are about a database named `shop`.
    #[track_caller]
    fn granted(mut self, heading: &str) -> Roles {
        let (_, privileges) = PAGE.split_once("\n## Privileges\n").unwrap();
        let (_, below) = privileges.split_once(heading).unwrap();
        let (_, statements) = below.split_once("```sql\n").unwrap();
        let (statements, _) = statements.split_once("```").unwrap();
        let name = self.database.get_dbname().unwrap();
        self.superuser
            .batch_execute(&statements.replace("DATABASE shop", &format!("DATABASE {name}")))
            .unwrap();
        self
    }

    fn connect(&self, role: &str) -> Client {
        self.database.clone().user(role).connect(NoTls).unwrap()
    }
}

const CREATES: &str = "makes its schemas itself";
const PREPARED: &str = "finds them there";
const READS: &str = "only looks";

#[track_caller]
fn assert_says_what_to_grant(error: &Error) {
    assert_eq!(error.sqlstate(), Some("42501"), "{error:?}");
    assert!(!error.is_migration_failed(), "the migration's file has nothing to do with it: {error:?}");
    for word in ["CREATE", "USAGE", "SELECT"] {
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn a_role_that_may_create_schemas_makes_the_ledger() {
    let roles = Roles::new().granted(CREATES);
    let mut migrator = roles.connect("migrator");
    assert_eq!(
        backups::Migration::run_all(&mut migrator).unwrap().applied.len(),
        backups::Migration::ALL.len()
    );
    assert!(backups::Migration::run_all(&mut migrator).unwrap().is_up_to_date());
    let undone = Migrator::<backups::Migration>::new().rollback_all(&mut migrator).unwrap();
    assert_eq!(undone.len(), backups::Migration::ALL.len());
    let owner = "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'migrations'";
    assert_eq!(value(&mut migrator, owner), "migrator");
}

#[test]
fn a_role_whose_schemas_were_prepared_needs_no_right_on_the_database() {
    let mut roles = Roles::new().granted(PREPARED);
    roles.superuser.batch_execute("CREATE SCHEMA shop AUTHORIZATION migrator").unwrap();
    let mut migrator = roles.connect("migrator");
    migrator.batch_execute("CREATE SCHEMA another").unwrap_err();
    assert_eq!(resident::Migration::run_all(&mut migrator).unwrap().applied.len(), 2);
    assert!(resident::Migration::run_all(&mut migrator).unwrap().is_up_to_date());
    assert_eq!(Migrator::<resident::Migration>::new().backups(&mut migrator).unwrap().len(), 1);
    assert_eq!(Migrator::<resident::Migration>::new().rollback_last(&mut migrator, 1).unwrap().len(), 1);
    assert_eq!(value(&mut migrator, "SELECT age FROM shop.users"), "36");
    assert_eq!(resident::Migration::run_all(&mut migrator).unwrap().applied.len(), 1);
}

#[test]
fn a_member_of_the_role_that_owns_the_ledger_migrates_too() {
    let mut roles = Roles::new().granted(CREATES);
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut roles.connect("migrator")).unwrap();
    roles.superuser.batch_execute("GRANT migrator TO deployer").unwrap();
    let mut deployer = roles.connect("deployer");
    assert_eq!(shop::Migration::run_all(&mut deployer).unwrap().applied.len(), 1);
    assert_eq!(Migrator::<shop::Migration>::new().rollback_all(&mut deployer).unwrap().len(), 2);
}

#[test]
fn a_role_that_reads_the_ledger_sees_that_there_is_nothing_to_do() {
    let roles = Roles::new().granted(CREATES);
    shop::Migration::run_all(&mut roles.connect("migrator")).unwrap();
    let mut app = roles.granted(READS).connect("app");
    assert!(shop::Migration::run_all(&mut app).unwrap().is_up_to_date());
    assert_eq!(shop::Migration::status(&mut app).unwrap().applied().count(), 2);
    assert!(shop::Migration::plan(&mut app).unwrap().is_empty());
    assert!(Migrator::<shop::Migration>::new().dry_run(true).run(&mut app).unwrap().is_up_to_date());
}

#[test]
fn the_right_to_read_can_be_granted_before_the_ledger_is_made() {
    let roles = Roles::new().granted(PREPARED).granted(READS);
    roles.connect("postgres").batch_execute("CREATE SCHEMA shop AUTHORIZATION migrator").unwrap();
    resident::Migration::run_all(&mut roles.connect("migrator")).unwrap();
    let mut app = roles.connect("app");
    assert!(resident::Migration::run_all(&mut app).unwrap().is_up_to_date());
}

#[test]
fn a_role_that_only_reads_is_told_what_pending_work_needs() {
    let roles = Roles::new().granted(CREATES);
    Migrator::new().up_to(shop::Migration::CreateShop).run(&mut roles.connect("migrator")).unwrap();
    let roles = roles.granted(READS);
    let mut app = roles.connect("app");
    assert_eq!(shop::Migration::status(&mut app).unwrap().pending().count(), 1);
    assert_eq!(shop::Migration::plan(&mut app).unwrap().steps.len(), 1);
    let start = Instant::now();
    for error in [
        shop::Migration::run_all(&mut app).unwrap_err(),
        Migrator::<shop::Migration>::new().rollback_all(&mut app).unwrap_err(),
    ] {
        assert!(error.is_ledger_untrusted());
        let said = error.to_string();
        assert!(
            said.starts_with("the ledger is not to be trusted: the schema migrations belongs to migrator; ")
                && said.contains("a member of it"),
            "{said}"
        );
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    // Whoever may migrate need not wait for it.
    let at_once = Migrator::<shop::Migration>::new().wait_for_lock(Duration::ZERO);
    assert_eq!(at_once.run(&mut roles.connect("migrator")).unwrap().applied.len(), 1);
}

#[test]
fn a_role_without_any_right_is_told_what_it_needs() {
    let roles = Roles::new();
    assert_says_what_to_grant(&shop::Migration::run_all(&mut roles.connect("stranger")).unwrap_err());
    let roles = roles.granted(CREATES);
    shop::Migration::run_all(&mut roles.connect("migrator")).unwrap();
    let mut stranger = roles.connect("stranger");
    assert_says_what_to_grant(&shop::Migration::run_all(&mut stranger).unwrap_err());
    assert_says_what_to_grant(&shop::Migration::status(&mut stranger).unwrap_err());
    assert_says_what_to_grant(&Migrator::<shop::Migration>::new().rollback_all(&mut stranger).unwrap_err());
    assert_says_what_to_grant(&Migrator::<shop::Migration>::new().backups(&mut stranger).unwrap_err());
}
