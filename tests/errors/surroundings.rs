//! What is around the migrations: connections, programs, builds.

use std::time::Duration;

use migrations_core::{Error, Migrator, fuzzing};
use migrations_tests::{client, database};
use postgres::{Client, Config, NoTls};

use super::Case;
use super::sets::shop;

pub(super) const CASES: &[Case] = &[
    ("no_socket", no_socket),
    ("no_database", no_database),
    ("mistyped", mistyped),
    ("called_from_async_code", async_context),
    ("file_changed", fuzzing::torn_embedding),
    ("handler_taken", fuzzing::signal),
];

fn connect_with(config: &Config) -> Error {
    let migrator = Migrator::<shop::Migration>::new().wait_for_lock(Duration::ZERO);
    migrator.run_with(|| config.connect(NoTls)).unwrap_err()
}

fn no_socket() -> Error {
    connect_with(Config::new().host_path("/nonexistent").user("ada").password("s3cret"))
}

fn no_database() -> Error {
    connect_with(database().dbname("nothing"))
}

fn mistyped() -> Error {
    let url = "host=localhost user=ada password=very s3cret";
    Migrator::<shop::Migration>::new().run_with(|| Client::connect(url, NoTls)).unwrap_err()
}

fn async_context() -> Error {
    let mut client = client();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { shop::Migration::run_all(&mut client).unwrap_err() })
}
