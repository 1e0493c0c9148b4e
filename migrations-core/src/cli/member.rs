//! The set of this process without its type, so that the command line is compiled once and not for every set.

use std::fmt;

use once_cell::sync::OnceCell;

use crate::set::{MigrationSet, Read, Rows, Table};

/// A migration of the set of this process, by its place in the execution order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Member(usize);

static SET: OnceCell<&'static Table> = OnceCell::new();

impl Member {
    /// Says once which set it is.
    pub(crate) fn belong_to(table: &'static Table) {
        let _ = SET.set(table);
    }
}

impl MigrationSet for Member {
    fn table() -> &'static Table {
        static NONE: Table = Table {
            rows: Rows::Read(&[]),
            digest: "",
            ledger_schema: "",
            build: "",
            folder: "",
            read: Read::new(),
        };
        SET.get().copied().unwrap_or(&NONE)
    }

    fn at(position: usize) -> Member {
        Member(position)
    }

    fn position(self) -> usize {
        self.0
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.facts().name)
    }
}
