//! Outages of the server, its disk and the network while somebody migrates.
//!
//! What takes longer than a few seconds runs with `OUTAGES=full`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod connections;
mod course;
mod disk;
mod limits;
mod network;
mod restart;
mod silence;
mod standby;

/// The sets of the tests, one module each.
mod sets {
    migrations_tests::sets! {
        bulky in "sets/bulky",
        outage in "sets/outage",
        thinking in "sets/thinking",
    }
}

/// Whether the long tests run too; says so when they do not.
fn is_full() -> bool {
    let is_full = std::env::var("OUTAGES").is_ok_and(|wanted| wanted == "full");
    if !is_full {
        eprintln!("not run: this takes long; OUTAGES=full runs it");
    }
    is_full
}
