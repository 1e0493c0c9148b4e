//! The folder as the rules see it: everything read and parsed, nothing judged yet.

use std::collections::{HashMap, HashSet};

use migrations_text::{NotUtf8, Text};

use crate::archived::Archived;
use crate::config::{Config, ConfigError};
use crate::header::Reference;
use crate::migration::Migration;
use crate::name::{BadName, FileName};
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
