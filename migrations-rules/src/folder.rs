//! The folder as the rules see it: everything read and parsed, nothing judged yet.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::config::{Config, ConfigError};
use crate::header::Reference;
use crate::migration::Migration;
use crate::name::{BadName, FileName};
use crate::text::{NotUtf8, Text};
use crate::tree::Misfit;

/// A migrations folder, read.
#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) config: Config,
    pub(crate) config_text: Text,
    pub(crate) config_errors: Vec<ConfigError>,
    /// The categories in the order that decides where numbers tie.
    pub(crate) categories: Vec<String>,
    pub(crate) misfits: Vec<Misfit>,
    pub(crate) bad_names: Vec<(String, BadName)>,
    pub(crate) not_utf8: Vec<(String, NotUtf8)>,
    /// The migrations, in the order of their paths until they are sorted for execution.
    pub(crate) migrations: Vec<Migration>,
    pub(crate) archived: Vec<Archived>,
    /// Rings of migrations that depend on each other.
    pub(crate) cycles: Vec<Vec<usize>>,
}

/// A file of the archive: its number stays taken, it is never run.
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
        Archived { path, category, file_name, superseded_by }
    }

    /// Where the line `-- Superseded-by:` in the bytes of a file names a migration, without its category.
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

/// What a name in `Dependencies` stands for.
pub(crate) enum Resolved {
    Migration(usize),
    Archived(usize),
    Nothing,
}

/// Finds migrations and archived files by name.
pub(crate) struct Index<'f> {
    folder: &'f Folder,
    migrations: HashMap<&'f str, usize>,
    archived: HashMap<&'f str, usize>,
}

impl Folder {
    /// A runner of the archive is a migration of its own, unless it accompanied SQL of the same name.
    pub(crate) fn drop_archived_companions(&mut self, is_sql: impl Fn(&str) -> bool) {
        let is_rust = |archived: &Archived| archived.path.ends_with(".rs");
        let of_sql: HashSet<String> =
            self.archived.iter().filter(|a| !is_rust(a)).map(|a| a.file_name.name.clone()).collect();
        let accompanies = |name: &str| of_sql.contains(name) || is_sql(name);
        self.archived.retain(|archived| !is_rust(archived) || !accompanies(&archived.file_name.name));
    }

    pub(crate) fn index(&self) -> Index<'_> {
        Index {
            folder: self,
            migrations: self
                .migrations
                .iter()
                .enumerate()
                .map(|(at, m)| (m.file_name.name.as_str(), at))
                .collect(),
            archived: self
                .archived
                .iter()
                .enumerate()
                .map(|(at, a)| (a.file_name.name.as_str(), at))
                .collect(),
        }
    }
}

impl Index<'_> {
    pub(crate) fn resolve(&self, reference: &Reference) -> Resolved {
        let Some(file_name) = &reference.file_name else { return Resolved::Nothing };
        let fits = |category: Option<&str>, found: &FileName| {
            (reference.category.is_none() || category.is_none() || reference.category.as_deref() == category)
                && (file_name.number.is_none() || file_name.number == found.number)
        };
        if let Some(&at) = self.migrations.get(file_name.name.as_str()) {
            let found = &self.folder.migrations[at];
            return if fits(Some(&found.category), &found.file_name) {
                Resolved::Migration(at)
            } else {
                Resolved::Nothing
            };
        }
        match self.archived.get(file_name.name.as_str()) {
            Some(&at) => {
                let found = &self.folder.archived[at];
                if fits(found.category.as_deref(), &found.file_name) {
                    Resolved::Archived(at)
                } else {
                    Resolved::Nothing
                }
            }
            None => Resolved::Nothing,
        }
    }
}
