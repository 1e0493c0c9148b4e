//! What can be done with the folder alone: its problems written for others, its README, and changes of its files, each of
//! them all or nothing.

pub(super) mod archive;
pub(super) mod catalog;
mod changes;
mod error;
pub(super) mod formats;
pub(super) mod new;
pub(super) mod renumber;
mod root;
pub(super) mod schema;
mod trial;
mod uri;

pub(super) use error::CommandError;
pub(super) use root::Root;
