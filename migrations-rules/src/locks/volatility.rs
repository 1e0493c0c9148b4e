//! Which defaults are the same for every row, so that a column can be added without rewriting its table.

use super::name::Name;
use super::nodes::At;
use crate::syntax::Kind;

/// The server's functions that people write into defaults and that are not volatile. `tests/locks` compares them with
/// `pg_proc`.
#[rustfmt::skip]
pub const STEADY: [&str; 46] = [
    "abs", "array_fill", "btrim", "ceil", "chr", "concat", "concat_ws", "current_database", "current_setting",
    "date_part", "date_trunc", "decode", "encode", "floor", "format", "inet_client_addr", "initcap", "json_build_array",
    "json_build_object", "jsonb_build_array", "jsonb_build_object", "left", "length", "lower", "lpad", "ltrim",
    "make_date", "make_interval", "make_timestamptz", "md5", "now", "replace", "right", "round", "rpad", "rtrim",
    "sha256", "statement_timestamp", "substr", "substring", "to_char", "to_jsonb", "to_timestamp",
    "to_tsvector", "transaction_timestamp", "upper",
];

const SERIAL: [&str; 6] = ["bigserial", "serial", "serial2", "serial4", "serial8", "smallserial"];

/// Whether each row gets a value of its own when the column is added.
pub(super) fn differs_by_row(column: At<'_>) -> bool {
    has_sequence(column)
        || column.children().any(|part| match part.kind() {
            Kind::GENERATED_CONSTRAINT => part.find(Kind::STORED).is_some(),
            Kind::DEFAULT_CONSTRAINT => part.descendants().any(is_volatile),
            _ => false,
        })
}

/// Whether a column comes with a sequence of its own.
pub(super) fn has_sequence(column: At<'_>) -> bool {
    column.children().any(|part| match part.kind() {
        Kind::PATH_TYPE => SERIAL.contains(&Name::parse(part.written()).last()),
        Kind::GENERATED_CONSTRAINT => part.find(Kind::GENERATED_IDENTITY).is_some(),
        _ => false,
    })
}

/// Whether it is a call of a function that may give another value each time.
fn is_volatile(call: At<'_>) -> bool {
    called(call).is_some_and(|name| {
        let is_servers = name.unqualified().is_some() || name.is_catalogue();
        !is_servers || !STEADY.contains(&name.last())
    })
}

/// The function that is called, unless it is one with a syntax of its own, such as `EXTRACT`.
pub(super) fn called(call: At<'_>) -> Option<Name> {
    let name = (call.kind() == Kind::CALL_EXPR).then(|| call.children().next())??;
    matches!(name.kind(), Kind::NAME_REF | Kind::FIELD_EXPR).then(|| Name::parse(name.written()))
}
