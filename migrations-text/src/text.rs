//! The text of one file, with normalised line ends and positions in it.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// The text of a file: valid UTF-8, no byte order mark, every line end a single `\n`.
///
/// Offsets are bytes into this normalised text; lines and columns are the same as in the file,
/// because normalising only removes characters that no editor counts.
///
/// ```
/// use migrations_text::Text;
///
/// let text = Text::new(b"\xef\xbb\xbfSELECT 1;\r\n".to_vec()).unwrap();
/// assert_eq!(&text[0..9], "SELECT 1;");
/// ```
#[derive(Clone, Default)]
pub struct Text {
    content: String,
    normalised: bool,
    lines: OnceLock<Lines>,
}

/// Where the lines of a text begin: counted when it is first asked, because nobody asks it of a file without problems.
#[derive(Debug, Clone)]
struct Lines {
    starts: Vec<usize>,
    ascii: bool,
}

/// A place in a file: line and column, both counted from 1, the column in characters.
///
/// ```
/// use migrations_text::{Position, Text};
///
/// let text = Text::new("añb".into()).unwrap();
/// assert_eq!(text.position("añ".len()), Position { line: 1, column: 3 }, "the fourth byte");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters (not bytes).
    pub column: usize,
}

impl Text {
    /// Makes a text of the bytes of a file.
    ///
    /// ```
    /// use migrations_text::Text;
    ///
    /// assert!(Text::new(b"SELECT 1;\n".to_vec()).is_ok());
    /// assert!(Text::new(b"\xfc in Latin-1".to_vec()).is_err());
    /// ```
    ///
    /// # Errors
    /// The offset of the first byte that is not UTF-8.
    pub fn new(bytes: Vec<u8>) -> Result<Text, NotUtf8> {
        let raw = String::from_utf8(bytes).map_err(|error| NotUtf8::new(&error))?;
        let without_bom = raw.strip_prefix('\u{feff}').unwrap_or(&raw);
        // One byte is found at once, also where nothing is optimised, as in macros; two are not.
        let has_crlf = without_bom.as_bytes().contains(&b'\r') && without_bom.contains("\r\n");
        let content = if has_crlf {
            without_bom.replace("\r\n", "\n")
        } else if without_bom.len() < raw.len() {
            without_bom.to_owned()
        } else {
            return Ok(Text::from_normalised(raw, false));
        };
        Ok(Text::from_normalised(content, true))
    }

    /// The same of bytes that may be no UTF-8: what is not is replaced.
    pub fn lossy(bytes: &[u8]) -> Text {
        Text::new(String::from_utf8_lossy(bytes).into_owned().into_bytes()).unwrap_or_default()
    }

