//! Migration: Try to commit, which is not a runner's to do.
//! Dependencies: 001_create_shop
//! Rollback: irreversible: it never happens

use migrations_core::{Agent, RunnerError};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.execute("INSERT INTO shop.steps (step) VALUES ('lost')", &[])?;
    agent.batch("SELECT 1; COMMIT")
}
