//! Databases that are not to be trusted: they mislead the engine, or have it run what is not its own. The run is right, or
//! it says what is wrong.

#![allow(clippy::panic, clippy::unwrap_used)]

mod names;
mod objects;
mod rows;
mod settings;

use migrations_core::Error;
use migrations_tests::server;
use postgres::{Client, Config, NoTls};

/// The sets of the tests, one module each: the files of `sets/<name>`.
mod sets {
    pub(crate) mod helpers {
        migrations_core::embed_migrations!("sets/helpers");
    }
    pub(crate) mod qualified {
        migrations_core::embed_migrations!("sets/qualified");
    }
    pub(crate) mod shop {
        migrations_core::embed_migrations!("sets/shop");
    }
}

/// A connection that settings of the database do not reach.
fn observer(database: &Config) -> Client {
    let options = "-c search_path=pg_catalog -c default_transaction_read_only=off -c statement_timeout=0 \
                   -c idle_session_timeout=0 -c quote_all_identifiers=off";
    database.clone().options(options).connect(NoTls).unwrap()
}

fn connect(database: &Config) -> Client {
    database.connect(NoTls).unwrap()
}

/// Makes a setting the default of everybody who connects to the database from now on.
fn set(database: &Config, setting: &str, value: &str) {
    let name = database.get_dbname().unwrap();
    let statement = format!("ALTER DATABASE {name} SET {setting} = {value}");
    server().connect().unwrap().batch_execute(&statement).unwrap();
}

/// Everything that a program shows of an error.
fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n{}", error.report(false));
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}\n{error}");
        cause = error.source();
    }
    text
}
