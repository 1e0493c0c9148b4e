//! Migrations carried out twice, as one message and piece by piece: the server must see the same statements.

use std::path::Path;

use migrations_rules::{Migration, Set, check};
use migrations_tests::client;
use postgres::error::SqlState;
use postgres::{Client, Error, SimpleQueryMessage};

/// How many statements the server has carried out, or why it stopped.
type Outcome = Result<usize, SqlState>;

#[test]
fn whole_bodies_and_their_pieces_are_the_same_to_the_server() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut carried_out = 0;
    for folder in
        ["../migrations", "sets/shop", "sets/backups", "sets/tower", "sets/facts", "sets/order", "sets/flat"]
    {
        let set = check(&root.join(folder), folder);
        carried_out += in_turn(&set);
    }
    // What needs a runner beside it fails, in both ways alike.
    assert!(carried_out > 150, "{carried_out} statements");
}

/// Carries out the migrations of a set, each on what those before it have left.
fn in_turn(set: &Set) -> usize {
    let mut server = client();
    let mut carried_out = 0;
    for migration in set.migrations.iter().filter(|migration| migration.transactional) {
        server.batch_execute("BEGIN").unwrap();
        let whole = as_one(&mut server, migration);
        server.batch_execute("ROLLBACK; BEGIN").unwrap();
        let pieces = by_piece(&mut server, migration);
        assert_eq!(whole, pieces, "{}", migration.path);
        server.batch_execute(if pieces.is_ok() { "COMMIT" } else { "ROLLBACK" }).unwrap();
        carried_out += pieces.unwrap_or(0);
    }
    carried_out
}

fn as_one(server: &mut Client, migration: &Migration) -> Outcome {
    let (Some(first), Some(last)) = (migration.body.first(), migration.body.last()) else { return Ok(0) };
    completed(server.simple_query(&migration.text[first.range.start..last.range.end]))
}

fn by_piece(server: &mut Client, migration: &Migration) -> Outcome {
    for statement in &migration.body {
        let sql = &migration.text[statement.range.clone()];
        // The server prepares one statement only.
        server.prepare(sql).map_err(|error| refusal(&error, sql))?;
        assert_eq!(completed(server.simple_query(sql))?, 1, "{sql}");
    }
    Ok(migration.body.len())
}

fn completed(answer: Result<Vec<SimpleQueryMessage>, Error>) -> Outcome {
    let messages = answer.map_err(|error| refusal(&error, ""))?;
    Ok(messages.iter().filter(|message| matches!(message, SimpleQueryMessage::CommandComplete(_))).count())
}

fn refusal(error: &Error, sql: &str) -> SqlState {
    let code = error.code().cloned().unwrap_or(SqlState::INTERNAL_ERROR);
    assert_ne!(code, SqlState::SYNTAX_ERROR, "{error}: {sql}");
    code
}
