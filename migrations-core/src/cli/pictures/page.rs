//! A picture as a page by itself: the graph, and beside it what is known about the migration that is selected.

mod article;
mod shell;

use std::fmt::Write;

use super::markup::{escaped, number};
use super::{Kind, Picture, palette, svg};
pub(super) use shell::Shell;

const STYLE: &str = include_str!("page/graph.css");
const SCRIPT: &str = include_str!("page/graph.js");

pub(super) fn of(picture: &Picture) -> String {
    let graph = svg::graph(picture);
    let dependents = dependents(picture);
    let mut body = String::from("<main>\n");
    let _ = write!(
        body,
        "<svg id=\"graph\" viewBox=\"0 0 {} {}\" role=\"group\" aria-label=\"Graph of the migrations\">\n\
         <g id=\"world\">\n{}</g>\n</svg>\n",
        number(graph.width),
        number(graph.height),
        graph.markup
    );
    body.push_str(&legend(picture));
    body.push_str("<aside id=\"panel\" hidden aria-label=\"The selected migration\"></aside>\n</main>\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        article::write(&mut body, picture, at, node, &dependents[at]);
    }
    let shell = Shell {
        title: &picture.title,
        facts: &facts(picture),
        buttons: BUTTONS,
        style: &format!("{}{}{STYLE}", svg::style(), palette::blocks()),
        script: SCRIPT,
    };
    shell.around(&body)
}

const BUTTONS: &str = "<div class=\"zoom\" role=\"group\" aria-label=\"Zoom\">\
<button type=\"button\" id=\"out\" title=\"Smaller (&#8722;)\" aria-label=\"Smaller\">&#8722;</button>\
<button type=\"button\" id=\"fit\" title=\"All of it (0)\">Fit</button>\
<button type=\"button\" id=\"in\" title=\"Larger (+)\" aria-label=\"Larger\">+</button></div>\n";

/// What needs each node.
fn dependents(picture: &Picture) -> Vec<Vec<usize>> {
    let mut dependents = vec![Vec::new(); picture.nodes.len()];
    for (at, node) in picture.nodes.iter().enumerate() {
        for &needed in node.dependencies.iter().filter(|needed| **needed < picture.nodes.len()) {
            dependents[needed].push(at);
        }
    }
    dependents
}

/// How many there are, and how they stand.
fn facts(picture: &Picture) -> String {
    let count = |word| picture.nodes.iter().filter(|node| node.state_word() == Some(word)).count();
    let run =
        picture.nodes.iter().filter(|node| !matches!(node.kind, Kind::Archived | Kind::Unknown)).count();
    let mut facts = vec![if run == 1 { "1 migration".to_owned() } else { format!("{run} migrations") }];
    for word in ["applied", "pending", "changed", "unknown", "archived"] {
        facts.extend((count(word) > 0).then(|| format!("{} {word}", count(word))));
    }
    facts.join(" · ")
}

/// The legend: a category in it is a button, which leaves only its own migrations in colour.
fn legend(picture: &Picture) -> String {
    let mut legend = String::from("<div id=\"legend\">\n");
    for (at, category) in picture.categories.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let _ = writeln!(
            legend,
            "<button type=\"button\" aria-pressed=\"false\" data-category=\"{name}\">{}{name}</button>",
            svg::swatch(&palette::class(Some(at))),
            name = escaped(category)
        );
    }
    for (sample, meaning) in svg::meanings(picture) {
        let _ = writeln!(legend, "<span>{sample}{meaning}</span>");
    }
    legend.push_str("</div>\n");
    legend
}
