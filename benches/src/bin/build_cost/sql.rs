//! The SQL that is measured: files without a problem, which all tools can apply.

use std::fmt;
use std::fmt::Write;

/// So many files of so many lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) files: usize,
    pub(crate) lines: usize,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {} lines", self.files, self.lines)
    }
}

impl Shape {
    /// The text of a migration: a table, and as many more as there is room for.
    pub(crate) fn text(self, number: usize, comment: &str) -> String {
        let mut sql = format!(
            "-- Migration: Create table {number}.{comment}\n-- Dependencies: none\n-- Rollback: drop the table.\n\n\
             CREATE TABLE IF NOT EXISTS table_{number} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
             name text NOT NULL\n);\n"
        );
        let mut rollback = format!("-- @rollback\nDROP TABLE IF EXISTS table_{number}");
        for part in 0..self.lines.saturating_sub(10) / PART_LINES {
            sql.push_str(&part_of(number, part));
            let _ = write!(rollback, ", part_{number}_{part}");
        }
        sql + &rollback + ";\n"
    }

    /// All bytes of its SQL.
    pub(crate) fn bytes(self) -> u64 {
        (1..=self.files).map(|number| self.text(number, "").len() as u64).sum()
    }
}

const PART_LINES: usize = 9;

fn part_of(number: usize, part: usize) -> String {
    let table = format!("part_{number}_{part}");
    format!(
        "\nCREATE TABLE IF NOT EXISTS {table} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
         code text NOT NULL,\n    label varchar(120) NOT NULL DEFAULT '',\n    \
         amount numeric(12, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0),\n    \
         created_at timestamptz NOT NULL DEFAULT now()\n);\n\
         CREATE INDEX IF NOT EXISTS ix_{table}_code ON {table} (code);\n"
    )
}
