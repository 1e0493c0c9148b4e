//! Migration: Fill the users.
//! Dependencies: 001_create_shop
//! Rollback: empty the table.

use migrations_core::{Agent, RunnerError, ensure};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_none("users before the first", "SELECT email, name FROM shop.users ORDER BY email", &[])?;
    let mut rows = agent.copy_in("shop", "users", &["email", "name"])?;
    for number in 0..10_000_i64 {
        rows.row(&[&format!("user{number}@example.org"), &format!("User {number}")])?;
    }
    let copied = rows.finish()?;
    agent.log(format!("{copied} users copied"));
    let robert = "Robert'); DROP TABLE shop.users; --";
    let inserted = agent
        .insert("shop", "users")
        .columns(&["email", "name"])
        .row(&[&"user1@example.org", &"overwritten"])
        .row(&[&"robert@example.org", &robert])
        .on_conflict_update(&["email"], &["name"])
        .returning(&["id", "name"])?;
    agent.log(format!("{} users inserted or overwritten", inserted.len()));
    let known = agent.insert("shop", "users").columns(&["email"]).row(&[&"user1@example.org"]);
    ensure(known.on_conflict_do_nothing(&[]).execute()? == 0, "user1 is there already")?;
    Ok(())
}

pub(crate) fn down(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.batch("DELETE FROM shop.users; DELETE FROM shop.steps WHERE step = 'filled'")
}

pub(crate) fn verify(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let users: i64 = agent.value("SELECT count(*) FROM shop.users WHERE name <> $1", &[&""])?;
    let newest: Option<String> = agent.value("SELECT max(name) FROM shop.users WHERE id < 0", &[])?;
    ensure(newest.is_none(), "a name of nobody")?;
    ensure(users == 10_001, format!("{users} users"))
}
