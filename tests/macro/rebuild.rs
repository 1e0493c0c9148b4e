//! When cargo builds again: with the build script of one line always, without it the generated test tells.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use migrations_tests::crates::{Package, Workspace};

const SQL: &str = "-- Migration: an example.\n-- Dependencies: none\n-- Rollback: nothing is left to undo.\n\n\
                   SELECT 1;\n\n-- @rollback\nSELECT 1;\n";

const RUNNER: &str = "//! Migration: an example.\n//! Dependencies: none\n//! Rollback: irreversible: nothing to undo\n\n\
                      use migrations_core::{Agent, RunnerError};\n\n\
                      pub fn up(_: &mut Agent<'_>) -> Result<(), RunnerError> {\n    Ok(())\n}\n";

fn package(workspace: &Workspace, name: &str) -> Package {
    let package = workspace.package(name);
    package
        .write("src/lib.rs", "migrations_core::embed_migrations!(\"migrations\");\n")
        .write("migrations/sql/schema/001_first.sql", SQL)
        .write("migrations/sql/schema/002_second.sql", SQL);
    package
}

fn is_rebuilt(workspace: &Workspace, package: &Package) -> bool {
    let build = workspace.build();
    assert!(build.success, "{}{}", build.messages(package.name()), build.stderr);
    !build.is_fresh(package.name())
}

#[test]
fn with_a_build_script_of_one_line_cargo_notices_every_change_and_nothing_else() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "watched");
    let package = package(&workspace, "watched");
    package.write("build.rs", "fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }\n");
    let migration = |path: &str| package.path("migrations/sql").join(path);
    let runner = package.path("migrations/runners/005_fill.rs");
    let changes: [(&str, &dyn Fn()); 10] = [
        ("the first build", &|| {}),
        ("a file that is added", &|| fs::write(migration("schema/003_third.sql"), SQL).unwrap()),
        ("a folder that is added", &|| {
            fs::create_dir(migration("data")).unwrap();
            fs::write(migration("data/004_fourth.sql"), SQL).unwrap();
        }),
        ("an edit", &|| {
            fs::write(migration("schema/003_third.sql"), SQL.replace("an example", "another")).unwrap();
        }),
        ("a new name", &|| {
            fs::rename(migration("schema/003_third.sql"), migration("schema/003_last.sql")).unwrap();
        }),
        ("a file that is gone", &|| fs::remove_file(migration("schema/003_last.sql")).unwrap()),
        ("the first runner", &|| {
            fs::create_dir(runner.parent().unwrap()).unwrap();
            fs::write(&runner, RUNNER).unwrap();
        }),
        ("a companion", &|| {
            let companion = package.path("migrations/runners/001_first.rs");
            fs::write(companion, RUNNER.replace("up(", "after(")).unwrap();
        }),
        ("an edit of a runner", &|| fs::write(&runner, RUNNER.replace("Ok(())", "return Ok(());")).unwrap()),
        ("a runner that is gone", &|| fs::remove_file(&runner).unwrap()),
    ];
    for (what, change) in changes {
        change();
        assert!(is_rebuilt(&workspace, &package), "{what} is not noticed");
        assert!(!is_rebuilt(&workspace, &package), "after {what} there is nothing to do, but cargo builds");
    }
}

/// The caches of a package, which cargo may keep several folders for.
fn caches(workspace: &Workspace, package: &Package) -> Vec<PathBuf> {
    let of_package = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.strip_prefix(package.name()).is_some_and(|hash| hash.starts_with('-'))
    };
    let folders =
        fs::read_dir(workspace.target().join("debug/build")).unwrap().map(|entry| entry.unwrap().path());
    let caches =
        folders.filter(|path| of_package(path)).map(|path| path.join("out/migrations-migrations.cache"));
    caches.filter(|cache| cache.exists()).collect()
}

