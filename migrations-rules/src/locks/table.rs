//! The actions of `ALTER TABLE`, and of its kin for views, indexes and sequences.

use super::effect::{EXCLUSIVE, Effect};
use super::nodes::At;
use super::{LockMode, volatility};
use crate::syntax::Kind;

const REFERENCED: &str = "the tables that its foreign keys refer to";
const DEPENDENTS: &str = "what depends on it (CASCADE)";

/// The lock of an `ALTER`: the strongest that one of its actions takes.
pub(super) fn altered(statement: At<'_>) -> Option<Effect> {
    let effects = statement.children().filter_map(|action| match statement.kind() {
        Kind::ALTER_SEQUENCE => of_sequence(action),
        Kind::ALTER_INDEX => of_index(action),
        _ => of_table(action),
    });
    let effect = effects.reduce(Effect::and)?;
    // The rows of a foreign table are elsewhere.
    let is_foreign = statement.kind() == Kind::ALTER_FOREIGN_TABLE;
    Some(if is_foreign { Effect::of(effect.mode) } else { effect })
}

/// What an action does to the table; `None` for what is no action.
fn of_table(action: At<'_>) -> Option<Effect> {
    let weak = Effect::of(LockMode::ShareUpdateExclusive);
    Some(match action.kind() {
        Kind::IF_EXISTS | Kind::TABLE_RELATION_NAME | Kind::VIEW_REF => return None,
        Kind::ADD_COLUMN => added_column(action),
        Kind::ALTER_COLUMN => {
            action.children().filter_map(of_column).reduce(Effect::and).unwrap_or(EXCLUSIVE)
        }
        Kind::DROP_COLUMN | Kind::DROP_CONSTRAINT => dropped(action),
        Kind::ADD_CONSTRAINT => {
            action.children().filter_map(constraint).reduce(Effect::and).unwrap_or(EXCLUSIVE)
        }
        Kind::VALIDATE_CONSTRAINT => {
            weak.scans("scans the table").reaches("the table that the foreign key refers to (ROW SHARE)")
        }
        Kind::CLUSTER_ON | Kind::SET_WITHOUT_CLUSTER => weak,
        Kind::SET_OPTIONS | Kind::RESET_OPTIONS => options(action),
        Kind::ATTACH_PARTITION => weak.reaches("its default partition (ACCESS EXCLUSIVE)"),
        Kind::DETACH_PARTITION if is_gentle(action) => weak.notes("waits for older transactions"),
        Kind::DETACH_PARTITION => {
            EXCLUSIVE.reaches("its default partition, and the tables at the other end of its foreign keys")
        }
        Kind::ENABLE_TRIGGER
        | Kind::ENABLE_ALWAYS_TRIGGER
        | Kind::ENABLE_REPLICA_TRIGGER
        | Kind::DISABLE_TRIGGER => Effect::of(LockMode::ShareRowExclusive),
        Kind::SET_LOGGED | Kind::SET_UNLOGGED => {
            EXCLUSIVE.rewrites("rewrites the table").reaches("the sequences of its columns")
        }
        Kind::SET_ACCESS_METHOD => EXCLUSIVE.rewrites("rewrites the table"),
        Kind::SET_TABLESPACE | Kind::ALL_IN_TABLESPACE => {
            EXCLUSIVE.rewrites("copies the table to the tablespace")
        }
        Kind::OWNER_TO | Kind::SET_SCHEMA => EXCLUSIVE.reaches("the sequences of its columns"),
        _ => EXCLUSIVE,
    })
}

fn of_column(action: At<'_>) -> Option<Effect> {
    match action.kind() {
        Kind::SET_STATISTICS | Kind::SET_OPTIONS | Kind::RESET_OPTIONS => {
            Some(Effect::of(LockMode::ShareUpdateExclusive))
        }
        Kind::SET_TYPE => Some(
            EXCLUSIVE.rewrites("rewrites the table, unless the old type is stored alike").reaches(REFERENCED),
        ),
        Kind::SET_GENERATED_OPTIONS | Kind::RESTART | Kind::DROP_IDENTITY => {
            Some(EXCLUSIVE.reaches("the sequence of the column"))
        }
        Kind::SET_EXPRESSION => Some(EXCLUSIVE.rewrites("rewrites the table")),
        Kind::SET_NOT_NULL => Some(EXCLUSIVE.scans("scans the table, unless a valid CHECK proves it")),
        _ => None,
    }
}

