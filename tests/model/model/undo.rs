//! What a rollback does.

use std::collections::BTreeSet;

use super::{Action, Failure, Model, Outcome, Row, Trail, object_of, place_in};
use crate::folder::{Build, File, Kind};

/// What to take back; places in the execution order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Undo {
    All,
    Last(usize),
    To(usize),
    One(usize),
}

impl Model {
    pub(crate) fn undo(&mut self, build: &Build, undo: Undo, dependents: bool, trail: &mut Trail) -> Outcome {
        let mut done = Vec::new();
        self.say(trail);
        let failure = self.try_undo(build, undo, dependents, &mut done, trail).err();
        self.lease_may_be_held = failure == Some(Failure::Lost);
        Outcome { failure, done }
    }

    fn try_undo(
        &mut self,
        build: &Build,
        undo: Undo,
        dependents: bool,
        done: &mut Vec<String>,
        trail: &mut Trail,
    ) -> Result<(), Failure> {
        self.has_ledger = true;
        self.say(trail);
        let mut chosen = self.chosen(build, undo)?;
        self.add_dependents(build, &mut chosen, dependents)?;
        if self.is_needed_by_half_done(build, &chosen) {
            return Err(Failure::Needed);
        }
        if self.history.iter().any(|row| chosen.contains(&row.file.id) && row.file.is_irreversible) {
            return Err(Failure::Irreversible);
        }
        while let Some(at) = self.history.iter().rposition(|row| chosen.contains(&row.file.id)) {
            done.push(self.undo_one(build, at)?);
            self.say(trail);
        }
        Ok(())
    }

    /// The ids of what is asked for.
    fn chosen(&self, build: &Build, undo: Undo) -> Result<BTreeSet<usize>, Failure> {
        let applied = |place| {
            let at = self.history.iter().position(|row| place_in(build, &row.name) == Some(place));
            at.ok_or(Failure::NotApplied)
        };
        let rows = match undo {
            Undo::All => &self.history[..],
            Undo::Last(count) => &self.history[self.history.len().saturating_sub(count)..],
            Undo::To(place) => &self.history[applied(place)? + 1..],
            Undo::One(place) => &self.history[applied(place)?..][..1],
        };
        Ok(rows.iter().map(|row| row.file.id).collect())
    }

    fn add_dependents(
        &self,
        build: &Build,
        chosen: &mut BTreeSet<usize>,
        dependents: bool,
    ) -> Result<(), Failure> {
        let needs = |row: &Row| {
            let today = place_in(build, &row.name).map_or(&[][..], |at| &build.files[at].0.needs);
            [&row.file.needs, today].concat()
        };
        loop {
            let needing = self.history.iter().filter(|row| {
                !chosen.contains(&row.file.id) && needs(row).iter().any(|id| chosen.contains(id))
            });
            let needing: Vec<usize> = needing.map(|row| row.file.id).collect();
            match needing.is_empty() {
                true => return Ok(()),
                false if !dependents => return Err(Failure::Needed),
                false => chosen.extend(needing),
            }
        }
    }

    fn is_needed_by_half_done(&self, build: &Build, chosen: &BTreeSet<usize>) -> bool {
        let mut places = self.half_done.keys().filter_map(|name| place_in(build, name));
        places.any(|at| build.files[at].0.needs.iter().any(|id| chosen.contains(id)))
    }

    fn undo_one(&mut self, build: &Build, at: usize) -> Result<String, Failure> {
        let Row { file, name, .. } = self.history[at].clone();
        let id = file.id;
        loop {
            match self.pass(&format!("undo m{id}")) {
                None => break,
                Some(Action::Flake) => {}
                Some(Action::Die) => return Err(Failure::Lost),
                Some(Action::Fail) => {
                    // Where the file has another text now, the ledger's counts.
                    let today = place_in(build, &name).map(|at| &build.files[at].0);
                    let today = today.filter(|today| today.revision == file.revision);
                    return Err(Failure::Failed(today.map_or(name, File::stem)));
                }
            }
        }
        self.effects.push(format!("-m{id}.{}", file.revision));
        if let Some(object) = object_of(&file) {
            self.objects.remove(&object);
        }
        if file.kind == Kind::Drop {
            self.objects.insert(format!("stock_m{id} 2"));
        }
        for backup in self.backups.iter_mut().filter(|backup| backup.0 == id) {
            backup.1 = true;
        }
        self.history.remove(at);
        self.journal.push(format!("rolled back {name}"));
        Ok(name)
    }
}
