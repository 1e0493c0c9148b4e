//! The PostgreSQL grammar: the one module that knows the squawk parser.

mod gaps;
mod words;

use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use migrations_text::escapes;
use migrations_text::token::{BYTE_ORDER_MARK, TokenKind, tokens};
use squawk_parser::{EntryPoint, LexedStr, StrStep};

use words::reworded;

pub(crate) use squawk_parser::SyntaxKind as Kind;
pub(crate) use words::NO_STATEMENT;

/// One statement as a syntax tree, flattened: the nodes in the order in which they begin.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// The first error, if the text is not a statement.
    pub(crate) error: Option<SyntaxError>,
}

/// A node of a syntax tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// 0 for the statement itself, 1 for what lies directly in it, …
    pub(crate) depth: usize,
    pub(crate) range: Range<usize>,
}

/// The words with which statements begin, as far as people mistype them.
pub(crate) const FIRST_WORDS: [&str; 22] = [
    "ALTER", "ANALYZE", "CALL", "CLUSTER", "COMMENT", "COPY", "CREATE", "DELETE", "DO", "DROP", "GRANT",
    "INSERT", "MERGE", "REFRESH", "REINDEX", "REVOKE", "SELECT", "SET", "TRUNCATE", "UPDATE", "VACUUM",
    "WITH",
];

/// What the grammar does not accept, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Tree {
    /// The kind of the statement.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.nodes.first().map(|node| node.kind)
    }

    /// Whether a node of this kind lies directly in the statement.
    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.child(kind).is_some()
    }

    /// The first node of this kind that lies directly in the statement.
    pub(crate) fn child(&self, kind: Kind) -> Option<&Node> {
        self.nodes.iter().find(|node| node.depth == 1 && node.kind == kind)
    }

    /// The first node of this kind, at any depth.
    pub(crate) fn find(&self, kind: Kind) -> Option<&Node> {
        self.nodes.iter().find(|node| node.kind == kind)
    }

    /// The nodes that lie directly in the statement, each with the nodes that lie directly in it.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&Node, impl Iterator<Item = &Node>)> {
        self.nodes.iter().enumerate().filter(|(_, node)| node.depth == 1).map(|(at, node)| {
            let below = self.nodes[at + 1..].iter().take_while(|node| node.depth > 1);
            (node, below.filter(|node| node.depth == 2))
        })
    }
}

/// Parses the statements of a text, which lie in these ranges in this order.
pub(crate) fn parse_each(text: &str, ranges: &[Range<usize>]) -> Vec<Tree> {
    let together = panic::catch_unwind(|| parse_together(text, ranges)).ok().flatten();
    together.unwrap_or_else(|| ranges.iter().map(|range| parse(text, range.clone())).collect())
}

/// The same at once, which costs less: where nothing is wrong with any of them, and each begins where it should.
fn parse_together(text: &str, ranges: &[Range<usize>]) -> Option<Vec<Tree>> {
    // What `parse` looks at besides the grammar.
    if text.len() > DEEPEST || ['\\', '\0', BYTE_ORDER_MARK].iter().any(|c| text.contains(*c)) {
        return None;
    }
    let (Tree { nodes, error }, _) = parse_file(text);
    let statements: Vec<&[Node]> = nodes.chunk_by(|_, next| next.depth > 0).collect();
    let each_begins =
        statements.iter().map(|nodes| nodes[0].range.start).eq(ranges.iter().map(|range| range.start));
    if error.is_some() || !each_begins {
        return None;
    }
    // To the parser the semicolon is a part of the statement.
    let within = |node: &Node, end: usize| Node {
        range: node.range.start.min(end)..node.range.end.min(end),
        ..node.clone()
    };
    let tree = |(nodes, range): (&[Node], &Range<usize>)| Tree {
        nodes: nodes.iter().map(|node| within(node, range.end)).collect(),
        error: None,
    };
    Some(statements.into_iter().zip(ranges).map(tree).collect())
}

/// Parses `text[range]`, which holds one statement; ranges in the answer are offsets into `text`.
pub(crate) fn parse(text: &str, range: Range<usize>) -> Tree {
    let written = &text[range.clone()];
    let sql = &*escapes::masked(written);
    // The parser may give up with a panic, or nest until the stack ends. Such a statement is left to the server.
    let tree = || panic::catch_unwind(AssertUnwindSafe(|| parse_leniently(sql))).unwrap_or_default();
    let mut tree = if nests_too_deeply(sql) { Tree::default() } else { tree() };
    tree.error = unsendable(written).or(tree.error);
    for node in &mut tree.nodes {
        node.range.start += range.start;
        node.range.end += range.start;
    }
    if let Some(error) = &mut tree.error {
        error.at += range.start;
    }
    tree
}

