//! What queries read: tables, but not what `WITH` gives a name to.

use std::collections::HashMap;

use super::LockMode;
use super::effect::Effect;
use super::name::Name;
use super::nodes::{At, Nodes};
use crate::syntax::Kind;

/// The names that hold in the parts of a statement, by the nodes in which they hold.
#[derive(Default)]
pub(super) struct Scopes {
    with: HashMap<usize, With>,
    locking: HashMap<usize, Vec<Locking>>,
}

/// A `WITH`: where its queries begin, in their order.
struct With {
    clause: usize,
    is_recursive: bool,
    queries: HashMap<String, usize>,
}

/// A `FOR UPDATE` or the like, of these tables or of all.
struct Locking {
    of: Vec<Name>,
}

impl Scopes {
    pub(super) fn of(nodes: &Nodes<'_>) -> Scopes {
        let mut scopes = Scopes::default();
        for at in nodes.iter() {
            let Some(parent) = at.parent() else { continue };
            if at.kind() == Kind::WITH_CLAUSE {
                scopes.with.insert(parent.index, With::of(at));
            } else if at.kind() == Kind::LOCKING_CLAUSE {
                scopes.locking.entry(parent.index).or_default().push(Locking::of(at));
            }
        }
        scopes
    }

    /// What reading a relation in `FROM` does to it; `None` where it is the name of a `WITH` query.
    pub(super) fn reading(&self, reference: At<'_>, name: &Name) -> Option<Effect> {
        if name.unqualified().is_some_and(|name| self.is_query(reference, name)) {
            return None;
        }
        let locked = !self.locking.is_empty() && self.is_locked(reference, name);
        Some(Effect::of(if locked { LockMode::RowShare } else { LockMode::AccessShare }))
    }

    fn is_query(&self, reference: At<'_>, name: &str) -> bool {
        !self.with.is_empty()
            && reference.ancestors().any(|at| {
                let with = self.with.get(&at.index);
                with.is_some_and(|with| with.is_visible(name, reference, at))
            })
    }

    /// Whether `FOR UPDATE` or the like holds for it, be it that of a query around its own.
    fn is_locked(&self, reference: At<'_>, name: &Name) -> bool {
        let mut called = alias(reference.parent()).unwrap_or_else(|| name.last().to_owned());
        for at in reference.ancestors() {
            match at.kind() {
                Kind::SELECT | Kind::TABLE => {
                    let locking = self.locking.get(&at.index);
                    if locking.is_some_and(|all| all.iter().any(|locking| locking.holds_for(&called))) {
                        return true;
                    }
                }
                Kind::PAREN_FROM_ITEM => called = alias(Some(at)).unwrap_or(called),
                Kind::RELATION_NAME | Kind::RELATION_FROM_ITEM | Kind::FROM_CLAUSE | Kind::PAREN_SELECT => {}
                Kind::JOIN_EXPR | Kind::JOIN | Kind::PAREN_EXPR => {}
                _ => return false,
            }
        }
        false
    }
}

impl With {
    fn of(clause: At<'_>) -> With {
        let queries = clause.children().filter(|at| at.kind() == Kind::WITH_TABLE);
        let named = queries.filter_map(|query| {
            let name = Name::parse(query.child(Kind::CTE_NAME)?.written());
            Some((name.last().to_owned(), query.index))
        });
        let is_recursive = clause.written().split_whitespace().nth(1);
        With {
            clause: clause.index,
            is_recursive: is_recursive.is_some_and(|word| word.eq_ignore_ascii_case("recursive")),
            queries: named.collect(),
        }
    }

    /// Whether a query of it has the name at this place: in the statement, and in the queries behind its own.
    fn is_visible(&self, name: &str, reference: At<'_>, statement: At<'_>) -> bool {
        let Some(&query) = self.queries.get(name) else { return false };
        let inside = reference.ancestors().take_while(|at| at.index != statement.index);
        let inside: Vec<usize> = inside.map(|at| at.index).collect();
        let own = inside.iter().rev().nth(1);
        match (inside.last() == Some(&self.clause), own) {
            (true, Some(&own)) => self.is_recursive || query < own,
            _ => true,
        }
    }
}

impl Locking {
    fn of(clause: At<'_>) -> Locking {
        let of = clause.child(Kind::LOCKING_OF);
        let names = of.into_iter().flat_map(At::children).map(|name| Name::parse(name.written()));
        Locking { of: names.collect() }
    }

    fn holds_for(&self, called: &str) -> bool {
        self.of.is_empty() || self.of.iter().any(|name| name.last() == called)
    }
}

/// The name that is given to an item of `FROM`.
fn alias(item: Option<At<'_>>) -> Option<String> {
    let alias = item?.child(Kind::FROM_ALIAS)?.child(Kind::TABLE_ALIAS)?;
    Some(Name::parse(alias.written()).last().to_owned())
}
