//! What the compiler prints about a folder that breaks a rule.
//!
//! A case is `<rule>/<case>.rs`; the folder `<rule>/<case>/` beside it becomes the folder `migrations` of a small
//! crate, and `<case>.stderr` is what rustc says about that crate. After a change that is meant, rewrite it with
//! `UI_BLESS=1 cargo test -p migrations-tests --test ui`, and read it as a user would.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use migrations_tests::crates::{Build, Package, Workspace};

struct Case {
    /// Without its extension.
    path: PathBuf,
    package: Package,
}

struct Suite {
    cases: Vec<Case>,
    build: Build,
}

/// All cases, built by one run of cargo.
static SUITE: LazyLock<Suite> = LazyLock::new(|| {
    let workspace = Workspace::new(env!("CARGO_TARGET_TMPDIR"), "ui");
    let cases: Vec<Case> = sources().into_iter().map(|source| Case::new(&workspace, &source)).collect();
    Suite { build: workspace.build(), cases }
});

impl Case {
    fn new(workspace: &Workspace, source: &Path) -> Case {
        let path = source.with_extension("");
        let name = path.strip_prefix(folder()).unwrap().to_string_lossy().replace(['/', '\\', '_'], "-");
        let package = workspace.package(&name);
        package.copy(source, "src/lib.rs");
        if path.is_dir() {
            package.copy(&path, "migrations");
        }
        Case { path, package }
    }

    fn rule(&self) -> String {
        self.path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
    }

    /// What is wrong with what the compiler printed.
    fn complaint(&self, build: &Build) -> Option<String> {
        let printed = format!("{}\n", build.messages(self.package.name()).trim_end());
        let file = self.path.with_extension("stderr");
        if std::env::var_os("UI_BLESS").is_some() {
            fs::write(&file, &printed).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        let shown = file.strip_prefix(folder()).unwrap().display();
        if !printed.lines().any(|line| line.starts_with("error")) {
            return Some(format!("== {shown}: the case compiles\n{printed}"));
        }
        (printed != expected)
            .then(|| format!("== {shown}: expected\n{expected}\n== {shown}: but printed was\n{printed}"))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// The files `<rule>/<case>.rs`, sorted.
fn sources() -> Vec<PathBuf> {
    let files = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let rules = files(folder()).filter(|path| path.is_dir());
    let mut sources: Vec<PathBuf> =
        rules.flat_map(files).filter(|path| path.extension().is_some_and(|it| it == "rs")).collect();
    sources.sort();
    sources
}

#[test]
fn every_case_fails_with_the_words_that_are_committed() {
    let complaints: Vec<String> =
        SUITE.cases.iter().filter_map(|case| case.complaint(&SUITE.build)).collect();
    assert!(complaints.is_empty(), "{}\n{}", complaints.join("\n"), SUITE.build.stderr);
}

#[test]
fn every_rule_has_a_case_that_names_it() {
    for rule in migrations_rules::RULES {
        let mut cases = SUITE.cases.iter().filter(|case| case.rule() == rule.name);
        let names_it =
            |case: &Case| SUITE.build.messages(case.package.name()).contains(&format!("[{}]", rule.name));
        assert!(cases.any(names_it), "{} has no case that it fails", rule.name);
    }
}

#[test]
fn six_mistakes_in_one_folder_are_six_errors_and_nothing_follows_from_them() {
    let printed = SUITE.build.messages("everything-at-once-six-mistakes");
    let errors: Vec<&str> = printed.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(errors.len(), 6, "{printed}");
    assert!(!printed.contains("warning"), "{printed}");
}
