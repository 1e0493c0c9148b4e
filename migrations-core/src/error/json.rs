//! An error for programs.

use migrations_text::render::Spot;
use postgres::error::DbError;
use serde_json::{Value, json};

use super::Error;
use crate::report::Blocker;

impl Error {
    /// The error as JSON: what its report says, in parts. What is not known is `null`.
    pub(crate) fn to_json(&self) -> Value {
        let diagnostic = self.diagnostic();
        let context = match (self.trace(), self.server()) {
            (Some(trace), _) => trace.notes.clone(),
            (None, Some(server)) => super::Trace::in_words(server).notes,
            (None, None) => Vec::new(),
        };
        let (applied, rolled_back) =
            if self.is_rollback { (&[][..], self.applied()) } else { (self.applied(), &[][..]) };
        json!({
            "kind": self.kind.name(),
            "message": diagnostic.message,
            "notes": diagnostic.notes,
            "help": diagnostic.help,
            "migration": self.failed_migration(),
            "places": diagnostic.spots.iter().map(place).collect::<Vec<_>>(),
            "server": self.server().map(|server| said(server, &context)),
            "blockers": self.blockers().iter().map(blocker).collect::<Vec<_>>(),
            "applied": applied,
            "rolled_back": rolled_back,
        })
    }
}

fn place(spot: &Spot) -> Value {
    json!({
        "path": spot.path,
        "line": spot.position.map(|position| position.line),
        "column": spot.position.map(|position| position.column),
        "excerpt": spot.excerpt.as_ref().map(|excerpt| &excerpt.text),
        "marked": spot.excerpt.as_ref().and_then(|excerpt| excerpt.text.get(excerpt.span.clone())),
        "label": spot.excerpt.as_ref().map(|excerpt| &excerpt.label).filter(|label| !label.is_empty()),
    })
}

fn said(error: &DbError, context: &[String]) -> Value {
    json!({
        "sqlstate": error.code().code(),
        "message": error.message(),
        "detail": error.detail(),
        "hint": error.hint(),
        "schema": error.schema(),
        "table": error.table(),
        "column": error.column(),
        "data_type": error.datatype(),
        "constraint": error.constraint(),
        "context": context,
    })
}

fn blocker(blocker: &Blocker) -> Value {
    let Blocker { pid, application, role, since, state, query } = blocker;
    json!({
        "pid": pid,
        "application": application,
        "role": role,
        "since": since,
        "state": state,
        "query": query,
    })
}
