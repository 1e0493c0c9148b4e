//! What the history says about the set.

use postgres::Client;

use super::Engine;
use crate::error::{Change, Error, Kind};
use crate::ledger::Row;
use crate::set::Facts;

/// What the history says about the set.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The history row of each migration, where it has one; boxed, for where there is no history there may be thousands of
    /// migrations.
    pub(crate) applied: Vec<Option<Box<Row>>>,
    /// Rows of migrations that the set does not know.
    pub(crate) unknown: Vec<Row>,
    /// The places of migrations that stand for others which are applied, and the names of these.
    replaced: Vec<(usize, &'static [&'static str])>,
}

impl Engine<'_> {
    /// What the rows of a history say about the set.
    pub(crate) fn compare(&self, history: Vec<Row>) -> Result<Comparison, Error> {
        let mut comparison =
            Comparison { applied: vec![None; self.table.facts().len()], ..Comparison::default() };
        for row in history {
            match self.place(&row.name)? {
                Some(place) => {
                    let name = row.name.clone();
                    if let Some(other) = comparison.applied[place].replace(Box::new(row)) {
                        return Err(Kind::Twice { name, other: other.name }.into());
                    }
                }
                None => comparison.unknown.push(row),
            }
        }
        for (place, facts) in self.table.facts().iter().enumerate() {
            comparison.find_replaced(place, facts);
        }
        Ok(comparison)
    }

    /// The migrations that a run would apply. Fails when a run would.
    pub(crate) fn pending(&self, comparison: &Comparison) -> Result<Vec<usize>, Error> {
        let changes: Vec<Change> = comparison
            .applied
            .iter()
            .zip(self.table.facts())
            .filter(|(row, facts)| row.as_ref().is_some_and(|row| row.checksum != facts.checksum))
            .map(|(_, facts)| Change { path: facts.path })
            .collect();
        if !changes.is_empty() {
            return Err(Kind::Changed(changes).into());
        }
        let pending: Vec<usize> =
            (0..self.table.facts().len()).filter(|place| comparison.applied[*place].is_none()).collect();
        self.refuse_partly_replaced(&pending, comparison)?;
        if !self.allow_unknown && !comparison.unknown.is_empty() {
            return Err(Kind::Missing(comparison.unknown.iter().map(|row| row.name.clone()).collect()).into());
        }
        self.refuse_renamed(&pending, comparison)?;
        Ok(pending.into_iter().filter(|place| *place < self.end && !self.without.contains(place)).collect())
    }

    /// What a newer build has renamed or replaced is pending by its old name, which the history does not have any more.
    fn refuse_renamed(&self, pending: &[usize], comparison: &Comparison) -> Result<(), Error> {
        for row in &comparison.unknown {
            let is_in = |facts: &Facts| {
                facts.checksum == row.checksum || row.replaces.iter().any(|name| name == facts.name)
            };
            if let Some(at) = pending.iter().find(|at| is_in(&self.table.facts()[**at])) {
                let (stem, name) = (self.table.facts()[*at].stem, row.name.clone());
                return Err(Kind::RenamedSince { stem, name }.into());
            }
        }
        Ok(())
    }

    /// Neither what replaces them nor what is left of them could be run on top of some of them.
    fn refuse_partly_replaced(&self, pending: &[usize], comparison: &Comparison) -> Result<(), Error> {
        for facts in pending.iter().map(|at| &self.table.facts()[*at]) {
            for list in facts.replaces {
                let (applied, missing): (Vec<&str>, Vec<&str>) =
                    list.iter().partition(|name| comparison.unknown.iter().any(|row| row.name == **name));
                if !applied.is_empty() {
                    return Err(Kind::PartlyReplaced { stem: facts.stem, applied, missing }.into());
                }
            }
        }
        Ok(())
    }

    /// Enters into the ledger where the files of the applied migrations lie now, and which of them stand for others.
    pub(super) fn follow_files(&self, client: &mut Client, comparison: &Comparison) -> Result<(), Error> {
        let mut updates = String::new();
        for (place, (row, facts)) in comparison.applied.iter().zip(self.table.facts()).enumerate() {
            let Some(row) = row else {
                updates.push_str(&self.ledger.rename_half_done(facts));
                continue;
            };
            let number = facts.number.map(|number| number.to_string());
            if let Some((_, names)) = comparison.replaced.iter().find(|(at, _)| *at == place) {
                let record = self.ledger.record_replaced(
                    &self.run,
                    names,
                    self.table.facts(),
                    place,
                    self.table.build,
                );
                updates.push_str(&record);
            } else if row.name != facts.name || row.category != facts.category || row.number != number {
                updates.push_str(&self.ledger.rename(&row.name, facts));
            }
        }
        if updates.is_empty() {
            return Ok(());
        }
        let claim = self.ledger.claim(&self.run);
        client
            .batch_execute(&format!("{claim}{updates}"))
            .map_err(|error| Error::database("the history cannot be updated", error))
    }
}

impl Comparison {
    /// Whether there is no history yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.applied.iter().all(Option::is_none)
    }

    /// Finds out whether all migrations of a list are applied in whose place one stands: then it counts as applied, with
    /// the last of them.
    fn find_replaced(&mut self, place: usize, facts: &'static Facts) {
        if self.applied[place].is_some() {
            return;
        }
        let has = |name: &str| self.unknown.iter().any(|row| row.name == name);
        let Some(names) = facts.replaces.iter().find(|names| names.iter().all(|name| has(name))) else {
            return;
        };
        let is_replaced = |row: &mut Row| names.contains(&row.name.as_str());
        let last = self.unknown.extract_if(.., is_replaced).last();
        self.applied[place] = last.map(|row| Box::new(Row { checksum: facts.checksum.to_owned(), ..row }));
        self.replaced.push((place, names));
    }
}
