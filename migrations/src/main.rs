//! Takes a database from nothing to the last migration of the platform, and tells what it does.

use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use migrations::Migration;
use migrations_core::postgres::{Client, Config, NoTls};
use migrations_core::scratch::Scratch;
use migrations_core::{Applied, BatchProgress, Event, Migrator};

const HELP: &str = "\
Applies the migrations of the reference application.

Usage: cargo run -p migrations

The database is the one that DATABASE_URL or the variables PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE name.
When none of them is set, a throw-away PostgreSQL is started, and is gone at the end.";

fn main() -> ExitCode {
    if env::args().nth(1).is_some() {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<migrations_core::Error>() {
                Some(error) => eprintln!("{}", error.report(false)),
                None => eprintln!("error: {}", chain(&*error)),
            }
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let given = given_database()?;
    let scratch = if given.is_none() { Some(Scratch::start()?) } else { None };
    let mut client = match (&given, &scratch) {
        (Some(config), _) => config.connect(NoTls)?,
        (None, Some(scratch)) => scratch.connect()?,
        (None, None) => return Err("no database".into()),
    };
    println!("{}\n", server(&mut client, scratch.as_ref())?);
    let mut screen = Screen::new();
    let report = Migrator::<Migration>::new()
        .stop_on_ctrl_c()?
        .on_event(|event| screen.show(event))
        .run(&mut client)?;
    println!("{}{report}", if report.is_up_to_date() { "" } else { "\n" });
    if scratch.is_some() {
        println!("The server is gone now; set DATABASE_URL to migrate a database of yours.");
    }
    Ok(())
}

/// What is shown of the migration that is running.
struct Screen {
    /// When something was shown last, or the migration began.
    last: Instant,
    /// Whether the name stands on the screen already: it does when the migration takes long.
    named: bool,
    /// How far a batched runner has come, unless that is shown already.
    progress: Option<String>,
    /// What the runner has said.
    log: Vec<String>,
}

impl Screen {
    fn new() -> Screen {
        Screen { last: Instant::now(), named: false, progress: None, log: Vec::new() }
    }

    fn show(&mut self, event: Event<Migration>) {
        match event {
            Event::Started(_) => *self = Screen::new(),
            Event::Log(_, line) => self.log.push(line),
            Event::Batch(progress) => self.batch(&progress),
            Event::Applied(applied) => self.applied(&applied),
            Event::Waiting(..) => println!("  {event}"),
            _ => {}
        }
    }

    /// At most a line a second.
    fn batch(&mut self, progress: &BatchProgress<Migration>) {
        self.progress = (progress.rows > 0).then(|| progress.to_string());
        if self.last.elapsed() < Duration::from_secs(1) {
            return;
        }
        if !self.named {
            println!("{}", heading(progress.migration));
            self.named = true;
        }
        self.lines();
        self.last = Instant::now();
    }

    fn applied(&mut self, applied: &Applied<Migration>) {
        let milliseconds = applied.duration.as_secs_f64() * 1000.0;
        if self.named {
            self.lines();
            println!("{milliseconds:>84.1} ms");
        } else {
            println!("{:<74}{:>10.1} ms", heading(applied.migration), milliseconds);
            self.lines();
        }
    }

    /// What there is to say of the migration, indented under it.
    fn lines(&mut self) {
        for line in self.progress.take().into_iter().chain(self.log.drain(..)) {
            println!("{:24}{line}", "");
        }
    }
}

fn heading(migration: Migration) -> String {
    let file = migration.path().rsplit('/').next().unwrap_or_default();
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    format!("  {:<18}  {name}", migration.category())
}

fn server(client: &mut Client, scratch: Option<&Scratch>) -> Result<String, Box<dyn std::error::Error>> {
    let row = client.query_one("SELECT current_setting('server_version'), current_database()", &[])?;
    let (version, database): (String, String) = (row.get(0), row.get(1));
    Ok(match scratch {
        Some(scratch) => format!("A throw-away PostgreSQL {version}, started from {}", scratch.source()),
        None => format!("Database {database} on PostgreSQL {version}"),
    })
}

/// The database that the environment names, if it names one.
fn given_database() -> Result<Option<Config>, Box<dyn std::error::Error>> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(url) = variable("DATABASE_URL") {
        // The parser's message does not repeat the URL, which may hold a password.
        return Ok(Some(url.parse().map_err(|error| format!("DATABASE_URL is not understood: {error}"))?));
    }
    let names = ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"];
    if names.iter().all(|name| variable(name).is_none()) {
        return Ok(None);
    }
    let mut config = Config::new();
    config.host(variable("PGHOST").as_deref().unwrap_or("localhost"));
    config.user(variable("PGUSER").or_else(|| variable("USER")).as_deref().unwrap_or("postgres"));
    if let Some(port) = variable("PGPORT") {
        config.port(port.parse().map_err(|_| format!("PGPORT is `{port}`, which is not a port number"))?);
    }
    if let Some(password) = variable("PGPASSWORD") {
        config.password(password);
    }
    if let Some(database) = variable("PGDATABASE") {
        config.dbname(&database);
    }
    Ok(Some(config))
}
