//! Connection strings: URLs, and `key=value` pairs. Only names get into the errors, and only those that cannot be part
//! of a password.

use super::error::{ConnectError, Given};
use super::parameter::{self, Parameter};

mod pairs;
mod url;

/// What a connection string gives, in its order; of several values the last counts.
pub(super) type Values = Vec<(&'static Parameter, String)>;

/// What is wrong with a connection string.
type Problem = String;

/// The parts of a connection string.
pub(super) fn parse(string: &Given) -> Result<Values, ConnectError> {
    let text = string.value.trim();
    let values = match url::without_scheme(text) {
        Some(rest) => url::parse(rest),
        None if text.contains("://") && !text.split("://").next().unwrap_or_default().contains('=') => {
            Err("is not the URL of a PostgreSQL database; such a URL begins with `postgres://`".to_owned())
        }
        None if text.contains('=') => pairs::parse(text),
        None => Err("is neither a URL, such as `postgres://user@host/database`, nor pairs, such as \
                     `host=… dbname=…`"
            .to_owned()),
    };
    values.map_err(|problem| string.wrong(problem))
}

/// Parameters while they are read, one after another.
#[derive(Default)]
struct Reading {
    values: Values,
    count: usize,
    /// Whether what comes now may be the rest of a password that was not quoted.
    may_be_secret: bool,
}

impl Reading {
    fn add(&mut self, name: &str, value: String) -> Result<(), Problem> {
        self.count += 1;
        if let Some((name, value)) = spelled_otherwise(name, &value) {
            return self.push(name, value);
        }
        self.push(name, value)
    }

    fn push(&mut self, name: &str, value: String) -> Result<(), Problem> {
        let Some(parameter) = parameter::named(name) else { return Err(self.unknown(name)) };
        self.may_be_secret |= matches!(parameter.name, "password" | "sslpassword");
        self.values.push((parameter, value));
        Ok(())
    }

    fn unknown(&self, name: &str) -> Problem {
        let suggestion = parameter::suggestion(name).map_or(String::new(), |text| format!("; {text}"));
        if self.may_be_secret {
            let number = self.count;
            return format!(
                "parameter {number} is not known (its name is not shown, for it may be part of a password){suggestion}"
            );
        }
        format!("unknown parameter `{}`{suggestion}", migrations_text::printable(name))
    }
}

/// sqlx's `options[name]=value`, and the `ssl=true` of other drivers, which libpq takes too.
fn spelled_otherwise(name: &str, value: &str) -> Option<(&'static str, String)> {
    if name == "ssl" && value == "true" {
        return Some(("sslmode", "require".to_owned()));
    }
    let setting = name.strip_prefix("options[")?.strip_suffix(']')?;
    Some(("options", format!("-c {}={}", escaped(setting), escaped(value))))
}

/// A word of `options`, whose spaces would end it.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace(' ', "\\ ")
}