fn dropped(action: At<'_>) -> Effect {
    EXCLUSIVE.reaches(if action.has(Kind::CASCADE) { DEPENDENTS } else { REFERENCED })
}

fn added_column(column: At<'_>) -> Effect {
    let with_default = column.has(Kind::DEFAULT_CONSTRAINT);
    let parts = column.children().filter_map(|part| match part.kind() {
        Kind::CHECK_CONSTRAINT => constraint(part),
        Kind::UNIQUE_CONSTRAINT | Kind::PRIMARY_KEY_CONSTRAINT => constraint(part),
        Kind::REFERENCES_CONSTRAINT if with_default => Some(EXCLUSIVE.scans("scans the table")),
        Kind::NOT_NULL_CONSTRAINT if !with_default => Some(EXCLUSIVE.scans("scans the table")),
        _ => None,
    });
    let added = parts.fold(EXCLUSIVE, Effect::and);
    if volatility::differs_by_row(column) {
        added.and(EXCLUSIVE.rewrites("rewrites the table: each row gets a value of its own"))
    } else {
        added
    }
}

/// What a new constraint does to the table that it is a constraint of.
fn constraint(constraint: At<'_>) -> Option<Effect> {
    let lock = match constraint.kind() {
        Kind::FOREIGN_KEY_CONSTRAINT => Effect::of(LockMode::ShareRowExclusive),
        Kind::CHECK_CONSTRAINT | Kind::NOT_NULL_CONSTRAINT => EXCLUSIVE,
        Kind::UNIQUE_CONSTRAINT | Kind::PRIMARY_KEY_CONSTRAINT | Kind::EXCLUDE_CONSTRAINT => {
            return Some(if constraint.has(Kind::USING_INDEX_NAME) {
                EXCLUSIVE
            } else {
                EXCLUSIVE.scans("scans the table and builds an index")
            });
        }
        _ => return None,
    };
    let unchecked = constraint.has(Kind::NOT_VALID) || constraint.has(Kind::NOT_ENFORCED);
    Some(if unchecked { lock } else { lock.scans("scans the table; with NOT VALID it would not") })
}

/// Whether a partition is detached while others work with the table.
pub(super) fn is_gentle(detach: At<'_>) -> bool {
    detach.has(Kind::DETACH_CONCURRENTLY) || detach.has(Kind::DETACH_FINALIZE)
}

/// The storage parameters that change while others work with the relation; those of autovacuum do, too.
const GENTLE: [&str; 9] = [
    "fillfactor",
    "deduplicate_items",
    "log_autovacuum_min_duration",
    "n_distinct",
    "n_distinct_inherited",
    "parallel_workers",
    "toast_tuple_target",
    "vacuum_index_cleanup",
    "vacuum_truncate",
];

fn options(action: At<'_>) -> Effect {
    let mut names = action.descendants().filter(|at| at.kind() == Kind::ATTRIBUTE_NAME);
    let gentle = names.all(|name| {
        let name = name.written().to_ascii_lowercase();
        GENTLE.contains(&name.as_str()) || name.starts_with("autovacuum_") || name.starts_with("vacuum_")
    });
    Effect::of(if gentle { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive })
}

fn of_index(action: At<'_>) -> Option<Effect> {
    match action.kind() {
        Kind::IF_EXISTS | Kind::INDEX_REF => None,
        Kind::INDEX_RENAME_TO | Kind::ALTER_SET_STATISTICS => {
            Some(Effect::of(LockMode::ShareUpdateExclusive))
        }
        Kind::SET_OPTIONS | Kind::RESET_OPTIONS => Some(options(action)),
        Kind::ATTACH_INDEX_PARTITION => {
            Some(Effect::of(LockMode::ShareUpdateExclusive).reaches("the tables of both (ACCESS SHARE)"))
        }
        Kind::SET_TABLESPACE => Some(EXCLUSIVE.rewrites("copies the index to the tablespace")),
        _ => Some(EXCLUSIVE),
    }
}

fn of_sequence(action: At<'_>) -> Option<Effect> {
    match action.kind() {
        Kind::IF_EXISTS | Kind::SEQUENCE_REF => None,
        Kind::SEQUENCE_RENAME_TO
        | Kind::OWNER_TO
        | Kind::SET_SCHEMA
        | Kind::SET_LOGGED
        | Kind::SET_UNLOGGED => Some(EXCLUSIVE),
        _ => Some(Effect::of(LockMode::ShareRowExclusive)),
    }
}
