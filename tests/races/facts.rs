//! What must be so after a race.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use migrations_tests::{advisory_locks, value};
use postgres::Client;

use crate::race::Disturbance;
use crate::sets::Set;
use crate::starters::Ended;

/// What is wrong with the ends of the processes, and with what they say they have applied.
pub(crate) fn about_processes(set: Set, ended: &[Ended], disturbance: Option<Disturbance>) -> Vec<String> {
    let mut wrong = wrong_ends(ended, disturbance);
    let mut times: BTreeMap<&str, usize> = set.migrations.iter().map(|name| (*name, 0)).collect();
    for name in ended.iter().flat_map(Ended::applied) {
        *times.entry(name).or_default() += 1;
    }
    let unsaid: Vec<&str> = set.migrations.iter().copied().filter(|name| times[name] == 0).collect();
    // A process that is killed between a commit and the answer to its message cannot say what it has applied.
    let may_be_unsaid = unsaid.len() <= 1 || unsaid.iter().all(|name| set.together().contains(name));
    let is_excused = disturbance == Some(Disturbance::Killed) && may_be_unsaid;
    let is_missing = !unsaid.is_empty() && !is_excused;
    if is_missing || times.values().any(|times| *times > 1) {
        wrong.push(format!("how often each was applied, as the processes say: {times:?}"));
    }
    wrong
}

/// All end well; one need not, if one was killed.
fn wrong_ends(ended: &[Ended], disturbance: Option<Disturbance>) -> Vec<String> {
    let mut wrong: Vec<_> = ended.iter().enumerate().filter(|(_, ended)| !ended_well(ended)).collect();
    if let Some(excused) = wrong.iter().position(|(_, ended)| is_excused(ended, disturbance)) {
        wrong.remove(excused);
    }
    let describe = |(number, ended): (usize, &Ended)| {
        let error = ended.error().map_or("it says nothing", |(_, report)| report);
        format!("process {number} ended with {}: {error}", ended.status)
    };
    wrong.into_iter().map(describe).collect()
}

/// It succeeded, and its report agrees with what it said on the way.
fn ended_well(ended: &Ended) -> bool {
    ended.status.success() && ended.finished().is_some_and(|(_, applied)| ended.applied().eq(applied))
}

fn is_excused(ended: &Ended, disturbance: Option<Disturbance>) -> bool {
    match disturbance {
        Some(Disturbance::Killed) => ended.status.signal().is_some(),
        Some(Disturbance::Terminated) | None => false,
    }
}

/// What is wrong with the database.
pub(crate) fn about_database(set: Set, client: &mut Client) -> Vec<String> {
    let names = set.migrations.join(" ");
    let facts = [
        ("the data were changed once", set.once, "t"),
        ("history", "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.history", &names),
        (
            "journal",
            "SELECT string_agg(name, ' ' ORDER BY ordinal) FROM migrations.journal WHERE event = 'applied'",
            &names,
        ),
        ("other events", "SELECT count(*) FROM migrations.journal WHERE event <> 'applied'", "0"),
        ("steps", "SELECT count(*) FROM migrations.steps", "0"),
        ("checkpoints", "SELECT count(*) FROM migrations.checkpoints", "0"),
        ("invalid indexes", "SELECT count(*) FROM pg_index WHERE NOT indisvalid", "0"),
    ];
    let mut wrong = Vec::new();
    for (what, query, expected) in facts {
        // What was never applied has no tables.
        let found = client.simple_query(query).map(|_| value(client, query));
        match found {
            Ok(found) if found == expected => {}
            Ok(found) => wrong.push(format!("{what}: {found}, not {expected}")),
            Err(error) => wrong.push(format!("{what}: {error:?}")),
        }
    }
    wrong.extend(locks_left(client));
    wrong
}

/// The backend of a process that has ended lives a moment longer.
fn locks_left(client: &mut Client) -> Option<String> {
    let deadline = Instant::now() + Duration::from_secs(5);
    while advisory_locks(client) != "0" {
        if Instant::now() > deadline {
            return Some(format!("advisory locks: {}", advisory_locks(client)));
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}
