//! Splits SQL text into statements, as psql does: at each `;` that lies neither in parentheses nor in
//! the body of an SQL-standard function.

use std::ops::Range;

use crate::escapes;
use crate::token::{Token, TokenKind, tokens};

/// A part of a file that means something, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Statement(Range<usize>),
    /// A line that psql would run itself: `\i file`, `\copy …`, the data behind `COPY … FROM STDIN`.
    Psql(Range<usize>),
    /// A `--` comment that begins its line.
    Comment(Range<usize>),
}

/// Splits `text` into its pieces. A comment for which `ends_statement` holds ends a statement that
/// lacks its `;`.
pub fn scan(text: &str, ends_statement: impl Fn(&str) -> bool) -> Vec<Piece> {
    let mut scanner = Scanner {
        text,
        ends_statement,
        pieces: Vec::new(),
        current: Current::default(),
        data_lies_ahead: true,
    };
    let mut from = 0;
    while let Some(restart) = scanner.run(from) {
        from = restart;
    }
    scanner.end_statement();
    scanner.pieces
}

/// The statements of a text that is no file of migrations, such as a message to a server, without their `;`.
///
/// ```
/// let text = "SELECT ';'; /* nothing */ SELECT 2";
/// assert_eq!(migrations_text::statements(text), [0..10, 26..34]);
/// ```
pub fn statements(text: &str) -> Vec<Range<usize>> {
    ranges(&scan(text, |_| false))
}

/// The statements among the pieces.
pub fn ranges(pieces: &[Piece]) -> Vec<Range<usize>> {
    let statement = |piece: &Piece| match piece {
        Piece::Statement(range) => Some(range.clone()),
        _ => None,
    };
    pieces.iter().filter_map(statement).collect()
}

struct Scanner<'t, F> {
    text: &'t str,
    ends_statement: F,
    pieces: Vec<Piece>,
    current: Current<'t>,
    /// Whether a `\.` may follow; looked for once only, or a file of many COPYs would take quadratic time.
    data_lies_ahead: bool,
}

/// The statement that is being read.
#[derive(Default)]
struct Current<'t> {
    range: Option<Range<usize>>,
    parentheses: usize,
    /// Open `BEGIN ATOMIC` and `CASE` inside one, which their `END`s close.
    blocks: usize,
    previous_word: &'t str,
    first_word: &'t str,
    from_stdin: bool,
    before: escapes::Before,
}

impl<'t, F: Fn(&str) -> bool> Scanner<'t, F> {
    /// Reads tokens from `from` on; answers where to go on when text had to be skipped.
    fn run(&mut self, from: usize) -> Option<usize> {
        for token in tokens(self.text, from) {
            if self.current.before.goes_on(self.text, &token) {
                let (end, _) = escapes::escapes(self.text, token.range.start);
                self.extend(&Token { kind: token.kind, range: token.range.start..end });
                return Some(end);
            }
            match token.kind {
                TokenKind::Whitespace | TokenKind::BlockComment { terminated: true } => {}
                TokenKind::LineComment => self.comment(token),
                TokenKind::Unknown if self.text[token.range.clone()].starts_with('\\') => {
                    return Some(self.psql_line(token.range.start));
                }
                TokenKind::Semi if self.current.parentheses == 0 && self.current.blocks == 0 => {
                    let from_stdin = self.current.from_stdin;
                    self.end_statement();
                    if from_stdin {
                        return Some(self.inline_data(token.range.end));
                    }
                }
                _ => self.extend(&token),
            }
        }
        None
    }

    fn extend(&mut self, token: &Token) {
        let current = &mut self.current;
        let start = current.range.as_ref().map_or(token.range.start, |range| range.start);
        current.range = Some(start..token.range.end);
        match token.kind {
            TokenKind::OpenParen => current.parentheses += 1,
            TokenKind::CloseParen => current.parentheses = current.parentheses.saturating_sub(1),
            TokenKind::Ident => current.word(&self.text[token.range.clone()]),
            TokenKind::Dot => current.previous_word = ".",
            _ => current.previous_word = "",
        }
    }

    fn comment(&mut self, token: Token) {
        let before = self.text[..token.range.start].rsplit('\n').next().unwrap_or_default();
        if before.trim().is_empty() {
            if (self.ends_statement)(&self.text[token.range.clone()]) {
                self.end_statement();
            }
            self.pieces.push(Piece::Comment(token.range));
        }
    }

    fn end_statement(&mut self) {
        if let Some(range) = std::mem::take(&mut self.current).range {
            self.pieces.push(Piece::Statement(range));
        }
    }

    /// A backslash outside quotes is psql's, up to the end of the line.
    fn psql_line(&mut self, start: usize) -> usize {
        self.current = Current::default();
        let end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        self.pieces.push(Piece::Psql(start..end));
        end
    }

    fn inline_data(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let end_of_data = |(at, found): (usize, &str)| {
            let end = at + found.len();
            (rest[end..].is_empty() || rest[end..].starts_with('\n')).then_some(start + end)
        };
        let end = if self.data_lies_ahead { rest.match_indices("\n\\.").find_map(end_of_data) } else { None };
        self.data_lies_ahead = end.is_some();
        let Some(end) = end else { return start };
        self.pieces.push(Piece::Psql(end - "\\.".len()..end));
        end
    }
}

