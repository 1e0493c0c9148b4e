//! Migration: Call the key of the meetings id, like every other key.
//! Dependencies: 010_create_meetings_schema, schema-creation/022_create_games_schema,
//!   050_consolidate_blocks_and_block_meetings, 051_cleanup_old_tables, 052_remove_block_id_rename_block_index,
//!   053_drop_analytical_insights_table, 061_remove_block_meeting_tables, 062_create_meeting_files_table,
//!   data-migration/065_standardize_turns_pk_to_id
//! Rollback: rename the column and its sequence back.

// A rename keeps every row, index, foreign key and view in place. What it cannot reach is text: bodies of functions, and
// the older migrations that say meetings.meetings.meeting_id, in their bodies or rollbacks. These come first, therefore.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    if agent.column_exists("meetings", "meetings", "id")? {
        let both = agent.column_exists("meetings", "meetings", "meeting_id")?;
        ensure(!both, "meetings.meetings has an id beside its meeting_id; which one is the key?")?;
        agent.log("the key is called id already");
        return Ok(());
    }
    agent.verify_column("meetings", "meetings", "meeting_id")?;
    no_text_names(agent, "meeting_id")?;
    rename(agent, "meeting_id", "id")
}

pub(crate) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("meetings", "meetings", "id")?;
    no_text_names(agent, "id")?;
    rename(agent, "id", "meeting_id")
}

/// The body of a function is only text to the server: it would fail when it is called, at night.
fn no_text_names(agent: &mut Agent<'_>, column: &str) -> Result<(), RunnerError> {
    agent.verify_none(
        "functions that seem to name the key of meetings.meetings in their text; drop them before and create them again",
        "SELECT p.oid::regprocedure::text FROM pg_proc AS p
         JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE n.nspname IN ('client_mgmt', 'context', 'conversation', 'events', 'games', 'meetings')
            AND p.prosrc ~ '\\mmeetings\\.meetings\\M' AND p.prosrc ~ ('\\m' || $1 || '\\M')",
        &[&column],
    )
}

fn rename(agent: &mut Agent<'_>, from: &str, to: &str) -> Result<(), RunnerError> {
    let before = state(agent, from)?;
    match to {
        "id" => agent.batch(
            "ALTER TABLE meetings.meetings RENAME COLUMN meeting_id TO id;
             ALTER SEQUENCE IF EXISTS meetings.meetings_meeting_id_seq RENAME TO meetings_id_seq",
        )?,
        _ => agent.batch(
            "ALTER TABLE meetings.meetings RENAME COLUMN id TO meeting_id;
             ALTER SEQUENCE IF EXISTS meetings.meetings_id_seq RENAME TO meetings_meeting_id_seq",
        )?,
    }
    let after = state(agent, to)?;
    ensure(before == after, format!("before the rename {before}, after it {after}"))?;
    agent.log(format!("{from} is {to} now: {after}"));
    Ok(())
}

/// What must be the same before and after, in words: rows, and what depends on the column.
fn state(agent: &mut Agent<'_>, key: &str) -> Result<String, RunnerError> {
    agent.value(
        "SELECT format(
            '%s meetings; dependent foreign keys: %s, indexes: %s, views: %s',
            (SELECT count(*) FROM meetings.meetings),
            (SELECT count(*) FROM pg_constraint
             WHERE contype = 'f' AND confrelid = a.attrelid AND a.attnum = ANY (confkey)),
            (SELECT count(*) FROM pg_index WHERE indrelid = a.attrelid AND a.attnum = ANY (indkey) AND indisvalid),
            (SELECT count(DISTINCT r.ev_class) FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
         )
         FROM pg_attribute AS a WHERE a.attrelid = 'meetings.meetings'::regclass AND a.attname = $1",
        &[&key],
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let is_key: Option<bool> = agent.value(
        "SELECT bool_and(a.attname = 'id' AND cardinality(c.conkey) = 1)
         FROM pg_constraint AS c
         JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.conrelid = 'meetings.meetings'::regclass AND c.contype = 'p'",
        &[],
    )?;
    ensure(is_key == Some(true), "the primary key of meetings.meetings is not its id")?;
    agent.verify_none(
        "foreign keys to the meetings that do not point to their id or do not hold for old rows",
        "SELECT format('%s of %s', c.conname, c.conrelid::regclass) FROM pg_constraint AS c
         JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = c.confkey[1]
         WHERE c.contype = 'f' AND c.confrelid = 'meetings.meetings'::regclass
            AND (a.attname <> 'id' OR NOT c.convalidated)",
        &[],
    )?;
    let sequence: Option<String> =
        agent.value("SELECT pg_get_serial_sequence('meetings.meetings', 'id')", &[])?;
    ensure(
        sequence.as_deref() == Some("meetings.meetings_id_seq"),
        format!("the keys come from {}", sequence.as_deref().unwrap_or("no sequence")),
    )?;
    let next_is_new: Option<bool> = agent.value(
        "SELECT nextval('meetings.meetings_id_seq') > COALESCE(max(id), 0) FROM meetings.meetings",
        &[],
    )?;
    ensure(next_is_new == Some(true), "the next meeting would get the key of an old one")
}
