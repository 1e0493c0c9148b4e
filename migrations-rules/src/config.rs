//! `migrations.toml`: the order of the categories, the rules' levels, the ledger's schema.

use std::collections::BTreeMap;
use std::ops::Range;

use migrations_text::{Level, floor_char_boundary};
use toml_span::value::{Key, Table, Value, ValueInner};

use crate::rule;
use crate::suggest::did_you_mean;

/// The name of the configuration file, in the root of the folder.
///
/// ```
/// let root = std::path::Path::new("examples/migrations");
/// assert!(root.join(migrations_rules::CONFIG_FILE_NAME).is_file());
/// ```
pub const FILE_NAME: &str = "migrations.toml";

/// The keys that the file may have.
///
/// ```
/// use migrations_rules::{CONFIG_KEYS, did_you_mean};
///
/// assert_eq!(did_you_mean("max_line", CONFIG_KEYS).as_deref(), Some("did you mean `max_lines`?"));
/// ```
pub const KEYS: [&str; 5] = ["categories", "ledger_schema", "max_lines", "postgres_version", "rules"];

/// What `migrations.toml` says; everything in it has a default.
///
/// ```
/// use migrations_rules::Config;
///
/// // postgres_version = 15
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// assert_eq!(set.config.postgres_version, 15);
/// assert_eq!(set.config.ledger_schema, Config::default().ledger_schema);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The categories in the order that decides where numbers tie; `None`: the folders, sorted.
    pub categories: Option<Vec<String>>,
    /// The number of lines that a file may have.
    pub max_lines: usize,
    /// The schema of the ledger.
    pub ledger_schema: String,
    /// The oldest major version of PostgreSQL that the migrations must run on.
    pub postgres_version: u32,
    levels: BTreeMap<&'static str, Level>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            categories: None,
            max_lines: 200,
            ledger_schema: "migrations".to_owned(),
            postgres_version: 14,
            levels: BTreeMap::new(),
        }
    }
}

/// Something in `migrations.toml` that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigError {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Config {
    /// Reads the text of a `migrations.toml`. What is understood takes effect, the rest is listed.
    pub(crate) fn parse(text: &str) -> (Config, Vec<ConfigError>) {
        let mut reader = Reader { config: Config::default(), errors: Vec::new() };
        match toml_span::parse(text) {
            Ok(mut value) => match value.take() {
                ValueInner::Table(table) => reader.table(table),
                _ => reader.error(0..0, "not a table".into(), "write `key = value` lines".into()),
            },
            Err(error) => reader.error(
                error.span.start..error.span.end,
                format!("not TOML: {error}").replace("eof", "the end of the file"),
                "see https://toml.io for the syntax".into(),
            ),
        }
        // What is missing at the end of the text has a place behind it.
        for error in &mut reader.errors {
            let start = floor_char_boundary(text, error.span.start);
            error.span = start..floor_char_boundary(text, error.span.end).max(start);
        }
        (reader.config, reader.errors)
    }

    /// The level of a rule: what the file says, or the rule's own default.
    ///
    /// ```
    /// use migrations_rules::{Config, Level, rule};
    ///
    /// // [rules]
    /// // not-idempotent = "deny"
    /// let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// let rule = rule("not-idempotent").unwrap();
    /// assert_eq!(set.config.level(rule), Level::Deny);
    /// assert_eq!(Config::default().level(rule), Level::Warn);
    /// ```
    pub fn level(&self, rule: &rule::Rule) -> Level {
        self.levels.get(rule.name).copied().unwrap_or(rule.level)
    }
}

struct Reader {
    config: Config,
    errors: Vec<ConfigError>,
}

impl Reader {
    fn table(&mut self, table: Table<'_>) {
        for (key, value) in table {
            match key.name.as_ref() {
                "categories" => self.categories(value),
                "ledger_schema" => self.ledger_schema(&value),
                "max_lines" => self.max_lines(&value),
                "postgres_version" => self.postgres_version(&value),
                "rules" => self.rules(value),
                _ => self.unknown_key(&key),
            }
        }
    }

