//! Every body twice.

use std::fmt;

use postgres::{Client, NoTls};

use super::RoundTripError;
use crate::migrator::Migrator;
use crate::scratch::Scratch;
use crate::set::{Facts, MigrationSet};

/// A migration whose body cannot run a second time.
///
/// ```no_run
/// # migrations_core::embed_migrations!("examples/migrations");
/// for found in migrations_core::testing::not_idempotent::<Migration>()? {
///     eprintln!("{found}"); // … cannot run twice: relation "users" already exists
/// }
/// # Ok::<(), migrations_core::testing::RoundTripError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotIdempotent {
    /// The path of the file, relative to the crate.
    pub path: &'static str,
    /// What the server said to the second run.
    pub message: String,
}

impl fmt::Display for NotIdempotent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot run twice: {}", self.path, self.message)
    }
}

/// Runs the body of each SQL migration a second time, right after the first, on a throw-away server; answers those that fail
/// and do not say so with `-- @allow not-idempotent`. The second run is rolled back, unless it is of statements that refuse a
/// transaction.
///
/// ```no_run
/// migrations_core::embed_migrations!("examples/migrations");
///
/// #[test]
/// fn every_body_can_run_twice() {
///     assert_eq!(migrations_core::testing::not_idempotent::<Migration>().unwrap(), []);
/// }
/// ```
///
/// # Errors
/// There is no throw-away server, or a migration fails the first time.
pub fn not_idempotent<M: MigrationSet>() -> Result<Vec<NotIdempotent>, RoundTripError> {
    let server = Scratch::start()?;
    let mut client = server.database()?.connect(NoTls)?;
    let mut found = Vec::new();
    for migration in M::all() {
        Migrator::new().up_to(migration).run(&mut client)?;
        let facts = migration.facts();
        let claims = facts.kind() == "sql" && !facts.text.contains("@allow not-idempotent");
        if let Some(message) = again(&mut client, facts).filter(|_| claims) {
            found.push(NotIdempotent { path: facts.path, message });
        }
    }
    Ok(found)
}

/// What the server says to a second run of the body.
fn again(client: &mut Client, facts: &Facts) -> Option<String> {
    if !facts.transactional {
        let statements = facts.body.iter().map(|range| &facts.text[range.clone()]);
        return statements
            .filter_map(|statement| client.batch_execute(statement).err())
            .map(|e| said(&e))
            .next();
    }
    let outcome = client.batch_execute(&format!("BEGIN;\n{}", facts.sql()));
    let _ = client.batch_execute("ROLLBACK");
    outcome.err().map(|error| said(&error))
}

fn said(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
