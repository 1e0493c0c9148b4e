//! A file of the archive, which is kept to be read.

use std::ops::Range;

use migrations_text::Text;

use crate::header::{Header, Key};
use crate::name::FileName;

/// A file of the archive: its number stays taken, it is never run.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let old = &set.archived[0];
/// assert_eq!(old.path, "archive/schema/001_open_shop.sql");
/// assert_eq!(old.category.as_deref(), Some("schema"), "where 001 stays taken");
/// assert_eq!(old.superseded_by.as_ref().unwrap().stem(), "002_create_shop");
/// ```
#[derive(Debug, Clone)]
pub struct Archived {
    /// The path relative to the root of the folder, `/` between parts.
    pub path: String,
    /// The category in which its number stays taken: the name of the folder that it lies in, unless that is `archive` or
    /// `sql`.
    pub category: Option<String>,
    /// Number and name.
    pub file_name: FileName,
    /// What its line `-- Superseded-by:` names.
    pub superseded_by: Option<FileName>,
    /// The text of the file, line ends normalised; what is not UTF-8 is replaced by `U+FFFD`.
    pub text: Text,
}

impl Archived {
    pub(crate) fn parse(
        path: String,
        category: Option<String>,
        file_name: FileName,
        bytes: &[u8],
    ) -> Archived {
        let superseded_by = Archived::successor_in(bytes).and_then(|range| {
            let written = std::str::from_utf8(&bytes[range]).ok()?;
            FileName::parse(written).ok()
        });
        Archived { path, category, file_name, superseded_by, text: Text::lossy(bytes) }
    }

    /// What its header says the migration was for; empty where it has none.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let archived = &set.archived[0];
    /// // -- Migration: Create the shop as it was first meant.
    /// assert_eq!(archived.purpose(), "Create the shop as it was first meant.");
    /// ```
    pub fn purpose(&self) -> String {
        let comment = if self.path.ends_with(".rs") { "//!" } else { "--" };
        Header::parse(&self.text, comment).value(&self.text, Key::Migration)
    }

    /// Where the line `-- Superseded-by:` in the bytes of a file names a migration, without its category.
    ///
    /// ```
    /// use migrations_rules::Archived;
    ///
    /// let file = b"-- Superseded-by: schema/002_create_shop.\nSELECT 1;\n";
    /// let range = Archived::successor_in(file).unwrap();
    /// assert_eq!(&file[range], b"002_create_shop", "to be written anew when that file gets another name");
    /// ```
    pub fn successor_in(bytes: &[u8]) -> Option<Range<usize>> {
        let mut end = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            if let Some(value) = successor(line) {
                let end = end - (value.len() - value.trim_ascii_end().len());
                let name = value.trim_ascii().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
                let stops = name.iter().rev().take_while(|byte| **byte == b'.').count();
                return Some(end - name.len()..end - stops);
            }
        }
        None
    }
}

/// What stands behind the key, up to the end of the line.
fn successor(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let comment = line.strip_prefix(b"--").or_else(|| line.strip_prefix(b"//!"))?;
    comment.trim_ascii_start().strip_prefix(b"Superseded-by:")
}