    fn unknown_key(&mut self, key: &Key<'_>) {
        let help = did_you_mean(&key.name, KEYS)
            .unwrap_or_else(|| format!("the keys are {}", KEYS.map(|key| format!("`{key}`")).join(", ")));
        self.error(span(key.span), format!("unknown key `{}`", key.name), help);
    }

    fn categories(&mut self, mut value: Value<'_>) {
        let whole = span(value.span);
        let ValueInner::Array(items) = value.take() else {
            return self.wants(
                whole,
                "`categories`",
                "a list of folder names, such as `[\"schema\", \"data\"]`",
            );
        };
        let mut categories: Vec<String> = Vec::new();
        for item in items {
            match item.as_str() {
                Some(name) if categories.iter().any(|seen| seen == name) => self.error(
                    span(item.span),
                    format!("category `{name}` stands twice"),
                    "list each folder once, in the order that decides where numbers tie".into(),
                ),
                Some(name) if !name.is_empty() && !name.contains(['/', '\\']) => {
                    categories.push(name.to_owned());
                }
                _ => self.wants(span(item.span), "a category", "the name of a folder"),
            }
        }
        self.config.categories = Some(categories);
    }

    fn ledger_schema(&mut self, value: &Value<'_>) {
        match value.as_str() {
            Some(name)
                if (1..=50).contains(&name.len()) && !name.contains('\0') && !name.starts_with("pg_") =>
            {
                self.config.ledger_schema = name.to_owned();
            }
            _ => self.wants(
                span(value.span),
                "`ledger_schema`",
                "a schema name of 1 to 50 bytes that does not begin with `pg_`",
            ),
        }
    }

    fn max_lines(&mut self, value: &Value<'_>) {
        match value.as_integer().and_then(|lines| usize::try_from(lines).ok()) {
            Some(lines) if lines > 0 => self.config.max_lines = lines,
            _ => self.wants(span(value.span), "`max_lines`", "a number of lines above 0"),
        }
    }

    fn postgres_version(&mut self, value: &Value<'_>) {
        match value.as_integer().and_then(|version| u32::try_from(version).ok()) {
            Some(version @ 10..=99) => self.config.postgres_version = version,
            _ => self.wants(span(value.span), "`postgres_version`", "a major version, such as 15"),
        }
    }

    fn rules(&mut self, mut value: Value<'_>) {
        let whole = span(value.span);
        let ValueInner::Table(table) = value.take() else {
            return self.wants(whole, "`rules`", "a table of `rule = \"allow\"`, `\"warn\"` or `\"deny\"`");
        };
        for (key, value) in table {
            self.rule(&key, &value);
        }
    }

    fn rule(&mut self, key: &Key<'_>, value: &Value<'_>) {
        let Some(rule) = rule::find(&key.name) else {
            let help = did_you_mean(&key.name, rule::names())
                .unwrap_or_else(|| "the rules are listed in docs/rules".into());
            return self.error(span(key.span), format!("unknown rule `{}`", key.name), help);
        };
        match value.as_str().and_then(Level::parse) {
            Some(level) if rule.fixed && level != Level::Deny => self.error(
                span(value.span),
                format!("rule `{}` cannot be set to `{level}`", rule.name),
                "without it there is no set that could be run; mend the migrations instead".into(),
            ),
            Some(level) => {
                self.config.levels.insert(rule.name, level);
            }
            None => self.wants(span(value.span), "a rule's level", "`\"allow\"`, `\"warn\"` or `\"deny\"`"),
        }
    }

    fn wants(&mut self, at: Range<usize>, what: &str, wanted: &str) {
        self.error(at, format!("{what} has a value that does not fit"), format!("write {wanted}"));
    }

    fn error(&mut self, span: Range<usize>, message: String, help: String) {
        self.errors.push(ConfigError { span, message, help });
    }
}

