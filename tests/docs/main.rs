//! The pages of the rules are made of the rules, and that of the errors of the errors:
//! `UPDATE_DOCS=1 cargo test -p migrations-tests --test docs`.

#![allow(clippy::unwrap_used)]

mod errors;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use migrations_rules::{Example, RULES, Rule, check, render};

mod ci;
mod links;

#[test]
fn every_rule_has_its_page_and_every_page_its_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
    let mut pages: Vec<(String, String)> =
        RULES.iter().map(|rule| (format!("{}.md", rule.name), page(rule))).collect();
    pages.push(("README.md".to_owned(), index()));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::remove_dir_all(&folder).unwrap_or_default();
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let written = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(&written, text, "docs/rules/{name} is stale; run with UPDATE_DOCS=1");
    }
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        pages.len(),
        "a page without a rule lies in docs/rules"
    );
}

fn index() -> String {
    let mut text = String::from(
        "# The rules\n\n\
         `cargo build` checks them, all at once. A rule's level is `allow`, `warn` or `deny`: set it for the whole folder \
         under `[rules]` in `migrations.toml`, or allow it in one file with `-- @allow rule: reason`. What is marked \
         *always* cannot be set: without it there is no set that could be run.\n\n\
         | rule | level | what it says |\n|---|---|---|\n",
    );
    for rule in RULES {
        writeln!(text, "| [{name}]({name}.md) | {} | {} |", level(rule), rule.summary, name = rule.name)
            .unwrap();
    }
    text
}

fn level(rule: &Rule) -> String {
    if rule.fixed { "always deny".to_owned() } else { rule.level.to_string() }
}

fn page(rule: &Rule) -> String {
    let mut text = format!("# {}\n\n**{}.** Level: {}.\n", rule.name, capitalised(rule.summary), level(rule));
    write!(text, "\n## Problem\n\n{}\n\n## Solution\n\n{}\n", rule.problem, rule.solution).unwrap();
    text.push_str("\n## Breaks the rule\n");
    for example in rule.bad {
        let shown = shown(example);
        writeln!(text, "\n{shown}\n```text\n{}\n```", message(rule, example)).unwrap();
    }
    text.push_str("\n## Satisfies it\n");
    for example in rule.ok {
        writeln!(text, "\n{}", shown(example)).unwrap();
    }
    text
}

fn shown(example: &Example) -> String {
    match example {
        Example::Body(body) => format!("```sql\n{body}\n```\n"),
        Example::Files(files) => {
            let blocks = files.iter().map(|(path, bytes)| {
                let language = match path.rsplit('.').next() {
                    Some("toml") => "toml",
                    Some("rs") => "rust",
                    _ => "sql",
                };
                let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\u{feff}', "");
                let text = text.trim_end();
                if text.is_empty() {
                    format!("`{path}`\n")
                } else {
                    format!("`{path}`\n```{language}\n{text}\n```\n")
                }
            });
            blocks.collect::<Vec<_>>().join("\n")
        }
    }
}

/// What the check says about an example.
fn message(rule: &Rule, example: &Example) -> String {
    let folder = Folder::of(example);
    let problems = check(&folder.0, "migrations").problems;
    let shown: Vec<String> = problems
        .iter()
        .filter(|problem| problem.rule == rule.name)
        .map(|problem| render::full(problem, false))
        .collect();
    shown.join("\n\n")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

struct Folder(PathBuf);

impl Folder {
    fn of(example: &Example) -> Folder {
        let folder = Folder(std::env::temp_dir().join(format!("migrations-docs-{}", std::process::id())));
        for (path, bytes) in example.files() {
            let path = folder.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