/// How deep a statement may nest. The stack that `check` gives the parser holds twice that in a build without
/// optimisation; PostgreSQL's own is exceeded earlier.
const DEEPEST: usize = 20_000;

/// Whether the parser could nest deeper than that: in brackets, or in what stands between two commas.
fn nests_too_deeply(sql: &str) -> bool {
    let (mut brackets, mut others) = (0_usize, 0);
    sql.len() > DEEPEST
        && tokens(sql, 0).any(|token| {
            match token.kind {
                TokenKind::Whitespace => {}
                TokenKind::OpenParen | TokenKind::OpenBracket => brackets += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket => brackets = brackets.saturating_sub(1),
                TokenKind::Comma => others = 0,
                _ => others += 1,
            }
            brackets + others > DEEPEST
        })
}

/// What the server cannot get or understand, though the parser takes no offence.
fn unsendable(sql: &str) -> Option<SyntaxError> {
    let error = |at: usize, message: &str| SyntaxError { at, message: message.to_owned() };
    let byte_order_mark = sql.starts_with(BYTE_ORDER_MARK);
    let byte_order_mark = byte_order_mark.then(|| error(0, "a byte order mark in the middle of the file"));
    byte_order_mark.or_else(|| sql.find('\0').map(|at| error(at, "a NUL character")))
}

fn parse_leniently(sql: &str) -> Tree {
    let tree = parse_strictly(sql);
    let bridged = if tree.error.is_some() { gaps::bridged(sql) } else { None };
    bridged.map_or(tree, |sql| parse_strictly(&sql))
}

fn parse_strictly(sql: &str) -> Tree {
    let (mut tree, second_statement) = parse_file(sql);
    tree.error = tree.error.or(second_statement);
    if let Some(error) = &mut tree.error {
        // The parser points behind the last token that it liked; people look at the first that it did not.
        let rest = &sql[error.at.min(sql.len())..];
        error.at += rest.len() - rest.trim_start().len();
    }
    tree
}

/// Parses any number of statements, and says where a second one begins without a semicolon before it.
fn parse_file(sql: &str) -> (Tree, Option<SyntaxError>) {
    let lexed = LexedStr::new(sql);
    let output = EntryPoint::SourceFile.parse(&lexed.to_input());
    let mut builder = Builder::default();
    lexed.intersperse_trivia(&output, &mut |step| builder.step(&step));
    let mut tree = builder.tree;
    let lexical = lexed
        .errors()
        .map(|(range, message)| SyntaxError { at: range.start as usize, message: reworded(message) });
    tree.error = lexical.chain(tree.error.take()).min_by_key(|error| error.at);
    (tree, builder.second_statement)
}

/// Collects the parser's steps. The root node, which stands for the file, is left out.
#[derive(Default)]
struct Builder {
    tree: Tree,
    open: Vec<Option<usize>>,
    at: usize,
    /// The end of the last token that is neither space nor comment.
    end: usize,
    second_statement: Option<SyntaxError>,
}

impl Builder {
    fn step(&mut self, step: &StrStep<'_>) {
        match step {
            StrStep::Enter { kind } => self.enter(*kind),
            StrStep::Exit => {
                if let Some(Some(index)) = self.open.pop() {
                    self.tree.nodes[index].range.end = self.end.max(self.tree.nodes[index].range.start);
                }
            }
            StrStep::Token { kind, text } => {
                self.at += text.len();
                if !matches!(kind, Kind::WHITESPACE | Kind::COMMENT) {
                    self.end = self.at;
                }
            }
            StrStep::Error { msg, pos } => {
                if self.tree.error.is_none() {
                    self.tree.error = Some(SyntaxError { at: *pos, message: reworded(msg) });
                }
            }
        }
    }

    fn enter(&mut self, kind: Kind) {
        if self.open.is_empty() {
            return self.open.push(None);
        }
        // The grammar accepts statements that follow each other without a semicolon; PostgreSQL does not.
        if self.open.len() == 1 && !self.tree.nodes.is_empty() && self.second_statement.is_none() {
            let message = "missing `;` before this statement".to_owned();
            self.second_statement = Some(SyntaxError { at: self.at, message });
        }
        self.open.push(Some(self.tree.nodes.len()));
        self.tree.nodes.push(Node { kind, depth: self.open.len() - 2, range: self.at..self.at });
    }
}

/// Whether a word in lower case is a name only in quotes.
pub(crate) fn is_reserved(word: &str) -> bool {
    parse_strictly(&format!("SELECT FROM {word}")).error.is_some()
}

