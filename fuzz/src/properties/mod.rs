//! What holds for every input. The fuzz targets look for inputs for which it does not; an ordinary test runs the seeds and
//! what is close to them.

mod ledger;
mod runner;
mod tree;

use std::ops::Range;
use std::thread;

use migrations_rules::fuzzing::{self, is_unprintable};
use migrations_rules::{Excerpt, Problem, Set, Text, check, render};

pub use ledger::ledger;
pub use runner::runner;

/// A folder, written down as [`tree`] says: it is read without a panic, twice alike, and all that is said has its place.
pub fn folder(data: &[u8]) {
    let tree = tree::Tree::new(data);
    let set = check(tree.root(), "migrations");
    assert_alike(&set, &check(tree.root(), "migrations/"));
    for problem in &set.problems {
        let path = problem.path.strip_prefix("migrations").expect("a path within the folder");
        assert!(path.is_empty() || path.starts_with('/'), "{path:?}");
        assert_shown(problem);
        if let Some(bytes) = tree.read(path.trim_start_matches('/')) {
            assert_within(problem, bytes);
        }
    }
    for (at, migration) in set.migrations.iter().enumerate() {
        let text = migration.text.as_str();
        let rollback = migration.rollback.iter().flatten();
        let verify = migration.verify.iter().map(|verification| &verification.statement);
        let statements = migration.body.iter().chain(verify).chain(rollback);
        statements.for_each(|statement| assert_place(text, &statement.range));
        let earlier = |dependency: &usize| *dependency < at || set.has_errors();
        assert!(migration.dependencies.iter().all(earlier), "{} before what it needs", migration.path);
        let name = migration.path.rsplit('/').next().unwrap_or_default();
        assert_eq!(name.split('.').next(), Some(migration.file_name.stem().as_str()));
    }
}

fn assert_alike(one: &Set, other: &Set) {
    assert_eq!((&one.problems, &one.files), (&other.problems, &other.files));
    let migrations = |set: &Set| {
        let parts =
            set.migrations.iter().map(|migration| (migration.path.clone(), migration.checksum().to_owned()));
        parts.collect::<Vec<_>>()
    };
    assert_eq!((migrations(one), &one.categories), (migrations(other), &other.categories));
}

/// A file's first lines and its directives: every place lies within the text.
pub fn header(data: &[u8]) {
    let text = match Text::new(data.to_vec()) {
        Ok(text) => text,
        Err(broken) => {
            let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
            assert!((1..=lines).contains(&broken.position.line), "{broken:?}");
            return;
        }
    };
    for comment in ["--", "//!"] {
        fuzzing::header(&text, comment).iter().for_each(|place| assert_place(text.as_str(), place));
    }
    let mut last = None;
    for line in 1..=text.line_count() {
        let place = text.line_range(line);
        assert_place(text.as_str(), &place);
        let position = text.position(place.start);
        assert_eq!((position.line, position.column), (line, 1));
        assert!(last.replace(position) < Some(position));
        if let Some(word) = fuzzing::directive(&text[place.clone()], place.start) {
            assert_place(text.as_str(), &word);
            assert!(text[word].starts_with('@'));
        }
    }
}

/// SQL, split: the pieces and what lies between them are the text, a piece is one piece by itself, and to the grammar too.
pub fn statements(data: &[u8]) {
    let Ok(sql) = std::str::from_utf8(data) else { return };
    let pieces = fuzzing::pieces(sql);
    let mut end = 0;
    for (place, is_statement) in &pieces.parts {
        assert_place(sql, place);
        assert!(end <= place.start && !place.is_empty(), "{:?}", pieces.parts);
        // What psql would do with the line before its own command, or with rows, is no statement.
        assert!(!is_statement || fuzzing::is_blank(&sql[end..place.start]), "{:?}", &sql[end..place.start]);
        end = place.end;
    }
    assert!(fuzzing::is_blank(&sql[end..]), "{:?}", &sql[end..]);
    for (place, _) in pieces.parts.iter().filter(|(_, is_statement)| *is_statement) {
        let alone = fuzzing::pieces(&sql[place.clone()]);
        assert_eq!(alone.parts, [(0..place.len(), true)], "{:?}", &sql[place.clone()]);
    }
    assert!(with_stack_for(sql, || fuzzing::is_parsed_alike(sql)), "{sql:?}");
    for comment in &pieces.comments {
        assert_place(sql, comment);
        assert!(sql[comment.clone()].starts_with("--"));
    }
}

