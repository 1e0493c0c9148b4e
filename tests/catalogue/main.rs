//! A catalogue shows every kind of object and each of its attributes, and nothing that does not count.

#![allow(clippy::unwrap_used)]

mod attached;
mod display;
mod equality;
mod globals;
mod routines;
mod tables;
mod types;

use migrations_core::testing::Catalogue;
use migrations_tests::client;
use postgres::Client;

/// A database whose catalogue is compared with itself before a statement.
struct Database {
    client: Client,
}

impl Database {
    fn with(setup: &str) -> Database {
        let mut database = Database { client: client() };
        database.run(setup);
        database
    }

    fn run(&mut self, statements: &str) {
        self.client.batch_execute(statements).map_err(|error| format!("{statements}: {error:?}")).unwrap();
    }

    fn catalogue(&mut self) -> Catalogue {
        Catalogue::read(&mut self.client, &[]).unwrap()
    }

    /// What the statements change, as the difference shows it.
    fn change(&mut self, statements: &str) -> String {
        let before = self.catalogue();
        self.run(statements);
        before.difference(&self.catalogue()).to_string()
    }

    /// Changes something and takes it back: the difference is the expected one, and then none.
    #[track_caller]
    fn there_and_back(&mut self, there: &str, back: &str, expected: &str) {
        let before = self.catalogue();
        self.run(there);
        let shown = before.difference(&self.catalogue()).to_string();
        assert_eq!(shown.trim_end(), expected.trim_end(), "{there}");
        self.run(back);
        let rest = before.difference(&self.catalogue());
        assert!(rest.is_empty(), "{back}\n{rest}");
    }

    /// Changes one attribute of one object, which the difference names alone, and takes it back.
    #[track_caller]
    fn attribute(&mut self, object: &str, attribute: &str, there: &str, back: &str) {
        self.there_and_back(there, back, &format!("{object}\n    {attribute}\n"));
    }

    /// Sets and removes a comment.
    #[track_caller]
    fn comment(&mut self, object: &str, on: &str) {
        self.attribute(
            object,
            "comment: (none) → said",
            &format!("COMMENT ON {on} IS 'said'"),
            &format!("COMMENT ON {on} IS NULL"),
        );
    }

    /// Gives the object to another owner and back.
    #[track_caller]
    fn owner(&mut self, object: &str, of: &str) {
        self.attribute(
            object,
            "owner: postgres → pg_monitor",
            &format!("ALTER {of} OWNER TO pg_monitor"),
            &format!("ALTER {of} OWNER TO postgres"),
        );
    }

    fn version(&mut self) -> u32 {
        migrations_tests::value(&mut self.client, "SHOW server_version_num").parse::<u32>().unwrap() / 10_000
    }
}
