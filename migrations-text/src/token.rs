//! The tokens of SQL: the one module that knows the squawk lexer.

use std::ops::Range;

pub use squawk_lexer::TokenKind;

/// A token of SQL text, white space and comments included.
#[derive(Debug, Clone)]
pub struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

/// At the beginning of a file it says that this is UTF-8; anywhere else it is a letter.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// The tokens of `text` from the byte `from` on; together they cover it without a gap.
pub fn tokens(text: &str, from: usize) -> impl Iterator<Item = Token> + '_ {
    let word = if text[from..].starts_with(BYTE_ORDER_MARK) { word_length(&text[from..]) } else { 0 };
    let marked = (word > 0).then(|| Token { kind: TokenKind::Ident, range: from..from + word });
    let mut at = from + word;
    let others = squawk_lexer::tokenize(&text[at..]).map(move |token| {
        let start = at;
        at += token.len as usize;
        Token { kind: token.kind, range: start..at }
    });
    marked.into_iter().chain(others)
}

/// The bytes of a name that begins with a byte order mark: the lexer would overlook it, to the server it is a letter.
fn word_length(text: &str) -> usize {
    let ends = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' && c != '$';
    text.find(ends).unwrap_or(text.len())
}

/// The keywords and plain names of a text.
pub fn words(sql: &str) -> impl Iterator<Item = &str> {
    tokens(sql, 0).filter(|token| token.kind == TokenKind::Ident).map(|token| &sql[token.range])
}

/// The name of a table (or of anything else) as the server understands it: in lower case, except in quotes.
pub fn table_name(written: &str) -> String {
    let mut name = String::new();
    for (at, part) in written.split('"').enumerate() {
        name.push_str(&if at % 2 == 0 { part.to_lowercase() } else { part.to_owned() });
    }
    let name = name.trim().trim_end_matches('*').trim_end();
    name.strip_prefix("only ").unwrap_or(name).trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_cover_the_text() {
        let sql = "SELECT $$;$$ /* ; */ -- ;\n;";
        let covered: String = tokens(sql, 0).map(|token| &sql[token.range]).collect();
        assert_eq!(covered, sql);
        assert_eq!(tokens(sql, 0).filter(|token| token.kind == TokenKind::Semi).count(), 1);
    }
}
