//! What a process finds around itself: the environment, `.env`, folders, the user.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::{ConnectError, Given, Origin};

/// What a process finds around itself, as plain data: so a test need not change its own process.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The environment variables.
    pub environment: BTreeMap<String, OsString>,
    /// Where `.env` is looked for first.
    pub current_folder: PathBuf,
    /// Where `.pgpass`, `.pg_service.conf` and `.postgresql` are.
    pub home_folder: Option<PathBuf>,
    /// The name of the operating system's user.
    pub user: Option<String>,
    /// Where a local server may have its socket, in the order in which they are tried.
    pub socket_folders: Vec<PathBuf>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Surroundings {
        let variables = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Surroundings {
            environment: variables.collect(),
            current_folder: env::current_dir().unwrap_or_default(),
            home_folder: env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            user: whoami::username().ok(),
            socket_folders: ["/var/run/postgresql", "/tmp"].map(PathBuf::from).into(),
        }
    }

    /// A file under the user's home folder.
    pub(super) fn in_home(&self, file: &str) -> Option<PathBuf> {
        Some(self.home_folder.as_ref()?.join(file))
    }
}

/// The process's variables, and under them those of `.env`.
pub(super) struct Variables<'a> {
    process: &'a BTreeMap<String, OsString>,
    file: BTreeMap<String, String>,
    /// `.env`, as its reader would call it.
    path: String,
    /// What is wrong with `.env`.
    pub(super) troubles: Vec<ConnectError>,
}

impl<'a> Variables<'a> {
    pub(super) fn read(surroundings: &'a Surroundings) -> Variables<'a> {
        let mut variables = Variables {
            process: &surroundings.environment,
            file: BTreeMap::new(),
            path: String::new(),
            troubles: Vec::new(),
        };
        let folders = surroundings.current_folder.ancestors();
        if let Some(path) = folders.map(|folder| folder.join(".env")).find(|path| path.is_file()) {
            variables.add_file(&path, &surroundings.current_folder);
        }
        variables
    }

    fn add_file(&mut self, path: &Path, current_folder: &Path) {
        self.path = path.strip_prefix(current_folder).unwrap_or(path).display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return self.troubles.push(ConnectError::new(&self.path, "is not UTF-8, so it is not read"));
            }
            Err(error) => {
                return self.troubles.push(ConnectError::new(&self.path, "cannot be read").because(error));
            }
        };
        let text = text.trim_start_matches('\u{feff}');
        for line in dotenvy::from_read_iter(text.as_bytes()) {
            match line {
                // Of several the first counts, as it does when dotenvy itself sets them.
                Ok((name, value)) => drop(self.file.entry(name).or_insert(value)),
                Err(error) => self.troubles.push(misunderstood(&self.path, text, &error)),
            }
        }
    }

    /// A variable that has a value; an empty one counts as not set, and hides that of `.env`.
    pub(super) fn find(&self, name: &str) -> Result<Option<Given>, ConnectError> {
        let (value, origin) = match (self.process.get(name), self.file.get(name)) {
            (Some(value), _) => (value.to_str(), Origin::new(name)),
            (None, Some(value)) => (Some(value.as_str()), Origin::new(format!("{name} in {}", self.path))),
            (None, None) => return Ok(None),
        };
        match value {
            None => Err(ConnectError::new(origin, "is not UTF-8")),
            Some("") => Ok(None),
            Some(value) => Ok(Some(Given::new(value, &origin))),
        }
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        !matches!(self.find(name), Ok(None))
    }
}

/// The error without the line that dotenvy's own message repeats.
fn misunderstood(path: &str, text: &str, error: &dotenvy::Error) -> ConnectError {
    let line = match error {
        dotenvy::Error::LineParse(said, _) => said.lines().next(),
        _ => None,
    };
    // dotenvy repeats the line, or the value in it.
    let find = |fits: fn(&str, &str) -> bool| {
        text.lines().position(|other| line.is_some_and(|line| fits(other, line)))
    };
    let number = find(|other, line| other == line).or_else(|| find(|other, line| other.contains(line)));
    let place = number.map_or(path.to_owned(), |number| format!("{path}, line {}", number + 1));
    ConnectError::new(place, "is not `NAME=value`; put a value with spaces, `#` or `$` in single quotes")
}
