//! Folders that nobody would make on purpose: each entry is refused in words, and nothing is waited for.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use migrations_rules::{Problem, Set, check, render};

const GOOD: &[u8] =
    b"-- Migration: a.\n-- Dependencies: none\n-- Rollback: nothing is left.\n\nSELECT 1;\n\n\
                      -- @rollback\nSELECT 1;\n";

struct Folder(PathBuf);

impl Folder {
    /// A folder with one good migration in its category `schema`.
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let unique =
            format!("migrations-folder-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(unique));
        fs::create_dir_all(folder.at("sql/schema")).unwrap();
        fs::write(folder.at("sql/schema/001_good.sql"), GOOD).unwrap();
        folder
    }

    fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.join(path)
    }

    fn check(&self) -> Set {
        let started = Instant::now();
        let set = check(&self.0, "migrations");
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
        set
    }

    /// What is said when there is one problem, in one line; the good migration is read all the same.
    fn complaint(&self) -> String {
        let set = self.check();
        let shown: Vec<String> = set.problems.iter().map(ToString::to_string).collect();
        assert!(set.migrations.iter().any(|migration| migration.file_name.name == "good"));
        assert_eq!(shown.len(), 1, "{shown:#?}");
        shown.concat()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that is printed of a problem.
fn printed(problem: &Problem) -> String {
    format!("{problem}\n{}\n{}", render::plain(problem), render::full(problem, false))
}

fn assert_harmless(problem: &Problem) {
    let printed = printed(problem);
    let harmful = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!printed.contains(harmful), "{printed:?}");
    let said = [&problem.path, &problem.message].into_iter().chain(&problem.help);
    said.for_each(|said| assert!(!said.contains('\n'), "{said:?}"));
}

const ODD: [&str; 10] = [
    "new\nline",
    "carriage\rreturn",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "bell\u{8}\u{8}\u{7f}",
    "tab\t",
    "\u{202e}lqs.",
    "\u{2066}isolate\u{2069}\u{200f}\u{61c}",
    "line\u{2028}separator",
    "quote'\"`*/ $(x) \\",
];

#[test]
fn odd_names_are_refused_in_words_that_a_terminal_can_show() {
    for odd in ODD {
        for path in [format!("sql/schema/{odd}.sql"), format!("sql/{odd}/001_a.sql"), format!("sql/{odd}")] {
            let folder = Folder::new();
            fs::create_dir_all(folder.at(&path).parent().unwrap()).unwrap();
            fs::write(folder.at(&path), GOOD).unwrap();
            let set = folder.check();
            set.problems.iter().for_each(assert_harmless);
            // A folder may be called what can be shown.
            assert!(!set.problems.is_empty() || odd.starts_with("quote"), "{path:?}");
        }
    }
}

#[test]
fn odd_words_in_a_file_are_quoted_so_that_a_terminal_can_show_them() {
    for odd in ODD {
        let folder = Folder::new();
        let text = format!(
            "-- Migration: {odd}\n-- Dependencies: {odd}, 001_{odd}\n-- Rollbak: {odd}\n\n-- @{odd}\n-- @allow {odd}: {odd}\n\
             \\{odd}\nSELCT {odd} :{odd};\nCREATE TABLE \"{odd}\" (a int);\nDROP TABLE \"{odd}\";\n"
        );
        fs::write(folder.at("sql/schema/002_odd.sql"), text).unwrap();
        let key: String = odd.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
        fs::write(folder.at("migrations.toml"), format!("\"{key}\" = 1\n[rules]\n\"{key}\" = 'deny'\n"))
            .unwrap();
        let set = folder.check();
        assert!(set.problems.len() > 5, "{:#?}", set.problems);
        set.problems.iter().for_each(assert_harmless);
    }
}

#[test]
fn a_name_that_is_not_utf8_is_refused() {
    let folder = Folder::new();
    fs::write(folder.at("sql/schema").join(OsStr::from_bytes(b"002_caf\xe9.sql")), GOOD).unwrap();
    let complaint = folder.complaint();
    assert!(complaint.contains("002_caf\u{fffd}.sql") && complaint.contains("not UTF-8"), "{complaint}");
}

#[test]
fn the_longest_names_are_read() {
    let folder = Folder::new();
    let stem = format!("002_{}", "a".repeat(247));
    fs::write(folder.at(format!("sql/schema/{stem}.sql")), GOOD).unwrap();
    fs::create_dir(folder.at("sql").join("b".repeat(255))).unwrap();
    let set = folder.check();
    assert!(set.problems.is_empty(), "{:#?}", set.problems);
    assert!(set.migrations.iter().any(|migration| migration.file_name.stem() == stem));
}

