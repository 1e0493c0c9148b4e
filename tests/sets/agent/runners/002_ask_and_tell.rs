//! Migration: Use each helper of the agent, and say what it answers.
//! Dependencies: 001_create_things
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, RunnerError};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    execute(agent)?;
    query(agent)?;
    insert(agent)?;
    check(agent)
}

fn execute(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let things = "INSERT INTO store.things SELECT i, 'thing ' || i FROM generate_series(1, 3) AS i";
    let inserted = agent.execute(things, &[])?;
    let updated = agent.execute("UPDATE store.things SET name = 'a' WHERE id >= $1", &[&2_i64])?;
    agent.log(format!("{inserted} inserted, {updated} updated"));
    let mut copy = agent.copy_in("store", "things", &["name", "id"])?;
    copy.row(&[&"copied", &10_i64])?;
    copy.row(&[&"copied", &11_i64])?;
    let (copied, all) = (copy.finish()?, agent.count("store", "things")?);
    agent.log(format!("{copied} copied, {all} in all"));
    Ok(())
}

fn query(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let [all, one] = ["SELECT id FROM store.things", "SELECT name FROM store.things WHERE id = $1"];
    let (rows, row) = (agent.query(all, &[])?.len(), agent.query_one(one, &[&10_i64])?);
    agent.log(format!("{rows} rows, one is {}", row.get::<_, String>(0)));
    let there = agent.query_opt(one, &[&1_i64])?.map(|row| row.get::<_, String>(0));
    let gone = agent.query_opt("SELECT FROM store.things WHERE id = 99", &[])?.is_none();
    agent.log(format!("{there:?} is there, another is not: {gone}"));
    let several = agent.query_opt(all, &[]).map(drop).unwrap_err();
    agent.log(format!("{several}"));
    Ok(())
}

fn insert(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    let mut many = agent.insert("store", "things").columns(&["id", "name", "weight"]);
    let ids: Vec<i64> = (1000..41_000).collect();
    for id in &ids {
        many = many.row(&[id, &"many", &7_i32]);
    }
    let inserted = many.execute()?;
    let known = agent.insert("store", "things").columns(&["id", "name"]).row(&[&1_i64, &"known"]);
    let known = known.on_conflict_do_nothing(&["id"]).execute()?;
    agent.log(format!("{inserted} inserted in two statements, {known} of those that are known"));
    let uneven = agent.insert("store", "things").columns(&["id", "name"]).row(&[&1_i64, &"a", &2_i64]);
    let error = uneven.execute().unwrap_err();
    agent.log(error.to_string());
    for columns in [&[][..], &["id"; 65_536]] {
        let error = agent.insert("store", "things").columns(columns).execute().unwrap_err();
        agent.log(error.to_string());
    }
    Ok(())
}

fn check(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.verify_table("store", "things")?;
    agent.verify_column("store", "things", "name")?;
    for error in [
        agent.verify_table("store", "nobody").unwrap_err(),
        agent.verify_column("store", "things", "nobody").unwrap_err(),
        agent.verify_none("things", "SELECT id FROM store.things WHERE id = $1", &[&1_i64]).unwrap_err(),
        agent.verify_none("things", "COMMIT", &[]).unwrap_err(),
    ] {
        agent.log(error.to_string());
    }
    Ok(())
}
