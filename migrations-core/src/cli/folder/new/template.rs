//! What stands in a new file. What only its author can say is left open, so that the build fails until he has said it.

/// What is known of the new migration.
pub(super) struct Header {
    pub(super) purpose: String,
    pub(super) dependencies: Vec<String>,
}

impl Header {
    fn lines(&self, comment: &str, quote: &str) -> String {
        let names: Vec<String> =
            self.dependencies.iter().map(|name| format!("{quote}{name}{quote}")).collect();
        let dependencies = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!(
            "{comment} Migration: {}\n{comment} Dependencies: {dependencies}\n{comment} Rollback:\n",
            self.purpose
        )
    }
}

/// Behind `Rollback:` one has to say how; body and rollback are empty, which is an error too.
pub(super) fn sql(header: &Header) -> String {
    let hint =
        "-- Statements that may run twice: CREATE TABLE IF NOT EXISTS, INSERT … ON CONFLICT DO NOTHING.\n";
    format!("{}\n{hint}{SECTIONS}", header.lines("--", ""))
}

pub(super) fn no_transaction(header: &Header) -> String {
    let hint = "-- @no-transaction\n-- One statement that a transaction refuses: CREATE INDEX CONCURRENTLY IF NOT EXISTS, VACUUM.\n";
    format!("{}\n{hint}{SECTIONS}", header.lines("--", ""))
}

const SECTIONS: &str = "
-- @verify
-- Queries that return true when it has worked: SELECT to_regclass('schema.table') IS NOT NULL;

-- @rollback
-- What undoes it: DROP TABLE IF EXISTS.
";

pub(super) fn runner(header: &Header) -> String {
    format!("{}{RUNNER}", header.lines("//!", "`"))
}

pub(super) fn companion() -> &'static str {
    COMPANION
}

const RUNNER: &str = "
use migrations_core::{Agent, RunnerError};

pub fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    compile_error!(\"write what this migration does\")
}

pub fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    compile_error!(\"write what undoes it, or say why nothing can: `Rollback: irreversible: <reason>`\")
}
";

const COMPANION: &str = "use migrations_core::{Agent, RunnerError};

/// Runs after the body of the SQL, in its transaction; `before` and `verify` may stand beside it.
pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    compile_error!(\"write what is done after the SQL\")
}
";
