//! Directives: comment lines of the form `-- @word argument`.

use std::ops::Range;

/// A directive of a file, with the place of its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    pub(crate) range: Range<usize>,
    pub(crate) kind: DirectiveKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DirectiveKind {
    Verify,
    Rollback,
    NoTransaction,
    RenamedFrom(String),
    /// Migrations that together did what this one does.
    Replaces(Vec<String>),
    Backup(Backup),
    Allow {
        rule: String,
        reason: String,
    },
    /// A known word with an argument that does not fit; the text says which would.
    Malformed(&'static str),
    Unknown(String),
}

/// What to copy before a migration destroys it.
///
/// ```
/// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// # let migration = &set.migrations[2];
/// // -- @backup shop.carts
/// let backup = migration.backups().next().unwrap();
/// assert_eq!((backup.schema.as_str(), backup.table.as_str()), ("shop", "carts"));
/// assert_eq!(backup.column, None, "the whole table");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The schema of the table.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The one column that is copied, with the primary key; `None`: the whole table.
    pub column: Option<String>,
}

impl Backup {
    /// Reads `schema.table` or `schema.table.column`; a name in double quotes may hold anything but those.
    fn parse(written: &str) -> Option<Backup> {
        let mut names = Vec::new();
        let mut rest = written;
        loop {
            let (name, tail) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
            };
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            if name.is_empty() || !(plain || rest.starts_with('"')) {
                return None;
            }
            names.push(if rest.starts_with('"') { name.to_owned() } else { name.to_lowercase() });
            match tail.strip_prefix('.') {
                Some(next) => rest = next,
                None if tail.is_empty() => break,
                None => return None,
            }
        }
        let mut names = names.into_iter();
        let backup = Backup { schema: names.next()?, table: names.next()?, column: names.next() };
        names.next().is_none().then_some(backup)
    }
}

/// The words that are directives.
pub(crate) const WORDS: [&str; 7] =
    ["verify", "rollback", "no-transaction", "backup", "renamed-from", "replaces", "allow"];

impl Directive {
    /// Reads a `--` comment that begins at the byte `start`; `None` when it is no directive.
    pub(crate) fn parse(comment: &str, start: usize) -> Option<Directive> {
        let (word, argument) = split(comment)?;
        let at = start + comment.find('@')?;
        Some(Directive { range: at..at + 1 + word.len(), kind: DirectiveKind::parse(word, argument) })
    }
}

/// Whether a comment begins a section.
pub(crate) fn is_section_marker(comment: &str) -> bool {
    split(comment).is_some_and(|(word, _)| matches!(word, "verify" | "rollback"))
}

fn split(comment: &str) -> Option<(&str, &str)> {
    let directive = comment.strip_prefix("--")?.trim_start().strip_prefix('@')?;
    let end = directive.find(|c: char| c.is_whitespace()).unwrap_or(directive.len());
    let (word, argument) = directive.split_at(end);
    Some((word, argument.trim()))
}

impl DirectiveKind {
    fn parse(word: &str, argument: &str) -> DirectiveKind {
        match (word, argument) {
            ("verify", "") => DirectiveKind::Verify,
            ("rollback", "") => DirectiveKind::Rollback,
            ("no-transaction", "") => DirectiveKind::NoTransaction,
            ("verify" | "rollback" | "no-transaction", _) => {
                DirectiveKind::Malformed("write the word alone on its line")
            }
            ("renamed-from", "") => DirectiveKind::Malformed("write `-- @renamed-from old_name`"),
            ("renamed-from", old) => DirectiveKind::RenamedFrom(old.to_owned()),
            ("replaces", "") => DirectiveKind::Malformed("write `-- @replaces 001_one 002_two`"),
            ("replaces", names) => {
                let names = names.split([' ', '\t', ',']).filter(|name| !name.is_empty());
                DirectiveKind::Replaces(names.map(str::to_owned).collect())
            }
            ("backup", argument) => match Backup::parse(argument) {
                Some(backup) => DirectiveKind::Backup(backup),
                None => DirectiveKind::Malformed("write `-- @backup schema.table`, or `schema.table.column`"),
            },
            ("allow", argument) => DirectiveKind::allow(argument),
            _ => DirectiveKind::Unknown(word.to_owned()),
        }
    }

    fn allow(argument: &str) -> DirectiveKind {
        match argument.split_once(':').map(|(rule, reason)| (rule.trim(), reason.trim())) {
            Some((rule, reason)) if !rule.is_empty() && !reason.is_empty() => {
                DirectiveKind::Allow { rule: rule.to_owned(), reason: reason.to_owned() }
            }
            _ => DirectiveKind::Malformed("write `-- @allow rule: reason`; the reason is required"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(comment: &str) -> Option<DirectiveKind> {
        Directive::parse(comment, 0).map(|directive| directive.kind)
    }

    #[test]
    fn directives_are_read() {
        assert_eq!(kind("-- a comment"), None);
        assert_eq!(kind("-- mail@example.org"), None);
        assert_eq!(kind("-- @verify"), Some(DirectiveKind::Verify));
        assert_eq!(kind("--@rollback  "), Some(DirectiveKind::Rollback));
        assert_eq!(kind("-- @renamed-from 012_x"), Some(DirectiveKind::RenamedFrom("012_x".into())));
        assert_eq!(
            kind("-- @replaces 001_a, 002_b\tc"),
            Some(DirectiveKind::Replaces(vec!["001_a".into(), "002_b".into(), "c".into()]))
        );
        assert_eq!(
            kind("-- @allow not-idempotent: enum types have no IF NOT EXISTS"),
            Some(DirectiveKind::Allow {
                rule: "not-idempotent".into(),
                reason: "enum types have no IF NOT EXISTS".into()
            })
        );
        let backup = |table: &str, column: Option<&str>| {
            let column = column.map(str::to_owned);
            Some(DirectiveKind::Backup(Backup { schema: "shop".into(), table: table.into(), column }))
        };
        assert_eq!(kind("-- @backup Shop.users"), backup("users", None));
        assert_eq!(kind("-- @backup shop.\"Odd. Name\".age"), backup("Odd. Name", Some("age")));
        assert_eq!(kind("-- @backup shop.order_lines$2"), backup("order_lines$2", None));
        assert_eq!(kind("-- @no-transacton"), Some(DirectiveKind::Unknown("no-transacton".into())));
    }

    #[test]
    fn an_argument_that_does_not_fit_is_noticed() {
        for comment in [
            "-- @verify now",
            "-- @renamed-from",
            "-- @replaces",
            "-- @allow x",
            "-- @allow x:",
            "-- @allow",
            "-- @backup users",
            "-- @backup a.b.c.d",
            "-- @backup a.b c",
            "-- @backup a.\"b\"c",
            "-- @backup a.",
        ] {
            assert!(matches!(kind(comment), Some(DirectiveKind::Malformed(_))), "{comment}");
        }
    }

    #[test]
    fn the_word_is_located() {
        assert_eq!(Directive::parse("--  @verify", 10).unwrap().range, 14..21);
    }
}
