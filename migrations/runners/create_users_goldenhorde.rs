//! Migration: Create the users of the client goldenhorde, and the client itself where it is missing.
//! Dependencies: 001_create_client_mgmt_schema, 002_create_users_table, 030_add_oauth_user_support,
//!   064_add_invitation_fields_to_users, 071_create_client_settings_table
//! Rollback: remove the users that this migration has created, known by their addresses and by a setting of the
//!   client that keeps their keys; then the client, if it was created here and nobody else belongs to it by now.

use migrations_core::{Agent, RunnerError, ensure};

const CLIENT: &str = "goldenhorde";

/// Settings of the client: what was created here, and not there before.
const CREATED_USERS: &str = "migrations.created_users";
const CREATED_CLIENT: &str = "migrations.created_client";

struct User {
    email: &'static str,
    name: &'static str,
    role: &'static str,
}

const USERS: [User; 6] = [
    User { email: "batu@goldenhorde.example", name: "Batu", role: "owner" },
    User { email: "berke@goldenhorde.example", name: "Berke", role: "admin" },
    User { email: "boraqchin@goldenhorde.example", name: "Boraqchin", role: "admin" },
    User { email: "mengu.timur@goldenhorde.example", name: "Mengu-Timur", role: "member" },
    User { email: "taydula@goldenhorde.example", name: "Taydula", role: "member" },
    User { email: "uzbeg@goldenhorde.example", name: "Öz Beg", role: "viewer" },
];

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let client = client(agent)?;
    let mut users = agent.insert("client_mgmt", "users").columns(&[
        "client_id",
        "email",
        "display_name",
        "role",
        "auth_method",
    ]);
    for User { email, name, role } in &USERS {
        // Nobody knows a password yet: they get in by an invitation or an account elsewhere.
        users = users.row(&[&client, email, name, role, &"none"]);
    }
    // Addresses are unique by lower(email), which no list of columns can name.
    let created = users.on_conflict_do_nothing(&[]).returning(&["id"])?;
    let created = created.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    agent.execute(
        "INSERT INTO client_mgmt.client_settings AS s (client_id, key, value) VALUES ($1, $2, to_jsonb($3::bigint[]))
         ON CONFLICT (client_id, key) DO UPDATE SET value = s.value || EXCLUDED.value, updated_at = now()",
        &[&client, &CREATED_USERS, &created],
    )?;
    let found = USERS.len() - created.len();
    agent.log(format!("{} users created, {found} found", created.len()));
    Ok(())
}

/// The key of the client, which is created if it is missing.
fn client(agent: &mut Agent<'_>) -> Result<i64, RunnerError> {
    let created = agent
        .insert("client_mgmt", "clients")
        .columns(&["name", "display_name"])
        .row(&[&CLIENT, &"Golden Horde"])
        .on_conflict_do_nothing(&["name"])
        .execute()?;
    let client = agent.query_one("SELECT id, status FROM client_mgmt.clients WHERE name = $1", &[&CLIENT])?;
    let (client, status): (i64, String) = (client.try_get(0)?, client.try_get(1)?);
    ensure(status != "closed", format!("the client {CLIENT} is closed; it gets no users any more"))?;
    if created == 1 {
        agent.execute(
            "INSERT INTO client_mgmt.client_settings (client_id, key, value) VALUES ($1, $2, 'true')",
            &[&client, &CREATED_CLIENT],
        )?;
        agent.log(format!("client {CLIENT} created"));
    }
    Ok(client)
}

pub(crate) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let removed = agent.execute(
        "DELETE FROM client_mgmt.users AS u USING client_mgmt.clients AS c, client_mgmt.client_settings AS s
         WHERE c.name = $1 AND s.client_id = c.id AND s.key = $2
            AND u.client_id = c.id AND s.value @> to_jsonb(u.id) AND lower(u.email) = ANY ($3)",
        &[&CLIENT, &CREATED_USERS, &emails()],
    )?;
    agent.log(format!("{removed} users removed"));
    let created_client = agent.execute(
        "DELETE FROM client_mgmt.client_settings AS s USING client_mgmt.clients AS c
         WHERE c.name = $1 AND s.client_id = c.id AND s.key = $2",
        &[&CLIENT, &CREATED_CLIENT],
    )?;
    agent.execute(
        "DELETE FROM client_mgmt.client_settings AS s USING client_mgmt.clients AS c
         WHERE c.name = $1 AND s.client_id = c.id AND s.key = $2",
        &[&CLIENT, &CREATED_USERS],
    )?;
    if created_client == 1 { remove_client(agent) } else { Ok(()) }
}

/// Its settings and avatars would go along without a word, so it must have none.
fn remove_client(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.batch(
        "DO $$
         BEGIN
            DELETE FROM client_mgmt.clients AS c
            WHERE c.name = 'goldenhorde'
                AND NOT EXISTS (SELECT FROM client_mgmt.client_settings AS s WHERE s.client_id = c.id);
         EXCEPTION
            -- PostgreSQL 18 has a code of its own for ON DELETE RESTRICT.
            WHEN foreign_key_violation OR restrict_violation THEN
                RAISE NOTICE 'the client goldenhorde has found a use and stays';
         END
         $$",
    )
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none(
        "addresses without a user of the client",
        "SELECT wanted FROM unnest($1::text[]) AS wanted
         WHERE NOT EXISTS (
            SELECT FROM client_mgmt.users AS u JOIN client_mgmt.clients AS c ON c.id = u.client_id
            WHERE c.name = $2 AND lower(u.email) = wanted
         )",
        &[&emails(), &CLIENT],
    )?;
    agent.verify_none(
        "created users who would have to give a password that they do not have",
        "SELECT u.id FROM client_mgmt.users AS u
         JOIN client_mgmt.client_settings AS s ON s.client_id = u.client_id AND s.value @> to_jsonb(u.id)
         WHERE s.key = $1 AND u.auth_method = 'password' AND u.password_hash IS NULL ORDER BY u.id",
        &[&CREATED_USERS],
    )
}

fn emails() -> Vec<&'static str> {
    USERS.iter().map(|user| user.email).collect()
}