/// Text as one statement: tokens cover it, nodes lie in each other, an error lies in the text.
pub fn syntax(data: &[u8]) {
    let Ok(sql) = std::str::from_utf8(data) else { return };
    let mut end = 0;
    for token in fuzzing::tokens(sql) {
        assert_place(sql, &token);
        assert_eq!(token.start, end);
        end = token.end;
    }
    assert_eq!(end, sql.len());
    let shifted = format!("é{sql}");
    let (nodes, error) = with_stack_for(sql, || fuzzing::parse(&shifted, 2..shifted.len()));
    let mut open: Vec<Range<usize>> = Vec::new();
    for (depth, place) in nodes {
        assert_place(&shifted, &place);
        assert!(place.start >= 2);
        open.truncate(depth);
        // A node of nothing, where something is missing, stands behind the space that ends its parent.
        if let Some(parent) = open.last().filter(|_| !place.is_empty()) {
            assert!(parent.start <= place.start && place.end <= parent.end, "{place:?} out of {parent:?}");
        }
        open.push(place);
    }
    if let Some(at) = error {
        assert!(at >= 2);
        assert_place(&shifted, &(at..at));
    }
}

/// A `migrations.toml`: what is not understood has its place and can be shown.
pub fn config(data: &[u8]) {
    let Ok(text) = Text::new(data.to_vec()) else { return };
    let (config, errors) = fuzzing::config(text.as_str());
    assert!(config.max_lines > 0 && (1..=50).contains(&config.ledger_schema.len()), "{config:?}");
    for (place, message) in &errors {
        assert_place(text.as_str(), place);
        let excerpt = Excerpt::new(&text, place.clone(), message.as_str());
        assert!(excerpt.text.get(excerpt.span).is_some());
    }
    assert_eq!(fuzzing::config(text.as_str()), (config, errors));
}

/// Whether a range is a part of the text.
fn assert_place(text: &str, place: &Range<usize>) {
    assert!(text.get(place.clone()).is_some(), "{place:?} in {} bytes", text.len());
}

/// All that is printed of a problem is for a terminal to show, not to obey.
fn assert_shown(problem: &Problem) {
    let printed = [problem.to_string(), render::plain(problem), render::full(problem, false)].concat();
    assert_lines(&printed);
    assert!(!problem.message.contains('\n') && !render::full(problem, true).is_empty(), "{problem:?}");
    if let Some(excerpt) = &problem.excerpt {
        assert_place(&excerpt.text, &excerpt.span);
    }
}

fn assert_lines(text: &str) {
    assert!(!text.contains(|c| is_unprintable(c) && c != '\n'), "{text:?}");
}

fn assert_line(text: &str) {
    assert!(!text.contains(is_unprintable), "{text:?}");
}

/// A problem's line and column are in its file, or right behind its end.
fn assert_within(problem: &Problem, bytes: Vec<u8>) {
    let lossy = String::from_utf8_lossy(&bytes).into_owned();
    let Ok(text) = Text::new(bytes).or_else(|_| Text::new(lossy.into_bytes())) else { return };
    let (line, column) = (problem.position.line, problem.position.column);
    assert!((1..=text.line_count() + 1).contains(&line), "{problem:?}");
    let length = text[text.line_range(line)].chars().count();
    assert!((1..=length + 1).contains(&column), "{problem:?}");
}

/// Does what may nest as deeply as the text is long on the stack that the check gives the parser.
fn with_stack_for<T: Send>(text: &str, work: impl FnOnce() -> T + Send) -> T {
    if text.len() < 400 {
        return work();
    }
    let thread = thread::Builder::new().stack_size(256 * 1024 * 1024);
    thread::scope(|scope| match thread.spawn_scoped(scope, work).map(thread::ScopedJoinHandle::join) {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => panic!("{error}"),
    })
}
