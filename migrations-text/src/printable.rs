//! Text that others have written, made fit for a terminal: no control characters, nothing that turns the direction of
//! writing.

use std::borrow::Cow;

/// Whether a character does something to a terminal instead of being shown by it.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// The text as one line, in which an unprintable character is shown as Rust would write it: `\n`, `\u{1b}`.
///
/// ```
/// assert_eq!(migrations_text::printable("red: \u{1b}[31m"), r"red: \u{1b}[31m");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_unprintable)
}

/// The same of a text that is not needed any longer.
pub fn into_line(text: String) -> String {
    if text.contains(is_unprintable) { line(&text).into_owned() } else { text }
}

/// The same, with line ends and tabs as they are.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_unprintable(c) && c != '\n' && c != '\t')
}

/// The same text with a sign in the place of each unprintable character; tabs stay.
pub fn masked(text: &str) -> String {
    text.chars()
        .map(|c| if is_unprintable(c) && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

fn escaped(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_bad) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_bad(c) { escaped.extend(c.escape_default()) } else { escaped.push(c) }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(line("a\nb\t\u{1b}[31m"), "a\\nb\\t\\u{1b}[31m");
        assert_eq!(lines("a\nb\t\u{9b}31m\r"), "a\nb\t\\u{9b}31m\\r");
        assert_eq!(masked("a\u{202e}b\tc\0"), "a\u{fffd}b\tc\u{fffd}");
        for plain in ["", "naïve", "日本語", "👩‍🔧", "שלום", "a\\nb"] {
            assert!(matches!(line(plain), Cow::Borrowed(same) if same == plain));
        }
    }
}
