//! The schema context has to take over what the schema files holds, column by column: 012 moves the rows.

use migrations_core::{Agent, RunnerError, ensure};

const TABLES: [&str; 5] = ["collections", "files", "collection_files", "chunks", "citations"];

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("client_mgmt", "users", "id")?;
    agent.verify_column("conversation", "turns", "turn_id")?;
    agent.verify_none(
        "tables in the schema context already; IF NOT EXISTS would keep them in the shape that they have",
        "SELECT relname FROM pg_class
         WHERE relnamespace = to_regnamespace('context') AND relkind IN ('r', 'p', 'v', 'm', 'f')",
        &[],
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    for table in TABLES {
        agent.verify_table("context", table)?;
        let rows = agent.count("context", table)?;
        ensure(rows == 0, format!("context.{table} has {rows} rows before anything was moved there"))?;
    }
    if agent.table_exists("files", "files")? {
        takes_over(agent)?;
    }
    agent.log(format!("{} empty tables", TABLES.len()));
    Ok(())
}

/// Every column of the old tables has its counterpart, of the same type and as strict. A folder is a collection now,
/// and which files are in it is a table of its own.
fn takes_over(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "columns of the schema files without a counterpart in the schema context",
        "SELECT format('%s.%s %s', old.table_name, old.column_name, old.udt_name)
         FROM information_schema.columns AS old
         WHERE old.table_schema = 'files' AND old.table_name IN ('files', 'chunks')
            AND (old.table_name, old.column_name) <> ('files', 'folder_id')
            AND NOT EXISTS (
                SELECT FROM information_schema.columns AS new
                WHERE new.table_schema = 'context' AND new.table_name = old.table_name
                    AND new.column_name = old.column_name AND new.udt_name = old.udt_name
                    AND new.is_nullable = old.is_nullable
            )",
        &[],
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "tables of the schema context without a primary key",
        "SELECT c.relname FROM pg_class AS c
         WHERE c.relnamespace = to_regnamespace('context') AND c.relkind = 'r'
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')",
        &[],
    )?;
    agent.verify_none(
        "foreign keys of the schema context that no index begins with",
        "SELECT f.conname FROM pg_constraint AS f
         WHERE f.contype = 'f' AND f.connamespace = to_regnamespace('context')
            AND NOT EXISTS (
                SELECT FROM pg_index AS i
                WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indkey[0] = f.conkey[1]
            )",
        &[],
    )?;
    // Two pieces in one place would make the text of a file depend on chance.
    let pieces_have_one_place: bool = agent.value(
        "SELECT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = 'context.chunks'::regclass AND contype = 'u'
                AND pg_get_constraintdef(oid) = 'UNIQUE (file_id, chunk_index)'
        )",
        &[],
    )?;
    ensure(pieces_have_one_place, "context.chunks may hold two pieces in one place of a file")
}
