//! The rules, one a file.

pub(crate) mod bad_config;
pub(crate) mod bad_file_name;
pub(crate) mod bad_runner;
pub(crate) mod data_loss;
pub(crate) mod dependency_cycle;
pub(crate) mod dependency_on_archived;
pub(crate) mod duplicate_name;
pub(crate) mod duplicate_number;
pub(crate) mod empty_migration;
pub(crate) mod file_too_long;
pub(crate) mod index_before_bulk;
pub(crate) mod irreversible_without_reason;
pub(crate) mod missing_header;
pub(crate) mod missing_rollback;
pub(crate) mod needless_no_transaction;
pub(crate) mod needs_no_transaction;
pub(crate) mod not_idempotent;
pub(crate) mod not_utf8;
pub(crate) mod psql_command;
pub(crate) mod syntax_error;
pub(crate) mod transaction_control;
pub(crate) mod unexpected_file;
pub(crate) mod unknown_category;
pub(crate) mod unknown_dependency;
pub(crate) mod unknown_directive;
pub(crate) mod unused_allow;
