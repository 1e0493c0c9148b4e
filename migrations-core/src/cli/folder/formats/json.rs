//! One JSON object:
//!
//! ```json
//! {
//!   "version": 1,
//!   "errors": 1, "warnings": 0, "files": 55,
//!   "problems": [{
//!     "rule": "unknown-dependency", "level": "error",
//!     "path": "migrations/sql/schema/002_a.sql", "line": 2, "column": 18,
//!     "message": "…", "help": ["…"],
//!     "excerpt": { "line": 2, "text": "-- Dependencies: 999_x", "start": 17, "end": 22, "label": "" }
//!   }]
//! }
//! ```
//!
//! Lines and columns are counted from 1, columns in characters. `start` and `end` are the marked characters of `text`,
//! counted from 0. `excerpt` is null where a file as a whole is meant.

use migrations_rules::Problem;
use migrations_text::Excerpt;
use serde_json::{Value, json};

use super::{Findings, severity};

pub(super) fn text(findings: &Findings<'_>) -> String {
    let all = json!({
        "version": 1,
        "errors": findings.errors(),
        "warnings": findings.warnings(),
        "files": findings.files,
        "problems": findings.problems.iter().map(problem).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn problem(problem: &Problem) -> Value {
    json!({
        "rule": problem.rule,
        "level": severity(problem),
        "path": problem.path,
        "line": problem.position.line,
        "column": problem.position.column,
        "message": problem.message,
        "help": problem.help,
        "excerpt": problem.excerpt.as_ref().map(excerpt),
    })
}

fn excerpt(excerpt: &Excerpt) -> Value {
    let characters = |end: usize| excerpt.text.get(..end).map(|before| before.chars().count());
    json!({
        "line": excerpt.line,
        "text": excerpt.text,
        "start": characters(excerpt.span.start),
        "end": characters(excerpt.span.end),
        "label": excerpt.label,
    })
}
