//! A folder of migrations that changes while the test runs: its files, and the facts that the engine is given.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use migrations_core::__private::Table;

pub(crate) const CATEGORIES: [&str; 2] = ["schema", "data"];

/// What a migration does besides writing down that it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Makes a table.
    Table,
    /// Adds a column to `model.base`.
    Column,
    /// Nothing else.
    Rows,
    /// Builds an index on `model.base`, without a transaction.
    Index,
    /// Drops a table with rows, which are backed up.
    Drop,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// What it is called in the tables of the test, whatever its file is called: `m7`.
    pub(crate) id: usize,
    pub(crate) number: u64,
    pub(crate) category: usize,
    /// How often it was renamed.
    pub(crate) names: u32,
    /// How often it was edited.
    pub(crate) revision: u32,
    pub(crate) kind: Kind,
    /// The ids of the files that it needs.
    pub(crate) needs: Vec<usize>,
    pub(crate) is_irreversible: bool,
    /// Whether its text has named the names to come from the beginning, so that a new name does not change it.
    pub(crate) is_movable: bool,
}

/// How often a movable file can be renamed.
const NAMES: u32 = 4;

impl File {
    pub(crate) fn name(&self) -> String {
        name(self.id, self.names)
    }

    pub(crate) fn stem(&self) -> String {
        format!("{:03}_{}", self.number, self.name())
    }

    /// Whether it runs in a transaction, so that others may come in the same message.
    pub(crate) fn travels(&self) -> bool {
        self.kind != Kind::Index
    }

    /// The other names under which the ledger may know it.
    pub(crate) fn other_names(&self) -> Vec<String> {
        let names = if self.is_movable { 0..NAMES } else { 0..self.names };
        names.filter(|at| *at != self.names).map(|at| name(self.id, at)).collect()
    }

    fn text(&self, files: &[File]) -> String {
        let File { id, revision, kind, .. } = self;
        let needed = files.iter().filter(|file| self.needs.contains(&file.id)).map(File::name);
        let needed: Vec<String> = needed.collect();
        let needed = if needed.is_empty() { "none".to_owned() } else { needed.join(", ") };
        let undoing = if self.is_irreversible { "irreversible: nothing does" } else { "take it back" };
        let old_names: Vec<String> = match self.is_movable {
            true => (0..NAMES).map(|at| name(*id, at)).collect(),
            false => self.other_names(),
        };
        let old_names: String = old_names.iter().map(|old| format!("-- @renamed-from {old}\n")).collect();
        let rollback = match (self.is_irreversible, undo(*kind, *id)) {
            (true, _) => String::new(),
            (false, undo) => format!(
                "\n-- @rollback\nINSERT INTO model.effects (what) VALUES ('-m{id}.{revision}');\n\
                 SELECT model.pass('undo m{id}');\n{undo}"
            ),
        };
        format!(
            "-- Migration: {kind:?} of m{id}.\n-- Dependencies: {needed}\n-- Rollback: {undoing}.\n{old_names}\n{}\
             \n-- @verify\nSELECT model.verified('verify m{id}');\n{rollback}",
            body(*kind, *id, *revision)
        )
    }
}

fn name(id: usize, names: u32) -> String {
    if names == 0 { format!("m{id}") } else { format!("m{id}_{names}") }
}

fn body(kind: Kind, id: usize, revision: u32) -> String {
    let effect = format!("INSERT INTO model.effects (what) VALUES ('+m{id}.{revision}');\n");
    let pass = format!("SELECT model.pass('m{id}');\n");
    match kind {
        Kind::Table => format!("CREATE TABLE IF NOT EXISTS t_m{id} (n int);\n{effect}{pass}"),
        Kind::Column => {
            format!("{effect}{pass}ALTER TABLE model.base ADD COLUMN IF NOT EXISTS c_m{id} int;\n")
        }
        Kind::Rows => format!("{pass}{effect}"),
        Kind::Index => format!(
            "-- @no-transaction\n{effect}CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_m{id} \
             ON model.base (model.passing(n, 'index m{id}'));\n{pass}"
        ),
        Kind::Drop => {
            format!("-- @backup model.stock_m{id}\n{effect}DROP TABLE IF EXISTS model.stock_m{id};\n{pass}")
        }
    }
}

fn undo(kind: Kind, id: usize) -> String {
    match kind {
        Kind::Table => format!("DROP TABLE IF EXISTS t_m{id};\n"),
        Kind::Column => format!("ALTER TABLE model.base DROP COLUMN IF EXISTS c_m{id};\n"),
        Kind::Rows => String::new(),
        Kind::Index => format!("DROP INDEX IF EXISTS model.ix_m{id};\n"),
        Kind::Drop => format!("CREATE TABLE IF NOT EXISTS model.{};\n", stock(id)),
    }
}

/// The definition of the table that the migration of kind [`Kind::Drop`] drops.
pub(crate) fn stock(id: usize) -> String {
    format!("stock_m{id} (n int PRIMARY KEY, said text NOT NULL)")
}

/// The places of the files in the order in which they run.
pub(crate) fn execution_order(files: &[File]) -> Vec<usize> {
    let (mut order, mut placed) = (Vec::new(), HashSet::new());
    while order.len() < files.len() {
        let free = (0..files.len()).filter(|at| {
            !placed.contains(&files[*at].id) && files[*at].needs.iter().all(|id| placed.contains(id))
        });
        let next = free.min_by_key(|at| (files[*at].number, files[*at].category, files[*at].name())).unwrap();
        placed.insert(files[next].id);
        order.push(next);
    }
    order
}

/// A checked folder: its files in execution order, with the checksums of their texts.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    pub(crate) files: Vec<(File, String)>,
    pub(crate) table: &'static Table,
}

/// Where the folder lies on the disk.
pub(crate) struct Disk(PathBuf);

impl Disk {
    pub(crate) fn new() -> Disk {
        let path = std::env::temp_dir().join(format!("model-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Disk(path)
    }

    /// Writes the files and has them checked, as the macro does when a crate is built.
    pub(crate) fn build(&self, files: &[File]) -> Build {
        let root = self.0.join("sql");
        let _ = fs::remove_dir_all(&root);
        for category in CATEGORIES {
            fs::create_dir_all(root.join(category)).unwrap();
        }
        fs::write(self.0.join("migrations.toml"), format!("categories = {CATEGORIES:?}\n")).unwrap();
        for file in files {
            let path = format!("{}/{}.sql", CATEGORIES[file.category], file.stem());
            fs::write(root.join(path), file.text(files)).unwrap();
        }
        checked(&self.0, files)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn checked(root: &Path, files: &[File]) -> Build {
    let set = migrations_rules::check(root, "migrations");
    let errors: Vec<String> =
        set.problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "the folder has errors: {errors:#?}");
    let ordered: Vec<&File> = execution_order(files).into_iter().map(|at| &files[at]).collect();
    let found: Vec<String> =
        set.migrations.iter().map(|migration| migration.file_name.name.clone()).collect();
    assert_eq!(found, ordered.iter().map(|file| file.name()).collect::<Vec<_>>(), "the execution order");
    let checksums = set.migrations.iter().map(|migration| migration.checksum().to_owned());
    Build {
        files: ordered.into_iter().cloned().zip(checksums).collect(),
        table: Table::of_folder(&set, "migrations", "the model"),
    }
}