impl<'t> Current<'t> {
    fn word(&mut self, word: &'t str) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        if self.first_word.is_empty() {
            self.first_word = word;
        }
        let follows = |other: &str| self.previous_word.eq_ignore_ascii_case(other);
        let begins_body = is("atomic") && follows("begin") && self.first_word.eq_ignore_ascii_case("create");
        // `AS end` and `a.case` are names.
        let is_name = follows("as") || follows(".");
        if begins_body || self.blocks > 0 && is("case") && !is_name {
            self.blocks += 1;
        } else if self.blocks > 0 && is("end") && !is_name {
            self.blocks -= 1;
        }
        if is("stdin") && follows("from") && self.parentheses == 0 {
            self.from_stdin = self.first_word.eq_ignore_ascii_case("copy");
        }
        self.previous_word = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        scan(text, |comment| comment.starts_with("-- @"))
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Statement(range) => Some(&text[range]),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        assert_eq!(statements("SELECT 1; SELECT 2 ;\n"), ["SELECT 1", "SELECT 2"]);
        assert_eq!(statements("SELECT 1; -- end\nSELECT 2"), ["SELECT 1", "SELECT 2"]);
        assert_eq!(statements(" ;; -- nothing\n"), [""; 0]);
    }

    #[test]
    fn words_of_a_block_count_inside_of_one_only() {
        assert_eq!(statements("SELECT CASE 1; SELECT 2"), ["SELECT CASE 1", "SELECT 2"]);
        assert_eq!(statements("END; SELECT 1"), ["END", "SELECT 1"]);
        assert_eq!(statements("SELECT 1 \u{1}; SELECT 2"), ["SELECT 1 \u{1}", "SELECT 2"]);
    }

    #[test]
    fn a_semicolon_inside_something_does_not() {
        for sql in [
            "SELECT ';', E'\\';', $$;$$, $a$ $$;$$ $a$, \"a;b\", U&'d;'",
            "SELECT 1 /* ; /* ; */ ; */ + 1",
            "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT a.case, 2 AS case FROM a; END",
            "SELECT begin atomic FROM a",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$",
            "SELECT E'a' -- goes on\n 'b\\'; c'",
        ] {
            assert_eq!(statements(&format!("{sql};\nSELECT 9;")), [sql, "SELECT 9"]);
        }
    }

    #[test]
    fn a_comment_that_does_not_end_is_part_of_a_statement() {
        assert_eq!(statements("SELECT 1; /* a\nSELECT 2;\n"), ["SELECT 1", "/* a\nSELECT 2;\n"]);
        assert_eq!(statements("SELECT 1 /* a; /* b */ c"), ["SELECT 1 /* a; /* b */ c"]);
    }

    #[test]
    fn a_byte_order_mark_is_part_of_a_statement() {
        for before in ["", "SELECT 0;\n", "\\i other.sql\n"] {
            for marked in ["\u{feff}SELECT 1", "\u{feff}$a$ + 1", "\u{feff}"] {
                let text = format!("{before}{marked}; SELECT $a$");
                assert!(statements(&text).ends_with(&[marked, "SELECT $a$"]), "{text:?}");
            }
        }
    }

    #[test]
    fn a_section_marker_ends_a_statement_that_lacks_its_semicolon() {
        assert_eq!(statements("SELECT 1\n-- @verify\nSELECT 2"), ["SELECT 1", "SELECT 2"]);
        assert_eq!(statements("SELECT 1\n-- a comment\n+ 2"), ["SELECT 1\n-- a comment\n+ 2"]);
    }

    #[test]
    fn what_is_psqls_is_set_apart() {
        let text = "\\i other.sql\nSELECT 1;\nCOPY t FROM stdin;\n1\tit's\n\\.\nSELECT 2;";
        assert_eq!(statements(text), ["SELECT 1", "COPY t FROM stdin", "SELECT 2"]);
        let psql = scan(text, |_| false).into_iter().filter(|piece| matches!(piece, Piece::Psql(_)));
        assert_eq!(psql.count(), 2);
        let ranges = super::statements("SELECT 1; \\i other.sql\n -- a\n SELECT 2;");
        assert_eq!(ranges, [0..8, 30..38]);
    }

    #[test]
    fn the_data_of_a_copy_ends_with_a_line_of_its_own() {
        assert_eq!(statements("COPY t FROM stdin;\n\\.x;\n\\.\nSELECT 1"), ["COPY t FROM stdin", "SELECT 1"]);
        assert_eq!(statements("COPY t FROM stdin;\nSELECT 1;"), ["COPY t FROM stdin", "SELECT 1"]);
        let query = "COPY (SELECT a FROM stdin) TO '/dev/null'";
        assert_eq!(statements(&format!("{query};\nSELECT 1;\n\\.\n")), [query, "SELECT 1"]);
    }
}
