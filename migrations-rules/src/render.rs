//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use crate::printable;
use crate::problem::{Excerpt, Level, Problem};
use crate::text::floor_char_boundary;

/// A problem as `rustc` would print it, without colours and without the leading `error: `.
///
/// ```text
/// unknown dependency `999_nothing`
///   --> migrations/sql/schema-creation/010_create_meetings_schema.sql:2:18
///    |
///  2 | -- Dependencies: 999_nothing
///    |                  ^^^^^^^^^^^
///    |
///    = help: …
/// ```
pub fn plain(problem: &Problem) -> String {
    let whole = Renderer::plain().render(&[group(problem)]);
    let prefix = format!("{}: ", severity(problem));
    whole.strip_prefix(&prefix).unwrap_or(&whole).to_owned()
}

/// A problem as `rustc` would print it, with terminal colours when `colour` is set.
pub fn full(problem: &Problem, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group(problem)])
}

fn severity(problem: &Problem) -> &'static str {
    if problem.level == Level::Deny { "error" } else { "warning" }
}

fn group(problem: &Problem) -> Group<'_> {
    let title = if problem.level == Level::Deny { Title::ERROR } else { Title::WARNING };
    let title = title.primary_title(format!("{} [{}]", printable::lines(&problem.message), problem.rule));
    let path = printable::line(&problem.path);
    let mut group = match &problem.excerpt {
        Some(excerpt) => title.element(snippet(excerpt).path(path)),
        None => title.element(Origin::path(path)),
    };
    for help in &problem.help {
        group = group.element(Title::HELP.message(printable::lines(help)));
    }
    group
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, Annotation<'_>> {
    let start = floor_char_boundary(&excerpt.text, excerpt.span.start);
    let end = floor_char_boundary(&excerpt.text, excerpt.span.end).max(start);
    // The signs in the place of characters may be longer than those.
    let [before, marked, after] =
        [0..start, start..end, end..excerpt.text.len()].map(|range| printable::masked(&excerpt.text[range]));
    let span = before.len()..before.len() + marked.len();
    let label = (!excerpt.label.is_empty()).then(|| printable::line(&excerpt.label));
    Snippet::source(before + &marked + &after)
        .line_start(excerpt.line)
        .annotation(AnnotationKind::Primary.span(span).label(label))
}
