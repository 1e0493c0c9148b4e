//! Where the database is: sources and their precedence, passfiles, services, TLS; with `psql` as the judge.

#![allow(clippy::unwrap_used, clippy::panic)]

mod certificates;
mod files;
mod hostile;
mod oracle;
mod precedence;
mod strings;
mod tls;
mod world;
