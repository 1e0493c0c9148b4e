//! Greets the shop.

use migrations_core::{Agent, RunnerError};

pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.log("the shop is open");
    Ok(())
}
