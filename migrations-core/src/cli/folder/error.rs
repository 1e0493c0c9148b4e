//! What keeps a command from doing its work.

use std::io;
use std::path::Path;

use thiserror::Error;

/// Why a command did nothing, with what to do about it.
#[derive(Debug, Error)]
#[error("{message}")]
pub(crate) struct CommandError {
    message: String,
    help: Vec<String>,
    source: Option<io::Error>,
}

impl CommandError {
    pub(crate) fn new(message: impl Into<String>) -> CommandError {
        CommandError { message: message.into(), help: Vec::new(), source: None }
    }

    /// What the system refuses to do with a file: `failed` is such as `cannot be read`.
    pub(crate) fn io(path: &Path, failed: &str, source: io::Error) -> CommandError {
        let path = path.display().to_string();
        let message = format!("{} {failed}", migrations_text::printable(&path));
        CommandError { message, help: Vec::new(), source: Some(source) }
    }

    /// Adds what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> CommandError {
        self.help.push(help.into());
        self
    }

    /// What to do about it, each one sentence.
    pub(crate) fn helps(&self) -> &[String] {
        &self.help
    }

    /// All of it: the message, the cause, and what to do, a line each.
    #[cfg(test)]
    pub(crate) fn report(&self) -> String {
        let cause = self.source.iter().map(|cause| format!(": {cause}"));
        let help = self.help.iter().map(|help| format!("\n  = help: {help}"));
        let tail: String = cause.chain(help).collect();
        format!("error: {}{tail}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_why_and_what_to_do() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error =
            CommandError::io(Path::new("a\n/b.sql"), "cannot be read", denied).help("make it readable");
        assert_eq!(error.to_string(), "a\\n/b.sql cannot be read");
        assert_eq!(
            error.report(),
            "error: a\\n/b.sql cannot be read: permission denied\n  = help: make it readable"
        );
        assert_eq!(error.helps(), ["make it readable"]);
    }
}
