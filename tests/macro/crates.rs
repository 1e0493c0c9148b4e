//! Crates of their own: a renamed dependency, a crate that forgives nothing.

use migrations_tests::crates::{Workspace, repository};

#[test]
fn the_dependency_may_have_another_name() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "renamed");
    workspace
        .package_with("renamed", "db = { package = \"migrations-core\", path = CORE }")
        .copy(&repository().join("tests/sets/facts"), "migrations")
        .write(
            "src/lib.rs",
            "db::embed_migrations!();\n\
             pub fn run(client: &mut db::postgres::Client) -> Result<(), db::Error> {\n    \
                 Migration::run_all(client).map(drop)\n}\n",
        );
    let build = workspace.build();
    let found = build.messages("renamed");
    assert!(build.success && found.is_empty(), "{found}{}", build.stderr);
}

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
";

#[test]
fn no_lint_finds_anything_in_generated_code() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "strict");
    let sets = repository().join("tests/sets");
    workspace
        .package("strict")
        .copy(&sets.join("facts"), "migrations")
        .copy(&sets.join("names"), "names")
        .copy(&sets.join("empty"), "empty")
        .copy(&sets.join("windows"), "windows")
        .write("src/lib.rs", STRICT);
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
