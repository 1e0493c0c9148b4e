//! Service files: connections that have a name.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{ConnectError, Given, Origin};
use super::parameter::{self, Parameter};
use super::surroundings::{Surroundings, Variables};

/// Where packages put the file of a whole machine.
const SYSTEM_FOLDERS: [&str; 4] =
    ["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/etc", "/usr/local/etc/postgresql"];

/// What a service gives; of several values for one parameter the first counts.
pub(super) fn values(
    service: &Given,
    variables: &Variables<'_>,
    surroundings: &Surroundings,
) -> Result<Vec<(&'static Parameter, Given)>, ConnectError> {
    let files = files(variables, surroundings)?;
    for file in &files {
        if let Some(section) = section(file, &service.value)? {
            return Ok(section);
        }
    }
    let looked: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let looked = if looked.is_empty() { "no service file is there".to_owned() } else { looked.join(", ") };
    Err(service.wrong(format!("service `{}` is not defined ({looked})", service.value)))
}

/// The user's file, if there is one, and that of the machine.
fn files(variables: &Variables<'_>, surroundings: &Surroundings) -> Result<Vec<PathBuf>, ConnectError> {
    let own = match variables.find("PGSERVICEFILE")? {
        Some(given) if !Path::new(&given.value).is_file() => {
            return Err(given.wrong(format!("there is no service file {}", given.value)));
        }
        Some(given) => Some(PathBuf::from(given.value)),
        None => surroundings.in_home(".pg_service.conf"),
    };
    let folders = match variables.find("PGSYSCONFDIR")? {
        Some(given) => vec![PathBuf::from(given.value)],
        None => SYSTEM_FOLDERS.map(PathBuf::from).into(),
    };
    let common = folders.into_iter().map(|folder| folder.join("pg_service.conf")).find(|path| path.is_file());
    Ok(own.into_iter().filter(|path| path.is_file()).chain(common).collect())
}

fn section(file: &Path, name: &str) -> Result<Option<Vec<(&'static Parameter, Given)>>, ConnectError> {
    let text = fs::read_to_string(file).map_err(|error| {
        ConnectError::new(format!("service file {}", file.display()), "cannot be read").because(error)
    })?;
    let mut lines = text.lines().map(str::trim).enumerate();
    if !lines.any(|(_, line)| line.strip_prefix('[').is_some_and(|line| heads(line, name))) {
        return Ok(None);
    }
    let lines = lines.take_while(|(_, line)| !line.starts_with('['));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let values = lines.map(|(number, line)| {
        let place = format!("service file {}, section [{name}], line {}", file.display(), number + 1);
        value(line, &Origin::new(place))
    });
    values.collect::<Result<_, _>>().map(Some)
}

/// Whether a line, behind its `[`, is the heading of the section.
fn heads(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.starts_with(']'))
}

fn value(line: &str, origin: &Origin) -> Result<(&'static Parameter, Given), ConnectError> {
    if line.starts_with("ldap") {
        return Err(ConnectError::new(origin, "services in an LDAP directory are not supported"));
    }
    let Some((name, value)) = line.split_once('=') else {
        return Err(ConnectError::new(origin, "is not `name=value`"));
    };
    match parameter::named(name) {
        Some(parameter) if parameter.name == "service" => {
            Err(ConnectError::new(origin, "a service cannot name another service"))
        }
        Some(parameter) => Ok((parameter, Given::new(value, origin))),
        None if name.trim() != name => Err(ConnectError::new(origin, "there may be no space before the `=`")),
        None => {
            let suggestion = parameter::suggestion(name).map_or(String::new(), |text| format!("; {text}"));
            Err(ConnectError::new(origin, format!("unknown parameter `{name}`{suggestion}")))
        }
    }
}