#[cfg(test)]
mod tests {
    use migrations_text::statement;

    use super::*;

    fn error(sql: &str) -> Option<(usize, String)> {
        parse(sql, 0..sql.len()).error.map(|error| (error.at, error.message))
    }

    #[test]
    fn a_statement_is_a_tree() {
        let sql = "  CREATE TABLE IF NOT EXISTS a.b (c int); -- end";
        let tree = parse(sql, 2..sql.len());
        assert_eq!(tree.kind(), Some(Kind::CREATE_TABLE));
        assert_eq!(&sql[tree.nodes[0].range.clone()], "CREATE TABLE IF NOT EXISTS a.b (c int);");
        assert!(tree.has(Kind::IF_NOT_EXISTS));
        assert!(!tree.has(Kind::IF_EXISTS));
        assert_eq!(tree.error, None);
    }

    #[test]
    fn statements_are_parsed_together_where_nothing_is_wrong_with_any() {
        let ranges =
            |sql: &str| statement::ranges(&statement::scan(sql, |comment| comment == "-- @rollback"));
        let long = format!("SELECT 1;{}", " ".repeat(DEEPEST - "SELECT 1;".len()));
        for sql in [
            "",
            "-- a\nCREATE TABLE a (b int DEFAULT 0) ; -- end\n\nDROP TABLE c",
            "DROP TABLE a, b\n-- @rollback\nSELECT 1 ;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
            &long,
        ] {
            let ranges = ranges(sql);
            let alone = ranges.iter().map(|range| parse(sql, range.clone())).collect();
            assert_eq!(parse_together(sql, &ranges), Some(alone), "{sql}");
        }
        let longer = format!("{long} ");
        for sql in [
            "SELECT 1; SELECT '\\';",
            "SELECT 1; SELECT '\0';",
            "SELECT 1; SELECT '\u{feff}';",
            "SELECT 1; SELCT 2;",
            "CREATE TABLE a (b int)\nDROP TABLE c;",
            "SELECT 1\n-- @rollback\nUNION SELECT 2;",
            &longer,
        ] {
            assert_eq!(parse_together(sql, &ranges(sql)), None, "{sql}");
        }
    }

    #[test]
    fn only_the_first_error_is_kept_and_it_is_worded_for_people() {
        assert_eq!(error("SELECT 1;"), None);
        for (sql, at) in
            [("SELCT 1;", 0), ("CREATE TABLE a (b int", 21), ("DROP TABLE a\n  b", 15), ("SELECT 'abc", 7)]
        {
            let (found, message) = error(sql).expect(sql);
            assert_eq!(found, at, "{sql}: {message}");
            assert!(!message.contains("_KW") && !message.contains("PAREN"), "{message}");
        }
    }

    #[test]
    fn a_missing_semicolon_between_statements_is_an_error() {
        let (at, message) = error("CREATE TABLE a (b int)\nCREATE TABLE c (d int);").unwrap();
        assert_eq!((at, message.as_str()), (23, "missing `;` before this statement"));
    }

    #[test]
    fn what_the_parser_lacks_is_not_held_against_a_statement() {
        for sql in [
            "CREATE TRUSTED LANGUAGE plsample HANDLER h",
            "CREATE TRUSTED PROCEDURAL LANGUAGE plsample HANDLER h",
            "create procedural language plsample handler h",
            "ALTER USER MAPPING FOR USER SERVER s OPTIONS (SET user 'ada')",
            "ALTER STATISTICS /* a */ IF EXISTS s SET STATISTICS 100",
            "SET ROLE TO DEFAULT",
            "SELECT E'a'\n'b\\'c'",
            "WITH values (a) AS (SELECT 1) SELECT a FROM values",
            "ALTER TABLE a ADD EXCLUDE USING gist (b WITH =, time WITH =, \"timestamp\" WITH &&)",
            "ALTER TABLE a ADD EXCLUDE USING gist (Timestamp WITH &&, TIMESTAMP WITH =)",
        ] {
            assert_eq!(error(sql), None, "{sql}");
        }
        assert_eq!(error("SET ROLE TO DEFAULT SELECT").unwrap().0, 20);
        assert!(error("CREATE TRUSTED TABLE a (b int)").is_some());
    }

    #[test]
    fn what_the_server_cannot_read_is_an_error() {
        assert_eq!(error("SELECT 'a\0b'").unwrap(), (9, "a NUL character".to_owned()));
        assert_eq!(error("\u{feff}SELECT 1").unwrap().0, 0);
        assert_eq!(error("SELECT 1 /* a").unwrap().0, 9);
    }
}
