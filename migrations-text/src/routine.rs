//! The bodies of functions and DO blocks, whose lines the server counts by themselves.

use std::ops::Range;

use crate::statement::statements;
use crate::token::{Token, TokenKind, table_name, tokens};

/// A function, a procedure or a DO block whose body is a string in the text.
///
/// ```
/// let sql = "CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;";
/// let routine = &migrations_text::routines(sql)[0];
/// assert_eq!(routine.name.as_deref(), Some("one"));
/// assert_eq!(&sql[routine.body.clone()], " SELECT 1 ");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routine {
    /// Its name without a schema, as the server understands it; `None` for a DO block.
    pub name: Option<String>,
    /// The statement that defines it.
    pub statement: Range<usize>,
    /// What stands between the quotes of its body.
    pub body: Range<usize>,
}

/// The routines that a text defines, in their order.
///
/// ```
/// let routines = migrations_text::routines("SELECT 1; DO $$ BEGIN RAISE 'no'; END $$;");
/// assert_eq!(routines.len(), 1);
/// assert_eq!(routines[0].name, None);
/// ```
pub fn routines(text: &str) -> Vec<Routine> {
    statements(text).into_iter().filter_map(|range| routine(text, range)).collect()
}

fn routine(text: &str, statement: Range<usize>) -> Option<Routine> {
    let tokens: Vec<(Token, &str)> = tokens(&text[..statement.end], statement.start)
        .filter(|token| !is_blank(token.kind))
        .map(|token| (token.clone(), &text[token.range]))
        .collect();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.1.eq_ignore_ascii_case(word));
    let (name, from) = if is(0, "DO") {
        (None, 1)
    } else {
        let at = if is(1, "OR") { 3 } else { 1 };
        let is_routine = is(0, "CREATE") && (is(at, "FUNCTION") || is(at, "PROCEDURE"));
        (Some(name(&tokens, at + 1)).filter(|_| is_routine)?.into(), at + 2)
    };
    let is_body = |at: &usize| match name {
        None => !is(at - 1, "LANGUAGE"),
        Some(_) => is(at - 1, "AS"),
    };
    let mut strings =
        (from..tokens.len()).filter(|at| matches!(tokens[*at].0.kind, TokenKind::Literal { .. }));
    let body = &tokens[strings.find(is_body)?];
    let inside = inside(body.1)?;
    let start = body.0.range.start;
    Some(Routine { name, statement, body: start + inside.start..start + inside.end })
}

fn is_blank(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. })
}

/// The last part of the name that begins at a token.
fn name(tokens: &[(Token, &str)], at: usize) -> String {
    let mut last = at;
    while tokens.get(last + 1).is_some_and(|token| token.1 == ".") {
        last += 2;
    }
    tokens.get(last).map(|token| table_name(token.1)).unwrap_or_default()
}

/// What stands between the quotes of a string; `None` for one with escapes, whose lines are not those of the text.
fn inside(string: &str) -> Option<Range<usize>> {
    let quote = match string.strip_prefix('$') {
        Some(rest) => rest.find('$')? + 2,
        None if string.starts_with('\'') => 1,
        None => return None,
    };
    let is_closed = string.len() >= 2 * quote && string.ends_with(&string[..quote]);
    is_closed.then(|| quote..string.len() - quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_found_behind_its_quotes() {
        for (sql, expected) in [
            ("DO $$ BEGIN; END $$", Some((None, " BEGIN; END "))),
            ("do language plpgsql 'BEGIN\n END'", Some((None, "BEGIN\n END"))),
            ("DO LANGUAGE 'plpgsql' $a$ BEGIN $a$", Some((None, " BEGIN "))),
            (
                "CREATE FUNCTION f(a text DEFAULT 'x') RETURNS int AS $f$ SELECT 1 $f$ LANGUAGE sql",
                Some((Some("f"), " SELECT 1 ")),
            ),
            (
                "CREATE OR REPLACE PROCEDURE Shop . \"Größe\"() LANGUAGE plpgsql AS '\nBEGIN END'",
                Some((Some("Größe"), "\nBEGIN END")),
            ),
            ("CREATE FUNCTION shop.F() RETURNS int AS 'm', 'f' LANGUAGE c", Some((Some("f"), "m"))),
            ("CREATE FUNCTION f() RETURNS int RETURN 1", None),
            ("CREATE TABLE a (b text DEFAULT 'c')", None),
            ("DO E'BEGIN\\n END'", None),
            ("DO $$ open", None),
            ("CREATE", None),
        ] {
            let found = routines(sql);
            let found = found.first().map(|it| (it.name.as_deref(), &sql[it.body.clone()]));
            assert_eq!(found, expected, "{sql}");
        }
        let two = routines("SELECT 1;\nDO $$a$$;\nCREATE FUNCTION f() AS $$b$$;");
        assert_eq!(two.iter().map(|it| it.statement.start).collect::<Vec<_>>(), [10, 20]);
    }
}