#[test]
fn links_that_lead_nowhere_or_elsewhere_are_refused() {
    let elsewhere = Folder::new();
    let cases: [(&str, PathBuf, &str); 6] = [
        ("002_self.sql", "002_self.sql".into(), "leads nowhere"),
        ("002_gone.sql", "no_such_file.sql".into(), "leads nowhere"),
        ("002_zero.sql", "/dev/zero".into(), "out of the folder"),
        ("002_up.sql", "..".into(), "link to a folder"),
        ("loop", "../..".into(), "link to a folder"),
        ("002_other.sql", elsewhere.at("sql/schema/001_good.sql"), "out of the folder"),
    ];
    for (name, target, said) in cases {
        let folder = Folder::new();
        symlink(target, folder.at("sql/schema").join(name)).unwrap();
        let complaint = folder.complaint();
        assert!(complaint.contains(&format!("{name}:1:1")) && complaint.contains(said), "{complaint}");
    }
    let folder = Folder::new();
    symlink("b.sql", folder.at("sql/schema/a.sql")).unwrap();
    symlink("a.sql", folder.at("sql/schema/b.sql")).unwrap();
    let said: Vec<String> = folder.check().problems.iter().map(ToString::to_string).collect();
    assert!(said.len() == 2 && said.iter().all(|said| said.contains("leads nowhere")), "{said:#?}");
}

#[test]
fn a_link_within_the_folder_is_a_file() {
    let folder = Folder::new();
    symlink("001_good.sql", folder.at("sql/schema/002_again.sql")).unwrap();
    let set = folder.check();
    assert_eq!((set.problems.len(), set.migrations.len()), (0, 2), "{:#?}", set.problems);
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    for path in ["sql/schema/002_pipe.sql", "runners/003_pipe.rs", "archive/004_pipe.sql", "migrations.toml"]
    {
        let folder = Folder::new();
        let at = folder.at(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(&at).status().unwrap().success());
        let complaint = folder.complaint();
        assert!(complaint.contains("neither a file nor a folder"), "{complaint}");
    }
}

#[test]
fn a_folder_called_like_a_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.at("sql/schema/002_folder.sql")).unwrap();
    assert!(folder.complaint().contains("a folder inside a category"));
    let folder = Folder::new();
    fs::create_dir(folder.at("migrations.toml")).unwrap();
    assert_eq!(folder.check().problems.len(), 0, "beside `sql` lies what its owner likes");
}

