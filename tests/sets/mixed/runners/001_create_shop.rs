use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    ensure(!agent.table_exists("shop", "users")?, "there is a shop already")
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.insert("shop", "steps").columns(&["step"]).row(&[&"after"]).execute()?;
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    ensure(agent.count("shop", "steps")? == 1, "a step was done twice, or never")
}
