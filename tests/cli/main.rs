//! The command line, as a process of its own: what it prints, with what it ends, what it changes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod database;
mod help;
mod project;
mod terminal;
mod usage;