    fn from_normalised(content: String, normalised: bool) -> Text {
        Text { content, normalised, lines: OnceLock::new() }
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| {
            let ends = self.content.match_indices('\n');
            let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
            Lines { starts, ascii: self.content.is_ascii() }
        })
    }

    /// The whole text.
    ///
    /// ```
    /// # use migrations_text::Text;
    /// assert_eq!(Text::new(b"a\r\nb\r\n".to_vec()).unwrap().as_str(), "a\nb\n");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// Whether the file's bytes differ from this text (it had a byte order mark or CRLF line ends).
    ///
    /// ```
    /// # use migrations_text::Text;
    /// let text = |bytes: &[u8]| Text::new(bytes.to_vec()).unwrap();
    /// assert!(text(b"a\r\n").was_normalised());
    /// assert!(!text(b"a\n").was_normalised());
    /// ```
    pub fn was_normalised(&self) -> bool {
        self.normalised
    }

    /// The number of lines; a last line without a line end counts.
    ///
    /// ```
    /// # use migrations_text::Text;
    /// let text = |bytes: &[u8]| Text::new(bytes.to_vec()).unwrap();
    /// assert_eq!((text(b"a\nb").line_count(), text(b"a\nb\n").line_count()), (2, 2));
    /// ```
    pub fn line_count(&self) -> usize {
        self.lines().starts.len() - usize::from(self.content.is_empty() || self.content.ends_with('\n'))
    }

    /// The bytes of line `line` (counted from 1), its line end not included.
    ///
    /// ```
    /// # use migrations_text::Text;
    /// let text = Text::new(b"SELECT\n  1;\n".to_vec()).unwrap();
    /// assert_eq!(&text[text.line_range(2)], "  1;");
    /// ```
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let (line, starts) = (line.max(1), &self.lines().starts);
        let start = starts.get(line - 1).copied().unwrap_or(self.content.len());
        let end = starts.get(line).map_or(self.content.len(), |next| next - 1);
        start..end.max(start)
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    ///
    /// ```
    /// # use migrations_text::Text;
    /// let text = Text::new("-- naïve\nSELECT 1;\n".into()).unwrap();
    /// let place = text.position(text.as_str().find('1').unwrap());
    /// assert_eq!((place.line, place.column), (2, 8));
    /// ```
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(&self.content, offset);
        let Lines { starts, ascii } = self.lines();
        let line = starts.partition_point(|start| *start <= offset);
        let before = starts[line - 1]..offset;
        // Counting would take quadratic time where many problems stand on one long line.
        let characters = if *ascii { before.len() } else { self.content[before].chars().count() };
        Position { line, column: characters + 1 }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Text { content, normalised, lines: _ } = self;
        f.debug_struct("Text").field("content", content).field("normalised", normalised).finish()
    }
}

impl std::ops::Index<Range<usize>> for Text {
    type Output = str;

    fn index(&self, range: Range<usize>) -> &str {
        &self.content[range]
    }
}

/// The largest character boundary of `text` that is not past `offset`.
pub fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Where a file stops being UTF-8.
///
/// ```
/// let error = migrations_text::Text::new(b"a\nb \xff".to_vec()).unwrap_err();
/// assert_eq!((error.position.line, error.position.column, error.byte), (2, 3, 0xff));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Line and column of the first byte that is not UTF-8.
    pub position: Position,
    /// That byte.
    pub byte: u8,
    /// What stands before it on its line.
    pub line_before: String,
}

impl NotUtf8 {
    fn new(error: &std::string::FromUtf8Error) -> NotUtf8 {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let line_before = before.rsplit('\n').next().unwrap_or_default().to_owned();
        let position =
            Position { line: before.matches('\n').count() + 1, column: line_before.chars().count() + 1 };
        NotUtf8 { position, byte: error.as_bytes()[valid], line_before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> Text {
        Text::new(content.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let text = text("añb\nc\n");
        assert_eq!(text.position(0), Position { line: 1, column: 1 });
        assert_eq!(text.position("añ".len()), Position { line: 1, column: 3 });
        assert_eq!(text.position("añb\n".len()), Position { line: 2, column: 1 });
        assert_eq!(text.position(2), Position { line: 1, column: 2 }, "inside a character: its start");
        assert_eq!(text.position(999), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_and_crlf_are_normalised() {
        let windows = text("\u{feff}a\r\nb\r\n");
        assert_eq!(windows.as_str(), "a\nb\n");
        assert!(windows.was_normalised());
        assert!(!text("a\nb\n").was_normalised());
    }

    #[test]
    fn a_last_line_without_a_line_end_counts() {
        assert_eq!(text("").line_count(), 0);
        assert_eq!(text("a").line_count(), 1);
        assert_eq!(text("a\n").line_count(), 1);
        assert_eq!(text("a\nb").line_count(), 2);
        assert_eq!(&text("a\nbc\n")[text("a\nbc\n").line_range(2)], "bc");
    }

    #[test]
    fn a_broken_byte_is_located() {
        let error = Text::new(b"a\nb \xff c".to_vec()).unwrap_err();
        assert_eq!(error.position, Position { line: 2, column: 3 });
        assert_eq!((error.byte, error.line_before.as_str()), (0xff, "b "));
    }
}
