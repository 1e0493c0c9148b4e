//! What the ledger and the database must be, and what each call must answer: the engine, without a server.

mod apply;
mod undo;

use std::collections::{BTreeMap, BTreeSet};

use crate::database::State;
use crate::folder::{Build, CATEGORIES, File, Kind};

pub(crate) use undo::Undo;

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    has_ledger: bool,
    history: Vec<Row>,
    journal: Vec<String>,
    effects: Vec<String>,
    half_done: BTreeMap<String, HalfDone>,
    /// Tables, columns, indexes.
    objects: BTreeSet<String>,
    /// The backups by the id of their migration, and whether they were put back.
    backups: Vec<(usize, bool)>,
    /// By the place that asks for it.
    switches: BTreeMap<String, Switch>,
    /// A run that was cut off could not give it back.
    pub(crate) lease_may_be_held: bool,
}

/// An applied migration.
#[derive(Debug, Clone)]
struct Row {
    /// As it was applied.
    file: File,
    checksum: String,
    name: String,
    category: usize,
    number: u64,
}

/// A `@no-transaction` migration that is not finished.
#[derive(Debug, Clone, Default)]
struct HalfDone {
    finished: usize,
    /// Whether the next one was running when the connection was lost.
    has_begun: bool,
    revision: u32,
}

/// Makes the migrations that come by fail, so many times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch {
    pub(crate) action: Action,
    pub(crate) times: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Fail,
    /// Fails for a reason that passes.
    Flake,
    /// Ends the connection.
    Die,
}

/// What a call answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) failure: Option<Failure>,
    /// What it says that it has done.
    pub(crate) done: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Changed,
    Missing,
    Failed(String),
    Unverified(String),
    /// The same, without the statement.
    Unlocated(String),
    Lost,
    NotApplied,
    Needed,
    Irreversible,
    /// None of those that can be.
    Other(String),
}

/// A run, and how far it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) end: usize,
    pub(crate) allow_unknown: bool,
    pub(crate) reconnects: bool,
}

/// Every state that others can see while a call is at work.
pub(crate) type Trail = Vec<Model>;

impl Model {
    pub(crate) fn add(&mut self, file: &File) {
        if file.kind == Kind::Drop {
            self.objects.insert(format!("stock_m{} 2", file.id));
        }
    }

    pub(crate) fn set(&mut self, place: &str, switch: Switch) {
        self.switches.insert(place.to_owned(), switch);
    }

    pub(crate) fn reset(&mut self) {
        self.switches.clear();
    }

    pub(crate) fn has_passing_switches(&self) -> bool {
        self.switches.values().any(|switch| switch.action != Action::Fail)
    }

    /// Whether a migration of the build is applied under a name that the build does not know.
    pub(crate) fn has_renamed(&self, build: &Build) -> bool {
        let mut unknown = self.history.iter().filter(|row| place_in(build, &row.name).is_none());
        unknown.any(|row| build.files.iter().any(|(file, _)| file.id == row.file.id))
    }

    /// How much has happened.
    pub(crate) fn events(&self) -> usize {
        self.journal.len()
    }

    pub(crate) fn state(&self) -> State {
        let steps = self.half_done.iter().flat_map(|(name, half_done)| {
            let finished = (1..=half_done.finished).map(move |step| format!("{name} {step} t"));
            let begun = half_done.has_begun.then(|| format!("{name} {} f", half_done.finished + 1));
            finished.chain(begun)
        });
        let history = self
            .history
            .iter()
            .map(|row| format!("{} {} {} {}", row.name, CATEGORIES[row.category], row.number, row.checksum));
        State {
            has_ledger: self.has_ledger,
            history: history.collect(),
            journal: self.journal.clone(),
            effects: self.effects.clone(),
            steps: steps.collect(),
            objects: self.objects.clone(),
            backups: self.backups.iter().map(|(id, restored)| format!("m{id} {restored}")).collect(),
            ..State::default()
        }
    }

    /// Whether what an interrupted statement has left may lie about.
    pub(crate) fn may_have_invalid(&self, index: &str) -> bool {
        let mut begun = self.half_done.iter().filter(|(_, half_done)| half_done.has_begun);
        begun.any(|(name, _)| index_of(name) == index)
    }

    /// The pending migrations and those that are changed, of a build; and the applied ones that it does not know.
    pub(crate) fn status(&self, build: &Build) -> Status {
        let known = |row: &Row| place_in(build, &row.name);
        let row_at = |at: usize| self.history.iter().find(|row| known(row) == Some(at));
        let places = 0..build.files.len();
        Status {
            pending: places.clone().filter(|at| row_at(*at).is_none()).collect(),
            changed: places
                .filter(|at| row_at(*at).is_some_and(|row| row.checksum != build.files[*at].1))
                .collect(),
            unknown: self
                .history
                .iter()
                .filter(|row| known(row).is_none())
                .map(|row| row.name.clone())
                .collect(),
        }
    }

    /// What is to be applied, unless a run would refuse.
    pub(crate) fn pending(&self, build: &Build, run: Run) -> Result<Vec<usize>, Failure> {
        let Status { mut pending, changed, unknown } = self.status(build);
        if !changed.is_empty() {
            return Err(Failure::Changed);
        }
        if !unknown.is_empty() && !run.allow_unknown {
            return Err(Failure::Missing);
        }
        pending.retain(|at| *at < run.end);
        Ok(pending)
    }

    /// What the migration that comes by has to do.
    fn pass(&mut self, place: &str) -> Option<Action> {
        let switch = self.switches.get_mut(place)?;
        switch.times = switch.times.checked_sub(1)?;
        Some(switch.action)
    }

    fn say(&mut self, trail: &mut Trail) {
        trail.push(self.clone());
    }
}

/// Places in the execution order, and names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) pending: Vec<usize>,
    pub(crate) changed: Vec<usize>,
    pub(crate) unknown: Vec<String>,
}

/// The file that the ledger knows by this name.
fn place_in(build: &Build, name: &str) -> Option<usize> {
    let is_named = |(file, _): &(File, String)| file.name() == name;
    let was_named = |(file, _): &(File, String)| file.other_names().iter().any(|other| other == name);
    build.files.iter().position(is_named).or_else(|| build.files.iter().position(was_named))
}

fn index_of(name: &str) -> String {
    format!("ix_{}", name.split('_').next().unwrap())
}

fn object_of(file: &File) -> Option<String> {
    let id = file.id;
    match file.kind {
        Kind::Table => Some(format!("t_m{id}")),
        Kind::Column => Some(format!("c_m{id}")),
        Kind::Index => Some(format!("ix_m{id}")),
        Kind::Rows | Kind::Drop => None,
    }
}
