//! `BEGIN`, `COMMIT` and their like.

use crate::statement::statements;
use crate::token::words;

/// The first transaction control among these statements, as a word: `COMMIT`.
///
/// ```
/// use migrations_text::transaction_control;
///
/// assert_eq!(transaction_control("SELECT 1; commit;").as_deref(), Some("COMMIT"));
/// assert_eq!(transaction_control("SELECT 'commit';"), None);
/// ```
pub fn first_in(text: &str) -> Option<String> {
    let control = |sql: &str| {
        let mut words = words(sql).map(str::to_ascii_uppercase);
        let first = words.next()?;
        let is_control = match first.as_str() {
            "ABORT" | "BEGIN" | "COMMIT" | "END" | "RELEASE" | "ROLLBACK" | "SAVEPOINT" => true,
            // `PREPARE name AS …` and nothing else begins like the one, nothing like the other.
            "PREPARE" | "START" => words.next()? == "TRANSACTION",
            _ => false,
        };
        is_control.then_some(first)
    };
    statements(text).into_iter().find_map(|range| control(&text[range]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_or_ends_a_transaction_is_control() {
        for (sql, word) in [
            ("start TRANSACTION READ ONLY", Some("START")),
            ("PREPARE TRANSACTION 'a'", Some("PREPARE")),
            ("PREPARE a AS COMMIT", None),
            ("SELECT 1; /* end */ release s", Some("RELEASE")),
            ("SET TRANSACTION READ ONLY", None),
            ("SELECT begin FROM commit", None),
            ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", None),
            ("DO $$ BEGIN COMMIT; END $$; ABORT", Some("ABORT")),
            ("SELECT 1; commit", Some("COMMIT")),
            ("BEGIN", Some("BEGIN")),
            ("/* a */ ROLLBACK; COMMIT", Some("ROLLBACK")),
            ("SELECT 1; SAVEPOINT a; COMMIT", Some("SAVEPOINT")),
            ("SELECT 'COMMIT'; DO $$ BEGIN COMMIT; END $$; PREPARE a AS SELECT 1", None),
            ("PREPARE", None),
            ("", None),
        ] {
            assert_eq!(first_in(sql).as_deref(), word, "{sql}");
        }
    }
}
