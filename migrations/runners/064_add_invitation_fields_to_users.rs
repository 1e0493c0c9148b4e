//! Invitations are new: nobody may be invited by the mere addition of the columns, and no user may change.

use migrations_core::{Agent, RunnerError, ensure};

const COLUMNS: [&str; 5] = [
    "invited_by_user_id",
    "invitation_token_hash",
    "invited_at",
    "invitation_expires_at",
    "invitation_accepted_at",
];

pub(crate) fn before(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_column("client_mgmt", "users", "auth_method")?;
    for column in COLUMNS {
        let has = agent.column_exists("client_mgmt", "users", column)?;
        ensure(!has, format!("client_mgmt.users has a column {column} already, of a meaning of its own"))?;
    }
    agent.batch(
        "CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
         SELECT count(*) AS users, sum(hashtextextended(to_jsonb(u)::text, u.id)) AS digest
         FROM client_mgmt.users AS u",
    )
}

pub(crate) fn after(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let new = COLUMNS.to_vec();
    let as_before: bool = agent.value(
        "SELECT (was.users, was.digest) IS NOT DISTINCT FROM (
            count(u.id), sum(hashtextextended((to_jsonb(u) - $1::text[])::text, u.id))
         )
         FROM pg_temp.counted AS was LEFT JOIN client_mgmt.users AS u ON true
         GROUP BY was.users, was.digest",
        &[&new],
    )?;
    ensure(as_before, "a user has come, gone, or changed in what was there before")?;
    agent.verify_none(
        "users who are invited although nobody has invited them",
        "SELECT id FROM client_mgmt.users
         WHERE num_nonnulls(
            invited_by_user_id, invitation_token_hash, invited_at, invitation_expires_at,
            invitation_accepted_at
         ) > 0 ORDER BY id",
        &[],
    )?;
    let users: i64 = agent.value("SELECT users FROM pg_temp.counted", &[])?;
    agent.log(format!("{users} users, none of them invited yet"));
    Ok(())
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let in_force: i64 = agent.value(
        "SELECT count(*) FROM pg_constraint
         WHERE conrelid = 'client_mgmt.users'::regclass AND convalidated AND conname IN (
            'fk_users_invited_by_user_id', 'ck_users_invitation_token_hash', 'ck_users_invitation_period',
            'ck_users_invitation_state'
         )",
        &[],
    )?;
    ensure(in_force == 4, format!("{in_force} of 4 constraints on invitations are in force"))?;
    // Two users with one token: the second would take over the account of the first.
    let unique: Option<bool> = agent.value(
        "SELECT bool_and(indisunique AND indisvalid) FROM pg_index
         WHERE indexrelid = to_regclass('client_mgmt.uq_users_invitation_token_hash')",
        &[],
    )?;
    ensure(unique == Some(true), "two users may have the same invitation token")
}
