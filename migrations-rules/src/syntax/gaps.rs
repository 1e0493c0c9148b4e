//! What PostgreSQL accepts and the parser does not.

use std::ops::Range;

use migrations_text::token::{Token, TokenKind, tokens};

/// What PostgreSQL has and the parser refuses, with words of the same number that it does take: `_` for none at all.
const GAPS: [(&str, &str); 10] = [
    ("CREATE TRUSTED LANGUAGE", "CREATE _ LANGUAGE"),
    ("CREATE PROCEDURAL LANGUAGE", "CREATE _ LANGUAGE"),
    ("CREATE TRUSTED PROCEDURAL LANGUAGE", "CREATE _ _ LANGUAGE"),
    ("USER MAPPING FOR USER", "USER MAPPING FOR x"),
    ("ALTER STATISTICS IF EXISTS", "ALTER STATISTICS _ _"),
    ("SET ROLE TO DEFAULT", "SET ROLE TO NONE"),
    ("WITH values", "WITH x"),
    ("time WITH =", "x WITH ="),
    ("timestamp WITH =", "x WITH ="),
    ("timestamp WITH &", "x WITH &"),
];

/// The text with the gaps bridged, every other token in its place; `None` when there are none.
pub(super) fn bridged(sql: &str) -> Option<String> {
    let blank = |token: &Token| {
        matches!(token.kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. })
    };
    let places: Vec<Range<usize>> =
        tokens(sql, 0).filter(|token| !blank(token)).map(|token| token.range).collect();
    let mut bridged = sql.to_owned();
    for (gap, bridge) in GAPS {
        let gap: Vec<&str> = gap.split(' ').collect();
        let is_gap = |places: &&[Range<usize>]| {
            places.iter().zip(&gap).all(|(place, word)| sql[place.clone()].eq_ignore_ascii_case(word))
        };
        for places in places.windows(gap.len()).filter(is_gap) {
            for (place, word) in places.iter().zip(bridge.split(' ')) {
                let word = word.trim_matches('_');
                bridged.replace_range(place.clone(), &format!("{word:width$}", width = place.len()));
            }
        }
    }
    (bridged != sql).then_some(bridged)
}
