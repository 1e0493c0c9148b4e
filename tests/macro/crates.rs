//! Crates of their own: a renamed dependency, a crate that forgives nothing.

use migrations_tests::crates::{Workspace, repository};

#[test]
fn the_dependency_may_have_another_name() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "renamed");
    workspace
        .package_with("renamed", "db = { package = \"migrations-core\", path = CORE }")
        .copy(&repository().join("tests/sets/facts"), "migrations")
        .copy(&repository().join("tests/sets/runners/sql"), "runners/sql")
        .write("runners/runners/001_create_shop.rs", COMPANION.replace("migrations_core", "db"))
        .write("runners/runners/002_fill_users.rs", RUNNER.replace("migrations_core", "db"))
        .write("runners/runners/004_shout.rs", BATCHED.replace("migrations_core", "db"))
        .write(
            "src/lib.rs",
            "db::embed_migrations!();\n\
             pub mod inner { pub mod innermost { db::embed_migrations!(\"runners\"); } }\n\
             pub fn run(client: &mut db::postgres::Client) -> Result<(), db::Error> {\n    \
                 Migration::run_all(client).map(drop)\n}\n",
        );
    let build = workspace.build();
    let found = build.messages("renamed");
    assert!(build.success && found.is_empty(), "{found}{}", build.stderr);
}

const COMPANION: &str = "\
use migrations_core::{Agent, RunnerError};

pub(super) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table(\"shop\", \"users\")
}

pub(super) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column(\"shop\", \"users\", \"id\")
}
";

const RUNNER: &str = "\
//! Migration: Fill the users.
//! Dependencies: `001_create_shop`
//! Rollback: empty the table.

use migrations_core::{Agent, RunnerError};

pub(super) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let rows = agent.insert(\"shop\", \"users\").columns(&[\"name\"]).row(&[&\"Ada\"]).execute()?;
    agent.log(format!(\"{rows} rows\"));
    Ok(())
}

pub(super) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.batch(\"DELETE FROM shop.users\")
}

pub(super) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table(\"shop\", \"users\")
}
";

const BATCHED: &str = "\
//! Migration: Write the names in capitals.
//! Dependencies: `schema/003_index_users`
//! Rollback: irreversible: which letters were small is not kept

use migrations_core::{Agent, Batch, Cursor, Keyset, RunnerError};

pub(super) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    let statement = \"UPDATE shop.users SET name = upper(name) WHERE id > $1 AND id <= $2\";
    Keyset::new(\"shop\", \"users\", \"id\").execute(agent, cursor, statement)
}
";

/// Every lint that somebody may have forbidden, the pedantic ones included.
const STRICT: &str = "\
//! A crate that forgives nothing.

#![deny(warnings)]
#![forbid(unsafe_code, missing_docs, unreachable_pub, unused, nonstandard_style, future_incompatible)]
#![forbid(rust_2018_idioms, let_underscore, keyword_idents, missing_debug_implementations)]
#![forbid(missing_copy_implementations, unused_qualifications, unused_results, trivial_casts)]
#![forbid(trivial_numeric_casts, single_use_lifetimes, unused_lifetimes, variant_size_differences)]
#![forbid(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::absolute_paths)]

mod shown {
    migrations_core::embed_migrations!(\"migrations\");
}
pub use shown::{Category, Migration};

migrations_core::embed_migrations!(pub enum Names in \"names\");
migrations_core::embed_migrations!(pub enum Empty in \"empty\");
migrations_core::embed_migrations!(pub enum Windows in \"windows\");

/// With code of this crate.
pub mod outer {
    /// In a module in a module.
    pub mod inner {
        migrations_core::embed_migrations!(pub enum Runners in \"runners\");
    }
}

/// In a function.
#[must_use]
pub fn migrations() -> String {
    migrations_core::embed_migrations!(enum Local in \"local\");
    format!(\"{:?}\", Local::ALL)
}
";

#[test]
fn no_lint_finds_anything_in_generated_code() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "strict");
    let sets = repository().join("tests/sets");
    let package = workspace.package("strict");
    package
        .copy(&sets.join("facts"), "migrations")
        .copy(&sets.join("names"), "names")
        .copy(&sets.join("empty"), "empty")
        .copy(&sets.join("windows"), "windows")
        .copy(&sets.join("runners/sql"), "runners/sql")
        .copy(&sets.join("runners/sql"), "local/sql")
        .write("src/lib.rs", STRICT);
    for folder in ["runners", "local"] {
        package
            .write(&format!("{folder}/runners/001_create_shop.rs"), COMPANION)
            .write(&format!("{folder}/runners/002_fill_users.rs"), RUNNER)
            .write(&format!("{folder}/runners/004_shout.rs"), BATCHED);
    }
    let build = workspace.messages(&["clippy", "--workspace", "--all-targets", "--message-format=json"]);
    let found = build.messages("strict");
    assert!(build.success && found.is_empty(), "{found}{}", build.stderr);
}

#[test]
fn a_warning_is_shown_and_the_crate_is_built() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "warned");
    workspace
        .package("warned")
        .copy(&repository().join("tests/ui/warnings/denied"), "migrations")
        .write("src/lib.rs", "migrations_core::embed_migrations!(\"migrations\");\n");
    let build = workspace.build();
    let found = build.messages("warned");
    assert!(build.success, "{found}{}", build.stderr);
    assert_eq!(found.matches("warning: ").count(), 2, "{found}");
    assert!(found.contains("no `IF NOT EXISTS` here [not-idempotent]"), "{found}");
}
