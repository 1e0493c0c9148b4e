//! Applies several migrations with one message, each in a transaction of its own.

use std::time::Duration;

use postgres::{Client, SimpleQueryRow};
use tracing::info;

use super::apply::progress;
use super::{Engine, Event};
use crate::error::{Error, is_of_connections};
use crate::ledger::{applied, row_sets};
use crate::script::{Frame, Script, Together};

impl Engine<'_> {
    /// Applies migrations with one message. Where one fails, those before it stay applied and those behind it are not
    /// begun; it is tried again alone, if that is worth it.
    pub(super) fn apply_together(
        &mut self,
        client: &mut Client,
        places: &[usize],
        done: &mut Vec<(usize, Duration)>,
    ) -> Result<(), Error> {
        let mut started = None;
        let mut start = |engine: &mut Self, place: usize| {
            if started.replace(place) != Some(place) {
                (engine.observer)(Event::Started(place));
            }
        };
        start(self, places[0]);
        let (durations, failure) = self.send_together(client, places);
        for (place, duration) in places.iter().zip(&durations) {
            start(self, *place);
            info!(path = self.table.facts()[*place].path, ?duration, "applied");
            (self.observer)(Event::Applied(*place, *duration));
            done.push((*place, *duration));
        }
        let Some((failed, error)) = failure else { return Ok(()) };
        // Something that cannot be read keeps also those before it from being begun.
        for place in &places[durations.len()..failed] {
            done.push((*place, self.apply(client, *place, None)?));
        }
        start(self, places[failed]);
        done.push((places[failed], self.apply(client, places[failed], Some(error))?));
        Ok(())
    }

    /// Sends a message; answers how long those took that came to their end, and which one failed, and why.
    fn send_together(
        &self,
        client: &mut Client,
        places: &[usize],
    ) -> (Vec<Duration>, Option<(usize, Error)>) {
        let scripts = places.iter().zip(1..).map(|(place, number)| {
            let record = self.ledger.record_applied(&self.run, self.table.facts(), *place, self.table.build);
            let frame = Frame { is_followed: number < places.len(), ..self.frame() };
            Script::up(&self.table.facts()[*place], frame, &record)
        });
        let journal = self.ledger.applied_query(&self.run, places.len());
        let message = Together::new(scripts, &journal);
        let source = match row_sets(client, message.as_str()) {
            Ok(sets) => {
                let durations = self.durations(places, sets.last().map_or(&[], Vec::as_slice));
                // To go on as if nothing had been done would never end.
                let forgotten = || self.ledger.odd("nothing about what was just applied");
                let failure = (durations.len() < places.len()).then(|| (durations.len(), forgotten()));
                return (durations, failure);
            }
            Err(source) => source,
        };
        let sets = match row_sets(client, &format!("{}; {journal}", self.ending())) {
            Ok(sets) => sets,
            // Which of them has failed, the ledger will tell.
            Err(lost) => {
                let source = if source.code().is_none_or(is_of_connections) { source } else { lost };
                let error = Error::database("migrations that travelled together were interrupted", source);
                return (Vec::new(), Some((0, error)));
            }
        };
        let running = sets.get(1).and_then(|rows| progress(rows));
        let durations = self.durations(places, sets.get(2).map_or(&[], Vec::as_slice));
        let Some((failed, script)) = message.failed(source.as_db_error(), durations.len()) else {
            return (durations, None);
        };
        let stem = self.table.facts()[places[failed]].stem;
        let blame = script.blame(source.as_db_error(), running);
        let error = self.failed(client, (stem, script.running_text(running)), blame, Box::new(source));
        (durations, Some((failed, error)))
    }

    /// How long the first of these migrations took: those that the journal says this run has applied.
    fn durations(&self, places: &[usize], journal: &[SimpleQueryRow]) -> Vec<Duration> {
        let applied = applied(journal);
        let duration = |place: &usize| {
            applied
                .iter()
                .find(|(name, _)| name == self.table.facts()[*place].name)
                .map(|(_, duration)| *duration)
        };
        places.iter().map_while(duration).collect()
    }
}
