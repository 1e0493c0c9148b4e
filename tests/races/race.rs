//! A race: many processes start on an empty database, and everything happens once.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use migrations_tests::pgbouncer::{Mode, Pgbouncer};
use migrations_tests::random::Random;
use migrations_tests::{database, server, value};
use postgres::{Client, NoTls};

use crate::facts;
use crate::sets::Set;
use crate::starters::{Ended, Line, STARTERS, Starters, name};

/// How many rounds each race has; one, unless this says more.
const ROUNDS: &str = "RACES";
/// The seed of rounds that are to be repeated.
const SEED: &str = "RACES_SEED";
/// After so many rounds that failed, the others are left out.
const ENOUGH: usize = 5;

/// What happens to one of the processes while one of them works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disturbance {
    /// The process is killed.
    Killed,
    /// Its connections are ended by the server.
    Terminated,
}

/// A race, in so many rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Race {
    set: Set,
    pooler: Option<(Mode, u32)>,
    disturbance: Option<Disturbance>,
}

impl Race {
    pub(crate) fn of(set: Set) -> Race {
        Race { set, pooler: None, disturbance: None }
    }

    pub(crate) fn through(self, mode: Mode, pool_size: u32) -> Race {
        Race { pooler: Some((mode, pool_size)), ..self }
    }

    pub(crate) fn with_one(self, disturbance: Disturbance) -> Race {
        Race { disturbance: Some(disturbance), ..self }
    }

    /// Runs all rounds; fails when one of them has gone wrong.
    pub(crate) fn run(self) {
        let _turn = turn();
        let pooler = self.pooler.map(|(mode, pool_size)| Pgbouncer::start(mode, pool_size));
        let mut random = Random::seeded(SEED);
        let (start, rounds, mut wrong) = (Instant::now(), rounds(), Vec::new());
        let (mut done, mut cut_off) = (0, 0);
        while done < rounds && wrong.len() < ENOUGH {
            let (found, unfinished) = self.round(pooler.as_ref(), &mut random);
            done += 1;
            cut_off += unfinished;
            wrong.extend((!found.is_empty()).then(|| format!("round {done}: {}", found.join("\n"))));
        }
        let (starts, seconds) = (done * STARTERS, start.elapsed().as_secs_f64());
        println!(
            "{self}: {done} rounds, {starts} starts, {cut_off} cut off, {seconds:.1} s, {} wrong",
            wrong.len()
        );
        assert!(wrong.is_empty(), "{self}:\n{}", wrong.join("\n"));
    }

    /// Runs one round; answers what has gone wrong, and how many processes did not finish.
    fn round(self, pooler: Option<&Pgbouncer>, random: &mut Random) -> (Vec<String>, usize) {
        let database = database();
        let through = pooler.map_or_else(|| database.clone(), |pooler| pooler.config(&database));
        let mut starters = Starters::ready(&through, |_| self.set.folder);
        starters.go();
        if let Some(disturbance) = self.disturbance {
            self.disturb(disturbance, &mut starters, random);
        }
        let ended = starters.ended();
        let mut wrong = facts::about_processes(self.set, &ended, self.disturbance);
        wrong.extend(facts::about_database(self.set, &mut database.connect(NoTls).unwrap()));
        if !wrong.is_empty() {
            wrong.extend(said(&ended));
            wrong.extend(pooler.map(|pooler| format!("  the pooler says:\n{}", tail(&pooler.log()))));
        }
        drop_database(database.get_dbname().unwrap());
        (wrong, ended.iter().filter(|ended| ended.finished().is_none()).count())
    }

    /// At a random moment: as often the process that works as any of them.
    fn disturb(self, disturbance: Disturbance, starters: &mut Starters, random: &mut Random) {
        let Some(worker) = starters.first_to_work() else { return };
        thread::sleep(Duration::from_micros(random.below(self.set.milliseconds * 1_000)));
        let any = usize::try_from(random.below(STARTERS as u64)).unwrap();
        let victim = if random.below(2) == 0 { worker } else { any };
        match disturbance {
            Disturbance::Killed => starters.kill(victim),
            Disturbance::Terminated => terminate(victim),
        }
    }
}

impl fmt::Display for Race {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.set.folder)?;
        match self.pooler {
            Some((mode, pool_size)) => write!(f, ", {mode:?} pooling in {pool_size}")?,
            None => write!(f, ", direct")?,
        }
        match self.disturbance {
            Some(disturbance) => write!(f, ", one {disturbance:?}"),
            None => Ok(()),
        }
    }
}

/// One race at a time: its processes are enough for a machine, and for the connections of a server.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn rounds() -> usize {
    std::env::var(ROUNDS).map_or(1, |rounds| rounds.parse().unwrap())
}

/// Databases are dropped, because some thousand of them are too many for a disk.
pub(crate) fn drop_database(name: &str) {
    administrator().batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

fn administrator() -> Client {
    server().connect().unwrap()
}

fn terminate(victim: usize) {
    let terminate = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{}'",
        name(victim)
    );
    value(&mut administrator(), &terminate);
}

/// What the starters have said, in order of time.
fn said(ended: &[Ended]) -> Vec<String> {
    let lines = |(number, ended): (usize, &Ended)| {
        let line = |line: &Line| (line.at, format!("  {number:>2} {:.3} {:?}", line.at, line.said));
        ended.lines.iter().map(line).collect::<Vec<_>>()
    };
    let mut lines: Vec<(f64, String)> = ended.iter().enumerate().flat_map(lines).collect();
    lines.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
