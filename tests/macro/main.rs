//! What the macro generates: its names, its values, its order, and that it compiles wherever it is called.

#![allow(clippy::unwrap_used)]

mod crates;
mod layouts;
mod names;
mod order;
mod rebuild;
mod size;
mod values;
