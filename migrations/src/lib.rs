//! The schema history of a multi-client meeting-and-conversation platform.
//!
//! Four stories run through it: from blocks to meetings, from participants to users, from files to context, and the
//! end of the analysis system.

migrations_core::embed_migrations!(".");
