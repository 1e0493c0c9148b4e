//! What can be measured.

mod apply;
mod breakdown;
mod memory;
mod nothing;
pub(crate) mod picture;
mod plan;
mod replicas;

use crate::{Bench, Result};

#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Bench) -> Result<()>,
    /// Nothing is measured; it is drawn from what was.
    pub(crate) is_drawn: bool,
}

const fn measured(name: &'static str, about: &'static str, run: fn(&Bench) -> Result<()>) -> Part {
    Part { name, about, run, is_drawn: false }
}

pub(crate) const PARTS: [Part; 8] = [
    measured("nothing", "nothing to do: round trips, bytes, time, and time in the server", nothing::run),
    measured("apply", "many small migrations, against limits that no tool can beat", apply::local),
    measured("latency", "the same with 2 and 20 ms of network round trip", apply::latency),
    measured("replicas", "16 processes that start at once and find nothing to do", replicas::run),
    measured(
        "memory",
        "the heap of a start that has nothing to do, and of one that applies everything",
        memory::run,
    ),
    measured("plan", "client time of `plan` and `status` over a long history", plan::run),
    measured("breakdown", "where the server's time goes when a migration is applied", breakdown::run),
    Part {
        name: "picture",
        about: "draws docs/performance.svg from what was measured last",
        run: |_| Ok(()),
        is_drawn: true,
    },
];
