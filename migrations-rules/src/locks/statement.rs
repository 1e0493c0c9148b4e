//! The locks of one statement.

use std::collections::HashMap;

use migrations_text::token::words;

use super::effect::{EXCLUSIVE, Effect};
use super::name::Name;
use super::nodes::{At, Nodes};
use super::query::Scopes;
use super::{LockMode, table, whole};

use crate::syntax::Kind;

/// What a statement locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A relation by its name.
    Named(Name),
    /// The table of an index, or of statistics.
    TableOf(&'static str, Name),
    /// All relations of a kind, such as those `of the schema` of this name.
    All(&'static str, Name),
    /// All relations of a kind.
    Every(&'static str),
}

/// The relations that a statement locks, in the order in which it names them.
pub(super) fn taken(nodes: &Nodes<'_>) -> Vec<(Target, Effect)> {
    let Some(root) = nodes.root() else { return Vec::new() };
    let mut reader = Reader { scopes: Scopes::of(nodes), effects: HashMap::new() };
    let mut taken: Vec<(Target, Effect)> = nodes.iter().flat_map(|at| reader.locks(at)).collect();
    taken.extend(whole::taken(root));
    taken
}

struct Reader {
    scopes: Scopes,
    /// What a clause does to the relations that it names, by its node.
    effects: HashMap<usize, Option<Effect>>,
}

impl Target {
    /// Whether it is a table of the server's own, which nobody waits for.
    pub(super) fn is_catalogue(&self) -> bool {
        matches!(self, Target::Named(name) if name.is_catalogue())
    }
}

impl Reader {
    fn locks(&mut self, at: At<'_>) -> Vec<(Target, Effect)> {
        let name = || Name::parse(at.written());
        let named = |name: Name, effect: Option<Effect>| {
            Vec::from_iter(effect.map(|effect| (Target::Named(name), effect)))
        };
        match at.kind() {
            Kind::TABLE_NAME_REF | Kind::RELATION_NAME_REF | Kind::VIEW_REF | Kind::SEQUENCE_REF => {
                named(name(), self.effect(at))
            }
            Kind::QUALIFIED_COLUMN_NAME_REF => named(name().parent(), self.effect(at)),
            Kind::INDEX_REF => self.of_index(at, &name()),
            Kind::STATISTICS_REF if is_in(at, Kind::DROP_STATISTICS) => {
                vec![(Target::TableOf("statistics", name()), Effect::of(LockMode::ShareUpdateExclusive))]
            }
            Kind::VIEW
                if is_in(at, Kind::CREATE_VIEW) && at.parent().is_some_and(|at| at.has(Kind::OR_REPLACE)) =>
            {
                vec![(Target::Named(name()), EXCLUSIVE.notes("if the view is there already"))]
            }
            Kind::CALL_EXPR => whole::sequence(at).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn effect(&mut self, reference: At<'_>) -> Option<Effect> {
        let context = context(reference)?;
        if matches!(context.kind(), Kind::RELATION_FROM_ITEM | Kind::TABLE) {
            return self.scopes.reading(reference, &Name::parse(reference.written()));
        }
        *self.effects.entry(context.index).or_insert_with(|| in_context(context))
    }

    /// The locks on an index that is named, and on its table, which may not be.
    fn of_index(&mut self, at: At<'_>, name: &Name) -> Vec<(Target, Effect)> {
        let Some(context) = at.parent() else { return Vec::new() };
        let Some(effect) = *self.effects.entry(context.index).or_insert_with(|| in_index_context(context))
        else {
            return Vec::new();
        };
        let table = Target::TableOf("index", name.clone());
        match context.kind() {
            Kind::DROP_INDEX => vec![(table, effect)],
            Kind::REINDEX_TARGET_INDEX if effect.mode == LockMode::Share => {
                vec![
                    (table, effect),
                    (Target::Named(name.clone()), EXCLUSIVE.rewrites("builds the index anew")),
                ]
            }
            Kind::REINDEX_TARGET_INDEX => vec![(table, effect)],
            _ => vec![(Target::Named(name.clone()), effect)],
        }
    }
}

/// What stands between a name and the clause that it is locked for.
const WRAPPERS: [Kind; 12] = [
    Kind::TABLE_RELATION_NAME,
    Kind::RELATION_NAME,
    Kind::TABLE_LIST,
    Kind::RELATION_LIST,
    Kind::TABLE_AND_COLUMNS,
    Kind::TABLE_AND_COLUMNS_LIST,
    Kind::COPY_TABLE,
    Kind::ON_TABLE,
    Kind::ON_RELATION,
    Kind::ON_PATH,
    Kind::RULE_ON,
    Kind::CLUSTER_LEGACY,
];

fn context(reference: At<'_>) -> Option<At<'_>> {
    reference.ancestors().find(|at| !WRAPPERS.contains(&at.kind()))
}

fn is_in(at: At<'_>, kind: Kind) -> bool {
    at.parent().is_some_and(|parent| parent.kind() == kind)
}

/// What a statement, or a clause of one, does to the relations that it names.
fn in_context(context: At<'_>) -> Option<Effect> {
    let weak = Effect::of(LockMode::ShareUpdateExclusive);
    Some(match context.kind() {
        Kind::DROP_TABLE => {
            dropped(context, "the tables that its foreign keys refer to, and the sequences of its columns")
        }
        Kind::DROP_VIEW | Kind::DROP_MATERIALIZED_VIEW | Kind::DROP_SEQUENCE | Kind::DROP_FOREIGN_TABLE => {
            dropped(context, "")
        }
        Kind::DROP_TRIGGER | Kind::DROP_RULE | Kind::DROP_POLICY => EXCLUSIVE,
        Kind::ALTER_TRIGGER | Kind::ALTER_RULE | Kind::ALTER_POLICY => EXCLUSIVE,
        Kind::CREATE_RULE | Kind::CREATE_POLICY => EXCLUSIVE,
        Kind::CREATE_TRIGGER => Effect::of(LockMode::ShareRowExclusive),
        Kind::CREATE_INDEX if concurrently(context) => {
            weak.scans("scans the table twice, and waits for older transactions")
        }
        Kind::CREATE_INDEX => {
            Effect::of(LockMode::Share).scans("scans the table; CONCURRENTLY would let writes pass")
        }
        Kind::REINDEX_TARGET_TABLE => reindexed(context),
        Kind::FROM_TABLE if is_in(context, Kind::CREATE_STATISTICS) => weak,
        Kind::FROM_TABLE | Kind::LIKE_CLAUSE | Kind::NO_INHERIT_TABLE | Kind::OPTION_OWNED_BY => {
            Effect::of(LockMode::AccessShare)
        }
        Kind::ALTER_TABLE | Kind::ALTER_FOREIGN_TABLE | Kind::ALTER_VIEW | Kind::ALTER_MATERIALIZED_VIEW => {
            table::altered(context)?
        }
        Kind::ALTER_SEQUENCE => table::altered(context)?,
        Kind::REFERENCES_CONSTRAINT | Kind::FOREIGN_KEY_CONSTRAINT => Effect::of(LockMode::ShareRowExclusive),
        Kind::INHERITS | Kind::INHERIT_TABLE => weak,
        Kind::PARTITION_OF => EXCLUSIVE.reaches("its default partition"),
        Kind::ATTACH_PARTITION => {
            EXCLUSIVE.scans("scans the partition, unless a valid CHECK proves its bounds")
        }
        Kind::DETACH_PARTITION => EXCLUSIVE,
        Kind::TRUNCATE => truncated(context),
        Kind::LOCK => Effect::of(lock_mode(context)),
        Kind::CLUSTER => EXCLUSIVE.rewrites("rewrites the table"),
        Kind::VACUUM | Kind::ANALYZE => whole::maintained(context),
        Kind::REFRESH => refreshed(context),
        Kind::OBJECT_CONSTRAINT | Kind::OBJECT_TRIGGER | Kind::OBJECT_POLICY | Kind::OBJECT_RULE => {
            Effect::of(LockMode::AccessShare)
        }
        Kind::OBJECT_TABLE | Kind::OBJECT_COLUMN | Kind::OBJECT_FOREIGN_TABLE => weak,
        Kind::OBJECT_VIEW | Kind::OBJECT_MATERIALIZED_VIEW | Kind::OBJECT_SEQUENCE => weak,
        Kind::PUBLICATION_OBJECT_TABLE => weak,
        Kind::INSERT | Kind::UPDATE | Kind::DELETE | Kind::MERGE => Effect::of(LockMode::RowExclusive),
        Kind::COPY if context.has(Kind::COPY_FROM) => Effect::of(LockMode::RowExclusive),
        Kind::COPY => Effect::of(LockMode::AccessShare),
        // From PostgreSQL 18 on.
        Kind::PRIVILEGE_DEFAULT | Kind::PRIVILEGE_TABLE | Kind::PRIVILEGE_SEQUENCE => {
            Effect::of(LockMode::AccessShare)
        }
        _ => return None,
    })
}

/// What a clause does to the indexes that it names, or for `DROP` and `REINDEX` to their tables.
fn in_index_context(context: At<'_>) -> Option<Effect> {
    match context.kind() {
        Kind::DROP_INDEX if concurrently(context) => {
            Some(Effect::of(LockMode::ShareUpdateExclusive).notes("waits for older transactions"))
        }
        Kind::DROP_INDEX => Some(dropped(context, "")),
        Kind::REINDEX_TARGET_INDEX => Some(reindexed(context)),
        Kind::ALTER_INDEX => table::altered(context),
        Kind::ATTACH_INDEX_PARTITION => Some(EXCLUSIVE),
        Kind::OBJECT_INDEX => Some(Effect::of(LockMode::ShareUpdateExclusive)),
        _ => None,
    }
}

fn dropped(statement: At<'_>, others: &'static str) -> Effect {
    match (statement.has(Kind::CASCADE), others) {
        (true, _) => EXCLUSIVE.reaches("what depends on it (CASCADE)"),
        (false, "") => EXCLUSIVE,
        (false, others) => EXCLUSIVE.reaches(others),
    }
}

fn truncated(statement: At<'_>) -> Effect {
    if statement.has(Kind::CASCADE) {
        EXCLUSIVE.reaches("the tables that refer to it (CASCADE)")
    } else if statement.has(Kind::RESTART_IDENTITY) {
        EXCLUSIVE.reaches("the sequences of its columns")
    } else {
        EXCLUSIVE
    }
}

fn refreshed(statement: At<'_>) -> Effect {
    let lock = if concurrently(statement) {
        Effect::of(LockMode::Exclusive).scans("runs its query and compares all rows")
    } else if statement.has(Kind::WITH_NO_DATA) {
        EXCLUSIVE
    } else {
        EXCLUSIVE.rewrites("runs its query and writes all rows anew")
    };
    lock.reaches("what its query reads (ACCESS SHARE)")
}

/// What rebuilding one index or all of them does to the table.
pub(super) fn reindexed(target: At<'_>) -> Effect {
    let statement = target.ancestors().find(|at| at.kind() == Kind::REINDEX).unwrap_or(target);
    if concurrently(statement) || statement.find(Kind::REINDEX_OPTION_CONCURRENTLY).is_some() {
        let lock = Effect::of(LockMode::ShareUpdateExclusive);
        lock.scans("scans the table twice for each index, and waits for older transactions")
    } else {
        Effect::of(LockMode::Share)
            .scans("scans the table for each index; reads wait, too: they look at the indexes")
    }
}

fn lock_mode(statement: At<'_>) -> LockMode {
    let clause = statement.child(Kind::LOCK_MODE_CLAUSE);
    let mode = clause.and_then(|clause| clause.children().next());
    match mode.map(At::kind) {
        Some(Kind::ACCESS_SHARE) => LockMode::AccessShare,
        Some(Kind::ROW_SHARE) => LockMode::RowShare,
        Some(Kind::ROW_EXCLUSIVE) => LockMode::RowExclusive,
        Some(Kind::SHARE_UPDATE_EXCLUSIVE) => LockMode::ShareUpdateExclusive,
        Some(Kind::SHARE) => LockMode::Share,
        Some(Kind::SHARE_ROW_EXCLUSIVE) => LockMode::ShareRowExclusive,
        Some(Kind::EXCLUSIVE) => LockMode::Exclusive,
        _ => LockMode::AccessExclusive,
    }
}

fn concurrently(statement: At<'_>) -> bool {
    words(statement.written()).take(4).any(|word| word.eq_ignore_ascii_case("concurrently"))
}
