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
    Allow {
        rule: String,
        reason: String,
    },
    /// A known word with an argument that does not fit; the text says which would.
    Malformed(&'static str),
    Unknown(String),
}

/// The words that are directives.
pub(crate) const WORDS: [&str; 5] = ["verify", "rollback", "no-transaction", "renamed-from", "allow"];

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
            kind("-- @allow not-idempotent: enum types have no IF NOT EXISTS"),
            Some(DirectiveKind::Allow {
                rule: "not-idempotent".into(),
                reason: "enum types have no IF NOT EXISTS".into()
            })
        );
        assert_eq!(kind("-- @no-transacton"), Some(DirectiveKind::Unknown("no-transacton".into())));
    }

    #[test]
    fn an_argument_that_does_not_fit_is_noticed() {
        for comment in ["-- @verify now", "-- @renamed-from", "-- @allow x", "-- @allow x:", "-- @allow"] {
            assert!(matches!(kind(comment), Some(DirectiveKind::Malformed(_))), "{comment}");
        }
    }

    #[test]
    fn the_word_is_located() {
        assert_eq!(Directive::parse("--  @verify", 10).unwrap().range, 14..21);
    }
}
