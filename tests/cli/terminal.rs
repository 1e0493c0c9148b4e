//! The command line on a terminal, where it can ask.

use std::io::{Read, Write};

use migrations_tests::value;
use pty_process::blocking::{Command, open};

use crate::project::Project;

/// What a process writes to a terminal, on which somebody types `typed` when it asks, and with what it ends.
fn on_terminal(project: &Project, arguments: &[&str], typed: &[u8]) -> (i32, String) {
    let (mut terminal, end) = open().unwrap();
    terminal.resize(pty_process::Size::new(40, 100)).unwrap();
    let command = Command::new(env!("CARGO_BIN_EXE_folder")).args(arguments).env_clear();
    let command = command.env("DATABASE_URL", project.url()).env("TERM", "xterm").current_dir(&project.root);
    let mut child = command.spawn(end).unwrap();
    let (mut shown, mut byte, mut is_asked) = (Vec::new(), [0], false);
    // When the process has ended, there is nobody at the other end, which is an error.
    while terminal.read(&mut byte).is_ok_and(|read| read == 1) {
        shown.push(byte[0]);
        if !is_asked && shown.ends_with(b"[y/N] ") {
            terminal.write_all(typed).unwrap();
            is_asked = true;
        }
    }
    (child.wait().unwrap().code().unwrap(), String::from_utf8(shown).unwrap())
}

#[test]
fn what_is_asked_before_a_rollback_decides() {
    let project = Project::shop();
    project.folder(&["run"]).done();
    let applied = || value(&mut project.client(), "SELECT count(*) FROM migrations.history");
    // Yes is said; an empty line, anything else and the end of what is typed are a no.
    for no in ["n\n", "\n", "yesterday\n", "\u{4}"] {
        let (code, shown) = on_terminal(&project, &["rollback", "--last", "1"], no.as_bytes());
        assert!(
            shown.contains("002_create_users") && shown.contains("Take back 1 migration? [y/N] "),
            "{shown}"
        );
        assert!(shown.contains("nothing was changed"), "{shown}");
        assert_eq!((code, applied().as_str()), (1, "2"), "{no:?}: {shown}");
    }
    for (yes, left) in [("y\n", "1"), ("YES\n", "0")] {
        let (code, shown) = on_terminal(&project, &["rollback", "--last", "1"], yes.as_bytes());
        assert!(shown.contains("1 migration taken back"), "{shown}");
        assert_eq!((code, applied().as_str()), (0, left), "{yes:?}: {shown}");
    }
}

#[test]
fn nobody_is_asked_where_yes_is_said() {
    let project = Project::shop();
    let (code, shown) = on_terminal(&project, &["run"], b"");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\u{1b}[32m✓"), "colours where they are seen: {shown:?}");
    let (code, shown) = on_terminal(&project, &["rollback", "--last", "1", "--yes"], b"n\n");
    assert!(!shown.contains("[y/N]") && shown.contains("1 migration taken back"), "{shown}");
    assert_eq!(code, 0, "{shown}");
}
