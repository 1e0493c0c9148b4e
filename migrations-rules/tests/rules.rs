//! Every rule against its own examples: what is bad is reported, by that rule; what is ok is not reported at all.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use migrations_rules::{Example, Problem, RULES, Rule, check};

/// A folder that is removed when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let unique =
            format!("migrations-rules-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(unique));
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    fn of(example: &Example) -> Folder {
        let folder = Folder::new();
        example.files().iter().for_each(|(path, bytes)| folder.write(path, bytes));
        folder
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn problems(&self) -> Vec<Problem> {
        check(&self.0, "migrations").problems
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn report(rule: &Rule, example: &Example, problems: &[Problem]) -> String {
    let problems: Vec<String> = problems.iter().map(migrations_rules::render::plain).collect();
    format!("rule {}, example {example:?}\n{}", rule.name, problems.join("\n"))
}

#[test]
fn bad_examples_are_reported_by_their_rule_and_by_no_other() {
    for rule in RULES {
        assert!(!rule.bad.is_empty(), "{} has no bad example", rule.name);
        for example in rule.bad {
            let problems = Folder::of(example).problems();
            assert!(
                problems.iter().any(|problem| problem.rule == rule.name),
                "{}",
                report(rule, example, &problems)
            );
            let others = problems.iter().filter(|problem| problem.rule != rule.name);
            assert_eq!(others.count(), 0, "{}", report(rule, example, &problems));
        }
    }
}

#[test]
fn ok_examples_are_not_reported_at_all() {
    for rule in RULES {
        assert!(!rule.ok.is_empty(), "{} has no ok example", rule.name);
        for example in rule.ok {
            let problems = Folder::of(example).problems();
            assert!(problems.is_empty(), "{}", report(rule, example, &problems));
        }
    }
}
