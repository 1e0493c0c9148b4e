//! Every parameter with the value that counts, and where that was given.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::str::FromStr;

use migrations_rules::did_you_mean;

use super::error::{ConnectError, Given, Origin};
use super::parameter::{ALL, Parameter, Treatment};
use super::surroundings::{Surroundings, Variables};
use super::{service, string};

/// The variables each of which says that a database is meant.
const NAMING: [&str; 6] = ["PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER"];

/// Every parameter with the value that counts.
#[derive(Default)]
pub(super) struct Settings {
    values: BTreeMap<&'static str, Given>,
}

impl Settings {
    /// What the option, the environment and the service file give, the first of them first; `None` when nothing names
    /// a database.
    pub(super) fn collect(
        url: Option<&str>,
        variables: &Variables<'_>,
        surroundings: &Surroundings,
    ) -> Result<Option<Settings>, ConnectError> {
        let option = url.map(|url| Given::new(url, &Origin::new("--database-url")));
        let string = match option {
            Some(given) => Some(given),
            None => variables.find("DATABASE_URL")?,
        };
        if string.is_none() && !NAMING.iter().any(|name| variables.is_set(name)) {
            return Ok(None);
        }
        let mut settings = Settings::default();
        if let Some(string) = string {
            settings.add_string(&string)?;
        }
        settings.add_service(variables, surroundings)?;
        settings.add_variables(variables)?;
        settings.refuse_what_cannot_be()?;
        Ok(Some(settings))
    }

    fn add_string(&mut self, string: &Given) -> Result<(), ConnectError> {
        for (parameter, value) in string::parse(string)? {
            match self.values.entry(parameter.name) {
                Entry::Occupied(mut entry) if parameter.name == "options" => {
                    let options = format!("{} {value}", entry.get().value);
                    entry.insert(Given::new(options, &string.origin));
                }
                entry => drop(entry.insert_entry(Given::new(value, &string.origin))),
            }
        }
        Ok(())
    }

    fn add_service(
        &mut self,
        variables: &Variables<'_>,
        surroundings: &Surroundings,
    ) -> Result<(), ConnectError> {
        let service = match self.values.get("service") {
            Some(given) => Some(given.clone()),
            None => variables.find("PGSERVICE")?,
        };
        let Some(service) = service.filter(|service| !service.value.is_empty()) else { return Ok(()) };
        for (parameter, given) in service::values(&service, variables, surroundings)? {
            self.add(parameter, given);
        }
        Ok(())
    }

    fn add_variables(&mut self, variables: &Variables<'_>) -> Result<(), ConnectError> {
        for parameter in ALL {
            let Some(name) = parameter.variable.filter(|_| !self.values.contains_key(parameter.name)) else {
                continue;
            };
            if let Some(given) = variables.find(name)? {
                self.values.insert(parameter.name, given);
            }
        }
        Ok(())
    }

    fn add(&mut self, parameter: &'static Parameter, given: Given) {
        self.values.entry(parameter.name).or_insert(given);
    }

    fn refuse_what_cannot_be(&self) -> Result<(), ConnectError> {
        for parameter in ALL {
            let Treatment::Only(possible) = parameter.treatment else { continue };
            let Some(given) = self.find(parameter.name) else { continue };
            if !possible.contains(&given.value.as_str()) {
                return Err(given.wrong(format!("`{}` is not supported here", parameter.name)));
            }
        }
        Ok(())
    }

    /// What was given for a parameter; an empty value is as good as none.
    pub(super) fn find(&self, name: &str) -> Option<&Given> {
        self.values.get(name).filter(|given| !given.value.is_empty())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.find(name).map(|given| given.value.as_str())
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<i32>, ConnectError> {
        let Some(given) = self.find(name) else { return Ok(None) };
        let number = i32::from_str(given.value.trim());
        number.map(Some).map_err(|_| given.wrong(format!("`{name}` is not a whole number")))
    }

    /// What one of these words stands for.
    pub(super) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, ConnectError> {
        let Some(given) = self.find(name) else { return Ok(None) };
        let chosen = words.iter().find(|(word, _)| *word == given.value);
        chosen.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let suggestion = did_you_mean(&given.value.to_lowercase(), known.iter().copied());
            let suggestion = suggestion.map_or(String::new(), |text| format!("; {text}"));
            given.wrong(format!("`{name}` is not one of {}{suggestion}", known.join(", ")))
        })
    }
}
