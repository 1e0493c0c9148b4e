//! Each thing that can go wrong.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use postgres::error::{Severity, SqlState};

use super::{Blame, Place};
use crate::report::{Blocker, Holder};

/// The kinds, with the name that each has for programs.
macro_rules! kinds {
    ($($(#[$attribute:meta])* $pattern:pat => $name:literal,)*) => {
        impl Kind {
            /// The name for programs, which stays the same when the words change.
            #[cfg(feature = "cli")]
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $($(#[$attribute])* $pattern => $name,)*
                }
            }
        }

        /// The names of all kinds.
        #[cfg(feature = "fuzzing")]
        pub(crate) const NAMES: &[&str] = &[$($(#[$attribute])* $name,)*];
    };
}

#[derive(Debug)]
pub(crate) enum Kind {
    Database {
        doing: &'static str,
        source: postgres::Error,
    },
    Failed(Failure),
    Connect {
        waited: Duration,
        source: postgres::Error,
    },
    /// Without its source: the client's error repeats a part of the text, which may be one of the password.
    ConnectionString,
    ReadOnly,
    LedgerUntrusted {
        schema: String,
        problem: String,
    },
    Twice {
        name: String,
        other: String,
    },
    StepChanged {
        place: Place,
        number: usize,
        is_finished: bool,
    },
    Unsettled {
        place: Place,
        number: usize,
        finished: String,
        unfinished: String,
    },
    #[cfg(feature = "ctrl-c")]
    Signal(String),
    StoppedBefore {
        stem: &'static str,
    },
    Stopped {
        stem: &'static str,
        rows: u64,
    },
    Irreversible {
        name: String,
        reason: String,
    },
    NeededBy(Vec<String>),
    HalfDone {
        stem: &'static str,
    },
    NotApplied {
        stem: &'static str,
    },
    Changed(Vec<Change>),
    Missing(Vec<String>),
    RenamedSince {
        stem: &'static str,
        name: String,
    },
    PartlyReplaced {
        stem: &'static str,
        applied: Vec<&'static str>,
        missing: Vec<&'static str>,
    },
    NotInSet {
        tool: &'static str,
        entries: Vec<String>,
    },
    ChangedSince {
        tool: &'static str,
        paths: Vec<String>,
    },
    FailedElsewhere {
        tool: &'static str,
        entries: Vec<String>,
    },
    LockWait {
        waited: Duration,
        holder: Option<Holder>,
    },
    Overtaken,
    InTransaction,
    AsyncContext,
    Ledger(refinery_core::Error),
    LedgerContent(String),
    TornEmbedding {
        path: &'static str,
    },
}

kinds! {
    Kind::Database { .. } => "database",
    Kind::Failed(_) => "migration-failed",
    Kind::Connect { .. } => "connect",
    Kind::ConnectionString => "connection-string",
    Kind::ReadOnly => "read-only",
    Kind::LedgerUntrusted { .. } => "ledger-untrusted",
    Kind::Twice { .. } => "applied-twice",
    Kind::StepChanged { .. } => "step-changed",
    Kind::Unsettled { .. } => "unsettled",
    #[cfg(feature = "ctrl-c")]
    Kind::Signal(_) => "signal",
    Kind::StoppedBefore { .. } => "stopped-before",
    Kind::Stopped { .. } => "stopped",
    Kind::Irreversible { .. } => "irreversible",
    Kind::NeededBy(_) => "needed",
    Kind::HalfDone { .. } => "half-done",
    Kind::NotApplied { .. } => "not-applied",
    Kind::Changed(_) => "changed",
    Kind::Missing(_) => "missing",
    Kind::RenamedSince { .. } => "renamed-since",
    Kind::PartlyReplaced { .. } => "partly-replaced",
    Kind::NotInSet { .. } => "not-in-set",
    Kind::ChangedSince { .. } => "changed-since",
    Kind::FailedElsewhere { .. } => "failed-elsewhere",
    Kind::LockWait { .. } => "lock-wait",
    Kind::Overtaken => "overtaken",
    Kind::InTransaction => "in-transaction",
    Kind::AsyncContext => "async-context",
    Kind::Ledger(_) => "ledger",
    Kind::LedgerContent(_) => "ledger-content",
    Kind::TornEmbedding { .. } => "torn-embedding",
}

/// A migration that failed, or its rollback.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) stem: String,
    pub(crate) blame: Blame,
    /// Who held the locks that it waited for.
    pub(crate) blockers: Vec<Blocker>,
    pub(crate) attempts: u32,
    /// What of it was kept all the same, when it does not run in one transaction.
    pub(crate) kept: Option<String>,
    pub(crate) source: Box<dyn StdError + Send + Sync>,
}

impl Kind {
    /// What is behind it.
    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Kind::Database { source, .. } | Kind::Connect { source, .. } => Some(source),
            Kind::Failed(failure) => Some(&*failure.source),
            Kind::Ledger(source) => Some(source),
            _ => None,
        }
    }

    /// The place that it is about.
    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Kind::Failed(failure) => Some(&failure.blame.place),
            Kind::StepChanged { place, .. } | Kind::Unsettled { place, .. } => Some(place),
            _ => None,
        }
    }

    /// The files that it is about as a whole.
    pub(super) fn paths(&self) -> Vec<&str> {
        match self {
            Kind::Changed(changes) => changes.iter().map(|change| change.path).collect(),
            Kind::ChangedSince { paths, .. } => paths.iter().map(String::as_str).collect(),
            Kind::TornEmbedding { path } => vec![path],
            _ => Vec::new(),
        }
    }
}

/// A migration whose file is not the one that was applied.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: &'static str,
}

/// The error of the `postgres` crate among an error and its sources.
pub(crate) fn of_postgres<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e postgres::Error> {
    error.downcast_ref().or_else(|| error.source().and_then(of_postgres))
}

/// Whether a connection is gone after this error. The client's own errors, such as one about a value's type, leave it as
/// it was.
pub(super) fn ends_connection(error: &postgres::Error) -> bool {
    match error.as_db_error() {
        Some(error) => match error.parsed_severity() {
            Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
            // A pooler that leaves it out.
            None => is_of_connections(error.code()),
        },
        None => error.is_closed() || of_system(error).is_some(),
    }
}

/// Whether a code is about connections themselves: the server shuts down or has crashed, or a pooler has lost it.
pub(crate) fn is_of_connections(code: &SqlState) -> bool {
    code.code().starts_with("57P") || code.code().starts_with("08")
}

/// Whether the client could not read how to connect. Nothing but its words tells.
pub(crate) fn is_of_connection_string(error: &postgres::Error) -> bool {
    error.to_string().starts_with("invalid connection string")
}

/// The error of the operating system behind one of the client's.
pub(crate) fn of_system(error: &postgres::Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}
