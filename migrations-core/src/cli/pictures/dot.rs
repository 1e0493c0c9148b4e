//! A picture as a graph of Graphviz.

use std::fmt::Write;

use super::{Kind, Node, Picture, palette};

pub(super) fn of(picture: &Picture) -> String {
    let mut text = format!(
        "digraph migrations {{\n  label={};\n  labelloc=t;\n  rankdir=LR;\n  \
         node [shape=box, style=\"filled,rounded\", fontname=\"monospace\", fontsize=11];\n  edge [color=\"#8a8f98\"];\n",
        quoted(&picture.title)
    );
    for (at, node) in picture.nodes.iter().enumerate() {
        let _ = writeln!(text, "  m{at} [{}];", attributes(picture, node));
    }
    for link in picture.links() {
        let style = if link.superseded { " [style=dashed]" } else { "" };
        let _ = writeln!(text, "  m{} -> m{}{style};", link.from, link.to);
    }
    legend(&mut text, picture);
    text.push_str("}\n");
    text
}

fn attributes(picture: &Picture, node: &Node) -> String {
    let (line, area) = palette::on_white(picture.colour(node));
    let mut label = quoted(&node.stem.replacen('_', " ", usize::from(node.number().is_some())));
    let signs = node.signs().map(super::Sign::meaning);
    let words = signs.chain(node.state_word().filter(|word| *word != "applied"));
    let words: Vec<&str> = words.collect();
    if !words.is_empty() {
        label.truncate(label.len() - 1);
        let _ = write!(label, "\\n{}\"", words.join(", "));
    }
    let mut attributes =
        format!("label={label}, tooltip={}, color=\"{line}\", fillcolor=\"{area}\"", quoted(&node.purpose));
    if matches!(node.kind, Kind::Archived | Kind::Unknown) || node.state_word() == Some("pending") {
        attributes.push_str(", style=\"filled,rounded,dashed\"");
    }
    attributes
}

/// One sample a category, apart from the graph.
fn legend(text: &mut String, picture: &Picture) {
    let named: Vec<(usize, &String)> =
        picture.categories.iter().enumerate().filter(|(_, name)| !name.is_empty()).collect();
    if named.is_empty() {
        return;
    }
    text.push_str("  subgraph cluster_legend {\n    label=\"Categories\";\n    color=\"#8a8f98\";\n");
    for (at, name) in named {
        let (line, area) = palette::on_white(Some(at));
        let _ = writeln!(text, "    k{at} [label={}, color=\"{line}\", fillcolor=\"{area}\"];", quoted(name));
    }
    text.push_str("  }\n");
}

/// A string of DOT. In it a backslash and an entity of HTML would mean something.
fn quoted(text: &str) -> String {
    let text = migrations_text::printable(text);
    format!("\"{}\"", text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\""))
}
