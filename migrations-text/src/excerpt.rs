//! The lines of a file that something is said about.

use std::ops::Range;

use crate::text::{Text, floor_char_boundary};

/// The lines of a file that a problem is about, and the part of them to underline.
///
/// ```
/// use migrations_text::{Excerpt, Text};
///
/// let text = Text::new(b"SELECT 1;\nSELECT one;\n".to_vec()).unwrap();
/// let excerpt = Excerpt::new(&text, 17..20, "not a number");
/// assert_eq!((excerpt.line, &excerpt.text[excerpt.span]), (2, "one"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the line, counted from 1.
    pub line: usize,
    /// The text of the line, shortened around the marked part when it is very long.
    pub text: String,
    /// The bytes of `text` to underline; empty for a point.
    pub span: Range<usize>,
    /// What is said under the underline; may be empty.
    pub label: String,
}

impl Excerpt {
    const CONTEXT: usize = 80;

    /// The first line of `span` in `text`, with a caret under the part of it that `span` covers.
    ///
    /// ```
    /// use migrations_text::{Excerpt, Text};
    ///
    /// let text = Text::new(b"SELECT\n  one;\n".to_vec()).unwrap();
    /// let excerpt = Excerpt::new(&text, 0..12, "");
    /// assert_eq!(excerpt.text, "SELECT", "the first of two lines");
    /// ```
    pub fn new(text: &Text, span: Range<usize>, label: impl Into<String>) -> Excerpt {
        let number = text.position(span.start).line;
        let line = text.line_range(number);
        let within = |at: usize| at.clamp(line.start, line.end) - line.start;
        Excerpt::of_line(number, &text[line.clone()], within(span.start)..within(span.end), label)
    }

    /// The part of a line around `span`.
    pub fn of_line(number: usize, line: &str, span: Range<usize>, label: impl Into<String>) -> Excerpt {
        let start = floor_char_boundary(line, span.start);
        let from = floor_char_boundary(line, start.saturating_sub(Self::CONTEXT));
        let to = floor_char_boundary(line, start + 2 * Self::CONTEXT);
        let end = floor_char_boundary(line, span.end).clamp(start, to);
        let (mut shown, mut offset) = (String::new(), start - from);
        if from > 0 {
            shown.push('…');
            offset += '…'.len_utf8();
        }
        shown.push_str(&line[from..to]);
        if to < line.len() {
            shown.push('…');
        }
        Excerpt { line: number, text: shown, span: offset..offset + end - start, label: label.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shown part of a line, and what is underlined of it.
    fn shown(line: &str, span: Range<usize>) -> (String, String) {
        let excerpt = Excerpt::of_line(1, line, span, "");
        let marked = excerpt.text[excerpt.span].to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn a_long_line_is_shortened_around_what_is_marked() {
        let (before, after) = ("x".repeat(81), "y".repeat(161));
        let line = format!("{before}mark{after}");
        let (near, behind) = (&before[1..], &after[..156]);
        assert_eq!(shown(&line, 81..85), (format!("…{near}mark{behind}…"), "mark".into()));
        let line = format!("{near}mark{behind}");
        assert_eq!(shown(&line, 80..84), (line.clone(), "mark".into()), "just short enough");
        let long = "z".repeat(200);
        assert_eq!(shown(&long, 0..200), (format!("{}…", &long[..160]), long[..160].to_owned()));
    }

    #[test]
    fn what_is_marked_begins_and_ends_with_a_character_of_the_line() {
        assert_eq!(shown("añb", 2..4), ("añb".into(), "ñb".into()));
        assert_eq!(shown("añb", 2..2), ("añb".into(), String::new()));
        assert_eq!(shown("ab", 1..9), ("ab".into(), "b".into()));
        assert_eq!(shown("ab", 7..9), ("ab".into(), String::new()));
    }

    #[test]
    fn of_several_lines_the_first_is_shown() {
        let text = Text::new(b"SELECT 1;\n  SELECT\n  2;\n".to_vec()).unwrap();
        let excerpt = Excerpt::new(&text, 12..23, "here");
        assert_eq!((excerpt.line, excerpt.text.as_str(), excerpt.span), (2, "  SELECT", 2..8));
        assert_eq!(excerpt.label, "here");
    }
}
