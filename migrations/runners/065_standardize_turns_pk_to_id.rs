//! A rename must be nothing but a rename: the same turns, and everything that pointed to one points to it still.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("conversation", "turns", "turn_id")?;
    let clash = agent.column_exists("conversation", "turns", "id")?;
    ensure(!clash, "conversation.turns has a column id already; the archived stepwise attempt left one")?;
    agent.verify_none(
        "foreign keys to the turns that do not hold for old rows",
        "SELECT format('%s of %s', conname, conrelid::regclass) FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'conversation.turns'::regclass AND NOT convalidated",
        &[],
    )?;
    agent.batch(
        "CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
         SELECT count(*) AS turns, sum(hashtextextended(content, turn_id)) AS digest
         FROM conversation.turns;
         CREATE TEMPORARY TABLE pointing ON COMMIT DROP AS
         SELECT oid, conname::text AS name FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'conversation.turns'::regclass",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let left = agent.column_exists("conversation", "turns", "turn_id")?;
    ensure(!left, "conversation.turns still has its turn_id")?;
    let as_before: bool = agent.value(
        "SELECT (was.turns, was.digest) IS NOT DISTINCT FROM (count(t.id), sum(hashtextextended(t.content, t.id)))
         FROM pg_temp.counted AS was LEFT JOIN conversation.turns AS t ON true
         GROUP BY was.turns, was.digest",
        &[],
    )?;
    ensure(as_before, "a turn has come, gone, or got another key")?;
    agent.verify_none(
        "foreign keys that no longer point to the key of the turns",
        "SELECT p.name FROM pg_temp.pointing AS p
         LEFT JOIN pg_constraint AS c ON c.oid = p.oid AND c.convalidated
            AND c.confrelid = 'conversation.turns'::regclass
         LEFT JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = ANY (c.confkey)
         WHERE a.attname IS DISTINCT FROM 'id'",
        &[],
    )?;
    let turns: i64 = agent.value("SELECT turns FROM pg_temp.counted", &[])?;
    let keys: i64 = agent.value("SELECT count(*) FROM pg_temp.pointing", &[])?;
    let noun = if keys == 1 { "foreign key points" } else { "foreign keys point" };
    agent.log(format!("{turns} turns as before; {keys} {noun} to them"));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "citations of turns that are not there",
        "SELECT c.turn_id FROM context.citations AS c
         LEFT JOIN conversation.turns AS t ON t.id = c.turn_id
         WHERE t.id IS NULL ORDER BY c.turn_id",
        &[],
    )?;
    let next_is_new: Option<bool> = agent.value(
        "SELECT nextval(pg_get_serial_sequence('conversation.turns', 'id')) > COALESCE(max(id), 0)
         FROM conversation.turns",
        &[],
    )?;
    ensure(next_is_new == Some(true), "the next turn would get the key of an old one")
}
