//! Migration: Fail twice for a reason that passes.
//! Dependencies: 001_create_things
//! Rollback: irreversible: it is done for the sake of a test

use migrations_core::{Agent, RunnerError};

pub(crate) fn up(agent: &mut Agent<'_>) -> Result<(), RunnerError> {
    agent.log("trying");
    agent.batch(
        "DO $$BEGIN IF nextval('store.attempts') < 3 THEN \
         RAISE EXCEPTION 'not yet' USING ERRCODE = 'serialization_failure'; END IF; END$$",
    )
}