#[test]
fn with_a_build_script_what_was_checked_is_kept_and_believed_only_as_long_as_it_is_true() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "cached");
    let package = package(&workspace, "cached");
    package.write("build.rs", "fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }\n");
    caches(&workspace, &package).iter().for_each(|cache| fs::remove_file(cache).unwrap());
    assert!(is_rebuilt(&workspace, &package));
    let [cache] = &caches(&workspace, &package)[..] else { panic!("a cache in OUT_DIR") };
    let kept = fs::read_to_string(cache).unwrap();
    assert!(kept.contains("001_first.sql") && kept.contains("002_second.sql"), "{kept}");

    package.write("migrations/sql/schema/002_second.sql", SQL.replace("SELECT 1;\n\n", "SELCT 1;\n\n"));
    let build = workspace.build();
    let found = build.messages("cached");
    assert!(!build.success && found.contains("002_second.sql:5:1"), "{found}");
    let kept = fs::read_to_string(cache).unwrap();
    assert!(kept.contains("001_first.sql") && !kept.contains("002_second.sql"), "{kept}");

    fs::write(cache, &kept[..kept.len() / 2]).unwrap();
    package.write("migrations/sql/schema/002_second.sql", SQL);
    assert!(is_rebuilt(&workspace, &package), "with half a cache");
    assert!(!is_rebuilt(&workspace, &package), "that the cache is new is no reason to build");
    assert!(fs::read_to_string(cache).unwrap().contains("002_second.sql"), "it is whole again");
}

#[test]
fn without_it_the_generated_test_fails_when_a_file_was_added() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "stale");
    let package = package(&workspace, "stale");
    let test_program = || {
        workspace
            .messages(&["test", "--workspace", "--no-run", "--message-format=json"])
            .executable("stale")
            .to_owned()
    };
    let built = test_program();
    assert!(run(&built).status.success());

    package.write("migrations/sql/schema/003_third.sql", SQL);
    let output = run(&test_program());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("embedded_migration::is_current"), "{said}");
    assert!(said.contains("the migrations that are compiled in are not those of `migrations`"), "{said}");
    assert!(said.contains("\nsql/schema/003_third.sql is new\n\n"), "{said}");
    assert!(said.contains("fn main() { println!(\"cargo::rerun-if-changed=migrations\"); }"), "{said}");

    package.write("migrations/sql/schema/002_second.sql", SQL.replace("an example", "another"));
    let built = test_program();
    assert!(run(&built).status.success(), "an edit is noticed without a build script");

    fs::remove_file(package.path("migrations/sql/schema/003_third.sql")).unwrap();
    for path in ["runners/004_fill.rs", "archive/schema/001_old.sql", "sql/schema/.hidden.sql"] {
        package.write(&format!("migrations/{path}"), "");
    }
    let said = String::from_utf8(run(&built).stdout).unwrap();
    let differences = "\nrunners/004_fill.rs is new\nsql/schema/003_third.sql is gone\n\n";
    assert!(said.contains(differences), "{said}");
}

#[test]
fn without_it_the_edit_of_a_runner_is_noticed_as_that_of_every_module() {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "edited");
    let package = package(&workspace, "edited");
    let (runner, companion) = ("migrations/runners/005_fill.rs", "migrations/runners/001_first.rs");
    let after = RUNNER.replace("up(", "after(");
    package.write(runner, RUNNER).write(companion, &after);
    for (path, text) in [(runner, RUNNER), (companion, after.as_str())] {
        assert!(is_rebuilt(&workspace, &package) || path == companion);
        assert!(!is_rebuilt(&workspace, &package), "there is nothing to do, but cargo builds");
        package.write(path, text.replace("Ok(())", "return Ok(());"));
        assert!(is_rebuilt(&workspace, &package), "an edit of {path} is not noticed");
    }
}

fn run(test_program: &Path) -> Output {
    Command::new(test_program).env_remove("RUST_BACKTRACE").output().unwrap()
}
