//! Migration: Move the contents of files into chunks, in batches.
//! Dependencies: 011_create_context_schema, 012_replace_files_with_context, add_client_id_to_files_and_chunks
//! Rollback: join the chunks of the files that were cut here, put the text back into its file, and remove these
//!   chunks; citations of them go along, and so do their embeddings.

use migrations_core::{Agent, Batch, Cursor, RunnerError, ensure};

/// Files in a batch.
const FILES: i64 = 25;

/// Characters in a chunk, at most.
const CHARACTERS: usize = 2000;

/// Cuts the next files. Which are next, the files say themselves (`chunked_at IS NULL`): a position in the table would
/// pass over those that come back into the queue. So the checkpoint is free to keep how many there were at first.
pub(crate) fn batch(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError> {
    prepare(agent)?;
    let total: i64 = match cursor.position()? {
        Some(total) => total,
        None => agent.value("SELECT count(*) FROM context.files WHERE chunked_at IS NULL", &[])?,
    };
    agent.expect_rows(total.unsigned_abs());
    // Nobody can change a text between its being read and its being cut.
    let files = agent.query(
        "SELECT id, content FROM context.files WHERE chunked_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE",
        &[&FILES],
    )?;
    let mut ids: Vec<i64> = Vec::with_capacity(files.len());
    let mut chunks = agent.copy_in("context", "chunks", &["file_id", "chunk_index", "content"])?;
    for file in &files {
        let (id, content): (i64, Option<&str>) = (file.try_get(0)?, file.try_get(1)?);
        for (index, chunk) in (0_i32..).zip(content.into_iter().flat_map(Pieces::of)) {
            chunks.row(&[&id, &index, &chunk])?;
        }
        ids.push(id);
    }
    chunks.finish()?;
    let cut = let_go(agent, &ids)?;
    Ok(if files.len() < FILES as usize { Batch::done(cut) } else { Batch::more(cut, total) })
}

/// Which files were cut here, for the way back. Most chunks are older than this migration, and those must stay.
fn prepare(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    if agent.table_exists("context", "cut_files")? {
        return Ok(());
    }
    agent.verify_none(
        "files with chunks that are not marked as cut",
        "SELECT f.id FROM context.files AS f
         WHERE f.chunked_at IS NULL AND EXISTS (SELECT FROM context.chunks AS c WHERE c.file_id = f.id) ORDER BY f.id",
        &[],
    )?;
    agent.batch(
        "CREATE TABLE context.cut_files (
            file_id bigint NOT NULL,
            CONSTRAINT pk_cut_files PRIMARY KEY (file_id),
            CONSTRAINT fk_cut_files_file_id FOREIGN KEY (file_id)
                REFERENCES context.files (id) ON DELETE CASCADE
         );
         COMMENT ON TABLE context.cut_files IS
            'Files that migrate_file_contents has cut into chunks; its rollback needs them.'",
    )
}

/// Takes the text out of its file, once the server has found it again in the chunks, to the letter.
fn let_go(agent: &mut Agent<'_>, ids: &[i64]) -> Result<u64, RunnerError> {
    let cut = agent.execute(
        "UPDATE context.files AS f SET content = NULL, chunked_at = now()
         WHERE f.id = ANY ($1) AND f.content IS NOT DISTINCT FROM (
            SELECT string_agg(c.content, '' ORDER BY c.chunk_index) FROM context.chunks AS c WHERE c.file_id = f.id
         )",
        &[&ids],
    )?;
    agent.execute(
        "INSERT INTO context.cut_files (file_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING",
        &[&ids],
    )?;
    agent.verify_none(
        "files whose chunks do not give their text",
        "SELECT id FROM context.files WHERE id = ANY ($1) AND chunked_at IS NULL ORDER BY id",
        &[&ids],
    )?;
    Ok(cut)
}

/// A text in pieces that give it again when they are joined.
struct Pieces<'t> {
    rest: Option<&'t str>,
}

impl<'t> Pieces<'t> {
    /// The empty text is one empty piece: it is not the same as no text.
    fn of(text: &'t str) -> Pieces<'t> {
        Pieces { rest: Some(text) }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.rest.take()?;
        let Some((end, _)) = text.char_indices().nth(CHARACTERS) else { return Some(text) };
        let (piece, rest) = text.split_at(seam(&text[..end]));
        self.rest = Some(rest);
        Some(piece)
    }
}

/// Where to cut: behind the last line, else behind the last word, unless that leaves less than half.
fn seam(piece: &str) -> usize {
    let behind = |found: Option<usize>| found.map(|at| at + 1).filter(|at| *at > piece.len() / 2);
    behind(piece.rfind('\n')).or_else(|| behind(piece.rfind(' '))).unwrap_or(piece.len())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "files that were cut and hold a text again",
        "SELECT f.id FROM context.files AS f JOIN context.cut_files AS cut ON cut.file_id = f.id
         WHERE f.content IS NOT NULL OR f.chunked_at IS NULL ORDER BY f.id",
        &[],
    )?;
    let counts = agent.query_one(
        "SELECT (SELECT count(*) FROM context.cut_files),
            (SELECT count(*) FROM context.chunks AS c JOIN context.cut_files AS cut ON cut.file_id = c.file_id)",
        &[],
    )?;
    let (files, chunks): (i64, i64) = (counts.try_get(0)?, counts.try_get(1)?);
    agent.log(format!("{files} files cut into {chunks} chunks"));
    Ok(())
}

pub(crate) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("context", "cut_files")?;
    let files = agent.count("context", "cut_files")?;
    let restored = agent.execute(
        "UPDATE context.files AS f SET chunked_at = NULL, content = (
            SELECT string_agg(c.content, '' ORDER BY c.chunk_index) FROM context.chunks AS c WHERE c.file_id = f.id
         )
         FROM context.cut_files AS cut WHERE cut.file_id = f.id",
        &[],
    )?;
    ensure(
        i64::try_from(restored) == Ok(files),
        format!("{restored} of {files} files have their text back"),
    )?;
    let removed = agent.execute(
        "DELETE FROM context.chunks AS c USING context.cut_files AS cut WHERE cut.file_id = c.file_id",
        &[],
    )?;
    agent.log(format!("{files} files have their text back; {removed} chunks removed"));
    agent.batch("DROP TABLE context.cut_files")
}
