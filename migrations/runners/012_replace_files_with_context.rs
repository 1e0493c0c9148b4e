//! Nothing of the schema files may be lost on the way: what is there is counted and summed before, and compared after.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    for table in ["folders", "files", "chunks"] {
        agent.verify_table("files", table)?;
    }
    for table in ["collections", "files", "collection_files", "chunks"] {
        let rows = agent.count("context", table)?;
        ensure(
            rows == 0,
            format!("context.{table} has {rows} rows; the old keys are kept and need it empty"),
        )?;
    }
    every_text_is_in_one_place(agent)?;
    nothing_else_holds_on_to_the_old_tables(agent)?;
    remember(agent)
}

/// A file is either whole or in chunks. In both states at once, nobody could say what its text is.
fn every_text_is_in_one_place(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "files that are cut into chunks and still hold their text",
        "SELECT id FROM files.files WHERE chunked_at IS NOT NULL AND content IS NOT NULL ORDER BY id",
        &[],
    )?;
    agent.verify_none(
        "files with chunks that are not marked as cut",
        "SELECT id FROM files.files AS f
         WHERE chunked_at IS NULL AND EXISTS (SELECT FROM files.chunks AS c WHERE c.file_id = f.id) ORDER BY id",
        &[],
    )?;
    agent.verify_none(
        "files with a hole in their chunks",
        "SELECT file_id FROM files.chunks
         GROUP BY file_id HAVING max(chunk_index) <> count(*) - 1 ORDER BY file_id",
        &[],
    )
}

/// 012 knows of two tables that refer to files. A third would stop its DROP TABLE, with a less helpful message.
fn nothing_else_holds_on_to_the_old_tables(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "foreign keys that hold on to the old tables",
        "SELECT format('%s of %s', conname, conrelid::regclass) FROM pg_constraint
         WHERE contype = 'f'
            AND confrelid IN ('files.folders'::regclass, 'files.files'::regclass, 'files.chunks'::regclass)
            AND conname NOT IN (
                'fk_files_folder_id', 'fk_chunks_file_id', 'fk_meeting_transcripts_file_id',
                'fk_meeting_attachments_file_id'
            )",
        &[],
    )
}

fn remember(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.batch(
        "CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
         SELECT 'collections' AS what, count(*) AS rows, sum(hashtextextended(name, id)) AS digest
         FROM files.folders
         UNION ALL
         SELECT 'files', count(*), sum(hashtextextended(ROW(name, checksum, content)::text, id))
         FROM files.files
         UNION ALL
         SELECT 'files in collections', count(*), sum(hashint8extended(folder_id, id))
         FROM files.files WHERE folder_id IS NOT NULL
         UNION ALL
         SELECT 'chunks', count(*), sum(hashtextextended(content, file_id * 10000 + chunk_index))
         FROM files.chunks",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "kinds of rows that have not arrived as they were",
        "WITH moved (what, rows, digest) AS (
            SELECT 'collections', count(*), sum(hashtextextended(name, id)) FROM context.collections
            UNION ALL
            SELECT 'files', count(*), sum(hashtextextended(ROW(name, checksum, content)::text, id))
            FROM context.files
            UNION ALL
            SELECT 'files in collections', count(*), sum(hashint8extended(collection_id, file_id))
            FROM context.collection_files
            UNION ALL
            SELECT 'chunks', count(*), sum(hashtextextended(content, file_id * 10000 + chunk_index))
            FROM context.chunks
        )
        SELECT format('%s: %s before, %s now', was.what, was.rows, moved.rows)
        FROM pg_temp.moving AS was JOIN moved ON moved.what = was.what
        WHERE (moved.rows, moved.digest) IS DISTINCT FROM (was.rows, was.digest)",
        &[],
    )?;
    let moved: String =
        agent.value("SELECT string_agg(rows || ' ' || what, ', ') FROM pg_temp.moving", &[])?;
    agent.log(format!("moved {moved}"));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "links of meetings to files that are checked against nothing or not yet",
        "SELECT conname FROM pg_constraint
         WHERE conname IN ('fk_meeting_transcripts_file_id', 'fk_meeting_attachments_file_id')
            AND (confrelid <> 'context.files'::regclass OR NOT convalidated)",
        &[],
    )?;
    // The old keys were given, not drawn: the next file must not meet one of them.
    agent.verify_none(
        "sequences behind the keys that they are for",
        "SELECT what FROM (
            SELECT 'collections', nextval(pg_get_serial_sequence('context.collections', 'id')), max(id)
            FROM context.collections
            UNION ALL
            SELECT 'files', nextval(pg_get_serial_sequence('context.files', 'id')), max(id)
            FROM context.files
            UNION ALL
            SELECT 'chunks', nextval(pg_get_serial_sequence('context.chunks', 'id')), max(id)
            FROM context.chunks
        ) AS keys (what, next, last)
        WHERE next <= last",
        &[],
    )
}
