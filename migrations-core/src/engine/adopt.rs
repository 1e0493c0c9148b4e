//! Enters migrations as applied that the database already has.

use postgres::Client;

use super::{Engine, blocking};
use crate::error::Error;

impl Engine<'_> {
    /// Enters, in one transaction, the pending migrations that `is_there` says the database has; runs none of them.
    pub(crate) fn adopt(
        &mut self,
        client: &mut Client,
        is_there: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<usize>, Error> {
        self.table.places()?;
        // The first round trip finds out whether this connection can be used.
        blocking(|| self.ledger.digest(client))?;
        let adopted = self.locked(
            client,
            |_, _| Ok(false),
            |engine, client, history| {
                let comparison = engine.compare(history)?;
                let mut places = engine.pending(&comparison)?;
                places.retain(|place| is_there(*place));
                engine.follow_files(client, &comparison)?;
                let record = |place: &usize| {
                    engine.ledger.record_adopted(
                        &engine.run,
                        engine.table.facts(),
                        *place,
                        engine.table.build,
                    )
                };
                client
                    .batch_execute(&places.iter().map(record).collect::<String>())
                    .map_err(|error| Error::database("the history cannot be written", error))?;
                Ok(places)
            },
        )?;
        Ok(adopted.unwrap_or_default())
    }

    /// What [`Engine::adopt`] would enter.
    pub(crate) fn adoptable(
        &self,
        client: &mut Client,
        is_there: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<usize>, Error> {
        let mut places = self.pending(&self.comparison(client)?)?;
        places.retain(|place| is_there(*place));
        Ok(places)
    }
}
