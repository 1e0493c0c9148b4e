use migrations_core::{Agent, RunnerError};

pub fn befor(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("shop", "users")
}
