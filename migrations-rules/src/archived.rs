//! An SQL file of the archive, which is kept to be read.

use crate::header::{Header, Key};
use crate::name::FileName;
use crate::text::Text;

/// An SQL file of the archive: its number stays taken, it is never run.
#[derive(Debug, Clone)]
pub struct Archived {
    /// The path relative to the root of the folder, `/` between parts.
    pub path: String,
    /// The category in which its number stays taken, if it lies in the folder of one.
    pub category: Option<String>,
    /// Number and name; `None` where the file bears a name that no migration may have.
    pub file_name: Option<FileName>,
    /// What its line `-- Superseded-by:` names.
    pub superseded_by: Option<FileName>,
    /// The text of the file, line ends normalised; what is not UTF-8 is replaced by `U+FFFD`.
    pub text: Text,
}

impl Archived {
    pub(crate) fn parse(
        path: String,
        category: Option<String>,
        file_name: Option<FileName>,
        bytes: &[u8],
    ) -> Archived {
        let text = Text::lossy(bytes);
        Archived { path, category, file_name, superseded_by: successor(text.as_str()), text }
    }

    /// What its header says the migration was for; empty where it has none.
    pub fn purpose(&self) -> String {
        Header::parse(&self.text, "--").value(&self.text, Key::Migration)
    }
}

/// The migration that a line `-- Superseded-by:` names, and nothing else beside it.
fn successor(text: &str) -> Option<FileName> {
    let named =
        text.lines().find_map(|line| line.strip_prefix("--")?.trim().strip_prefix("Superseded-by:"))?;
    let stem = named.trim().rsplit('/').next()?;
    FileName::parse(stem.trim_end_matches('.')).ok()
}
