//! What the enum knows about each migration.

use std::path::Path;

use migrations_core::__private::Table;
use migrations_core::MigrationSet;

migrations_core::embed_migrations!(pub(crate) enum Facts in "sets/facts");

#[test]
fn a_migration_knows_what_its_file_says() {
    let users = Facts::CreateUsers;
    assert_eq!(users.name(), "create_users");
    assert_eq!(users.number(), Some(12));
    assert_eq!(users.category(), FactsCategory::Schema);
    assert_eq!(users.path(), "sets/facts/sql/schema/012_create_users.sql");
    assert_eq!(users.purpose(), "Create the users and their <names> [sic].");
    assert_eq!(users.dependencies(), []);
    assert_eq!(
        users.sql(),
        "CREATE TABLE IF NOT EXISTS shop.users (id bigint);\n\
         COMMENT ON TABLE shop.users IS 'people; not machines';"
    );
    assert_eq!(users.rollback_sql(), Some("DROP TABLE IF EXISTS shop.users;"));
}

#[test]
fn what_a_file_does_not_have_is_none() {
    let hash = Facts::HashPasswords;
    assert_eq!(hash.number(), None);
    assert_eq!(hash.category(), FactsCategory::Data);
    assert_eq!(hash.dependencies(), [Facts::CreateUsers]);
    assert_eq!(hash.sql(), "UPDATE shop.users SET id = id WHERE id > 0", "a last statement without `;`");
    assert_eq!(hash.rollback_sql(), None);
    assert_eq!(hash.facts().irreversible, Some("a hash cannot be turned back."));
    assert_eq!(hash.facts().renamed_from, ["hash_words"]);
}

#[test]
fn a_migration_is_shown_and_read_by_its_name() {
    assert_eq!(Facts::CreateUsers.to_string(), "create_users");
    assert_eq!(format!("[{:>14}]", Facts::CreateUsers), "[  create_users]");
    assert_eq!(FactsCategory::Data.to_string(), "data");
    for written in ["create_users", "012_create_users", "schema/create_users", "schema/012_create_users"] {
        assert_eq!(written.parse(), Ok(Facts::CreateUsers), "{written}");
    }
    for written in ["", "CreateUsers", "12_create_users", "data/create_users", "old", "create_users.sql"] {
        let error = written.parse::<Facts>().unwrap_err();
        assert_eq!(error.to_string(), format!("no migration is named `{written}`"));
    }
}

#[test]
fn checksum_and_digest_are_those_of_the_rule_book() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(Facts::FOLDER);
    let set = migrations_rules::check(&root, Facts::FOLDER);
    assert_eq!(Facts::DIGEST, migrations_rules::digest(&set.migrations));
    let checksums: Vec<&str> = Facts::ALL.iter().map(|migration| migration.checksum()).collect();
    let expected: Vec<&str> = set.migrations.iter().map(migrations_rules::Migration::checksum).collect();
    assert_eq!(checksums, expected);
    assert!(checksums.iter().all(|checksum| checksum.starts_with("sha256:") && checksum.len() == 71));
}

#[test]
fn the_set_knows_its_folder_its_ledger_and_its_crate() {
    assert_eq!(Facts::FOLDER, "sets/facts");
    let table = Facts::table();
    assert_eq!(table.ledger_schema, "ops");
    assert_eq!(table.build, concat!("migrations-tests ", env!("CARGO_PKG_VERSION")));
    assert_eq!((table.digest, table.folder), (Facts::DIGEST, Facts::FOLDER));
    assert!(Facts::all().eq(Facts::ALL.iter().copied()));
}

#[test]
fn a_table_that_is_made_while_the_program_runs_is_the_one_of_the_build() {
    /// Everything but the code, which is not compiled then.
    fn shown(table: &'static Table) -> Vec<String> {
        let facts = table.facts().iter().map(|facts| match facts.runner {
            Some(runner) => format!("{} {:?} {:?} {}", facts.stem, facts.body, facts.steps, runner.path),
            None => format!("{facts:?}"),
        });
        facts.chain([table.digest, table.ledger_schema, table.folder].map(str::to_owned)).collect()
    }
    fn check<M: MigrationSet>(root: &Path) {
        let folder = M::table().folder;
        let set = migrations_rules::check(&root.join(folder), folder);
        assert_eq!(shown(Table::of_folder(&set, folder, "")), shown(M::table()));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    check::<Facts>(root);
    check::<sets::Flat>(root);
    check::<sets::Windows>(root);
    check::<sets::Runners>(root);
    check::<sets::Stepwise>(root);
    check::<sets::Squashed>(root);
    check::<sets::Backups>(root);
    check::<migrations::Migration>(&root.join("../migrations"));
}

mod sets {
    migrations_core::embed_migrations!(pub(crate) enum Flat in "sets/flat");
    migrations_core::embed_migrations!(pub(crate) enum Windows in "sets/windows");
    migrations_core::embed_migrations!(pub(crate) enum Runners in "sets/runners");
    migrations_core::embed_migrations!(pub(crate) enum Stepwise in "sets/stepwise");
    migrations_core::embed_migrations!(pub(crate) enum Squashed in "sets/squashed_after");
    migrations_core::embed_migrations!(pub(crate) enum Backups in "sets/backups");
}
