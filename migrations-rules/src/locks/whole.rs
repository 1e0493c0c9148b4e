//! Statements that lock more than they name: a whole schema, a whole database, whatever uses a type; and sequences, which
//! are named in strings.

use migrations_text::token::words;

use super::LockMode;
use super::effect::{EXCLUSIVE, Effect};
use super::name::Name;
use super::nodes::At;
use super::statement::{Target, reindexed};
use super::volatility::called;

use crate::syntax::Kind;

/// What a statement locks without naming it.
pub(super) fn taken(root: At<'_>) -> Option<(Target, Effect)> {
    let all = |what, kind: Kind| root.find(kind).map(|at| Target::All(what, Name::parse(at.written())));
    let cascade = root.find(Kind::CASCADE).is_some();
    let named = root.find(Kind::TABLE_NAME_REF).or(root.find(Kind::INDEX_REF)).is_some();
    match root.kind() {
        // Without CASCADE, only an empty schema can be dropped.
        Kind::DROP_SCHEMA if cascade => {
            let schema = all("relation of the schema", Kind::SCHEMA_REF)?;
            Some((schema, EXCLUSIVE.reaches("what depends on them (CASCADE)")))
        }
        Kind::DROP_OWNED | Kind::REASSIGN => Some((all("relation owned by", Kind::ROLE_REF)?, EXCLUSIVE)),
        Kind::ALTER_DOMAIN if checks_domain(root) => {
            let tables = all("table with a column of the domain", Kind::DOMAIN_REF)?;
            Some((tables, Effect::of(LockMode::Share).scans("scans the table")))
        }
        Kind::ALTER_TYPE if cascade => Some((all("table of the type", Kind::TYPE_NAME_REF)?, EXCLUSIVE)),
        Kind::VACUUM | Kind::ANALYZE if !named => {
            Some((Target::Every("table of the database"), maintained(root)))
        }
        Kind::CLUSTER if !named => {
            let tables = Target::Every("table that was clustered before");
            Some((tables, EXCLUSIVE.rewrites("rewrites the table")))
        }
        Kind::REINDEX if !named => {
            let schema = all("table of the schema", Kind::SCHEMA_REF);
            Some((schema.unwrap_or(Target::Every("table of the database")), reindexed(root)))
        }
        Kind::ALTER_TABLE | Kind::ALTER_INDEX | Kind::ALTER_MATERIALIZED_VIEW => {
            root.child(Kind::ALL_IN_TABLESPACE)?;
            let relations = all("relation in the tablespace", Kind::TABLESPACE_REF)?;
            Some((relations, EXCLUSIVE.rewrites("copies it to the other tablespace")))
        }
        kind if cascade && drops_no_relation(kind) => {
            Some((Target::Every("relation that depends on it (CASCADE)"), EXCLUSIVE))
        }
        _ => None,
    }
}

/// Whether all values of a domain are looked at.
fn checks_domain(statement: At<'_>) -> bool {
    let adds = statement.child(Kind::ADD_CONSTRAINT);
    adds.is_some_and(|constraint| constraint.find(Kind::NOT_VALID).is_none())
        || statement.has(Kind::SET_NOT_NULL)
        || statement.has(Kind::VALIDATE_CONSTRAINT)
}

fn drops_no_relation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::DROP_TYPE
            | Kind::DROP_DOMAIN
            | Kind::DROP_FUNCTION
            | Kind::DROP_PROCEDURE
            | Kind::DROP_ROUTINE
            | Kind::DROP_AGGREGATE
            | Kind::DROP_OPERATOR
            | Kind::DROP_OPERATOR_CLASS
            | Kind::DROP_OPERATOR_FAMILY
            | Kind::DROP_COLLATION
            | Kind::DROP_LANGUAGE
            | Kind::DROP_SERVER
            | Kind::DROP_FOREIGN_DATA_WRAPPER
            | Kind::DROP_ACCESS_METHOD
    )
}

/// What `VACUUM` or `ANALYZE` does to a table.
pub(super) fn maintained(statement: At<'_>) -> Effect {
    let vacuums = statement.kind() == Kind::VACUUM;
    if vacuums && is_full(statement) {
        EXCLUSIVE.rewrites("rewrites the table")
    } else if vacuums {
        Effect::of(LockMode::ShareUpdateExclusive).scans("scans the table")
    } else {
        Effect::of(LockMode::ShareUpdateExclusive)
    }
}

fn is_full(statement: At<'_>) -> bool {
    let Some(options) = statement.child(Kind::VACUUM_OPTION_LIST) else {
        return words(statement.written()).nth(1).is_some_and(|word| word.eq_ignore_ascii_case("full"));
    };
    let is_full = |option: At<'_>| {
        let name = option.child(Kind::VACUUM_OPTION_NAME);
        let value = option.child(Kind::VACUUM_OPTION_VALUE).map(|at| at.written().to_ascii_lowercase());
        let is_off = value.is_some_and(|value| ["off", "false", "0"].contains(&value.trim_matches('\'')));
        name.is_some_and(|name| name.written().eq_ignore_ascii_case("full")) && !is_off
    };
    options.children().any(is_full)
}

/// The sequence that `setval('shop.numbers', 1)` or `nextval` locks.
pub(super) fn sequence(call: At<'_>) -> Option<(Target, Effect)> {
    let function = called(call)?;
    let is_servers = function.unqualified().is_some() || function.is_catalogue();
    let takes = is_servers && ["nextval", "setval"].contains(&function.last());
    let argument = takes.then(|| call.child(Kind::ARG_LIST)?.child(Kind::ARG)).flatten()?;
    let (name, _) = argument.written().strip_prefix('\'')?.split_once('\'')?;
    runs(call).then(|| (Target::Named(Name::parse(name)), Effect::of(LockMode::RowExclusive)))
}

/// Whether an expression is evaluated when its statement runs, rather than kept for later.
fn runs(expression: At<'_>) -> bool {
    let root = expression.ancestors().last();
    match root.map(At::kind) {
        Some(Kind::ALTER_TABLE) => expression.ancestors().any(|at| at.kind() == Kind::ADD_COLUMN),
        Some(kind) => is_query(kind),
        None => false,
    }
}

fn is_query(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SELECT
            | Kind::COMPOUND_SELECT
            | Kind::PAREN_SELECT
            | Kind::SELECT_INTO
            | Kind::VALUES
            | Kind::INSERT
            | Kind::UPDATE
            | Kind::DELETE
            | Kind::MERGE
            | Kind::COPY
            | Kind::CREATE_TABLE_AS
            | Kind::CREATE_MATERIALIZED_VIEW
    )
}

/// Whether a statement does what its text does not tell: it runs code that stands elsewhere.
pub(super) fn runs_code(root: At<'_>) -> bool {
    let elsewhere = [
        Kind::DO,
        Kind::CALL,
        Kind::EXECUTE,
        Kind::CREATE_EXTENSION,
        Kind::ALTER_EXTENSION,
        Kind::DROP_EXTENSION,
    ];
    let is_users =
        |at: At<'_>| called(at).is_some_and(|name| name.unqualified().is_none() && !name.is_catalogue());
    elsewhere.contains(&root.kind()) || is_query(root.kind()) && root.descendants().any(is_users)
}
