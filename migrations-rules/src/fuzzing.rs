//! The parts of a check by themselves, for the fuzz targets in `fuzz/` and the tests beside them.

use std::ops::Range;

use migrations_text::statement::{self, Piece};
use migrations_text::token::{self, TokenKind};
use migrations_text::{Text, printable};

use crate::config::Config;
use crate::directive::{Directive, is_section_marker};
use crate::header::Header;
use crate::syntax;

/// The pieces of a file, as it is split.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The statements and the lines of psql, each with whether it is a statement.
    pub parts: Vec<(Range<usize>, bool)>,
    /// The comments that begin their line; they may lie inside statements.
    pub comments: Vec<Range<usize>>,
}

/// Splits SQL as a migration is split.
pub fn pieces(sql: &str) -> Pieces {
    let mut pieces = Pieces::default();
    for piece in statement::scan(sql, is_section_marker) {
        match piece {
            Piece::Statement(range) => pieces.parts.push((range, true)),
            Piece::Psql(range) => pieces.parts.push((range, false)),
            Piece::Comment(range) => pieces.comments.push(range),
        }
    }
    pieces
}

/// Whether nothing but white space, comments and semicolons stands in the text.
pub fn is_blank(sql: &str) -> bool {
    token::tokens(sql, 0).all(|token| {
        matches!(
            token.kind,
            TokenKind::Whitespace
                | TokenKind::LineComment
                | TokenKind::BlockComment { terminated: true }
                | TokenKind::Semi
        )
    })
}

/// What the tokens of the text cover, in their order.
pub fn tokens(sql: &str) -> Vec<Range<usize>> {
    token::tokens(sql, 0).map(|token| token.range).collect()
}

/// The nodes of a statement's tree, each with its depth, and the place of its first error.
pub fn parse(sql: &str, range: Range<usize>) -> (Vec<(usize, Range<usize>)>, Option<usize>) {
    let tree = syntax::parse(sql, range);
    let nodes = tree.nodes.into_iter().map(|node| (node.depth, node.range)).collect();
    (nodes, tree.error.map(|error| error.at))
}

/// Whether the statements of a file, parsed together, are what each of them is alone.
pub fn is_parsed_alike(sql: &str) -> bool {
    let statements = statement::ranges(&statement::scan(sql, is_section_marker));
    let alone = statements.iter().map(|range| syntax::parse(sql, range.clone()));
    syntax::parse_each(sql, &statements).into_iter().eq(alone)
}

/// What the grammar does not accept of a statement, in words.
pub fn complaint(sql: &str) -> Option<String> {
    syntax::parse(sql, 0..sql.len()).error.map(|error| error.message)
}

/// All places that a header has, in SQL or in Rust.
pub fn header(text: &Text, comment: &str) -> Vec<Range<usize>> {
    let header = Header::parse(text, comment);
    let references = header.dependencies(text).into_iter().map(|reference| reference.range);
    let near_misses = header.near_misses.iter().map(|(range, _)| range.clone());
    let entries = header.entries.iter().flat_map(|entry| entry.lines.iter().chain([&entry.key_range]));
    references.chain(near_misses).chain(entries.cloned()).collect()
}

/// The place of the word of a directive in a comment that begins at `start`.
pub fn directive(comment: &str, start: usize) -> Option<Range<usize>> {
    Directive::parse(comment, start).map(|directive| directive.range)
}

/// What `migrations.toml` says, and what is not understood of it, each with its place.
pub fn config(text: &str) -> (Config, Vec<(Range<usize>, String)>) {
    let (config, errors) = Config::parse(text);
    (config, errors.into_iter().map(|error| (error.span, error.message)).collect())
}

/// Whether a character must not reach a terminal.
pub fn is_unprintable(c: char) -> bool {
    printable::is_unprintable(c)
}
