//! What a run does.

use super::{Action, Failure, HalfDone, Model, Outcome, Row, Run, Trail, object_of, place_in};
use crate::folder::{Build, File, Kind};

/// As often as this in a row a connection may be lost.
const LOSSES: u32 = 3;

/// How an attempt ends that is not made again, or is.
enum Attempt {
    Failed(Failure),
    Flaked,
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Attempt {
        Attempt::Failed(failure)
    }
}

impl Model {
    pub(crate) fn run(&mut self, build: &Build, run: Run, trail: &mut Trail) -> Outcome {
        let (mut done, mut unheard, mut losses) = (Vec::new(), Vec::new(), 0);
        self.say(trail);
        loop {
            let before = done.len();
            let failure = self.run_once(build, run, (&mut done, &mut unheard), trail).err();
            losses = if done.len() > before { 1 } else { losses + 1 };
            if !(run.reconnects && failure == Some(Failure::Lost) && losses < LOSSES) {
                return Outcome { failure, done };
            }
        }
    }

    fn run_once(
        &mut self,
        build: &Build,
        run: Run,
        (done, unheard): (&mut Vec<String>, &mut Vec<String>),
        trail: &mut Trail,
    ) -> Result<(), Failure> {
        let is_current = self.has_ledger && self.is_current(build);
        self.has_ledger = true;
        self.say(trail);
        if is_current {
            return Ok(());
        }
        self.lease_may_be_held = false;
        let travel_together = self.lets_travel_together();
        let pending = self.pending(build, run)?;
        // On a second connection, the journal tells what the first one has not heard.
        done.append(unheard);
        self.follow_moves(build);
        self.say(trail);
        for at in pending {
            let (file, checksum) = &build.files[at];
            // What refuses a transaction begins when the answer to what is before it has come.
            let mut travels = travel_together && file.travels();
            if !travels {
                done.append(unheard);
            }
            let applied = self.apply(file, checksum, trail, || {
                travels = false;
                done.append(unheard);
            });
            self.lease_may_be_held = applied == Err(Failure::Lost);
            if applied.is_err() && !self.lease_may_be_held {
                done.append(unheard);
            }
            applied?;
            if travels { unheard.push(file.stem()) } else { done.push(file.stem()) }
        }
        done.append(unheard);
        Ok(())
    }

    /// Whether a run sends several migrations in one message.
    pub(crate) fn lets_travel_together(&self) -> bool {
        self.history.is_empty()
    }

    /// Whether the history has the names and checksums of the build.
    fn is_current(&self, build: &Build) -> bool {
        let is_in = |row: &Row| {
            build.files.iter().any(|(file, checksum)| file.name() == row.name && *checksum == row.checksum)
        };
        self.history.len() == build.files.len() && self.history.iter().all(is_in)
    }

    fn follow_moves(&mut self, build: &Build) {
        for row in &mut self.history {
            let Some(at) = place_in(build, &row.name) else { continue };
            let file = &build.files[at].0;
            (row.name, row.category, row.number) = (file.name(), file.category, file.number);
        }
        for (file, _) in &build.files {
            for old in file.other_names() {
                if let Some(half_done) = self.half_done.remove(&old) {
                    self.half_done.insert(file.name(), half_done);
                }
            }
        }
    }

    /// Applies a file; `on_flake` is called when the server has answered that it is worth another attempt.
    fn apply(
        &mut self,
        file: &File,
        checksum: &str,
        trail: &mut Trail,
        mut on_flake: impl FnMut(),
    ) -> Result<(), Failure> {
        loop {
            let attempt = match file.kind {
                Kind::Index => self.attempt_in_steps(file, trail),
                _ => self.attempt(file),
            };
            match attempt {
                Ok(()) => break,
                Err(Attempt::Flaked) => {
                    self.say(trail);
                    on_flake();
                }
                Err(Attempt::Failed(failure)) => return Err(failure),
            }
        }
        self.half_done.remove(&file.name());
        self.journal.push(format!("applied {}", file.name()));
        self.history.push(Row {
            file: file.clone(),
            checksum: checksum.to_owned(),
            name: file.name(),
            category: file.category,
            number: file.number,
        });
        self.say(trail);
        Ok(())
    }

    fn attempt(&mut self, file: &File) -> Result<(), Attempt> {
        self.come_by(&format!("m{}", file.id), file.stem())?;
        self.verify(file)?;
        self.take_effect(file);
        self.objects.extend(object_of(file));
        if file.kind == Kind::Drop {
            self.objects.remove(&format!("stock_m{} 2", file.id));
            self.backups.push((file.id, false));
        }
        Ok(())
    }

    /// One statement writes that it ran, the second builds the index, the third may fail.
    fn attempt_in_steps(&mut self, file: &File, trail: &mut Trail) -> Result<(), Attempt> {
        let (id, name) = (file.id, file.name());
        let half_done = self.half_done.get(&name).cloned().unwrap_or_default();
        if half_done.finished > 0 && half_done.revision != file.revision {
            return Err(Failure::Changed.into());
        }
        if half_done.finished < 1 {
            self.take_effect(file);
            self.reach(file, 1, false, trail);
        }
        if half_done.finished < 2 {
            let index = format!("ix_m{id}");
            if !(half_done.has_begun && self.objects.contains(&index)) {
                self.reach(file, 1, true, trail);
                self.come_by(&format!("index m{id}"), file.stem()).inspect_err(|attempt| {
                    if !matches!(attempt, Attempt::Failed(Failure::Lost)) {
                        self.reach(file, 1, false, trail);
                    }
                })?;
                self.objects.insert(index);
                self.say(trail);
            }
            self.reach(file, 2, false, trail);
        }
        if half_done.finished < 3 {
            self.come_by(&format!("m{id}"), file.stem())?;
            self.reach(file, 3, false, trail);
        }
        self.verify(file)
    }

    fn reach(&mut self, file: &File, finished: usize, has_begun: bool, trail: &mut Trail) {
        let half_done = HalfDone { finished, has_begun, revision: file.revision };
        self.half_done.insert(file.name(), half_done);
        self.say(trail);
    }

    fn take_effect(&mut self, file: &File) {
        self.effects.push(format!("+m{}.{}", file.id, file.revision));
    }

    fn come_by(&mut self, place: &str, stem: String) -> Result<(), Attempt> {
        match self.pass(place) {
            None => Ok(()),
            Some(Action::Fail) => Err(Failure::Failed(stem).into()),
            Some(Action::Die) => Err(Failure::Lost.into()),
            Some(Action::Flake) => Err(Attempt::Flaked),
        }
    }

    fn verify(&mut self, file: &File) -> Result<(), Attempt> {
        match self.switches.contains_key(&format!("verify m{}", file.id)) {
            true => Err(Failure::Unverified(file.stem()).into()),
            false => Ok(()),
        }
    }
}