fn span(span: toml_span::Span) -> Range<usize> {
    span.start..span.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        Config::parse(text)
            .1
            .into_iter()
            .map(|error| format!("{} @{:?}", error.message, error.span))
            .collect()
    }

    #[test]
    fn everything_can_be_set() {
        let (config, errors) = Config::parse(
            "categories = ['b', 'a']\nmax_lines = 100\nledger_schema = 'ops'\npostgres_version = 16\n\
             [rules]\nnot-idempotent = 'deny'\nfile-too-long = 'allow'\n",
        );
        assert_eq!(errors, []);
        assert_eq!(config.categories.as_deref(), Some(&["b".to_owned(), "a".to_owned()][..]));
        assert_eq!((config.max_lines, config.postgres_version), (100, 16));
        assert_eq!(config.ledger_schema, "ops");
        assert_eq!(config.level(rule::find("not-idempotent").unwrap()), Level::Deny);
        assert_eq!(config.level(rule::find("file-too-long").unwrap()), Level::Allow);
        assert_eq!(config.level(rule::find("syntax-error").unwrap()), Level::Deny);
    }

    #[test]
    fn all_mistakes_are_listed_at_their_place() {
        let found = errors(
            "categorys = []\nmax_lines = 0\n[rules]\nnot-idempotant = 'warn'\n\
             dependency-cycle = 'allow'\nfile-too-long = 'off'\n",
        );
        let starts = |beginning: &str| found.iter().any(|error| error.starts_with(beginning));
        assert!(starts("unknown key `categorys` @0..9"), "{found:#?}");
        assert!(starts("`max_lines` has a value that does not fit"), "{found:#?}");
        assert!(starts("unknown rule `not-idempotant`"), "{found:#?}");
        assert!(starts("rule `dependency-cycle` cannot be set to `allow`"), "{found:#?}");
        assert!(starts("a rule's level has a value that does not fit"), "{found:#?}");
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn what_does_not_fit_is_reported_and_has_no_effect() {
        for text in [
            "categories = 'schema'",
            "ledger_schema = ''",
            "ledger_schema = 'pg_own'",
            "ledger_schema = \"a\\u0000b\"",
            "ledger_schema = 'a_name_of_fifty_one_bytes_is_longer_than_it_may_be_'",
            "max_lines = -1",
            "postgres_version = 9",
            "postgres_version = 100",
            "postgres_version = '14'",
            "rules = 'deny'",
        ] {
            let (config, errors) = Config::parse(text);
            assert_eq!(errors.len(), 1, "{text}: {errors:?}");
            assert!(errors[0].message.ends_with("has a value that does not fit"), "{errors:?}");
            assert_eq!(config, Config::default(), "{text}");
        }
        let (config, errors) = Config::parse("categories = ['a', '', 'b/c', 'd\\e', 'a', 'f']");
        assert_eq!(config.categories.as_deref(), Some(&["a".to_owned(), "f".to_owned()][..]));
        assert_eq!(errors.len(), 4, "{errors:?}");
    }

    #[test]
    fn the_limits_themselves_fit() {
        let longest = "a_name_of_fifty_bytes_is_just_as_long_as_it_may_be";
        let (config, errors) = Config::parse(&format!("ledger_schema = '{longest}'\nmax_lines = 1\n"));
        assert_eq!((config.ledger_schema.as_str(), config.max_lines, errors), (longest, 1, vec![]));
        for version in [10, 99] {
            let (config, errors) = Config::parse(&format!("postgres_version = {version}"));
            assert_eq!((config.postgres_version, errors), (version, vec![]));
        }
    }

    #[test]
    fn a_file_that_is_not_toml_says_where() {
        assert_eq!(errors("max_lines = \n").len(), 1);
        assert_eq!(errors("= 1").len(), 1);
        for text in ["a = ", "a = \"é", "a = '", "[é", "a = {", "\"\\uD800\" = 1"] {
            let (_, errors) = Config::parse(text);
            assert!(errors.iter().all(|error| text.get(error.span.clone()).is_some()), "{text}: {errors:?}");
            assert!(!errors.is_empty(), "{text}");
        }
    }
}
