//! What the statements of a migration have made and renamed so far.

use std::collections::HashMap;

use super::Relation;
use super::name::Name;
use super::nodes::{At, Nodes};
use super::statement::Target;
use crate::syntax::Kind;

/// What is known of relations by the names that they have now.
#[derive(Default)]
pub(super) struct Known {
    origins: HashMap<Name, Origin>,
    /// The table of each index that the migration has made.
    tables: HashMap<Name, Name>,
    schemas: Vec<Name>,
}

#[derive(Clone)]
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
            Target::Named(name) => self.named(name),
            Target::TableOf(kind, name) => match self.tables.get(&name) {
                Some(table) => self.named(table.clone()),
                None => (Relation::TableOf(format!("{kind} {name}")), false),
            },
            Target::Every(what) => {
                let is_new = self.schemas.iter().any(|schema| what.ends_with(&format!("schema {schema}")));
                (Relation::Every(what), is_new)
            }
        }
    }

    fn named(&self, name: Name) -> (Relation, bool) {
        match self.origins.get(&name) {
            Some(Origin::New) => (Relation::Named(name.to_string()), true),
            Some(Origin::Was(before)) => (Relation::Named(before.to_string()), false),
            None => (Relation::Named(name.to_string()), false),
        }
    }

    /// Learns what a statement makes.
    pub(super) fn make(&mut self, nodes: &Nodes<'_>) {
        let Some(root) = nodes.root() else { return };
        let schema = root.child(Kind::NAMED_SCHEMA).map(|at| Name::parse(at.written()));
        for at in nodes.iter() {
            if let Some(made) = made(at) {
                let name = schema.as_ref().filter(|_| made.unqualified().is_some());
                self.origins.insert(name.map_or(made.clone(), |schema| made.within(schema)), Origin::New);
            }
        }
        if root.kind() == Kind::CREATE_INDEX {
            self.make_index(root);
        }
        self.schemas.extend(schema);
    }

    fn make_index(&mut self, statement: At<'_>) {
        let (index, table) = (statement.child(Kind::INDEX), statement.find(Kind::TABLE_NAME_REF));
        if let Some((index, table)) = index.zip(table) {
            let (index, table) = (Name::parse(index.written()), Name::parse(table.written()));
            let index = table.sibling(index.last());
            self.origins.insert(index.clone(), Origin::New);
            self.tables.insert(index, table);
        }
    }

    /// Learns what a statement renames, or moves to another schema.
    pub(super) fn rename(&mut self, nodes: &Nodes<'_>) {
        let Some(root) = nodes.root() else { return };
        let references = [Kind::TABLE_NAME_REF, Kind::VIEW_REF, Kind::SEQUENCE_REF, Kind::INDEX_REF]
            .map(|kind| root.find(kind));
        let Some(old) = references.into_iter().flatten().next().map(|at| Name::parse(at.written())) else {
            return;
        };
        for action in root.children() {
            let new = action.children().find(|at| is_new_name(*at)).map(|at| Name::parse(at.written()));
            let new = match action.kind() {
                Kind::TABLE_RENAME_TO
                | Kind::VIEW_RENAME_TO
                | Kind::SEQUENCE_RENAME_TO
                | Kind::INDEX_RENAME_TO => new.map(|new| old.sibling(new.last())),
                Kind::SET_SCHEMA => {
                    action.child(Kind::SCHEMA_REF).map(|schema| old.within(&Name::parse(schema.written())))
                }
                _ => None,
            };
            if let Some(new) = new {
                let origin = self.origins.remove(&old).unwrap_or_else(|| Origin::Was(old.clone()));
                self.origins.insert(new, origin);
            }
        }
    }
}

/// The relation that a statement makes here.
fn made(at: At<'_>) -> Option<Name> {
    let parent = at.parent()?;
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

fn is_new_name(at: At<'_>) -> bool {
    matches!(at.kind(), Kind::TABLE_NAME | Kind::VIEW | Kind::SEQUENCE | Kind::INDEX)
}
