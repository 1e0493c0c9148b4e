//! The splitter and the grammar against PostgreSQL itself: both read a folder of SQL files, and must agree.
//!
//! `MIGRATIONS_CORPUS` names the folder; `tests/corpus/fetch` fills one with PostgreSQL's own tests. Without it the files
//! beside this one and the seeds of the fuzz targets are read, where no disagreement at all is allowed.

#![allow(clippy::unwrap_used)]

mod execution;
mod messages;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use migrations_rules::fuzzing::is_parsed_alike;
use migrations_rules::{Migration, Position, Problem, check};
use migrations_tests::client;
use postgres::Client;
use postgres::error::{DbError, SqlState};

/// How often the server and we agreed, and where we did not.
#[derive(Debug, Default)]
struct Tally {
    files: usize,
    accepted: usize,
    refused: usize,
    commands_of_psql: usize,
    /// Pieces that the server takes for several statements.
    too_coarse: Vec<String>,
    /// Statements that we report and the server accepts.
    false_alarms: Vec<String>,
    /// Statements that the server refuses and we do not report.
    missed: Vec<String>,
    /// Pieces that the server refuses, though it accepts the file.
    too_fine: Vec<String>,
}

#[test]
fn the_server_agrees() {
    let (files, is_own) = corpus();
    let tally = tally(&files);
    println!("{tally:#?}");
    assert_eq!(tally.too_coarse, [""; 0], "a statement's end was not seen");
    assert_eq!(tally.too_fine, [""; 0], "a statement's end was seen where there is none");
    if is_own {
        assert_eq!((tally.false_alarms, tally.missed), (vec![], vec![]));
        return;
    }
    // Other people's corpora hold what no parser but the server's has heard of; some of it is wrong on purpose.
    let share = tally.accepted / 1000;
    assert!(tally.false_alarms.len() <= share, "more than one statement in a thousand is a false alarm");
}

#[test]
fn statements_are_parsed_together_as_each_is_alone() {
    let (corpus, _) = corpus();
    for file in corpus {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(is_parsed_alike(&text), "{}", file.display());
    }
}

/// The files that are read, and whether they are our own.
fn corpus() -> (Vec<PathBuf>, bool) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (files, is_own) = match std::env::var_os("MIGRATIONS_CORPUS") {
        Some(given) => (sql_files(given.as_ref()), false),
        None => {
            let folders =
                [own.clone(), own.join("../../fuzz/seeds/statements"), own.join("../../fuzz/seeds/syntax")];
            (folders.iter().flat_map(|folder| sql_files(folder)).collect(), true)
        }
    };
    assert!(!files.is_empty(), "there is no SQL to read");
    (files, is_own)
}

/// What lies in the folder and below it, sorted.
fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(sql_files(&entry.path()));
        } else if entry.path().extension().is_some_and(|extension| extension == "sql") {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

fn tally(files: &[PathBuf]) -> Tally {
    let folder = std::env::temp_dir().join(format!("migrations-corpus-{}", std::process::id()));
    let mut origins = HashMap::new();
    fs::create_dir_all(folder.join("sql/corpus")).unwrap();
    for (number, file) in files.iter().enumerate() {
        let path = format!("sql/corpus/{number:05}_file{number}.sql");
        // A first statement, for an outer BEGIN and COMMIT to be statements like all others.
        let text = [b"SELECT 1;", fs::read(file).unwrap().as_slice()].concat();
        fs::write(folder.join(&path), text).unwrap();
        origins.insert(path, file);
    }
    let set = check(&folder, "");
    fs::remove_dir_all(folder).unwrap();
    let mut problems: HashMap<&str, Vec<&Problem>> = HashMap::new();
    for problem in &set.problems {
        problems.entry(&problem.path).or_default().push(problem);
    }
    let mut judge = Judge { server: client(), tally: Tally::default() };
    for migration in &set.migrations {
        let problems = problems.remove(migration.path.as_str()).unwrap_or_default();
        judge.file(origins[&migration.path], migration, &problems);
    }
    judge.tally
}

struct Judge {
    server: Client,
    tally: Tally,
}

impl Judge {
    fn file(&mut self, file: &Path, migration: &Migration, problems: &[&Problem]) {
        self.tally.files += 1;
        let mut count = 0;
        let whole_is_accepted = self.refusal(migration.text.as_str()).is_none();
        for statement in &migration.body[1..] {
            let sql = &migration.text[statement.range.clone()];
            if sql.starts_with('\\') {
                self.tally.commands_of_psql += 1;
                continue;
            }
            count += 1;
            let start = migration.text.position(statement.range.start);
            let end = migration.text.position(statement.range.end);
            let reported = problems.iter().find(|problem| is_syntax(problem, start, end));
            let place = format!("{}:{}: {sql:.300}", file.display(), start.line);
            if whole_is_accepted && self.refusal(sql).is_some() {
                self.tally.too_fine.push(place.clone());
            }
            self.statement(sql, reported.map(|problem| problem.message.as_str()), place);
        }
        if let Some(expected) = expected_count(migration.text.as_str()) {
            assert_eq!(count, expected, "the statements of {}", file.display());
        }
    }

    fn statement(&mut self, sql: &str, reported: Option<&str>, place: String) {
        match (self.refusal(sql), reported) {
            (None, None) => self.tally.accepted += 1,
            (Some(_), Some(_)) => self.tally.refused += 1,
            (None, Some(ours)) => self.tally.false_alarms.push(format!("{ours}: {place}")),
            (Some(theirs), None) => self.tally.missed.push(format!("{theirs}: {place}")),
        }
        if self.is_several(sql) {
            self.tally.too_coarse.push(place);
        }
    }

    /// Why the server's grammar refuses the statement. It reads a message to its end before it begins to carry it out:
    /// that ends at the division, and so nothing is.
    fn refusal(&mut self, sql: &str) -> Option<String> {
        let error = self.server.batch_execute(&format!("SELECT 1/0; {sql}")).unwrap_err();
        match error.as_db_error() {
            Some(error) if *error.code() == SqlState::DIVISION_BY_ZERO => None,
            _ => Some(error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)),
        }
    }

    /// Whether the server sees more than one statement. Statements end at semicolons only: when each piece between our
    /// semicolons is one statement, then we found the right ones.
    fn is_several(&mut self, sql: &str) -> bool {
        let several = |error: &DbError| error.message().contains("multiple commands");
        self.server.prepare(sql).err().is_some_and(|error| error.as_db_error().is_some_and(several))
    }
}

/// Whether a problem between two places says that the server will not understand the statement there. What is reported
/// of the statement as a whole as psql's is well-formed: it is a COPY.
fn is_syntax(problem: &Problem, start: Position, end: Position) -> bool {
    match problem.rule.as_ref() {
        "syntax-error" => (start..=end).contains(&problem.position),
        "psql-command" => start < problem.position && problem.position < end,
        _ => false,
    }
}

/// A file may say how many statements it holds, psql's commands not counted.
fn expected_count(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once("-- statements: ")?;
    rest.lines().next()?.trim().parse().ok()
}
