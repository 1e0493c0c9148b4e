//! A password is nowhere but on its way to the server: no error, event, log, plan, table or process shows it.

#![allow(clippy::unwrap_used)]

mod listener;

use std::error::Error as StdError;
use std::fmt::Debug;
use std::fs;

use migrations_core::scratch::Scratch;
use migrations_core::{Error, Migrator};
use migrations_tests::value;
use postgres::{Client, Config, NoTls};

use listener::listening;

mod backups {
    migrations_core::embed_migrations!("sets/backups");
}
mod runners {
    migrations_core::embed_migrations!("sets/runners");
}
mod failing {
    migrations_core::embed_migrations!("sets/failing");
}

const PASSWORD: &str = "s3cret-ÄÖ? @/:%'\\x";
/// A part that survives every way of quoting the password.
const MARK: &str = "s3cret-";

/// A server that asks the role `keyholder` for its password.
struct Guarded {
    server: Scratch,
}

impl Guarded {
    fn start() -> Guarded {
        let server = Scratch::start().unwrap();
        let mut superuser = server.connect().unwrap();
        let password = PASSWORD.replace('\'', "''");
        superuser
            .batch_execute(&format!(
                "SET password_encryption = 'scram-sha-256'; \
                 CREATE ROLE keyholder LOGIN PASSWORD '{password}'; GRANT CREATE ON DATABASE postgres TO keyholder; \
                 COPY (VALUES ('local all keyholder scram-sha-256'), ('local all all trust')) TO '{}'; \
                 SELECT pg_reload_conf()",
                server.socket_directory().join("data/pg_hba.conf").display()
            ))
            .unwrap();
        let guarded = Guarded { server };
        // The server reads its rules a moment later.
        let mut tries = 0..500;
        while tries.next().is_some() && guarded.config("wrong").connect(NoTls).is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        guarded
    }

    fn config(&self, password: &str) -> Config {
        let mut config = self.server.config();
        config.user("keyholder").password(password);
        config
    }

    fn connect(&self) -> Client {
        self.config(PASSWORD).connect(NoTls).unwrap()
    }
}

/// Texts in which the password is looked for.
#[derive(Default)]
struct Texts(Vec<String>);

impl Texts {
    fn add(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }

    fn add_debug(&mut self, value: &impl Debug) {
        self.add(format!("{value:?}\n{value:#?}"));
    }

    fn add_error(&mut self, error: &Error) {
        self.add(format!("{error}\n{error:?}\n{error:#?}\n{}\n{}", error.report(false), error.report(true)));
        self.add(format!("{:?} {:?} {:?}", error.server_message(), error.detail(), error.hint()));
        let mut cause = StdError::source(error);
        while let Some(error) = cause {
            self.add(format!("{error}\n{error:?}"));
            cause = error.source();
        }
    }

    #[track_caller]
    fn assert_clean(&self) {
        let lines = self.0.iter().flat_map(|text| text.lines());
        let shown: Vec<&str> = lines.filter(|line| line.contains(MARK)).collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
    }
}

/// The command lines of all processes.
fn command_lines() -> String {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ") + "\n").collect()
}

/// What the server shows others about its sessions, and every row of the ledger.
fn tables(superuser: &mut Client) -> String {
    let rows = superuser
        .query(
            "SELECT format('SELECT string_agg(t::text, chr(10)) FROM %s AS t', oid::regclass) FROM pg_class \
             WHERE relnamespace = 'migrations'::regnamespace AND relkind = 'r'",
            &[],
        )
        .unwrap();
    let queries: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(queries.len() > 3);
    let ledger: Vec<String> = queries.iter().map(|query| value(superuser, query)).collect();
    ledger.join("\n") + &value(superuser, "SELECT string_agg(a::text, chr(10)) FROM pg_stat_activity AS a")
}

