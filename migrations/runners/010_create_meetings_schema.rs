//! The tables of meetings refer to clients, users and conversations, and nothing may stand in their place.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("client_mgmt", "clients", "id")?;
    agent.verify_column("client_mgmt", "users", "id")?;
    agent.verify_column("conversation", "conversations", "id")?;
    agent.verify_none(
        "tables in the schema meetings already; IF NOT EXISTS would keep them in the shape that they have",
        "SELECT relname FROM pg_class
         WHERE relnamespace = to_regnamespace('meetings') AND relkind IN ('r', 'p', 'v', 'm', 'f')",
        &[],
    )?;
    let may_create: bool = agent.value(
        "SELECT to_regnamespace('meetings') IS NOT NULL
            OR has_database_privilege(current_database(), 'CREATE')",
        &[],
    )?;
    ensure(may_create, "this role may not create schemas in this database; GRANT CREATE ON DATABASE helps")
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    for table in ["meetings", "attendees", "agenda_items", "notes"] {
        agent.verify_table("meetings", table)?;
        let rows = agent.count("meetings", table)?;
        ensure(rows == 0, format!("meetings.{table} has {rows} rows before anything was moved there"))?;
    }
    let keys: i64 = agent.value(
        "SELECT count(*) FROM pg_constraint
         WHERE contype = 'f' AND connamespace = to_regnamespace('meetings')",
        &[],
    )?;
    agent.log(format!("4 empty tables with {keys} foreign keys"));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "tables of the schema meetings without a primary key",
        "SELECT c.relname FROM pg_class AS c
         WHERE c.relnamespace = to_regnamespace('meetings') AND c.relkind = 'r'
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')",
        &[],
    )?;
    // Without such an index, deleting a user or a conversation reads every meeting.
    agent.verify_none(
        "foreign keys of the schema meetings that no index begins with",
        "SELECT f.conname FROM pg_constraint AS f
         WHERE f.contype = 'f' AND f.connamespace = to_regnamespace('meetings')
            AND NOT EXISTS (
                SELECT FROM pg_index AS i
                WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indkey[0] = f.conkey[1]
            )",
        &[],
    )?;
    agent.verify_none(
        "references to a meeting that do not point to its key",
        "SELECT f.conname FROM pg_constraint AS f
         JOIN pg_constraint AS p ON p.conrelid = f.confrelid AND p.contype = 'p'
         WHERE f.contype = 'f' AND f.confrelid = 'meetings.meetings'::regclass
            AND f.confkey IS DISTINCT FROM p.conkey",
        &[],
    )
}
