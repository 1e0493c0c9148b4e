//! The name on a node: broken at its underscores, in a font whose characters are all of one width.

use super::Size;
use crate::cli::pictures::Node;

/// The height of a line.
pub(super) const LINE: f64 = 14.5;
/// Where the lines begin.
pub(super) const LEFT: f64 = 14.0;
const RIGHT: f64 = 10.0;
/// Of no common font for code is a character wider, in the size of the style sheet.
const CHARACTER: f64 = 7.1;
/// How many characters a line has if the name lets it, and at most.
const WIDTH: usize = 18;
const LINES: usize = 4;

/// A name as it is drawn.
pub(super) struct Label {
    pub(super) lines: Vec<String>,
    pub(super) size: Size,
    /// Where the first line stands.
    pub(super) first_line: f64,
}

/// The labels of all nodes, of one width, so that the columns are even.
pub(super) fn all(nodes: &[Node]) -> Vec<Label> {
    let lines: Vec<Vec<String>> = nodes.iter().map(lines).collect();
    let longest = lines.iter().flatten().map(|line| line.chars().count()).max().unwrap_or_default();
    let width = (longest.max(10) as f64 * CHARACTER + LEFT + RIGHT).round();
    lines.into_iter().map(|lines| label(lines, width)).collect()
}

fn label(lines: Vec<String>, width: f64) -> Label {
    let height = lines.len() as f64 * LINE + 13.0;
    Label { lines, size: Size { width, height }, first_line: 17.5 }
}

fn lines(node: &Node) -> Vec<String> {
    let words = match node.number() {
        Some(number) => format!("{number} {}", &node.stem[number.len() + 1..]),
        None => node.stem.clone(),
    };
    let mut lines = vec![String::new()];
    for part in words.split_inclusive('_').flat_map(pieces) {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + part.chars().count() > WIDTH {
            lines.push(part);
        } else {
            lines[last].push_str(&part);
        }
    }
    shortened(lines)
}

/// A part of a name that fits into a line.
fn pieces(part: &str) -> Vec<String> {
    let characters: Vec<char> = part.chars().collect();
    characters.chunks(WIDTH).map(|piece| piece.iter().collect()).collect()
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            *last = last.chars().take(WIDTH - 1).collect();
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(stem: &str) -> Vec<String> {
        lines(&Node { stem: stem.to_owned(), ..Node::default() })
    }

    #[test]
    fn a_name_is_broken_at_its_underscores() {
        assert_eq!(lines_of("010_create_meetings_schema"), ["010 create_", "meetings_schema"]);
        assert_eq!(lines_of("2fa"), ["2fa"]);
        assert_eq!(lines_of(&format!("001_{}", "x".repeat(20))), ["001 xxxxxxxxxxxxxx", "xxxxxx"]);
    }

    #[test]
    fn a_name_that_is_too_long_is_cut() {
        let long = lines_of(&"word_".repeat(40));
        assert_eq!(long, ["word_word_word_", "word_word_word_", "word_word_word_", "word_word_word_…"]);
    }
}