#[test]
fn what_works_does_not_show_it() {
    let guarded = Guarded::start();
    let (mut texts, mut superuser) = (Texts::default(), guarded.server.connect().unwrap());
    let events = listening(|| {
        let mut client = guarded.connect();
        texts.add_debug(&backups::Migration::plan(&mut client).unwrap());
        let migrator = Migrator::<backups::Migration>::new().on_event(|event| {
            texts.add(format!("{event}\n{event:?}\n{}", command_lines()));
        });
        let debugged = format!("{migrator:?}");
        let report = migrator.run(&mut client).unwrap();
        texts.add(format!("{debugged}\n{report}\n{report:?}"));
        texts.add_debug(&backups::Migration::status(&mut client).unwrap());
        texts.add_debug(&Migrator::<backups::Migration>::new().backups(&mut client).unwrap());
        texts.add(tables(&mut superuser));
        texts.add_debug(&Migrator::<backups::Migration>::new().rollback_all(&mut client).unwrap());
        texts.add_debug(&runners::Migration::run_all(&mut client).unwrap());
        texts.add(tables(&mut superuser));
    });
    for source in ["migrations_core::engine", "tokio_postgres::"] {
        assert!(events.iter().any(|event| event.starts_with(source)), "nothing was heard of {source}");
    }
    texts.add(events.join("\n"));
    texts.add_debug(&guarded.server);
    texts.add_debug(&guarded.config(PASSWORD));
    texts.assert_clean();
}

#[test]
fn what_fails_does_not_show_it() {
    let guarded = Guarded::start();
    let mut texts = Texts::default();
    let events = listening(|| {
        let mut client = guarded.connect();
        texts.add_error(&failing::Migration::run_all(&mut client).unwrap_err());
        client.batch_execute("BEGIN").unwrap();
        texts.add_error(&failing::Migration::run_all(&mut client).unwrap_err());
        let pid = value(&mut client, "SELECT pg_backend_pid()");
        let mut superuser = guarded.server.connect().unwrap();
        value(&mut superuser, &format!("SELECT pg_terminate_backend({pid}, 5000)"));
        texts.add_error(&failing::Migration::run_all(&mut client).unwrap_err());
    });
    texts.add(events.join("\n"));
    texts.add(fs::read_to_string(guarded.server.socket_directory().join("log")).unwrap());
    texts.assert_clean();
}

#[test]
fn connections_that_fail_do_not_show_it() {
    let guarded = Guarded::start();
    let mut texts = Texts::default();
    let mut nobody = guarded.config(PASSWORD);
    nobody.user("nobody_of_this_name").dbname("nothing");
    let mut nowhere = Config::new();
    nowhere.host_path("/nonexistent").user("keyholder").password(PASSWORD);
    for config in [guarded.config(&format!("{MARK}wrong")), nobody, nowhere] {
        let error = config.connect(NoTls).map(drop).unwrap_err();
        texts.add(format!("{error}\n{error:?}\n{:?}", error.source()));
    }
    texts.add(command_lines());
    texts.add(fs::read_to_string(guarded.server.socket_directory().join("log")).unwrap());
    texts.assert_clean();
}

#[test]
fn connection_strings_that_are_mistyped_do_not_show_it() {
    let mistyped = [
        format!("host=localhost user=keyholder password=very {MARK}password"),
        format!("host=localhost user=keyholder password=very {MARK}password=more"),
        format!("postgres://keyholder@localhost/postgres?{MARK}password=more"),
        format!("postgres://{MARK}%ff@localhost/postgres"),
    ];
    let mut texts = Texts::default();
    for url in mistyped {
        let mut said = Texts::default();
        let migrator = Migrator::<backups::Migration>::new().on_event(|event| said.add(format!("{event}")));
        let error = migrator.run_with(|| Client::connect(&url, NoTls)).unwrap_err();
        assert!(error.to_string().starts_with("the connection string is invalid"), "{error}");
        texts.add_error(&error);
        texts.add(said.0.join("\n"));
    }
    texts.assert_clean();
}
