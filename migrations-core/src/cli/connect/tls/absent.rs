//! What is left without the feature `tls`.

use std::convert::Infallible;

use postgres::{Client, Config};

use super::{ConnectError, Mode, Wanted};

/// Nothing: connections are not encrypted.
pub(super) struct Connector(Infallible);

impl Connector {
    /// None; an error where encryption is a must.
    pub(super) fn new(wanted: &Wanted<'_>, _: &mut Vec<String>) -> Result<Option<Connector>, ConnectError> {
        match wanted.settings.find("sslmode").or(wanted.settings.find("sslrootcert")) {
            Some(given) if wanted.mode > Mode::Prefer => Err(given.wrong(
                "an encrypted connection is asked for, and this program was built without the feature `tls` of \
                 migrations-core",
            )),
            _ => Ok(None),
        }
    }

    pub(super) fn connect(&self, _: &Config) -> Result<Client, postgres::Error> {
        match self.0 {}
    }

    pub(super) fn is_failure(_: &postgres::Error) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Surroundings, Target};

    fn find(url: &str) -> Result<Option<Target>, String> {
        let surroundings = Surroundings { user: Some("ada".to_owned()), ..Surroundings::default() };
        Target::find(Some(url), &surroundings).map_err(|error| error.to_string())
    }

    #[test]
    fn encryption_that_is_a_must_names_the_feature() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let error = find(&format!("postgres://db/shop?sslmode={mode}")).unwrap_err();
            assert!(error.starts_with("--database-url: ") && error.contains("feature `tls`"), "{error}");
        }
        find("postgres://db/shop?sslrootcert=system").unwrap_err();
        for mode in ["disable", "allow", "prefer"] {
            find(&format!("postgres://db/shop?sslmode={mode}")).unwrap();
        }
        find("postgres:///shop?host=/tmp&sslmode=require").unwrap();
    }
}
