//! Names of relations.

use std::fmt;

use migrations_text::token::{Token, TokenKind, tokens};

use crate::syntax;

/// A name as the server understands it, in its parts: in lower case, except in quotes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name(Vec<String>);

impl Name {
    /// The name that is written, comments and white space in it left out.
    pub(super) fn parse(written: &str) -> Name {
        let tokens = tokens(written, 0);
        let part = |token: Token| {
            let written = &written[token.range];
            match token.kind {
                TokenKind::QuotedIdent { uescape: false, .. } => {
                    let inner = written.strip_prefix('"').unwrap_or(written);
                    Some(inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\""))
                }
                // What its escapes stand for is not worth a decoder.
                TokenKind::QuotedIdent { uescape: true, .. } => Some(written.to_owned()),
                TokenKind::Ident => Some(written.to_ascii_lowercase()),
                _ => None,
            }
        };
        Name(tokens.filter_map(part).collect())
    }

    /// The last part, without the schema.
    pub(super) fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The name, if no schema is written.
    pub(super) fn unqualified(&self) -> Option<&str> {
        match self.0.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }

    /// The relation of a column's name.
    pub(super) fn parent(mut self) -> Name {
        self.0.pop();
        self
    }

    /// Another name in the same schema.
    pub(super) fn sibling(&self, last: &str) -> Name {
        let mut parts = self.0.clone();
        parts.pop();
        parts.push(last.to_owned());
        Name(parts)
    }

    /// The same name in another schema.
    pub(super) fn within(&self, schema: &Name) -> Name {
        Name(schema.0.iter().cloned().chain([self.last().to_owned()]).collect())
    }

    /// Whether it is a table of the server's own, which nobody waits for.
    pub(super) fn is_catalogue(&self) -> bool {
        match self.0.as_slice() {
            [name] => name.starts_with("pg_"),
            [.., schema, _] => schema == "pg_catalog" || schema == "information_schema",
            [] => true,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "." } else { "" })?;
            if is_plain(part) || part.starts_with("U&\"") || part.starts_with("u&\"") {
                f.write_str(part)?;
            } else {
                write!(f, "\"{}\"", part.replace('"', "\"\""))?;
            }
        }
        Ok(())
    }
}

/// Whether a name needs no quotes.
fn is_plain(part: &str) -> bool {
    let follows = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$';
    part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && part.chars().all(follows)
        && !syntax::is_reserved(part)
}
