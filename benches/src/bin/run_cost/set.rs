//! Sets of migrations that are made while the program runs.

use std::cell::OnceCell;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use migrations_core::__private::{Read, Rows, Table};
use migrations_core::MigrationSet;

use crate::{Result, context};

/// A place in the execution order of our set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(usize);

impl Place {
    pub(crate) fn first() -> Place {
        Place(0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Its table is the one of `Migrator::over`.
impl MigrationSet for Place {
    fn table() -> &'static Table {
        static TABLE: Table = Table {
            rows: Rows::Read(&[]),
            read: Read::new(),
            digest: "",
            ledger_schema: "migrations",
            build: "benches",
            folder: "migrations",
        };
        &TABLE
    }

    fn at(position: usize) -> Place {
        Place(position)
    }

    fn position(self) -> usize {
        self.0
    }
}

/// What each migration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// It creates a table, with an index and a sequence.
    Table,
    /// As good as nothing, where only their number matters.
    Tiny,
}

impl Body {
    pub(crate) fn sql(self, number: usize) -> String {
        match self {
            Body::Table => format!(
                "CREATE TABLE table_{number} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
                 name text NOT NULL\n);"
            ),
            Body::Tiny => format!("SELECT {number};"),
        }
    }

    /// How it is written in an argument.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Body::Table => "table",
            Body::Tiny => "tiny",
        }
    }

    pub(crate) fn of_word(word: &str) -> Body {
        if word == "table" { Body::Table } else { Body::Tiny }
    }

    fn rollback(self, number: usize) -> String {
        match self {
            Body::Table => format!("DROP TABLE table_{number};"),
            Body::Tiny => format!("SELECT {number};"),
        }
    }
}

/// The same migrations for every tool.
pub(crate) struct Set {
    pub(crate) bodies: Vec<String>,
    /// What dbmate reads.
    pub(crate) dbmate: PathBuf,
    ours: PathBuf,
    table: OnceCell<&'static Table>,
}

impl Set {
    /// Writes and reads the folders below `root`.
    pub(crate) fn generate(root: &Path, count: usize, body: Body) -> Result<Set> {
        let root = root.join(format!("{}-{count}", body.word()));
        let (ours, dbmate) = (root.join("ours"), root.join("dbmate"));
        if !root.exists() {
            write(&ours, &dbmate, count, body).map_err(context(format!("writing {}", root.display())))?;
        }
        let bodies = (1..=count).map(|number| body.sql(number)).collect();
        Ok(Set { bodies, dbmate, ours, table: OnceCell::new() })
    }

    /// Our table, as the macro would make it of the folder; it is made when it is first asked for.
    pub(crate) fn table(&self) -> Result<&'static Table> {
        match self.table.get() {
            Some(table) => Ok(table),
            None => read(&self.ours).map(|table| *self.table.get_or_init(|| table)),
        }
    }
}

const HEADER: &str = "-- Migration: One of many.\n-- Dependencies: none\n-- Rollback: see below.\n";

fn write(ours: &Path, dbmate: &Path, count: usize, body: Body) -> std::io::Result<()> {
    let ours = ours.join("sql/schema");
    fs::create_dir_all(&ours)?;
    fs::create_dir_all(dbmate)?;
    for number in 1..=count {
        let (sql, rollback) = (body.sql(number), body.rollback(number));
        let text = format!("{HEADER}\n{sql}\n-- @rollback\n{rollback}\n");
        fs::write(ours.join(format!("{number:05}_{}.sql", name(number))), text)?;
        let text = format!("-- migrate:up\n{sql}\n-- migrate:down\n{rollback}\n");
        fs::write(dbmate.join(format!("{number:05}_{}.sql", name(number))), text)?;
    }
    Ok(())
}

/// The name of a migration, without what makes it a file of one tool or another.
pub(crate) fn name(number: usize) -> String {
    format!("create_number_{number}")
}

fn read(folder: &Path) -> Result<&'static Table> {
    let set = migrations_rules::check(folder, "migrations");
    let errors: Vec<String> =
        set.problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
    match errors.first() {
        Some(first) => {
            Err(format!("the generated folder has {} errors, the first: {first}", errors.len()).into())
        }
        None => Ok(Table::of_folder(&set, "migrations", "benches")),
    }
}
