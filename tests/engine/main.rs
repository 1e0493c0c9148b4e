//! The engine on a real PostgreSQL.

#![allow(clippy::unwrap_used)]

mod adoption;
mod agent;
mod backups;
mod connection;
mod cost;
mod failures;
mod history;
mod lease;
mod lock;
mod no_transaction;
mod options;
mod privileges;
mod retry;
mod rollback;
mod runners;
mod surroundings;
mod together;

/// The sets of the tests, one module each: the files of `sets/<name>`.
mod sets {
    migrations_tests::sets! {
        agent in "sets/agent",
        backups in "sets/backups",
        changed in "sets/changed",
        concurrent in "sets/concurrent",
        failing in "sets/failing",
        fatal in "sets/fatal",
        flaky in "sets/flaky",
        forgetful in "sets/forgetful",
        halfway in "sets/halfway",
        interrupted in "sets/interrupted",
        moved_after in "sets/moved_after",
        moved_before in "sets/moved_before",
        opaque in "sets/opaque",
        order in "sets/order",
        renamed_after in "sets/renamed_after",
        renamed_before in "sets/renamed_before",
        resident in "sets/resident",
        runners in "sets/runners",
        runners_failing in "sets/runners_failing",
        shop in "sets/shop",
        slow in "sets/slow",
        squashed_after in "sets/squashed_after",
        squashed_before in "sets/squashed_before",
        together in "sets/together",
        tower in "sets/tower",
        tower_final in "sets/tower_final",
        tower_older in "sets/tower_older",
        unreadable in "sets/unreadable",
        unsound in "sets/unsound",
        unverified in "sets/unverified",
    }
}
