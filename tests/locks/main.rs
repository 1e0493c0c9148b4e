//! The locks that are foretold are those that a server takes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod concurrently;
mod corpus;
mod foretold;
mod hostile;
mod observed;
mod reference;

use migrations_rules::{LockMode, STEADY};
use migrations_tests::{client, database, value};
use postgres::{Client, NoTls};

use corpus::Case;
use foretold::Foretold;
use observed::Observed;

/// What lies in the database before each statement of the corpus.
const SCHEMA: &str = include_str!("schema.sql");

#[test]
fn each_statement_takes_the_locks_that_were_foretold() {
    let mut client = client();
    client.batch_execute(SCHEMA).unwrap();
    let version: u32 = value(&mut client, "SHOW server_version_num").parse().unwrap();
    let major = version / 10_000;
    let mut cases = corpus::cases();
    cases.retain(|case| case.is_known_to(major));
    let wrong: Vec<String> = cases.iter().flat_map(|case| wrong(&mut client, case, major)).collect();
    println!("{} lines on PostgreSQL {major}, {} differ", cases.len(), wrong.len());
    assert_eq!(wrong, [""; 0]);
    assert!(cases.len() >= 250, "{}", cases.len());
}

/// Where prediction and server differ, without the exceptions that the corpus gives.
fn wrong(client: &mut Client, case: &Case, major: u32) -> Vec<String> {
    let mut transaction = client.transaction().unwrap();
    let foretold = Foretold::of(&mut transaction, &case.statement);
    let observed = Observed::while_running(&mut transaction, &case.statement);
    transaction.rollback().unwrap();
    let found = match observed {
        Ok(observed) => foretold.differences(&observed),
        Err(error) => vec![format!("is refused: {error:?}")],
    };
    let known: Vec<&str> = case.exceptions(major).collect();
    let unknown = found.iter().filter(|difference| !known.contains(&difference.as_str()));
    let needless =
        case.certain_exceptions(major).filter(|known| !found.iter().any(|difference| difference == known));
    let unknown = unknown.map(|difference| format!("{}: {difference}", case.statement));
    unknown.chain(needless.map(|known| format!("{}: needless: {known}", case.statement))).collect()
}

#[test]
fn the_functions_that_are_taken_for_steady_are_not_volatile() {
    let mut client = client();
    for name in STEADY {
        let query = format!(
            "SELECT count(*) > 0 AND bool_and(provolatile <> 'v') FROM pg_proc \
             WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = '{name}'"
        );
        assert_eq!(value(&mut client, &query), "t", "{name}");
    }
}

#[test]
fn modes_conflict_as_they_do_on_the_server() {
    let database = database();
    let (mut one, mut other) = (database.connect(NoTls).unwrap(), database.connect(NoTls).unwrap());
    one.batch_execute("CREATE TABLE t ()").unwrap();
    for held in LockMode::ALL {
        one.batch_execute(&format!("BEGIN; LOCK t IN {held} MODE")).unwrap();
        for asked in LockMode::ALL {
            let refused = other.batch_execute(&format!("BEGIN; LOCK t IN {asked} MODE NOWAIT")).is_err();
            other.batch_execute("ROLLBACK").unwrap();
            assert_eq!(held.conflicts_with(asked), refused, "{held}, {asked}");
        }
        one.batch_execute("ROLLBACK").unwrap();
    }
}
