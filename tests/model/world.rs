//! A folder, a database, and the model that must agree with it after each step.

use std::thread;

use postgres::{Client, NoTls};

use crate::call::{self, Call, Interruption, MOST};
use crate::database::Database;
use crate::folder::{Build, Disk, File};
use crate::model::{Action, Failure, Model, Outcome, Run, Switch, Undo};
use crate::step::{Step, What, Where};

pub(crate) struct World<'d> {
    disk: Disk,
    files: Vec<File>,
    build: Build,
    /// Earlier contents of the folder.
    versions: Vec<Vec<File>>,
    next_id: usize,
    database: &'d mut Database,
    client: Option<Client>,
    model: Model,
    /// The steps so far, for people.
    pub(crate) log: Vec<String>,
}

impl World<'_> {
    pub(crate) fn new(database: &mut Database) -> World<'_> {
        let disk = Disk::new();
        database.empty();
        World {
            build: disk.build(&[]),
            disk,
            files: Vec::new(),
            versions: Vec::new(),
            next_id: 1,
            client: None,
            database,
            model: Model::default(),
            log: Vec::new(),
        }
    }

    /// Takes the step; fails when engine and model differ.
    pub(crate) fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Add { kind, number, category, needs, is_irreversible, is_movable } => {
                let needs = needs.iter().filter_map(|need| self.at(need * 2)).map(|at| self.files[at].id);
                let mut file = File {
                    id: self.next_id,
                    number: u64::from(*number),
                    category: usize::from(*category),
                    names: 0,
                    revision: 0,
                    kind: *kind,
                    needs: needs.collect(),
                    is_irreversible: *is_irreversible,
                    is_movable: *is_movable,
                };
                self.add(&mut file);
            }
            Step::Edit(file) => self.edit(*file, |file| file.revision += 1),
            Step::Rename(file) => self.edit(*file, |file| file.names = (file.names + 1) % 4),
            Step::Move { file, number, category } => {
                let number = self.free_number(u64::from(*number), usize::from(*category));
                self.edit(*file, |file| (file.number, file.category) = (number, usize::from(*category)));
            }
            Step::Remove(file) => self.remove(*file),
            Step::Deploy(version) => self.deploy(*version),
            Step::Switch { file, place, action } => self.switch(*file, *place, *action),
            Step::Reset => self.reset(),
            Step::Look { end, allow_unknown } => return self.look(*end, *allow_unknown),
            Step::Run { end, allow_unknown, reconnects } => {
                let run = self.run_to(*end, *allow_unknown, *reconnects);
                return self.call(Call::Run(run));
            }
            Step::Undo { what, dependents } => {
                if let Some(undo) = self.undo_of(*what) {
                    return self.call(Call::Undo(undo, *dependents));
                }
            }
            Step::InterruptedRun { end, allow_unknown, reconnects, interruption } => {
                let run = self.run_to(*end, *allow_unknown, *reconnects);
                return self.interrupted(Call::Run(run), *interruption);
            }
            Step::InterruptedUndo { what, dependents, interruption } => {
                if let Some(undo) = self.undo_of(*what) {
                    return self.interrupted(Call::Undo(undo, *dependents), *interruption);
                }
            }
            Step::Twice { allow_unknown } => return self.twice(*allow_unknown),
        }
        Ok(())
    }

    fn at(&self, number: u8) -> Option<usize> {
        usize::from(number).checked_rem(self.files.len())
    }

    fn add(&mut self, file: &mut File) {
        if self.files.len() == MOST {
            return;
        }
        self.next_id += 1;
        file.number = self.free_number(file.number, file.category);
        self.database.add_stock_for(file);
        self.model.add(file);
        self.log.push(format!("add {file:?}"));
        let files = [&self.files[..], std::slice::from_ref(file)].concat();
        self.change(files);
    }

    fn free_number(&self, number: u64, category: usize) -> u64 {
        let is_taken =
            |number: &u64| self.files.iter().any(|file| (file.number, file.category) == (*number, category));
        (number..).find(|number| !is_taken(number)).unwrap()
    }

    fn edit(&mut self, number: u8, edit: impl FnOnce(&mut File)) {
        let Some(at) = self.at(number) else { return };
        let mut files = self.files.clone();
        edit(&mut files[at]);
        self.log.push(format!("{} becomes {:?}", self.files[at].stem(), files[at]));
        self.change(files);
    }

    fn remove(&mut self, number: u8) {
        let Some(at) = self.at(number) else { return };
        let mut files = self.files.clone();
        let removed = files.remove(at);
        if files.iter().all(|file| !file.needs.contains(&removed.id)) {
            self.log.push(format!("remove {}", removed.stem()));
            self.change(files);
        }
    }

    fn deploy(&mut self, number: u8) {
        let Some(at) = usize::from(number).checked_rem(self.versions.len()) else { return };
        let files = self.versions[at].clone();
        let stems: Vec<String> = files.iter().map(File::stem).collect();
        self.log.push(format!("deploy an earlier folder: {stems:?}"));
        self.change(files);
    }

    fn change(&mut self, files: Vec<File>) {
        self.build = self.disk.build(&files);
        self.versions.push(std::mem::replace(&mut self.files, files));
    }

    fn switch(&mut self, number: u8, place: Where, action: Action) {
        let Some(at) = self.at(number) else { return };
        let (id, times) = (self.files[at].id, if action == Action::Fail { 1000 } else { 1 });
        let (place, action) = match place {
            Where::Body => (format!("m{id}"), action),
            Where::Index => (format!("index m{id}"), action),
            Where::Undo => (format!("undo m{id}"), action),
            Where::Verify => (format!("verify m{id}"), Action::Fail),
        };
        // A connection that is lost twice is made again, not one that is lost three times.
        let times = if action == Action::Die { 1 + at as u32 % 3 } else { times };
        self.log.push(format!("{action:?} at `{place}`, {times} times"));
        self.database.set(&place, Switch { action, times });
        self.model.set(&place, Switch { action, times });
    }

    fn reset(&mut self) {
        self.log.push("reset all switches".to_owned());
        self.database.reset();
        self.model.reset();
    }

    fn run_to(&self, end: Option<u8>, allow_unknown: bool, reconnects: bool) -> Run {
        let last = end.and_then(|end| self.at(end));
        // A build from before a rename would do again what it knows by the old name.
        let allow_unknown = allow_unknown && !self.model.has_renamed(&self.build);
        Run { end: last.map_or(self.files.len(), |last| last + 1), allow_unknown, reconnects }
    }

    fn undo_of(&self, what: What) -> Option<Undo> {
        Some(match what {
            What::All => Undo::All,
            What::Last(count) => Undo::Last(count.into()),
            What::To(file) => Undo::To(self.at(file)?),
            What::One(file) => Undo::One(self.at(file)?),
        })
    }

    fn connect(&mut self) {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = Some(self.database.connect());
        }
    }

    fn look(&mut self, end: Option<u8>, allow_unknown: bool) -> Result<(), String> {
        let run = self.run_to(end, allow_unknown, false);
        self.connect();
        let expected = (self.model.status(&self.build), self.model.pending(&self.build, run));
        let looked = call::look(&self.build, run, self.client.as_mut().unwrap());
        self.log.push(format!("look up to {}: {looked:?}", run.end));
        if looked != expected {
            return Err(format!("the engine sees {looked:?}\nthe model sees  {expected:?}"));
        }
        self.compare(vec![self.model.clone()])
    }

    fn call(&mut self, call: Call) -> Result<(), String> {
        self.connect();
        let mut model = self.model.clone();
        let expected = expect(call, &mut model, &self.build, &mut Vec::new());
        let outcome = call.make(&self.build, &self.database.config, &mut self.client);
        self.log.push(format!("{call:?}: {outcome:?}"));
        same(&outcome, &expected)?;
        self.compare(vec![model])
    }

    /// Whatever had been done when the connection was lost, the state is one of those on the way.
    fn interrupted(&mut self, call: Call, interruption: Interruption) -> Result<(), String> {
        if self.model.has_passing_switches() {
            self.reset();
        }
        let (mut model, mut trail) = (self.model.clone(), Vec::new());
        let expected = expect(call, &mut model, &self.build, &mut trail);
        let outcome = call.make_interrupted(&self.build, &self.database.config, interruption);
        self.log.push(format!("{call:?}, {interruption:?}: {outcome:?}"));
        let is_lost = outcome.failure == Some(Failure::Lost);
        if let Interruption::Overtaken(_) = interruption {
            // The other one has done the rest.
            let own = Outcome { done: outcome.done.clone(), ..expected.clone() };
            same(&outcome, if expected.done.starts_with(&outcome.done) { &own } else { &expected })?;
            trail = vec![model];
        } else if is_lost && !matches!(call, Call::Run(Run { reconnects: true, .. })) {
            if !expected.done.starts_with(&outcome.done) {
                return Err(format!("it says {outcome:?}; at most {:?} can be done", expected.done));
            }
            // The last one may be committed without an answer, and so may those that travelled with it.
            let (before, heard) = (self.model.events(), outcome.done.len());
            let travels = |stem: &&String| {
                self.build.files.iter().any(|(file, _)| file.travels() && file.stem() == **stem)
            };
            let unheard = match self.model.lets_travel_together() {
                true => expected.done[heard..].iter().take_while(travels).count().max(1),
                false => 1,
            };
            trail.push(model);
            trail.retain(|model| (heard..=heard + unheard).contains(&(model.events() - before)));
        } else {
            same(&outcome, &expected)?;
            trail = vec![model];
        }
        for model in &mut trail {
            model.lease_may_be_held |= outcome.failure.is_some();
        }
        self.compare(trail)
    }

    /// Two processes start at the same moment; it is as if one came after the other.
    fn twice(&mut self, allow_unknown: bool) -> Result<(), String> {
        let call = Call::Run(self.run_to(None, allow_unknown, false));
        let mut model = self.model.clone();
        let expected = [0, 1].map(|_| expect(call, &mut model, &self.build, &mut Vec::new()));
        let (build, config) = (&self.build, &self.database.config);
        let make = || call.make(build, config, &mut Some(config.connect(NoTls).unwrap()));
        let outcomes = thread::scope(|scope| {
            [scope.spawn(make), scope.spawn(make)].map(|running| running.join().unwrap())
        });
        self.log.push(format!("twice {call:?}: {outcomes:?}"));
        let [first, second] = &expected;
        if outcomes != expected && [&outcomes[1], &outcomes[0]] != [first, second] {
            return Err(format!("the engine answers {outcomes:?}\nthe model answers  {expected:?}"));
        }
        self.compare(vec![model])
    }

    /// Finds the model that agrees with the database.
    fn compare(&mut self, candidates: Vec<Model>) -> Result<(), String> {
        let state = self.database.state();
        let mut differences = String::new();
        for model in candidates {
            let mut found = state.clone();
            found.invalid_indexes.retain(|index| !model.may_have_invalid(index));
            if model.lease_may_be_held {
                found.lease.clear();
            }
            let expected = model.state();
            if found == expected {
                self.model = model;
                return Ok(());
            }
            differences = format!("the database has {found:#?}\nthe model has    {expected:#?}");
        }
        Err(differences)
    }
}

fn expect(call: Call, model: &mut Model, build: &Build, trail: &mut Vec<Model>) -> Outcome {
    match call {
        Call::Run(run) => model.run(build, run, trail),
        Call::Undo(undo, dependents) => model.undo(build, undo, dependents, trail),
    }
}

fn same(outcome: &Outcome, expected: &Outcome) -> Result<(), String> {
    match outcome == expected {
        true => Ok(()),
        false => Err(format!("the engine answers {outcome:?}\nthe model answers  {expected:?}")),
    }
}
