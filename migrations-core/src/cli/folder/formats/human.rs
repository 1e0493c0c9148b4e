//! For people: every problem with its lines and carets, and how many there are.

use migrations_rules::render;

use super::Findings;

pub(super) fn text(findings: &Findings<'_>, colour: bool) -> String {
    let shown = findings.problems.iter().map(|problem| render::full(problem, colour) + "\n\n");
    shown.collect::<String>() + &findings.summary() + "\n"
}
