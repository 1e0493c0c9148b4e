//! What the statements of a migration have made and renamed so far.

use std::collections::{HashMap, HashSet};

use super::name::Name;
use super::nodes::{At, Nodes};
use super::statement::Target;
use super::{Relation, volatility};
use crate::syntax::Kind;

/// What is known of relations by the names that they have now.
#[derive(Default)]
pub(super) struct Known {
    origins: HashMap<Name, Origin>,
    /// The table of each index that the migration has made, and whether that is new as well.
    tables: HashMap<Name, (Relation, bool)>,
    schemas: HashSet<Name>,
}

enum Origin {
    /// Nobody else has ever seen it.
    New,
    /// It has had this name before.
    Was(Name),
}

impl Known {
    /// The relation as it is known before the migration, and whether it is new.
    pub(super) fn relation(&self, target: Target) -> (Relation, bool) {
        match target {
            Target::Named(name) => self.named(&name),
            Target::TableOf(kind, name) => self.tables.get(&name).cloned().unwrap_or_else(|| {
                let (before, _) = self.named(&name);
                (Relation::TableOf(format!("{kind} {before}")), false)
            }),
            Target::All(what, name) => {
                (Relation::Every(format!("{what} {name}")), self.schemas.contains(&name))
            }
            Target::Every(what) => (Relation::Every(what.to_owned()), false),
        }
    }

    fn named(&self, name: &Name) -> (Relation, bool) {
        match self.origins.get(name) {
            Some(Origin::New) => (Relation::Named(name.to_string()), true),
            Some(Origin::Was(before)) => (Relation::Named(before.to_string()), false),
            None => (Relation::Named(name.to_string()), false),
        }
    }

    /// Learns what a statement makes.
    pub(super) fn make(&mut self, nodes: &Nodes<'_>) {
        let Some(root) = nodes.root() else { return };
        let schema = root.child(Kind::NAMED_SCHEMA).map(|at| Name::parse(at.written()));
        for made in nodes.iter().filter_map(made) {
            let schema = schema.as_ref().filter(|_| made.unqualified().is_some());
            self.origins
                .insert(schema.map_or_else(|| made.clone(), |schema| made.within(schema)), Origin::New);
        }
        if root.kind() == Kind::CREATE_INDEX {
            self.make_index(root);
        }
        self.schemas.extend(schema);
    }

    fn make_index(&mut self, statement: At<'_>) {
        let (index, table) = (statement.child(Kind::INDEX), statement.find(Kind::TABLE_NAME_REF));
        if let Some((index, table)) = index.zip(table) {
            let table = Name::parse(table.written());
            let index = table.sibling(Name::parse(index.written()).last());
            self.tables.insert(index.clone(), self.named(&table));
            self.origins.insert(index, Origin::New);
        }
    }

    /// Learns what a statement renames, or moves to another schema.
    pub(super) fn rename(&mut self, nodes: &Nodes<'_>) {
        let Some(root) = nodes.root() else { return };
        for (old, new) in root.children().filter_map(renamed) {
            let origin = self.origins.remove(&old).unwrap_or_else(|| Origin::Was(old.clone()));
            self.origins.insert(new.clone(), origin);
            if let Some(table) = self.tables.remove(&old) {
                self.tables.insert(new, table);
            }
        }
    }
}

/// The names before and after an action that gives a relation another.
fn renamed(action: At<'_>) -> Option<(Name, Name)> {
    let target = |kind: Kind| action.child(kind).map(|at| Name::parse(at.written()));
    let old = || {
        let kinds = [Kind::TABLE_NAME_REF, Kind::VIEW_REF, Kind::SEQUENCE_REF, Kind::INDEX_REF];
        let statement = action.parent()?;
        let reference = kinds.into_iter().find_map(|kind| statement.find(kind))?;
        Some(Name::parse(reference.written()))
    };
    let new = match action.kind() {
        Kind::TABLE_RENAME_TO => target(Kind::TABLE_NAME)?,
        Kind::VIEW_RENAME_TO => target(Kind::VIEW)?,
        Kind::SEQUENCE_RENAME_TO => target(Kind::SEQUENCE)?,
        Kind::INDEX_RENAME_TO => target(Kind::INDEX)?,
        Kind::SET_SCHEMA => {
            let (old, schema) = (old()?, target(Kind::SCHEMA_REF)?);
            return Some((old.clone(), old.within(&schema)));
        }
        _ => return None,
    };
    let old = old()?;
    Some((old.clone(), old.sibling(new.last())))
}

/// The relation that a statement makes here.
fn made(at: At<'_>) -> Option<Name> {
    let parent = at.parent()?;
    if matches!(at.kind(), Kind::COLUMN | Kind::ADD_COLUMN) && volatility::has_sequence(at) {
        return sequence_of(at);
    }
    let makes = match parent.kind() {
        Kind::CREATE_TABLE | Kind::CREATE_TABLE_AS | Kind::CREATE_FOREIGN_TABLE | Kind::INTO_CLAUSE => {
            at.kind() == Kind::TABLE_NAME
        }
        Kind::CREATE_VIEW => at.kind() == Kind::VIEW && !parent.has(Kind::OR_REPLACE),
        Kind::CREATE_MATERIALIZED_VIEW => at.kind() == Kind::VIEW,
        Kind::CREATE_SEQUENCE => at.kind() == Kind::SEQUENCE,
        _ => false,
    };
    makes.then(|| Name::parse(at.written()))
}

/// The sequence that comes with a column, by the name that the server gives it.
fn sequence_of(column: At<'_>) -> Option<Name> {
    let statement =
        column.ancestors().find(|at| at.has(Kind::TABLE_NAME) || at.has(Kind::TABLE_RELATION_NAME))?;
    let table = statement.find(Kind::TABLE_NAME).or(statement.find(Kind::TABLE_NAME_REF))?;
    let (table, column) =
        (Name::parse(table.written()), Name::parse(column.child(Kind::COLUMN_NAME)?.written()));
    Some(table.sibling(&format!("{}_{}_seq", table.last(), column.last())))
}
