//! Problems as text for people: the message, `--> path:line:column`, the line with a caret, the help.

use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use crate::problem::{Level, Problem};

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
    let title = title.primary_title(format!("{} [{}]", problem.message, problem.rule));
    let mut group = match &problem.excerpt {
        Some(excerpt) => {
            let label = (!excerpt.label.is_empty()).then_some(excerpt.label.as_str());
            title.element(
                Snippet::source(excerpt.text.as_str())
                    .line_start(excerpt.line)
                    .path(location(problem))
                    .annotation(AnnotationKind::Primary.span(excerpt.span.clone()).label(label)),
            )
        }
        None => title.element(Origin::path(problem.path.as_str())),
    };
    for help in &problem.help {
        group = group.element(Title::HELP.message(help.as_str()));
    }
    group
}

fn location(problem: &Problem) -> &str {
    &problem.path
}
