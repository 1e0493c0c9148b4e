//! The tools, each with an application that connects and runs its migrations.

use std::path::Path;

pub(crate) struct Tool {
    pub(crate) name: &'static str,
    /// The lines of the manifest; `REPOSITORY` stands for the address of ours.
    dependencies: &'static str,
    pub(crate) main: &'static str,
    /// The path of a migration, in which `N` and `00N` stand for its number.
    file: &'static str,
    /// The text of the migration that undoes it, where it is a file of its own.
    pub(crate) down: Option<&'static str>,
}

pub(crate) const ALL: [&Tool; 4] = [&OURS, &REFINERY, &SQLX, &DIESEL];

static OURS: Tool = Tool {
    name: "migrations-core",
    dependencies: "migrations-core = { git = REPOSITORY }\npostgres = \"0.19\"\n",
    main: r#"migrations_core::embed_migrations!();

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    println!("{}", Migration::run_all(&mut client).unwrap());
}
"#,
    file: "migrations/sql/schema/00N_create_table_N.sql",
    down: None,
};

static REFINERY: Tool = Tool {
    name: "refinery",
    dependencies: "refinery = { version = \"0.10\", features = [\"postgres\"] }\npostgres = \"0.19\"\n",
    main: r#"refinery::embed_migrations!("migrations");

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    println!("{:?}", migrations::runner().run(&mut client).unwrap());
}
"#,
    file: "migrations/VN__create_table_N.sql",
    down: None,
};

static SQLX: Tool = Tool {
    name: "sqlx",
    dependencies: "sqlx = { version = \"0.9\", default-features = false, features = [\"postgres\", \"migrate\", \"macros\", \
                   \"runtime-tokio\"] }\ntokio = { version = \"1\", features = [\"rt\"] }\n",
    main: r#"static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        MIGRATOR.run(&pool).await.unwrap();
    });
}
"#,
    file: "migrations/00N_create_table_N.sql",
    down: None,
};

static DIESEL: Tool = Tool {
    name: "diesel",
    dependencies: "diesel = { version = \"2.3\", features = [\"postgres\"] }\ndiesel_migrations = \"2.3\"\n",
    main: r#"use diesel::Connection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

const MIGRATIONS: EmbeddedMigrations = diesel_migrations::embed_migrations!();

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let mut client = diesel::PgConnection::establish(&url).unwrap();
    client.run_pending_migrations(MIGRATIONS).unwrap();
}
"#,
    file: "migrations/00N_create_table_N/up.sql",
    down: Some("DROP TABLE IF EXISTS table_N;\n"),
};

/// What all of them but diesel and sqlx bring along: the client.
pub(crate) static POSTGRES: Tool = Tool {
    name: "postgres",
    dependencies: "postgres = \"0.19\"\n",
    main: r#"fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    println!("{:?}", client.batch_execute("SELECT 1").unwrap());
}
"#,
    file: "migrations/N.sql",
    down: None,
};

impl Tool {
    /// The manifest of an application, which has ours from that repository.
    pub(crate) fn manifest(&self, release: &Path) -> String {
        // Not a path: cargo compiles what lies in a folder as if it were going to be edited, in hundreds of parts, and a
        // dependency of a user as it does the peers.
        let address = format!("\"file://{}\"", release.display());
        format!(
            "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\
             [profile.release]\nstrip = true\n\n[workspace]\n",
            self.dependencies.replace("REPOSITORY", &address)
        )
    }

    pub(crate) fn path(&self, number: usize) -> String {
        self.file.replace("00N", &format!("{number:05}")).replace('N', &number.to_string())
    }
}
