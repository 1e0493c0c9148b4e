//! The process that is killed: this program, once more.

use std::process::{Command, Stdio};

use migrations_core::{MigrationSet, Migrator};
use postgres::{Client, NoTls};

use crate::small::{stepwise, together};

/// Set for the process: the set, the place of the last migration, and the database.
const SET: &str = "FAULTS_CHILD_SET";
const LAST: &str = "FAULTS_CHILD_LAST";
const DATABASE: &str = "FAULTS_CHILD_DATABASE";

/// How to start a process that migrates with one of the sets.
pub(crate) fn of<M: MigrationSet>(set: &'static str) -> impl Fn(&str, M) -> Command {
    move |database, last| {
        let place = M::all().position(|one| one == last).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child::child_process", "--nocapture"]);
        command.env(SET, set).env(LAST, place.to_string()).env(DATABASE, database);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// The same, after a while.
pub(crate) fn slowly(command: &Command) -> Command {
    let mut slow = Command::new("sh");
    slow.args(["-c", "sleep 0.2; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    slow.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    slow.stdout(Stdio::null()).stderr(Stdio::null());
    slow
}

/// What the process does.
#[test]
fn child_process() {
    match std::env::var(SET).as_deref() {
        Ok("stepwise") => migrate::<stepwise::Migration>(),
        Ok("together") => migrate::<together::Migration>(),
        Ok("reference") => migrate::<migrations::Migration>(),
        _ => {}
    }
}

fn migrate<M: MigrationSet>() {
    let place: usize = std::env::var(LAST).unwrap().parse().unwrap();
    let mut client = Client::connect(&std::env::var(DATABASE).unwrap(), NoTls).unwrap();
    Migrator::new().up_to(M::at(place)).run(&mut client).unwrap();
}
