pub fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> { Ok(()) }
pub fn afer() {}
pub async fn verify<T>(self) -> Result<(), RunnerError> {}
