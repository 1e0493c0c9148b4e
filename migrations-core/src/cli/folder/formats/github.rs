//! Workflow commands of GitHub Actions: `::error file=…,line=…::message`.

use migrations_rules::Problem;

use super::{Findings, end_column, severity};

pub(super) fn text(findings: &Findings<'_>) -> String {
    let commands: String = findings.problems.iter().map(command).collect();
    commands + &findings.summary() + "\n"
}

fn command(problem: &Problem) -> String {
    let position = problem.position;
    let end = end_column(problem)
        .map(|end| format!(",endLine={},endColumn={end}", position.line))
        .unwrap_or_default();
    format!(
        "::{} file={},line={},col={}{end},title={}::{}\n",
        severity(problem),
        property(&problem.path),
        position.line,
        position.column,
        property(&problem.rule),
        data(&message(problem)),
    )
}

fn message(problem: &Problem) -> String {
    let help = problem.help.iter().map(|help| format!("\nhelp: {help}"));
    problem.message.clone() + &help.collect::<String>()
}

/// What stands behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
