//! Every `--help`, as it is read. After a change that is meant: `HELP_BLESS=1 cargo test -p migrations-tests --test cli help`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::project::Project;

/// The commands, as the help of the program lists them.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names =
        listed.filter_map(|line| line.split_whitespace().next()).filter(|name| !name.starts_with('-'));
    names.map(str::to_owned).collect()
}

#[test]
fn every_help_is_the_one_that_was_read() {
    let project = Project::empty();
    let whole = project.without_database(&["--help"]).done();
    let commands = commands(&whole);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/help");
    let mut known = BTreeSet::from(["cargo-migrations.txt".to_owned()]);
    compare(&folder.join("cargo-migrations.txt"), &whole);
    for command in &commands {
        let help = project.without_database(&[command, "--help"]).done();
        assert_eq!(help, project.without_database(&[command, "-h"]).done(), "{command}: -h");
        assert!(help.lines().all(|line| line.chars().count() <= 110), "{command}: a line is too long");
        compare(&folder.join(format!("{command}.txt")), &help);
        known.insert(format!("{command}.txt"));
    }
    let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), known, "a help of a command that is not there");
}

#[test]
fn the_help_lists_every_command() {
    let project = Project::empty();
    let listed = commands(&project.without_database(&["--help"]).done());
    let completions = project.without_database(&["completions", "fish"]).done();
    let offered =
        completions.lines().filter(|line| line.contains("_needs_command") && line.contains(" -a \""));
    let offered = offered.filter_map(|line| line.split(" -a \"").nth(1)?.split('"').next());
    let offered = offered.filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    assert_eq!(listed.iter().map(String::as_str).collect::<BTreeSet<_>>(), offered.collect());
}

fn compare(file: &Path, said: &str) {
    if std::env::var_os("HELP_BLESS").is_some() {
        return fs::write(file, said).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(said, expected, "{}", file.display());
}
