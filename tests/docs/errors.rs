//! The page of the errors is made of their snapshots and of the codes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use migrations_core::fuzzing;

const INTRODUCTION: &str = "\
# Errors

`Display` of `Error` is one line. `Error::report` shows the place in the file, what the server adds, and what to do; `Debug` is the
same, so that a `main` which returns the error prints it:

```text
$report
```

An error inside a function or a `DO` block is traced to its lines as far as these stand in the file that failed; of what stands
elsewhere, the server's own words are quoted, without the literals of queries.

## For programs

The command line gives an error as JSON with `--format json`. Fields are added, never renamed; what is not known is `null`. `kind` is
one of the names below, `places` begins with the place that failed and goes on with the lines that led to it, the innermost
first, and `server` is what PostgreSQL said.

```json
$json
```

## Kinds

| kind | such as |
|---|---|
$kinds
## Codes of the server

What they mean when a migration ends with them. `cargo migrations explain 42P01` says the same.

| code | name | what it means | what to do |
|---|---|---|---|
$codes";

#[test]
fn the_errors_have_their_page() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    let page = INTRODUCTION
        .replace("$report", part("migration-failed/block_misses_a_table.txt", "as a report").trim_end())
        .replace("$json", part("migration-failed/block_misses_a_table.txt", "as JSON").trim_end())
        .replace("$kinds", &kinds())
        .replace("$codes", &codes());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, page, "docs/errors.md is stale; run with UPDATE_DOCS=1");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("errors")
}

/// A part of a snapshot of `tests/errors`.
fn part(snapshot: &str, heading: &str) -> String {
    let text = fs::read_to_string(folder().join(snapshot)).unwrap();
    let (_, behind) = text.split_once(&format!("== {heading}\n")).unwrap();
    behind.split("\n== ").next().unwrap().to_owned()
}

/// Each kind with the line of its first snapshot.
fn kinds() -> String {
    let mut kinds = fuzzing::kinds().to_vec();
    kinds.sort_unstable();
    let mut rows = String::new();
    for kind in kinds {
        let files = fs::read_dir(folder().join(kind)).unwrap();
        let first = files.map(|file| file.unwrap().file_name().into_string().unwrap()).min().unwrap();
        let line = part(&format!("{kind}/{first}"), "in one line");
        writeln!(rows, "| `{kind}` | {} |", line.trim().replace('|', "\\|")).unwrap();
    }
    rows
}

fn codes() -> String {
    let mut rows = String::new();
    for [code, name, meaning, advice] in fuzzing::codes() {
        writeln!(rows, "| {code} | `{name}` | {meaning} | {advice} |").unwrap();
    }
    rows
}
