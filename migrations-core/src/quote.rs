//! Identifiers and literals in SQL text.
//!
//! Several statements fit into one round trip only as text, where values cannot be parameters. Every
//! identifier and every value that the engine writes goes through here.

use postgres_protocol::escape;

/// A name as an SQL identifier, always in quotes.
pub(crate) fn identifier(name: &str) -> String {
    escape::escape_identifier(name)
}

/// Names as a list of identifiers.
pub(crate) fn identifiers(names: &[&str]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

/// A name in a schema.
pub(crate) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A text as an SQL literal.
pub(crate) fn literal(text: &str) -> String {
    // PostgreSQL's text cannot hold NUL, and the protocol would cut the message at one.
    escape::escape_literal(&text.replace('\0', "\u{fffd}"))
}

/// A text or NULL.
pub(crate) fn nullable(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_cannot_be_left() {
        assert_eq!(identifier(r#"a"b"#), r#""a""b""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"back\slash").trim(), r"E'back\\slash'");
        assert_eq!(literal("nul\0"), "'nul\u{fffd}'");
        assert_eq!(nullable(None), "NULL");
    }
}
