//! The name of a migration file: an optional number, `_`, a snake-case name.

use std::fmt;

/// A file name without its extension, read: `012_replace_files` or `add_client_id`.
///
/// ```
/// use migrations_rules::FileName;
///
/// let parsed = FileName::parse("012_replace_files").unwrap();
/// assert_eq!((parsed.number.unwrap().value(), parsed.name.as_str()), (12, "replace_files"));
/// assert_eq!(FileName::parse("add_client_id").unwrap().number, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The number before the first `_`, if the name begins with one.
    pub number: Option<Number>,
    /// The name behind the number. It is the migration's identity.
    pub name: String,
}

/// The number of a migration; `012` and `12` are the same number.
///
/// ```
/// use migrations_rules::FileName;
///
/// let number = |stem| FileName::parse(stem).unwrap().number.unwrap();
/// assert_eq!(number("012_a"), number("12_a"));
/// assert_eq!(number("012_a").to_string(), "012", "as it is written");
/// ```
#[derive(Debug, Clone)]
pub struct Number {
    value: u64,
    digits: String,
}

impl FileName {
    /// Reads a file name without its extension.
    ///
    /// ```
    /// use migrations_rules::{BadName, FileName};
    ///
    /// assert!(FileName::parse("012_replace_files").is_ok());
    /// assert_eq!(FileName::parse("012-replace-files"), Err(BadName::NotSnakeCase));
    /// ```
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(stem: &str) -> Result<FileName, BadName> {
        let digits = stem.len() - stem.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, name) = match stem[digits..].strip_prefix('_') {
            Some(name) if digits > 0 => (Some(Number::parse(&stem[..digits])?), name),
            None if digits > 0 && digits == stem.len() => return Err(BadName::OnlyANumber),
            _ => (None, stem),
        };
        if is_snake_case(name) {
            Ok(FileName { number, name: name.to_owned() })
        } else {
            Err(BadName::NotSnakeCase)
        }
    }

    /// The file name again, without extension, as it was written.
    ///
    /// ```
    /// # use migrations_rules::FileName;
    /// assert_eq!(FileName::parse("012_replace_files").unwrap().stem(), "012_replace_files");
    /// ```
    pub fn stem(&self) -> String {
        match &self.number {
            Some(number) => format!("{number}_{}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Number {
    fn parse(digits: &str) -> Result<Number, BadName> {
        let value = digits.parse().map_err(|_| BadName::NumberTooLarge)?;
        Ok(Number { value, digits: digits.to_owned() })
    }

    /// The number's value.
    ///
    /// ```
    /// # use migrations_rules::FileName;
    /// # let number = FileName::parse("012_replace_files").unwrap().number.unwrap();
    /// assert_eq!((number.to_string().as_str(), number.value()), ("012", 12));
    /// ```
    pub fn value(&self) -> u64 {
        self.value
    }

    /// Another value, written with as many digits as this number.
    ///
    /// ```
    /// # use migrations_rules::FileName;
    /// let number = FileName::parse("012_replace_files").unwrap().number.unwrap();
    /// assert_eq!(number.like(number.value() + 1), "013");
    /// ```
    pub fn like(&self, value: u64) -> String {
        format!("{value:0width$}", width = self.digits.len())
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.value == other.value
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
}

/// Why a file name cannot be a migration's.
///
/// ```
/// use migrations_rules::{BadName, FileName};
///
/// assert_eq!(FileName::parse("012"), Err(BadName::OnlyANumber));
/// assert_eq!(BadName::OnlyANumber.to_string(), "there is no name behind the number");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadName {
    /// `012.sql`: there is no name behind the number.
    OnlyANumber,
    /// The number does not fit into 64 bits.
    NumberTooLarge,
    /// Something other than lower-case letters, digits and single underscores.
    NotSnakeCase,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadName::OnlyANumber => "there is no name behind the number",
            BadName::NumberTooLarge => "the number does not fit into 64 bits",
            BadName::NotSnakeCase => "a name is lower-case letters, digits and single underscores",
        })
    }
}

/// The closest name that would be accepted, to offer as a correction; `None` when nothing is left.
///
/// ```
/// use migrations_rules::suggested_name;
///
/// assert_eq!(suggested_name("V1__Initial-Schema").as_deref(), Some("1_initial_schema"));
/// assert_eq!(suggested_name("012"), None);
/// ```
pub fn suggestion(stem: &str) -> Option<String> {
    let refinery =
        stem.strip_prefix(['V', 'U']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut snake = String::new();
    let mut previous = '_';
    for c in refinery.unwrap_or(stem).chars() {
        let boundary =
            !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && previous.is_ascii_lowercase());
        if boundary && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if c.is_ascii_alphanumeric() {
            snake.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    let snake = snake.trim_end_matches('_');
    FileName::parse(snake).is_ok().then(|| snake.to_owned())
}

fn is_snake_case(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.contains("__")
        && !name.starts_with('_')
        && !name.ends_with('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_and_name(stem: &str) -> (Option<u64>, String) {
        let parsed = FileName::parse(stem).unwrap();
        assert_eq!(parsed.stem(), stem);
        (parsed.number.map(|number| number.value()), parsed.name)
    }

    #[test]
    fn a_name_has_an_optional_number() {
        assert_eq!(number_and_name("012_replace_files"), (Some(12), "replace_files".into()));
        assert_eq!(number_and_name("20240131120000_init"), (Some(20_240_131_120_000), "init".into()));
        assert_eq!(number_and_name("add_client_id"), (None, "add_client_id".into()));
        assert_eq!(number_and_name("001_2fa"), (Some(1), "2fa".into()));
        assert_eq!(number_and_name("2fa_tokens"), (None, "2fa_tokens".into()));
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        assert_eq!(FileName::parse("012"), Err(BadName::OnlyANumber));
        assert_eq!(FileName::parse("99999999999999999999_x"), Err(BadName::NumberTooLarge));
        for name in ["", "012_", "012__x", "_x", "x_", "012_Ab", "012-ab", "a b", "naïve", "V1__init"] {
            assert_eq!(FileName::parse(name), Err(BadName::NotSnakeCase), "{name:?}");
        }
    }

    #[test]
    fn numbers_compare_by_value_and_keep_their_width() {
        let (twelve, padded) = (Number::parse("12").unwrap(), Number::parse("012").unwrap());
        assert_eq!(twelve, padded);
        assert_eq!((twelve.like(7), padded.like(7)), ("07".into(), "007".into()));
    }

    #[test]
    fn a_correction_is_offered() {
        let offered = |stem: &str| suggestion(stem).unwrap_or_default();
        assert_eq!(offered("V1__Initial-Schema"), "1_initial_schema");
        assert_eq!(offered("012_addClientId"), "012_add_client_id");
        assert_eq!(offered("012__x"), "012_x");
        assert_eq!(suggestion("___"), None);
        assert_eq!(suggestion("012"), None);
    }
}
