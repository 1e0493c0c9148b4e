//! The passfile: passwords by host, port, database and user.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The lines of a passfile that may be read.
pub(super) struct Passfile {
    /// Bytes, for a password need not be UTF-8.
    text: Vec<u8>,
}

/// For what a password is looked up.
pub(super) struct Login<'a> {
    /// Each a name for the host that a line may have.
    pub(super) hosts: &'a [&'a str],
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

impl Passfile {
    /// The file, if it is there and nobody else can read it; a warning when it is ignored.
    pub(super) fn open(path: &Path) -> Result<Option<Passfile>, String> {
        let Ok(metadata) = fs::metadata(path) else { return Ok(None) };
        let ignored = |why: &str| Err(format!("passfile {} is ignored: {why}", path.display()));
        if !metadata.is_file() {
            return ignored("it is not a plain file");
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            return ignored("others than its owner may use it; `chmod 600` makes it private");
        }
        match fs::read(path) {
            Ok(text) => Ok(Some(Passfile { text })),
            Err(error) => ignored(&error.to_string()),
        }
    }

    /// The password of the first line that fits.
    pub(super) fn password(&self, login: &Login<'_>) -> Option<Vec<u8>> {
        let mut lines = self.text.split(|byte| *byte == b'\n');
        lines
            .find_map(|line| password_in(without_return(line), login))
            .filter(|password| !password.is_empty())
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn password_in(line: &[u8], login: &Login<'_>) -> Option<Vec<u8>> {
    if line.starts_with(b"#") {
        return None;
    }
    let port = login.port.to_string();
    let rest = login.hosts.iter().find_map(|host| after(line, host))?;
    let rest = [&port, login.database, login.user].iter().try_fold(rest, |rest, value| after(rest, value))?;
    Some(unescaped(rest).0)
}

/// What follows a field that is `*` or this value.
fn after<'a>(line: &'a [u8], value: &str) -> Option<&'a [u8]> {
    if let Some(rest) = line.strip_prefix(b"*:") {
        return Some(rest);
    }
    let (field, rest) = unescaped(line);
    let rest = rest.strip_prefix(b":")?;
    (field == value.as_bytes()).then_some(rest)
}

/// A field without its backslashes, and what follows it, with the `:` that ends it.
fn unescaped(line: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut field = Vec::new();
    let mut rest = line;
    loop {
        match rest {
            [] | [b':', ..] => return (field, rest),
            [b'\\', byte, after @ ..] | [byte, after @ ..] => {
                field.push(*byte);
                rest = after;
            }
        }
    }
}
