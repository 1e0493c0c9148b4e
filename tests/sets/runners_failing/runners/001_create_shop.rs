use migrations_core::{Agent, RunnerError};

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let rows = agent.query("SELECT step FROM shop.steps", &[])?;
    if rows.len() > 1 {
        agent.query("SELECT nothing FROM shop.nowhere", &[])?;
    }
    Ok(())
}
