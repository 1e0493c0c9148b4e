//! A wider constraint is no use while a narrower one stands beside it, and must not change a single row.

use migrations_core::{Agent, RunnerError, ensure};

const SOURCES: [&str; 7] = ["email", "generated", "integration", "recording", "transcript", "upload", "url"];

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("context", "files", "source_type")?;
    agent.verify_none(
        "constraints on source_type under another name; they would go on refusing the new sources",
        "SELECT conname FROM pg_constraint
         WHERE conrelid = 'context.files'::regclass AND contype = 'c' AND conname <> 'ck_files_source_type'
            AND pg_get_constraintdef(oid) ~ '\\msource_type\\M'",
        &[],
    )?;
    let known = SOURCES.to_vec();
    agent.verify_none(
        "sources that the new constraint does not know",
        "SELECT source_type, count(*) FROM context.files
         WHERE source_type <> ALL ($1::text[]) GROUP BY source_type ORDER BY source_type",
        &[&known],
    )?;
    agent.batch(
        "CREATE TEMPORARY TABLE sources ON COMMIT DROP AS
         SELECT source_type, count(*) AS files FROM context.files GROUP BY source_type",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "sources with another number of files than before",
        "SELECT COALESCE(was.source_type, now.source_type), was.files, now.files
         FROM pg_temp.sources AS was
         FULL JOIN (
            SELECT source_type, count(*) AS files FROM context.files GROUP BY source_type
         ) AS now ON now.source_type = was.source_type
         WHERE was.files IS DISTINCT FROM now.files",
        &[],
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let validated: Option<bool> = agent.value(
        "SELECT bool_and(convalidated) FROM pg_constraint
         WHERE conrelid = 'context.files'::regclass AND conname = 'ck_files_source_type'",
        &[],
    )?;
    ensure(validated == Some(true), "ck_files_source_type is not there, or does not hold for old rows")?;
    // What the server says that it allows, not what the file says.
    let allowed: Vec<String> = agent.value(
        "SELECT array_agg(found[1] ORDER BY found[1]) FROM pg_constraint
         CROSS JOIN regexp_matches(pg_get_constraintdef(oid), '''([^'']*)''', 'g') AS found
         WHERE conrelid = 'context.files'::regclass AND conname = 'ck_files_source_type'",
        &[],
    )?;
    ensure(allowed == SOURCES, format!("files may come from {}", allowed.join(", ")))?;
    agent.log(format!("files may come from {} kinds of sources", allowed.len()));
    Ok(())
}
