//! A warning of a rule is a warning of the compiler: it can be denied like any other.

#![deny(deprecated)]

migrations_core::embed_migrations!("migrations");
