//! Connections, values, rows and transactions: the classes 08 to 3F, sorted.

use super::{Code, code};

pub(super) static CODES: &[Code] = &[
    code(
        "08001",
        "sqlclient_unable_to_establish_sqlconnection",
        "no connection to the server could be made",
        "see that the server runs and that host and port are meant, then run again",
    ),
    code(
        "08006",
        "connection_failure",
        "the connection broke; the ledger knows what was committed before",
        "run again on a new connection",
    ),
    code(
        "0A000",
        "feature_not_supported",
        "the server cannot do this, such as change a column that a view uses, or make an extension that is not installed",
        "see in the message what stands in the way; drop that and make it again behind it, or install what is missing",
    ),
    code(
        "21000",
        "cardinality_violation",
        "a subquery that may give one row gave several, or an upsert met the same row twice",
        "make the subquery unambiguous, or remove the duplicates of what is inserted with DISTINCT ON",
    ),
    code(
        "22001",
        "string_data_right_truncation",
        "a value is longer than its column allows",
        "widen the column, or shorten the values in an UPDATE before",
    ),
    code(
        "22003",
        "numeric_value_out_of_range",
        "a number does not fit the type of its column",
        "take a wider type such as bigint or numeric, or correct the values before",
    ),
    code(
        "22007",
        "invalid_datetime_format",
        "a text is no date or time",
        "correct the values before, or convert them with to_date or to_timestamp and their format",
    ),
    code(
        "22012",
        "division_by_zero",
        "a row has a zero where the statement divides",
        "leave such rows out, or divide by nullif(…, 0)",
    ),
    code(
        "22023",
        "invalid_parameter_value",
        "a function or a setting was given a value that it does not take",
        "correct the value that the message names",
    ),
    code(
        "22P02",
        "invalid_text_representation",
        "a text cannot be read as the type that is wanted, such as `abc` as an integer",
        "correct such values before, or say how they are converted in a USING clause",
    ),
    code(
        "23502",
        "not_null_violation",
        "a row has no value where the column is or becomes NOT NULL",
        "fill the column with an UPDATE or a DEFAULT before",
    ),
    code(
        "23503",
        "foreign_key_violation",
        "a row refers to one that does not exist, or the one that it refers to would go",
        "insert the missing rows or remove the orphans before, or add the constraint NOT VALID and validate it later",
    ),
    code(
        "23505",
        "unique_violation",
        "two rows have the same key where it is or becomes unique",
        "remove the duplicates before, or insert with ON CONFLICT",
    ),
    code(
        "23514",
        "check_violation",
        "a row does not satisfy a CHECK constraint",
        "correct such rows before, or add the constraint NOT VALID and validate it later",
    ),
    code(
        "23P01",
        "exclusion_violation",
        "two rows conflict where an exclusion constraint forbids it",
        "resolve the conflict between the rows before",
    ),
    code(
        "25001",
        "active_sql_transaction",
        "the statement cannot run inside a transaction, such as CREATE INDEX CONCURRENTLY",
        "put it into a file of its own with `-- @no-transaction` in the header",
    ),
    code(
        "25006",
        "read_only_sql_transaction",
        "the server takes no changes: it is a standby, or the session is read-only",
        "connect to the primary, or set default_transaction_read_only off for the role that migrates",
    ),
    code(
        "25P02",
        "in_failed_sql_transaction",
        "an earlier statement of the transaction failed, and its error was passed over",
        "look for the first error, and let the runner return it",
    ),
    code(
        "25P03",
        "idle_in_transaction_session_timeout",
        "code of a runner worked inside the transaction for longer than the server allows",
        "work in batches, or raise idle_in_transaction_session_timeout for the role that migrates",
    ),
    code(
        "25P04",
        "transaction_timeout",
        "the transaction took longer than the server allows",
        "split the migration, or raise transaction_timeout for the role that migrates",
    ),
    code(
        "28000",
        "invalid_authorization_specification",
        "the server does not let this role in from here",
        "see that the user is meant, and that pg_hba.conf allows it",
    ),
    code(
        "28P01",
        "invalid_password",
        "the password is wrong, or there is none",
        "see that DATABASE_URL, PGPASSWORD or the password file have the one that is valid",
    ),
    code(
        "2BP01",
        "dependent_objects_still_exist",
        "something else needs what is to be dropped",
        "drop what the detail names before, or say CASCADE if all of it is to go",
    ),
    code(
        "3D000",
        "invalid_catalog_name",
        "the database does not exist",
        "create it, or correct its name in the connection string",
    ),
    code(
        "3F000",
        "invalid_schema_name",
        "the schema does not exist",
        "create it in a migration before, and name that under `Dependencies:`",
    ),
];
