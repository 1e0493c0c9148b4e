//! What the page says about one migration. It waits in a `<template>` until it is asked for.

use std::fmt::Write;

use crate::cli::pictures::highlight::{Language, html};
use crate::cli::pictures::markup::escaped;
use crate::cli::pictures::{Application, Kind, Node, Picture, Sign, State};
use crate::cli::style::time;

/// Writes the template of the node at that place.
pub(super) fn write(page: &mut String, picture: &Picture, at: usize, node: &Node, dependents: &[usize]) {
    let list = |places: &[usize]| places.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let _ = writeln!(
        page,
        "<template data-at=\"{at}\" data-name=\"{}\" data-category=\"{}\" data-needs=\"{}\" data-needed-by=\"{}\">",
        escaped(&node.name),
        escaped(&node.category),
        list(&node.dependencies),
        list(dependents)
    );
    heading(page, node);
    state(page, node);
    signs(page, node);
    if let Some(by) = node.superseded_by {
        links(page, picture, "Superseded by", &[by]);
    }
    links(page, picture, "Needs", &node.dependencies);
    links(page, picture, "Needed by", dependents);
    rollback(page, node);
    code(page, if node.kind == Kind::Archived { "Text" } else { "SQL" }, &node.sql, Language::Sql);
    code(page, "Rust", node.runner.as_deref().unwrap_or_default(), Language::Rust);
    page.push_str("</template>\n");
}

fn heading(page: &mut String, node: &Node) {
    let name = node.stem.replacen('_', " ", usize::from(node.number().is_some()));
    let _ = writeln!(page, "<h2 tabindex=\"-1\">{}</h2>", escaped(&name).replace('_', "_<wbr>"));
    paragraph(page, "purpose", &node.purpose);
    if !node.path.is_empty() {
        let _ = writeln!(
            page,
            "<p class=\"path\"><code>{}</code></p>",
            escaped(&node.path).replace('/', "/<wbr>")
        );
    }
}

fn paragraph(page: &mut String, class: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(page, "<p class=\"{class}\">{}</p>", escaped(text));
    }
}

fn state(page: &mut String, node: &Node) {
    let words = match (node.kind, &node.state) {
        (Kind::Archived, None) => "Kept in the archive; never run.".to_owned(),
        (Kind::Archived, Some(state)) => format!("Kept in the archive. {}", sentence(state)),
        (Kind::Unknown, Some(state)) => format!("No file of the folder has this name. {}", sentence(state)),
        (_, Some(state)) => sentence(state),
        (_, None) => return,
    };
    let class = format!("state {}", node.state_word().unwrap_or_default());
    paragraph(page, &class, &words);
}

fn sentence(state: &State) -> String {
    let applied = |application: &Application| {
        let Application { at, by, duration } = application;
        format!("Applied {at} by {by}, in {}.", time(*duration))
    };
    match state {
        State::Pending => "Pending: not applied to this database.".to_owned(),
        State::Applied(application) => applied(application),
        State::Changed(application) => format!("{} The file has changed since.", applied(application)),
    }
}

fn signs(page: &mut String, node: &Node) {
    for sign in node.signs() {
        let words = match (sign, &node.irreversible) {
            (Sign::Irreversible, Some(reason)) if !reason.is_empty() => format!("Irreversible: {reason}"),
            (Sign::Irreversible, _) => "Irreversible.".to_owned(),
            (Sign::Destructive, _) => "Destroys rows.".to_owned(),
            (Sign::Code, _) if node.kind == Kind::Runner => "Written in Rust.".to_owned(),
            (Sign::Code, _) => "Accompanied by code in Rust.".to_owned(),
        };
        let _ = writeln!(
            page,
            "<p class=\"mark\"><svg width=\"16\" height=\"16\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><g \
             class=\"sign\">{}</g></svg>{}</p>",
            crate::cli::pictures::svg::drawn(sign),
            escaped(&words)
        );
    }
}

fn links(page: &mut String, picture: &Picture, title: &str, places: &[usize]) {
    let nodes: Vec<&Node> = places.iter().filter_map(|at| picture.nodes.get(*at)).collect();
    if nodes.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h3>{title}</h3>\n<ul>");
    for node in nodes {
        let (name, stem) = (escaped(&node.name), escaped(&node.stem));
        let _ =
            writeln!(page, "<li><a href=\"#\" data-name=\"{name}\">{}</a></li>", stem.replace('_', "_<wbr>"));
    }
    page.push_str("</ul>\n");
}

fn rollback(page: &mut String, node: &Node) {
    let note = if node.irreversible.is_some() { "" } else { node.rollback_note.as_str() };
    if note.is_empty() && node.rollback.is_none() {
        return;
    }
    page.push_str("<h3>Rollback</h3>\n");
    paragraph(page, "note", note);
    block(page, node.rollback.as_deref().unwrap_or_default(), Language::Sql);
}

fn code(page: &mut String, title: &str, code: &str, language: Language) {
    if !code.is_empty() {
        let _ = writeln!(page, "<h3>{title}</h3>");
        block(page, code, language);
    }
}

fn block(page: &mut String, code: &str, language: Language) {
    if !code.is_empty() {
        // A line end behind `<pre>` is not shown, so that a text which begins with one keeps it.
        let _ = writeln!(page, "<pre tabindex=\"0\">\n{}</pre>", html(code, language));
    }
}
