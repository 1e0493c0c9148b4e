//! refinery, on the `postgres` crate, a transaction for each migration: its default.

use postgres::{Config, NoTls};
use refinery::{Migration, Runner};

use crate::Result;
use crate::set::{Set, name};

/// File names and texts. Their checksums are made at each start, as they are by the code that its macro generates.
pub(crate) struct Embedded(Vec<(String, String)>);

impl Embedded {
    pub(crate) fn new(set: &Set) -> Embedded {
        let file = |(at, sql): (usize, &String)| (format!("V{}__{}", at + 1, name(at + 1)), sql.clone());
        Embedded(set.bodies.iter().enumerate().map(file).collect())
    }

    #[expect(clippy::disallowed_methods)]
    pub(crate) fn start(&self, database: &Config) -> Result<()> {
        let mut client = database.connect(NoTls)?;
        let migrations: std::result::Result<Vec<_>, _> =
            self.0.iter().map(|(file, sql)| Migration::unapplied(file, sql)).collect();
        Runner::new(&migrations?).run(&mut client)?;
        Ok(())
    }
}
