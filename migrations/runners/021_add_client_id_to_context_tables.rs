//! Whose a collection or a citation is decides who sees it: every row needs a client, and the right one.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let clients = agent.count("client_mgmt", "clients")?;
    let collections = agent.count("context", "collections")?;
    ensure(clients > 0 || collections == 0, format!("{collections} collections, and not one client"))?;
    agent.verify_none(
        "clients called unassigned that are not the one for files of nobody",
        "SELECT id FROM client_mgmt.clients WHERE name = 'unassigned' AND status <> 'suspended'",
        &[],
    )?;
    for table in ["collections", "citations"] {
        let has = agent.column_exists("context", table, "client_id")?;
        ensure(!has, format!("context.{table} has a client_id already; nobody knows what is in it"))?;
    }
    agent.batch(
        "CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
         SELECT (SELECT count(*) FROM context.collections) AS collections,
            (SELECT count(*) FROM context.citations) AS citations,
            (SELECT count(*) FROM client_mgmt.clients) AS clients",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let counts = agent.query_one(
        "SELECT c.collections, (SELECT count(*) FROM context.collections),
            c.citations, (SELECT count(*) FROM context.citations),
            (SELECT count(*) FROM client_mgmt.clients) - c.clients
         FROM pg_temp.counted AS c",
        &[],
    )?;
    let (collections, collections_now): (i64, i64) = (counts.try_get(0)?, counts.try_get(1)?);
    let (citations, citations_now): (i64, i64) = (counts.try_get(2)?, counts.try_get(3)?);
    let new_clients: i64 = counts.try_get(4)?;
    ensure(collections == collections_now, format!("{collections_now} of {collections} collections"))?;
    ensure(citations == citations_now, format!("{citations_now} of {citations} citations"))?;
    ensure(new_clients <= 1, format!("{new_clients} new clients; only `unassigned` may be one"))?;
    let unassigned: i64 = agent.value(
        "SELECT count(*) FROM context.collections AS co
         JOIN client_mgmt.clients AS c ON c.id = co.client_id AND c.name = 'unassigned'",
        &[],
    )?;
    agent.log(format!(
        "{collections} collections ({unassigned} of nobody) and {citations} citations have a client"
    ));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "collections of another client than their owner",
        "SELECT co.id FROM context.collections AS co
         JOIN client_mgmt.users AS u ON u.id = co.created_by_user_id
         WHERE co.client_id <> u.client_id ORDER BY co.id",
        &[],
    )?;
    agent.verify_none(
        "collections of nobody, although one of their files has an uploader",
        "SELECT co.id FROM context.collections AS co
         JOIN client_mgmt.clients AS c ON c.id = co.client_id AND c.name = 'unassigned'
         WHERE EXISTS (
            SELECT FROM context.collection_files AS cf
            JOIN context.files AS f ON f.id = cf.file_id
            WHERE cf.collection_id = co.id AND f.uploaded_by_user_id IS NOT NULL
         ) ORDER BY co.id",
        &[],
    )?;
    agent.verify_none(
        "citations of another client than their conversation",
        "SELECT ci.turn_id, ci.chunk_id FROM context.citations AS ci
         JOIN conversation.turns AS t ON t.turn_id = ci.turn_id
         JOIN conversation.conversations AS co ON co.id = t.conversation_id
         WHERE ci.client_id IS DISTINCT FROM co.client_id",
        &[],
    )?;
    let enforced: i64 = agent.value(
        "SELECT count(*) FROM pg_constraint
         WHERE conname IN ('fk_collections_client_id', 'fk_citations_client_id')
            AND confrelid = 'client_mgmt.clients'::regclass AND convalidated AND confdeltype = 'r'",
        &[],
    )?;
    ensure(enforced == 2, format!("{enforced} of 2 foreign keys to the clients are in force"))
}
