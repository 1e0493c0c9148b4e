//! How long the macro takes with a very large folder.

use std::fmt::Write;

use migrations_tests::crates::Workspace;

const FILES: usize = 5_000;

/// A file of ten lines, which depends on the one before it.
fn migration(number: usize) -> String {
    let dependency = if number == 1 { "none".to_owned() } else { format!("create_table_{}", number - 1) };
    let mut sql = format!("-- Migration: Create table {number}.\n-- Dependencies: {dependency}\n");
    let _ = write!(
        sql,
        "-- Rollback: drop the table.\nCREATE TABLE IF NOT EXISTS shop.table_{number} (\n    id bigint PRIMARY KEY,\n    \
         name text NOT NULL\n);\nCREATE INDEX IF NOT EXISTS ix_{number} ON shop.table_{number} (name);\n\
         -- @rollback\nDROP TABLE IF EXISTS shop.table_{number};\n"
    );
    sql
}

#[test]
fn five_thousand_files_build() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "size");
    let package = workspace.package("size");
    package
        .write("src/lib.rs", "migrations_core::embed_migrations!(\"migrations\");\n")
        .write("migrations/sql/schema/0001_create_table_1.sql", migration(1));
    assert!(workspace.build().success, "with one file");
    for number in 2..=FILES {
        package.write(
            &format!(
                "migrations/sql/{}/{number:04}_create_table_{number}.sql",
                ["schema", "data"][number % 2]
            ),
            migration(number),
        );
    }
    package.write("src/lib.rs", "migrations_core::embed_migrations!(\"migrations\");\n\n");
    let build = workspace.build();
    println!("cargo build with {FILES} files: {:.1?}", build.took);
    assert!(build.success, "{}{}", build.messages("size"), build.stderr);
    assert!(!build.is_fresh("size"));
}
