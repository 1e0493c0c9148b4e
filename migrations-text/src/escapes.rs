//! `E'a'`, a line end, `'b\'c'`: to PostgreSQL one string, in whose second part the backslash escapes, too. The lexer sees
//! two strings, and the end of the second too early.

use std::borrow::Cow;
use std::ops::Range;

use crate::token::{Token, TokenKind, tokens};

/// What stands before a token: whether the next string is a part of one with escapes.
#[derive(Default)]
pub struct Before {
    /// Whether the last token but blanks was a string with escapes, or a part of one.
    escaping: bool,
    /// Whether a line end followed.
    line_end: bool,
}

impl Before {
    /// Takes the next token; answers whether it is the next part of a string with escapes.
    pub fn goes_on(&mut self, text: &str, token: &Token) -> bool {
        let written = &text[token.range.clone()];
        match token.kind {
            TokenKind::Whitespace => self.line_end |= written.contains(['\n', '\r']),
            TokenKind::LineComment => {}
            _ if self.escaping && self.line_end && written.starts_with('\'') => {
                self.line_end = false;
                return true;
            }
            _ => {
                let escaping = written.starts_with("E'") || written.starts_with("e'");
                *self = Before { escaping, line_end: false };
            }
        }
        false
    }
}

/// The text of a statement with `_` for each byte of an escape in a string that goes on; all else is in its place.
pub fn masked(sql: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(sql);
    let mut before = Before::default();
    let mut from = if sql.contains('\\') { 0 } else { sql.len() };
    while let Some(part) = tokens(sql, from).find(|token| before.goes_on(sql, token)) {
        let (end, escapes) = escapes(sql, part.range.start);
        for escape in escapes {
            let blank = "_".repeat(escape.len());
            masked.to_mut().replace_range(escape, &blank);
        }
        from = end;
    }
    masked
}

/// The end of the string that begins at `start`, and its escapes.
pub fn escapes(text: &str, start: usize) -> (usize, Vec<Range<usize>>) {
    let mut escapes = Vec::new();
    let mut chars = text[start..].char_indices().map(|(at, c)| (start + at, c)).skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            let end = chars.next().map_or(at + 1, |(at, c)| at + c.len_utf8());
            escapes.push(at..end);
        } else if c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            return (at + 1, escapes);
        }
    }
    (text.len(), escapes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_masked_where_a_string_goes_on() {
        for (text, expected) in [
            (
                "SELECT E'a\\''\n'b\\'; c' -- \\\n 'd\\é;' FROM t",
                "SELECT E'a\\''\n'b__; c' -- \\\n 'd___;' FROM t",
            ),
            ("e'a'\r'\\'''", "e'a'\r'__''"),
            ("SELECT E'a\\'' 'b\\'", "SELECT E'a\\'' 'b\\'"),
            ("SELECT E'a'\n, 'b\\'", "SELECT E'a'\n, 'b\\'"),
            ("SELECT 'a'\n'b\\'", "SELECT 'a'\n'b\\'"),
            ("SELECT E'a'\n'b\\", "SELECT E'a'\n'b_"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
