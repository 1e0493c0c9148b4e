//! Migration: Fill the users.
//! Dependencies: 001_create_users
//! Rollback: irreversible: they stay

use migrations_core::{Agent, Batch, Cursor, RunnerError};

pub fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.execute("INSERT INTO users VALUES ($1)", &[&1])?;
    Ok(())
}

pub fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> { todo!() }

fn down(agent: Agent) {}
