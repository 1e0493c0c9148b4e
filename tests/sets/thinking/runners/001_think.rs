//! Migration: Think inside the transaction, for as long as the table says.
//! Dependencies: none
//! Rollback: irreversible: it is done for the sake of a test

use std::thread;
use std::time::Duration;

use migrations_core::{Agent, RunnerError};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let thought = agent.query_one("SELECT seconds, is_followed FROM thoughts", &[])?;
    agent.batch("INSERT INTO done DEFAULT VALUES")?;
    thread::sleep(Duration::from_secs_f64(thought.get(0)));
    if thought.get(1) {
        agent.batch("INSERT INTO done DEFAULT VALUES")?;
    }
    Ok(())
}
