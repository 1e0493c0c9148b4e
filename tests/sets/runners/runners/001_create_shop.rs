use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    ensure(!agent.table_exists("shop", "users")?, "there is a shop already")
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("shop", "users")?;
    agent.verify_column("shop", "users", "email")?;
    agent.insert("shop", "steps").columns(&["step"]).row(&[&"after"]).execute()?;
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let steps = agent.count("shop", "steps")?;
    ensure(steps == 2, format!("{steps} steps instead of 2"))
}
