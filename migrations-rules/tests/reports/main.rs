//! What the rules report and what they leave alone, beside their examples: the place, the words, the help.

#![allow(clippy::unwrap_used)]

mod data_loss;
mod files;
mod idempotence;
mod session;
mod statements;
mod transactions;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use migrations_rules::{Problem, check};

fn problems(files: &[(&str, &str)]) -> Vec<Problem> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let unique =
        format!("migrations-reports-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let root = std::env::temp_dir().join(unique);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, text).unwrap();
    }
    let problems = check(&root, "").problems;
    fs::remove_dir_all(root).unwrap();
    problems
}

fn with_body(body: &str) -> String {
    format!(
        "-- Migration: a.\n-- Dependencies: none\n-- Rollback: nothing is left.\n\n{body}\n\n-- @rollback\nSELECT 1;\n"
    )
}

/// The problems of a migration with this body.
fn of_body(body: &str) -> Vec<Problem> {
    problems(&[("001_a.sql", &with_body(body))])
}

/// What is underlined.
fn marked(problem: &Problem) -> &str {
    problem.excerpt.as_ref().map_or("", |excerpt| &excerpt.text[excerpt.span.clone()])
}

/// One rule reports these parts of the body, and no other rule reports anything.
fn assert_marked(rule: &str, body: &str, parts: &[&str]) {
    let problems = of_body(body);
    assert!(problems.iter().all(|problem| problem.rule == rule), "{body}\n{problems:#?}");
    assert_eq!(problems.iter().map(marked).collect::<Vec<_>>(), parts, "{body}");
}

fn assert_accepted(body: &str) {
    assert_eq!(of_body(body), [], "{body}");
}

/// The help of the only problem.
fn help(body: &str) -> String {
    let problems = of_body(body);
    assert_eq!(problems.len(), 1, "{body}\n{problems:#?}");
    problems[0].help.join("; ")
}
