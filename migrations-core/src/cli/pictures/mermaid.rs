//! A picture as a flowchart of Mermaid.

use std::fmt::Write;

use super::{Kind, Node, Picture, palette};

/// GitHub draws no more than this.
const MOST_LINES: usize = 500;
const MOST_CHARACTERS: usize = 50_000;

pub(super) fn of(picture: &Picture) -> String {
    let links = picture.links();
    let mut text = String::from("flowchart LR\n");
    let _ = writeln!(text, "  accTitle: {}", sentence(&picture.title));
    for (at, node) in picture.nodes.iter().enumerate() {
        let class = class(picture, node);
        let _ = writeln!(text, "  m{at}{}:::{class}", shape(node));
    }
    for link in &links {
        let arrow = if link.superseded { "-.->" } else { "-->" };
        let _ = writeln!(text, "  m{} {arrow} m{}", link.from, link.to);
    }
    legend(&mut text, picture);
    styles(&mut text);
    if links.len() > MOST_LINES || text.len() > MOST_CHARACTERS {
        text.push_str("  %% GitHub draws at most 500 lines and 50,000 characters: use SVG or HTML\n");
    }
    text
}

/// The name, and the signs as words.
fn shape(node: &Node) -> String {
    let mut words = vec![quoted(&node.stem.replacen('_', " ", usize::from(node.number().is_some())))];
    words.extend(node.signs().map(|sign| format!("<small>{}</small>", sign.meaning())));
    words.extend(
        node.state_word().filter(|word| *word != "applied").map(|word| format!("<small>{word}</small>")),
    );
    let label = words.join("<br>");
    match node.kind {
        Kind::Runner => format!("[[\"{label}\"]]"),
        Kind::Archived | Kind::Unknown => format!("(\"{label}\")"),
        _ => format!("[\"{label}\"]"),
    }
}

fn class(picture: &Picture, node: &Node) -> String {
    palette::class(picture.colour(node))
}

/// One sample a category.
fn legend(text: &mut String, picture: &Picture) {
    let named: Vec<(usize, &String)> =
        picture.categories.iter().enumerate().filter(|(_, name)| !name.is_empty()).collect();
    if named.is_empty() {
        return;
    }
    text.push_str("  subgraph legend[Categories]\n    direction LR\n");
    for (at, name) in named {
        let _ = writeln!(text, "    k{at}[\"{}\"]:::{}", quoted(name), palette::class(Some(at)));
    }
    text.push_str("  end\n");
}

fn styles(text: &mut String) {
    for place in (0..palette::COUNT).map(Some).chain([None]) {
        let (line, area) = palette::on_white(place);
        let dashes = if place.is_none() { ",stroke-dasharray:4 3" } else { "" };
        let _ = writeln!(
            text,
            "  classDef {} fill:{area},stroke:{line},color:#1a1d21{dashes}",
            palette::class(place)
        );
    }
}

/// A text inside quotes: everything that Mermaid or HTML could take for its own is written as its number.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in migrations_text::printable(text).chars() {
        if character.is_alphanumeric() || matches!(character, ' ' | '_' | '-' | '.' | '/') {
            quoted.push(character);
        } else {
            let _ = write!(quoted, "#{};", u32::from(character));
        }
    }
    quoted
}

/// A text that ends with its line and knows no numbers of characters.
fn sentence(text: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/');
    migrations_text::printable(text).chars().filter(is_plain).collect()
}
