//! How serious something is.

use std::fmt;

/// How a rule's findings are treated.
///
/// ```
/// use migrations_text::Level;
///
/// assert!(Level::Allow < Level::Warn && Level::Warn < Level::Deny);
/// assert_eq!(Level::Deny.to_string(), "deny", "as in `migrations.toml`");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; the build goes on.
    Warn,
    /// Reported; the build fails.
    Deny,
}

impl Level {
    /// The level that a word names.
    ///
    /// ```
    /// use migrations_text::Level;
    ///
    /// assert_eq!(Level::parse("warn"), Some(Level::Warn));
    /// assert_eq!(Level::parse("Warn"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Level> {
        match word {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_word_that_names_it() {
        for level in [Level::Allow, Level::Warn, Level::Deny] {
            assert_eq!(Level::parse(&level.to_string()), Some(level));
        }
        assert_eq!(
            ["allow", "warn", "deny"].map(|word| Level::parse(word).unwrap().to_string()),
            ["allow", "warn", "deny"]
        );
        assert_eq!(Level::parse("Deny"), None);
    }
}
