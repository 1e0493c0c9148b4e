//! The locks that are foretold are those that a server takes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod concurrently;
mod corpus;
mod foretold;
mod observed;
mod reference;

use migrations_rules::STEADY;
use migrations_tests::{client, value};
use postgres::Client;

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
    let cases = corpus::cases();
    let known: Vec<&Case> = cases.iter().filter(|case| case.is_known_to(version / 10_000)).collect();
    let wrong: Vec<String> = known.iter().flat_map(|case| wrong(&mut client, case)).collect();
    println!("{} statements on PostgreSQL {}, {} differ", known.len(), version / 10_000, wrong.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(known.len() >= 200, "{}", known.len());
}

/// Where prediction and server differ, without the exceptions that the corpus gives.
fn wrong(client: &mut Client, case: &Case) -> Vec<String> {
    let mut transaction = client.transaction().unwrap();
    let foretold = Foretold::of(&mut transaction, &case.statement);
    let observed = Observed::while_running(&mut transaction, &case.statement);
    transaction.rollback().unwrap();
    let mut differences = match observed {
        Ok(observed) => foretold.differences(&observed),
        Err(error) => vec![format!("refused: {error}")],
    };
    let mut wrong = Vec::new();
    for exception in &case.exceptions {
        match differences.iter().position(|difference| difference == &exception.difference) {
            Some(place) => drop(differences.remove(place)),
            None => wrong.push(format!("{}\n    needless: {}", case.statement, exception.difference)),
        }
    }
    wrong.extend(differences.iter().map(|difference| format!("{}\n    {difference}", case.statement)));
    wrong
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
