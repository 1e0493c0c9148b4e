//! The ways from other tools: files and histories as those tools make them, and the commands of docs/adoption.md.
//!
//! The rows of refinery 0.10, sqlx 0.9 and diesel 2.3 were read from databases on which those had run these files.

use migrations_tests::{database, value};
use postgres::NoTls;

use crate::file;
use crate::page;
use crate::place::Place;

const USERS: &str = "CREATE TABLE users (\n    id bigint PRIMARY KEY,\n    email text NOT NULL\n);\n";
const ORDERS: &str =
    "CREATE TABLE orders (\n    id bigint PRIMARY KEY,\n    user_id bigint NOT NULL REFERENCES users\n);\n";
const DOWN: [&str; 2] = ["DROP TABLE users;\n", "DROP TABLE orders;\n"];

/// Follows the section of a tool, in a folder with its files and a database with its history.
fn follow(tool: &str, files: &[(&str, &str)], history: &str) {
    let page = file("docs/adoption.md");
    let (_, section) = page.split_once(&format!("\n### {tool}\n")).unwrap();
    let (_, commands) = section.split_once("```sh\n").unwrap();
    let (commands, _) = commands.split_once("```").unwrap();
    let (_, levels) = page.split_once("```toml\n").unwrap();
    let (levels, _) = levels.split_once("```").unwrap();

    let config = database();
    let mut client = config.connect(NoTls).unwrap();
    client.batch_execute(&format!("{USERS}{ORDERS}{history}")).unwrap();
    let mut place = Place::new(tool);
    files.iter().for_each(|(path, text)| place.write(path, text));
    place.write("migrations/migrations.toml", &page::without_indentation(levels));
    place.run(&format!("export DATABASE_URL=postgres:///{}", config.get_dbname().unwrap())).is_done();

    let adopt = format!("cargo migrations adopt {}", tool.to_lowercase());
    assert!(commands.contains(&adopt), "{commands}");
    // Nobody is there to be asked.
    let said = place.run(&commands.replace(&adopt, &format!("{adopt} --yes")));
    said.contains("2 migrations entered as applied");
    said.is_done();
    place.run("cargo migrations status --check").is_done();
    place.run("cargo migrations run").contains("nothing to do: all 2 migrations are applied");
    let names = "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history";
    assert_eq!(value(&mut client, names), "create_users create_orders", "{tool}");
}

#[test]
fn from_refinery() {
    follow(
        "refinery",
        &[("migrations/V1__create_users.sql", USERS), ("migrations/V2__create_orders.sql", ORDERS)],
        "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), \
         checksum varchar(255)); \
         INSERT INTO refinery_schema_history VALUES \
         (1, 'create_users', '2026-11-23T05:31:52.472862143Z', '13796975449629986785'), \
         (2, 'create_orders', '2026-11-23T05:31:52.472891126Z', '10086337601525503572')",
    );
}

#[test]
fn from_sqlx() {
    follow(
        "sqlx",
        &[
            ("migrations/20240131120000_create_users.up.sql", USERS),
            ("migrations/20240131120000_create_users.down.sql", DOWN[0]),
            ("migrations/20240201080000_create_orders.up.sql", ORDERS),
            ("migrations/20240201080000_create_orders.down.sql", DOWN[1]),
        ],
        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, \
         installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, \
         execution_time bigint NOT NULL); \
         INSERT INTO _sqlx_migrations VALUES (20240131120000, 'create users', now(), true, '', 1), \
         (20240201080000, 'create orders', now(), true, '', 1)",
    );
}

#[test]
fn from_diesel() {
    follow(
        "diesel",
        &[
            ("migrations/2024-01-31-120000_create_users/up.sql", USERS),
            ("migrations/2024-01-31-120000_create_users/down.sql", DOWN[0]),
            ("migrations/2024-02-01-080000_create_orders/up.sql", ORDERS),
            ("migrations/2024-02-01-080000_create_orders/down.sql", DOWN[1]),
        ],
        "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now()); \
         INSERT INTO __diesel_schema_migrations VALUES ('20240131120000'), ('20240201080000')",
    );
}

#[test]
fn from_flyway() {
    follow(
        "Flyway",
        &[("sql/V1__Create_users.sql", USERS), ("sql/V2__Create_orders.sql", ORDERS)],
        "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \
         description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, \
         installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, \
         success boolean NOT NULL); \
         INSERT INTO flyway_schema_history VALUES \
         (1, '1', 'Create users', 'SQL', 'V1__Create_users.sql', 1, 'ada', now(), 1, true), \
         (2, '2', 'Create orders', 'SQL', 'V2__Create_orders.sql', 1, 'ada', now(), 1, true)",
    );
}
