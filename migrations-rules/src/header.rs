//! The header of a migration: three keys in the comment lines with which the file begins.

use std::ops::Range;

use migrations_text::Text;

use crate::name::FileName;
use crate::suggest;

/// A key of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Migration,
    Dependencies,
    Rollback,
}

impl Key {
    pub(crate) const ALL: [Key; 3] = [Key::Migration, Key::Dependencies, Key::Rollback];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Key::Migration => "Migration",
            Key::Dependencies => "Dependencies",
            Key::Rollback => "Rollback",
        }
    }

    fn parse(word: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|key| key.name() == word)
    }
}

/// What the leading comment lines say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    pub(crate) entries: Vec<Entry>,
    /// Lines that look like a mistyped key, with the key that is probably meant.
    pub(crate) near_misses: Vec<(Range<usize>, Key)>,
}

/// A key with its value, which may go on in lines indented under it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) key_range: Range<usize>,
    /// The parts of the value, one a line, without the white space around them.
    pub(crate) lines: Vec<Range<usize>>,
}

/// A migration that another one names as its dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) range: Range<usize>,
    pub(crate) category: Option<String>,
    /// `None`: not a migration's name at all.
    pub(crate) file_name: Option<FileName>,
}

impl Header {
    /// Reads the lines with which a file begins, each behind `comment`: `--` in SQL, `//!` in Rust.
    pub(crate) fn parse(text: &Text, comment: &str) -> Header {
        let mut header = Header::default();
        for line in 1..=text.line_count() {
            let range = text.line_range(line);
            let content = &text[range.clone()];
            match content.strip_prefix(comment) {
                Some(rest) => header.comment(text, range.end - rest.len()..range.end),
                None if content.trim().is_empty() => {}
                None => break,
            }
        }
        header
    }

    fn comment(&mut self, text: &Text, range: Range<usize>) {
        let comment = &text[range.clone()];
        let value = trimmed(text, range.clone());
        if comment.starts_with("  ") || comment.starts_with('\t') {
            if let Some(entry) = self.entries.last_mut().filter(|_| !value.is_empty()) {
                entry.lines.push(value);
            }
            return;
        }
        let Some((word, _)) = comment.trim_start().split_once(':') else { return };
        let start = value.start;
        let key_range = start..start + word.len();
        match Key::parse(word) {
            Some(key) => {
                let first = trimmed(text, key_range.end + 1..range.end);
                let lines = if first.is_empty() { Vec::new() } else { vec![first] };
                self.entries.push(Entry { key, key_range, lines });
            }
            None => {
                let known = Key::ALL.map(Key::name);
                let meant = suggest::closest(word, known)
                    .or_else(|| known.into_iter().find(|name| name.eq_ignore_ascii_case(word)))
                    .and_then(Key::parse);
                self.near_misses.extend(meant.map(|key| (key_range, key)));
            }
        }
    }

