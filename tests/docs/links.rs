//! Every link from one page to another leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// README.md, CONTRIBUTING.md, CHANGELOG.md, and what lies in `docs`.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|page| root().join(page)).into();
    for folder in ["docs", "docs/rules"] {
        let files = fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().path());
        pages.extend(files.filter(|file| file.extension().is_some_and(|extension| extension == "md")));
    }
    pages
}

/// The lines of a page that are no code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Where the links of a text lead to.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// The anchors of a page, as GitHub makes them of headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// What is wrong with a link of a page.
fn fault(page: &Path, link: &str) -> Option<&'static str> {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { page.to_owned() } else { page.parent()?.join(file) };
    if !target.exists() {
        return Some("there is no such file");
    }
    let is_there = |anchor: &str| anchors(&fs::read_to_string(&target).unwrap()).contains(anchor);
    (!anchor.is_none_or(is_there)).then_some("there is no such heading")
}

#[test]
fn every_link_leads_somewhere() {
    let mut number = 0;
    let mut faults = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        // A link may be broken between two lines.
        let text = prose(&text).collect::<Vec<_>>().join(" ");
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            number += 1;
            faults.extend(fault(&page, link).map(|what| format!("{}: {link}: {what}", page.display())));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(number > 100, "only {number} links are found");
}

#[test]
fn an_anchor_is_made_of_a_heading() {
    for (heading, expected) in [
        ("A statement's place in the queue", "a-statements-place-in-the-queue"),
        ("5. A database of yours", "5-a-database-of-yours"),
        ("`lock_timeout` and others", "lock_timeout-and-others"),
    ] {
        assert_eq!(anchor(heading), expected);
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    assert_eq!(fault(&page, "docs/nothing.md"), Some("there is no such file"));
    assert_eq!(fault(&page, "docs/cli.md#nothing"), Some("there is no such heading"));
    assert_eq!(fault(&page, "docs/cli.md#for-programs"), None);
    assert_eq!(links("a [b](c.md) and [d](e.md#f)"), ["c.md", "e.md#f"]);
}
