//! What is written wrongly, and what there is to be seen.

use std::fs::File;
use std::process::{Command, Stdio};

use crate::project::Project;

#[test]
fn wrong_usage_ends_with_two() {
    let project = Project::shop();
    for (arguments, part) in [
        (&["--nonsense"][..], "--nonsense"),
        (&["stauts"], "status"),
        (&["rollback"], "--last"),
        (&["rollback", "--last", "1", "--all"], "cannot be used with"),
        (&["run", "--to", "create_user"], "did you mean `create_users`?"),
        (&["run", "--lock-timeout", "soon"], "soon"),
        (&["explain", "not-idempotnt"], "did you mean `not-idempotent`?"),
        (&["adopt", "alembic"], "refinery"),
    ] {
        let error = project.folder(arguments).failed(2);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
}

#[test]
fn without_a_database_it_says_how_to_name_one() {
    let project = Project::shop();
    for command in ["run", "plan", "status", "verify"] {
        let error = project.without_database(&[command]).failed(1);
        assert!(error.contains("no database is named") && error.contains("DATABASE_URL"), "{error}");
    }
}

#[test]
fn a_database_that_is_not_there_is_said_without_the_password() {
    let project = Project::shop();
    let url = "postgres://ada:s3cret@localhost:1/shop";
    let error = project.without_database(&["status", "--database-url", url]).failed(1);
    assert!(error.contains("no connection to ada@localhost:1/shop"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn a_run_waits_for_a_server_that_is_starting_and_says_so() {
    let project = Project::shop();
    let url = "host=localhost port=1 user=ada";
    let arguments = ["run", "--database-url", url, "--wait-for-lock", "300ms"];
    let error = project.without_database(&arguments).failed(1);
    assert_eq!(error.matches("connecting again: ").count(), 1, "{error}");
    assert!(error.contains("error: no connection to ada@localhost:1/ada: "), "{error}");
}

#[test]
fn colours_are_written_when_they_are_wanted() {
    let project = Project::shop();
    assert!(project.folder(&["explain", "--color", "always"]).done().contains("\u{1b}["));
    assert!(!project.folder(&["explain"]).done().contains("\u{1b}["));
    let program = env!("CARGO_BIN_EXE_folder");
    let said = project.started(program, &["explain"], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]);
    assert!(!said.done().contains("\u{1b}["));
}

#[test]
fn rules_are_explained() {
    let project = Project::empty();
    let all = project.without_database(&["explain"]).done();
    assert_eq!(all.lines().count(), migrations_rules::RULES.len());
    for rule in migrations_rules::RULES {
        let said = project.without_database(&["explain", rule.name]).done();
        assert!(said.contains(rule.problem) && said.contains(rule.solution), "{said}");
    }
}

#[test]
fn a_shell_and_man_are_served() {
    let project = Project::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = project.without_database(&["completions", shell]).done();
        assert!(script.contains("round-trip"), "{script}");
    }
    let page = project.without_database(&["man"]).done();
    assert!(page.contains(".TH") && page.contains("rollback"), "{page}");
}

#[test]
fn whoever_stops_listening_is_no_error_and_a_full_disk_is_one() {
    let explain = |out: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_folder"));
        command.arg("explain").stdin(Stdio::null()).stdout(out).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut closed = explain(Stdio::piped());
    drop(closed.stdout.take());
    let output = closed.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = explain(full.into()).wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("standard output cannot be written: No space left on device"), "{error}");
}
