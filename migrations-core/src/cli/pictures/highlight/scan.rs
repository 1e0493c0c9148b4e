//! Where a token ends.

use super::{Language, Token};

/// The first token of a text and its length in bytes; `None` at the end.
pub(super) fn token(text: &str, language: Language) -> Option<(Token, usize)> {
    let first = text.chars().next()?;
    let found = match language {
        Language::Sql => sql(text, first),
        Language::Rust => rust(text, first),
    };
    Some(found.unwrap_or_else(|| common(text, first)))
}

fn sql(text: &str, first: char) -> Option<(Token, usize)> {
    match first {
        '-' if text.starts_with("--") => Some((Token::Comment, line(text))),
        '/' if text.starts_with("/*") => Some((Token::Comment, block_comment(text))),
        '\'' => Some((Token::String, quoted(text, 1, '\'', false))),
        '"' => Some((Token::Other, quoted(text, 1, '"', false))),
        'e' | 'E' if text[1..].starts_with('\'') => Some((Token::String, quoted(text, 2, '\'', true))),
        '$' => dollar(text),
        _ => None,
    }
}

fn rust(text: &str, first: char) -> Option<(Token, usize)> {
    match first {
        '/' if text.starts_with("//") => Some((Token::Comment, line(text))),
        '/' if text.starts_with("/*") => Some((Token::Comment, block_comment(text))),
        '"' => Some((Token::String, quoted(text, 1, '"', true))),
        '\'' => character(text).map(|length| (Token::String, length)),
        'r' => raw_string(text).map(|length| (Token::String, length)),
        _ => None,
    }
}

fn common(text: &str, first: char) -> (Token, usize) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if first.is_ascii_digit() {
        (Token::Number, number(text))
    } else if is_word(first) {
        (Token::Word, text.find(|c| !is_word(c)).unwrap_or(text.len()))
    } else {
        (Token::Other, first.len_utf8())
    }
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Both languages let them lie in each other.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = if rest.starts_with(b"/*") {
            depth += 1;
            2
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Up to the quote that closes it. In SQL a quote that stands twice is a part of the string.
fn quoted(text: &str, start: usize, quote: char, backslash: bool) -> usize {
    let mut characters = text[start..].char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let doubled = |next: &(usize, char)| quote == '\'' && next.1 == quote;
        if backslash && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(doubled).is_none() {
            return start + at + 1;
        }
    }
    text.len()
}

/// A string between `$tag$`, or a parameter.
fn dollar(text: &str) -> Option<(Token, usize)> {
    let rest = &text[1..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 {
        return Some((Token::Number, digits + 1));
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let tag = text.get(..end + 2).filter(|tag| tag.ends_with('$'))?;
    let length = text[tag.len()..].find(tag).map_or(text.len(), |at| at + 2 * tag.len());
    Some((Token::String, length))
}

fn number(text: &str) -> usize {
    let mut before = ' ';
    let ends = |c: char| {
        let goes_on = c.is_ascii_alphanumeric()
            || c == '_'
            || c == '.'
            || (matches!(c, '+' | '-') && matches!(before, 'e' | 'E'));
        before = c;
        !goes_on
    };
    text.find(ends).unwrap_or(text.len())
}

/// A character in quotes; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let mut characters = text[1..].char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        let escaped = text[2..].chars().next()?.len_utf8();
        let close = 2 + escaped + text[2 + escaped..].find('\'')?;
        return (close < 14).then_some(close + 1);
    }
    characters.next().filter(|(_, close)| *close == '\'').map(|(at, _)| at + 2)
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    if !text[1 + hashes..].starts_with('"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    Some(text[start..].find(&close).map_or(text.len(), |at| start + at + close.len()))
}