#[test]
fn what_must_not_be_read_is_said() {
    let folder = Folder::new();
    let at = folder.at("sql/schema/002_secret.sql");
    fs::write(&at, GOOD).unwrap();
    fs::set_permissions(&at, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything.
    if fs::read(&at).is_err() {
        assert!(folder.complaint().contains("cannot be read"));
    }
}

#[test]
fn a_file_of_100_mb_is_refused_unread_and_one_of_4_mib_is_read() {
    let long = |length: usize| [GOOD, b"SELECT '", "x".repeat(length).as_bytes(), b"';\n"].concat();
    let folder = Folder::new();
    fs::write(folder.at("sql/schema/002_long.sql"), long(100_000_000)).unwrap();
    let started = Instant::now();
    let complaint = folder.complaint();
    assert!(complaint.contains("002_long.sql:1:1: longer than 4 MiB"), "{complaint}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let folder = Folder::new();
    fs::write(folder.at("sql/schema/002_long.sql"), long(4_194_304 - GOOD.len() - 11)).unwrap();
    let set = folder.check();
    assert_eq!((set.problems.len(), set.migrations.len()), (0, 2), "{:#?}", set.problems);
}

#[test]
fn an_archive_may_hold_files_of_any_length() {
    let folder = Folder::new();
    fs::create_dir(folder.at("archive")).unwrap();
    fs::write(folder.at("archive/000_old.sql"), "x".repeat(5_000_000)).unwrap();
    assert_eq!(folder.check().problems, []);
}

#[test]
fn a_byte_that_is_not_utf8_on_a_long_line_is_shown_with_what_is_near() {
    let folder = Folder::new();
    let text = [GOOD, b"SELECT '", "é".repeat(1_000_000).as_bytes(), b"\xff';\n"].concat();
    fs::write(folder.at("sql/schema/002_long.sql"), text).unwrap();
    let set = folder.check();
    assert_eq!(set.problems.len(), 1);
    let printed = printed(&set.problems[0]);
    assert!(printed.len() < 3_000, "{} bytes", printed.len());
    assert!(printed.contains("byte 0xff is not UTF-8") && printed.contains("éé\u{fffd}"), "{printed}");
}

/// A folder in which the good migration stands at these paths, too, checked.
fn set(paths: &[&str]) -> Set {
    let folder = Folder::new();
    for path in paths {
        fs::create_dir_all(folder.at(path).parent().unwrap()).unwrap();
        fs::write(folder.at(path), GOOD).unwrap();
    }
    folder.check()
}

/// What is said about such a folder, one line a problem, with the help.
fn said(paths: &[&str]) -> Vec<String> {
    let said = |problem: &Problem| format!("{problem}: {}", problem.help.join("; "));
    set(paths).problems.iter().map(said).collect()
}

#[test]
fn readmes_and_hidden_files_may_lie_everywhere() {
    for name in ["README", "README.md", "readme.MD", "Readme.txt", ".gitkeep", ".hidden.sql"] {
        let (category, runners) = (format!("sql/schema/{name}"), format!("runners/{name}"));
        assert_eq!(said(&[&category, &runners, name]), [""; 0], "{name}");
    }
}

#[test]
fn what_does_not_belong_is_refused_with_what_to_do() {
    let refused = |path: &str, what: &str, help: &str| {
        assert_eq!(said(&[path]), [format!("migrations/{path}:1:1: {what} [unexpected-file]: {help}")]);
    };
    let move_out = "move other files out of the folder, or give them a name that begins with `.`";
    let other = "a file that does not belong here";
    refused("sql/schema/002_a.SQL", other, "write the extension in lower case: `.sql`");
    refused("sql/notes.md", other, &format!("a migration is a `.sql` file; {move_out}"));
    refused("runners/002_a.RS", other, "write the extension in lower case: `.rs`");
    refused("runners/002_a.py", other, &format!("a runner is a `.rs` file; {move_out}"));
    refused("002_a.sql", "an SQL file beside the folder `sql`", "move it into one of the folders of `sql`");
    refused("002_a.SQL", "an SQL file beside the folder `sql`", "move it into one of the folders of `sql`");
    for (path, what, help) in [
        ("runners/more/a.rs", "a folder among the runners", "`runners` holds `.rs` files only"),
        (
            "Archive/a.sql",
            "`Archive` differs from `archive` only in case",
            "rename it to `archive`: on some file systems the two are the same folder",
        ),
    ] {
        let folder = Path::new(path).parent().unwrap().display();
        assert_eq!(said(&[path]), [format!("migrations/{folder}:1:1: {what} [unexpected-file]: {help}")]);
    }
}

#[test]
fn beside_sql_may_lie_a_whole_crate() {
    let set = set(&["Cargo.toml", "src/002_a.sql", "archive/any/depth/notes.txt", "archive/Old Name.sql"]);
    assert_eq!(set.problems, []);
    assert_eq!((set.categories, set.migrations.len()), (vec!["schema".to_owned()], 1));
}

#[test]
fn without_a_folder_sql_the_categories_lie_in_the_root() {
    let folder = Folder::new();
    fs::rename(folder.at("sql/schema"), folder.at("schema")).unwrap();
    fs::remove_dir(folder.at("sql")).unwrap();
    fs::write(folder.at("002_unnamed.sql"), GOOD).unwrap();
    fs::write(folder.at("notes.md"), GOOD).unwrap();
    let complaint = folder.complaint();
    assert!(
        complaint.starts_with("migrations/notes.md:1:1: a file that does not belong here"),
        "{complaint}"
    );
    let set = folder.check();
    assert_eq!(set.categories, ["", "schema"]);
    assert_eq!(set.files, ["002_unnamed.sql", "schema/001_good.sql"]);
    let migrations: Vec<(&str, &str)> =
        set.migrations.iter().map(|migration| (&*migration.category, &*migration.file_name.name)).collect();
    assert_eq!(migrations, [("schema", "good"), ("", "unnamed")]);
}

#[test]
fn the_archive_keeps_the_numbers_of_a_category_taken() {
    let taken = |path: &str| said(&[path]).iter().any(|said| said.contains("[duplicate-number]"));
    for path in
        ["archive/schema/001_old.sql", "archive/sql/schema/001_old.sql", "archive/schema/sql/001_old.sql"]
    {
        assert!(taken(path), "{path}");
    }
    for path in ["archive/001_old.sql", "archive/data/001_old.sql", "archive/schema/data/001_old.sql"] {
        assert!(!taken(path), "{path}");
    }
}

#[test]
fn a_root_that_is_no_folder_is_the_only_problem() {
    let folder = Folder::new();
    for (path, said) in [
        ("nowhere", "migrations/sql:1:1: there is no such folder [unexpected-file]"),
        ("sql/schema/001_good.sql", "migrations/sql:1:1: a file, not a folder [unexpected-file]"),
    ] {
        let problems: Vec<String> =
            check(&folder.at(path), "migrations/sql//").problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, [said]);
    }
    for name in ["", ".", "./"] {
        let set = check(&folder.at("nowhere"), name);
        assert_eq!(set.problems[0].path, "", "{name}");
    }
}
