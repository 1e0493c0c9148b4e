//! Stub until merged.
#[derive(Debug, Clone)]
pub(crate) struct Target;
#[derive(Debug, thiserror::Error)]
#[error("none")]
pub(crate) struct ConnectError;
pub(crate) struct Surroundings;
impl Surroundings {
    pub(crate) fn of_process() -> Surroundings {
        Surroundings
    }
}
impl Target {
    pub(crate) fn of_scratch(_: &crate::scratch::Scratch) -> Target {
        Target
    }
    pub(crate) fn find(_: Option<&str>, _: &Surroundings) -> Result<Option<Target>, ConnectError> {
        Ok(None)
    }
    pub(crate) fn connect(&self) -> Result<postgres::Client, postgres::Error> {
        postgres::Client::connect("", postgres::NoTls)
    }
    pub(crate) fn warnings(&self) -> &[String] {
        &[]
    }
}
impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("x")
    }
}
