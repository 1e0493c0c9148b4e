//! Whose a file is decides who reads it. What can be found out about that is written down before, by other means than
//! the migration's, and compared after.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("context", "collections", "client_id")?;
    agent.verify_column("meetings", "meeting_files", "client_id")?;
    for table in ["files", "chunks"] {
        let has = agent.column_exists("context", table, "client_id")?;
        ensure(!has, format!("context.{table} has a client_id already; nobody knows what is in it"))?;
    }
    agent.verify_none(
        "clients called unassigned that are not the one for files of nobody",
        "SELECT id FROM client_mgmt.clients WHERE name = 'unassigned' AND status <> 'suspended'",
        &[],
    )?;
    // Whoever may have a claim on a file; those of its uploader come first.
    agent.batch(
        "CREATE TEMPORARY TABLE claims ON COMMIT DROP AS
         SELECT f.id AS file_id, u.client_id, 'uploader' AS by
         FROM context.files AS f JOIN client_mgmt.users AS u ON u.id = f.uploaded_by_user_id
         UNION
         SELECT cf.file_id, co.client_id, 'collection'
         FROM context.collection_files AS cf
         JOIN context.collections AS co ON co.id = cf.collection_id
         JOIN client_mgmt.clients AS c ON c.id = co.client_id AND c.name <> 'unassigned'
         UNION
         SELECT mf.file_id, mf.client_id, 'meeting' FROM meetings.meeting_files AS mf;
         CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
         SELECT (SELECT count(*) FROM context.files) AS files,
            (SELECT count(*) FROM context.chunks) AS chunks,
            (SELECT sum(hashtextextended(content, id)) FROM context.chunks) AS digest",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let as_before: bool = agent.value(
        "SELECT was.files = (SELECT count(*) FROM context.files)
            AND (was.chunks, was.digest) IS NOT DISTINCT FROM (count(c.id), sum(hashtextextended(c.content, c.id)))
         FROM pg_temp.counted AS was LEFT JOIN context.chunks AS c ON true
         GROUP BY was.files, was.chunks, was.digest",
        &[],
    )?;
    ensure(as_before, "a file or a chunk has come, gone or changed")?;
    agent.verify_none(
        "files of another client than their uploader",
        "SELECT f.id FROM context.files AS f
         JOIN pg_temp.claims AS c ON c.file_id = f.id AND c.by = 'uploader'
         WHERE f.client_id IS DISTINCT FROM c.client_id ORDER BY f.id",
        &[],
    )?;
    agent.verify_none(
        "files that went to somebody without a claim on them",
        "SELECT f.id FROM context.files AS f
         JOIN client_mgmt.clients AS cl ON cl.id = f.client_id AND cl.name <> 'unassigned'
         WHERE NOT EXISTS (
            SELECT FROM pg_temp.claims AS c WHERE c.file_id = f.id AND c.client_id = f.client_id
         ) ORDER BY f.id",
        &[],
    )?;
    agent.verify_none(
        "files of nobody, although somebody has a claim on them",
        "SELECT f.id FROM context.files AS f
         JOIN client_mgmt.clients AS cl ON cl.id = f.client_id AND cl.name = 'unassigned'
         WHERE EXISTS (SELECT FROM pg_temp.claims AS c WHERE c.file_id = f.id) ORDER BY f.id",
        &[],
    )?;
    tell(agent)
}

fn tell(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let files: i64 = agent.value("SELECT files FROM pg_temp.counted", &[])?;
    let uploaded: i64 =
        agent.value("SELECT count(DISTINCT file_id) FROM pg_temp.claims WHERE by = 'uploader'", &[])?;
    let claimed: i64 = agent.value("SELECT count(DISTINCT file_id) FROM pg_temp.claims", &[])?;
    let (found, nobodys) = (claimed - uploaded, files - claimed);
    agent.log(format!(
        "{files} files: {uploaded} by uploader, {found} by collection or meeting, {nobodys} of nobody"
    ));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "chunks of another client than their file",
        "SELECT c.id FROM context.chunks AS c JOIN context.files AS f ON f.id = c.file_id
         WHERE c.client_id IS DISTINCT FROM f.client_id ORDER BY c.id",
        &[],
    )?;
    let enforced: i64 = agent.value(
        "SELECT count(*) FROM pg_constraint
         WHERE convalidated AND (
            conname = 'fk_files_client_id' AND pg_get_constraintdef(oid) LIKE '%ON DELETE RESTRICT'
            OR conname = 'fk_chunks_file_id_client_id' AND cardinality(conkey) = 2
                AND pg_get_constraintdef(oid) LIKE '%ON UPDATE CASCADE ON DELETE CASCADE'
         )",
        &[],
    )?;
    ensure(enforced == 2, format!("{enforced} of 2 foreign keys to the client are in force"))?;
    // Those who write chunks count on it.
    let fires: bool = agent.value(
        "SELECT EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = 'context.chunks'::regclass AND tgname = 'tr_chunks_set_client_id'
                AND tgenabled IN ('O', 'A')
        )",
        &[],
    )?;
    ensure(fires, "new chunks do not get the client of their file: the trigger is off or not there")
}
