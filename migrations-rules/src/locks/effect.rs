//! What a statement does to a relation.

use super::{LockMode, Work};

/// The lock that is taken, and what is done under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) mode: LockMode,
    pub(super) work: Option<Work>,
    pub(super) note: Option<&'static str>,
    pub(super) others: Option<&'static str>,
}

/// The strongest lock, with which most of what changes a table begins.
pub(super) const EXCLUSIVE: Effect = Effect::of(LockMode::AccessExclusive);

impl Effect {
    pub(super) const fn of(mode: LockMode) -> Effect {
        Effect { mode, work: None, note: None, others: None }
    }

    pub(super) const fn scans(self, note: &'static str) -> Effect {
        Effect { work: Some(Work::Scan), note: Some(note), ..self }
    }

    pub(super) const fn rewrites(self, note: &'static str) -> Effect {
        Effect { work: Some(Work::Rewrite), note: Some(note), ..self }
    }

    pub(super) const fn notes(self, note: &'static str) -> Effect {
        Effect { note: Some(note), ..self }
    }

    pub(super) const fn reaches(self, others: &'static str) -> Effect {
        Effect { others: Some(others), ..self }
    }

    /// What two actions do to one relation.
    pub(super) fn and(self, other: Effect) -> Effect {
        let (less, more) = if other.work > self.work { (self, other) } else { (other, self) };
        Effect {
            mode: self.mode.max(other.mode),
            work: more.work,
            note: more.note.or(less.note),
            others: self.others.or(other.others),
        }
    }
}
