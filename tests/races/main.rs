//! Replicas of an application that start at the same moment, as processes of their own: everything happens once.
//!
//! `RACES=100` runs each race a hundred times.

#![allow(clippy::unwrap_used, clippy::panic)]

mod direct;
mod facts;
mod interrupted;
mod pooled;
mod pooler;
mod race;
mod sets;
mod starters;
mod versions;
mod waiting;
