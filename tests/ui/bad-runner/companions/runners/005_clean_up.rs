use migrations_core::{Agent, RunnerError};

pub fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("shop", "users")
}