    pub(crate) fn entry(&self, key: Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key as one line; empty when the key is missing.
    pub(crate) fn value(&self, text: &Text, key: Key) -> String {
        let lines = self.entry(key).map_or(&[][..], |entry| &entry.lines);
        lines.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>().join(" ")
    }

    /// The migrations that `Dependencies` names.
    pub(crate) fn dependencies(&self, text: &Text) -> Vec<Reference> {
        let lines = self.entry(Key::Dependencies).map_or(&[][..], |entry| &entry.lines);
        if self.value(text, Key::Dependencies) == "none" {
            return Vec::new();
        }
        lines.iter().flat_map(|line| references(text, line.clone())).collect()
    }
}

impl Reference {
    fn parse(text: &Text, mut range: Range<usize>) -> Reference {
        // In a runner the header is documentation, in which clippy asks for backticks around names.
        let quoted = |name: &str| name.len() > 2 && name.starts_with('`') && name.ends_with('`');
        if quoted(&text[range.clone()]) {
            range = range.start + 1..range.end - 1;
        }
        let written = &text[range.clone()];
        let (category, stem) = match written.rsplit_once('/') {
            Some((category, stem)) => (Some(category.to_owned()), stem),
            None => (None, written),
        };
        Reference { range, category, file_name: FileName::parse(stem).ok() }
    }
}

fn references(text: &Text, line: Range<usize>) -> Vec<Reference> {
    let mut start = line.start;
    let mut references = Vec::new();
    for part in text[line].split(',') {
        let range = trimmed(text, start..start + part.len());
        start += part.len() + 1;
        if !range.is_empty() {
            references.push(Reference::parse(text, range));
        }
    }
    references
}

/// The range without the white space at its ends.
fn trimmed(text: &Text, range: Range<usize>) -> Range<usize> {
    let content = &text[range.clone()];
    let start = range.start + (content.len() - content.trim_start().len());
    let end = range.end - (content.len() - content.trim_end().len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(content: &str) -> (Text, Header) {
        let text = Text::new(content.as_bytes().to_vec()).unwrap();
        let header = Header::parse(&text, "--");
        (text, header)
    }

    #[test]
    fn a_value_goes_on_in_indented_lines() {
        let (text, header) = parsed(
            "-- Migration: Create the schema\n--   and its tables.\n-- Dependencies: 001_a, b/002_c,\n\
             --     d\n-- Rollback: drop it.\n-- A comment.\n\nSELECT 1;\n-- Migration: not a header\n",
        );
        assert_eq!(header.value(&text, Key::Migration), "Create the schema and its tables.");
        assert_eq!(header.value(&text, Key::Rollback), "drop it.");
        let dependencies = header.dependencies(&text);
        let written: Vec<&str> = dependencies.iter().map(|d| &text[d.range.clone()]).collect();
        assert_eq!(written, ["001_a", "b/002_c", "d"]);
        assert_eq!(dependencies[1].category.as_deref(), Some("b"));
        assert_eq!(dependencies[1].file_name.as_ref().unwrap().name, "c");
    }

    #[test]
    fn none_is_no_dependency_and_prose_is_no_name() {
        let (text, header) = parsed("-- Dependencies: none\n");
        assert_eq!(header.dependencies(&text), []);
        let (text, header) = parsed("-- Dependencies: the first one.\n");
        assert_eq!(header.dependencies(&text)[0].file_name, None);
    }

    #[test]
    fn a_header_goes_on_behind_empty_lines_and_ends_before_anything_else() {
        let (text, header) = parsed("\n-- Migration: a\n  \n-- Rollback: b\nSELECT 1;\n-- Dependencies: c\n");
        let found: Vec<&str> = header.entries.iter().map(|entry| &text[entry.key_range.clone()]).collect();
        assert_eq!(found, ["Migration", "Rollback"]);
    }

    #[test]
    fn a_name_may_stand_in_backticks_and_between_blanks() {
        let (text, header) = parsed("-- Dependencies: `001_a` ,  `b/c`, `d, e`, ``, `,\n");
        let found = header.dependencies(&text);
        let written: Vec<&str> = found.iter().map(|reference| &text[reference.range.clone()]).collect();
        assert_eq!(written, ["001_a", "b/c", "`d", "e`", "``", "`"]);
        let names: Vec<&str> =
            found.iter().filter_map(|found| found.file_name.as_ref().map(|name| &*name.name)).collect();
        assert_eq!(names, ["a", "c"]);
    }

    #[test]
    fn a_mistyped_key_is_noticed() {
        let (text, header) = parsed("-- Dependency: none\n-- migration: x\n-- Note: y\n");
        let found: Vec<_> =
            header.near_misses.iter().map(|(range, key)| (&text[range.clone()], *key)).collect();
        assert_eq!(found, [("Dependency", Key::Dependencies), ("migration", Key::Migration)]);
    }
}
