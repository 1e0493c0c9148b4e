//! Text that nobody would write on purpose: no panic, no hang, and time that grows as the text does.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use migrations_rules::{RULES, Set, check};

/// Checks texts, each as a file of one folder.
fn check_all(texts: impl IntoIterator<Item = String>) -> Set {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let unique =
        format!("migrations-hostile-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = Folder(std::env::temp_dir().join(unique));
    fs::create_dir_all(&folder.0).unwrap();
    for (number, text) in texts.into_iter().enumerate() {
        fs::write(folder.0.join(format!("{number:05}_file{number}.sql")), text).unwrap();
    }
    check(&folder.0, "migrations")
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The examples of all rules: some of everything that a file may hold.
fn examples() -> Vec<String> {
    let examples = RULES.iter().flat_map(|rule| rule.bad.iter().chain(rule.ok));
    let files = examples.flat_map(migrations_rules::Example::files);
    let mut texts: Vec<String> = files.filter_map(|(_, bytes)| String::from_utf8(bytes).ok()).collect();
    texts.push(
        "CREATE FUNCTION é() RETURNS int BEGIN ATOMIC SELECT CASE WHEN $1 THEN E'\\';' END; END;\n\
         SELECT $a$ ; $a$, U&\"d!0061\" UESCAPE '!', 0x1F, 1.5e-3 /* /* ; */ */ -- ;\n;\nCOPY t FROM stdin;\n1\n\\.\n"
            .to_owned(),
    );
    texts
}

#[test]
fn every_beginning_of_a_file_is_read() {
    let beginnings = |text: String| {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(3).collect();
        ends.into_iter().map(move |end| text[..end].to_owned())
    };
    let texts: Vec<String> = examples().into_iter().flat_map(beginnings).collect();
    let count = texts.len();
    assert!(count > 1000, "{count}");
    assert_eq!(check_all(texts).migrations.len(), count);
}

#[test]
fn words_may_be_lost_or_doubled() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % limit.max(1) as u64).unwrap()
    };
    let mut texts = Vec::new();
    for example in examples().into_iter().filter(|example| !example.is_empty()) {
        let words: Vec<&str> = example.split_inclusive([' ', '\n', '(', ')', ';', '\'', '$']).collect();
        for _ in 0..20 {
            let mut words = words.clone();
            for _ in 0..3 {
                let (from, to) = (random(words.len()), random(words.len()));
                match random(3) {
                    0 => words.swap(from, to),
                    1 => words.insert(to, words[from]),
                    _ => words[from] = "",
                }
            }
            texts.push(words.concat());
        }
    }
    let count = texts.len();
    assert_eq!(check_all(texts).migrations.len(), count);
}

#[test]
fn deep_nesting_is_read() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("SELECT {}{inner}{};", open.repeat(depth), close.repeat(depth))
    };
    let mut texts = vec![
        "/*".repeat(100_000),
        "EXPLAIN ".repeat(100_000),
        nested("/*", "", "*/ 1", 1) + &nested("/*", " ; ", "*/", 100_000),
        nested("(", "1", ")", 100_000),
        nested("CASE 1 WHEN ", "1", " THEN 1 END", 100_000),
        format!(
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT {} 1 {}; END;",
            "CASE WHEN true THEN".repeat(100_000),
            "END ".repeat(100_000)
        ),
    ];
    // The smaller depth is parsed, the greater is left to the server.
    for depth in [4_000, 200_000] {
        texts.extend([
            nested("(", "1", ")", depth),
            nested("(", "1", "", depth),
            nested("NOT ", "true", "", depth),
            nested("- ", "1", "", depth),
            nested("CASE WHEN true THEN ", "1", " END", depth),
            nested("(SELECT ", "1", ")", depth),
            nested("", "1", " BETWEEN 1", depth),
            nested("", "1", "::int", depth),
            nested("", "1", " UNION SELECT 1", depth),
            nested("ARRAY[", "1", "", depth),
            "CREATE FUNCTION f() BEGIN ATOMIC ".repeat(depth),
        ]);
    }
    for text in texts {
        let started = Instant::now();
        check_all([text.clone()]);
        assert!(started.elapsed() < Duration::from_secs(10), "{:.60}…: {:?}", text, started.elapsed());
    }
}

#[test]
fn what_does_not_end_is_an_error() {
    for text in [
        "SELECT 'a",
        "SELECT E'a\\",
        "SELECT \"a",
        "SELECT U&\"",
        "SELECT 1 /* a",
        "/* a",
        "SELECT $$ a",
        "SELECT $a$ b $b$",
        "SELECT 1 $",
        "SELECT 1\0",
        "SELECT 'a\0'",
        "\0",
        "SELECT 1;\n\u{feff}SELECT 2",
        "\\",
    ] {
        let problems = check_all([text.to_owned()]).problems;
        let found = problems.iter().any(|problem| ["syntax-error", "psql-command"].contains(&&*problem.rule));
        assert!(found, "{text:?}: {problems:#?}");
    }
    for text in
        ["", ";;", "\u{feff}", "\u{feff}\u{feff}", "COPY t FROM stdin", "COPY t FROM stdin;\n\\.", "\r\r\n"]
    {
        check_all([text.to_owned()]);
    }
}

#[test]
fn time_grows_as_the_text_does() {
    let insert = |times: usize| format!("INSERT INTO a VALUES {} (1, 'b');", "(1, 'b'), ".repeat(times));
    let texts: [(&str, &dyn Fn(usize) -> String); 8] = [
        ("statements", &|times| "UPDATE a SET b = lower(c) WHERE d = 5;\n".repeat(times)),
        ("rows", &insert),
        ("problems", &|times| "CREATE TABLE a (b int);\n".repeat(times)),
        ("problems on one line", &|times| "CREATE TABLE a (b int); ".repeat(times)),
        ("COPY without data", &|times| "COPY a FROM stdin;\n".repeat(times)),
        ("COPY with data", &|times| "COPY a FROM stdin;\n1\n\\.\n".repeat(times)),
        ("indexes", &|times| {
            (0..times).map(|n| format!("CREATE INDEX ON a{n} (b);UPDATE a{n} SET b = 1;")).collect()
        }),
        ("comments", &|times| "/* a */ -- b\n".repeat(times)),
    ];
    let time = |text: String| {
        let started = Instant::now();
        check_all([text]);
        started.elapsed()
    };
    for (name, text) in texts {
        let (short, long) = (time(text(500)), time(text(500 * 16)));
        // Ten times the time that is due: a machine that does other things meanwhile is no failure.
        let limit = short * 160 + Duration::from_millis(500);
        assert!(long < limit, "{name}: {short:?}, and 16 times as much takes {long:?}");
    }
}
