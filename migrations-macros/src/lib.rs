//! The proc macro of [`migrations-core`](https://docs.rs/migrations-core), which re-exports it: depend on that crate.
//!
//! [`migrations_rules`] reads and checks the folder; this crate turns the outcome into tokens.

use proc_macro::TokenStream;

mod expand;
mod input;
mod names;
mod report;
mod runner;

/// Checks a folder of migrations and makes it an enum; see `migrations_core::embed_migrations!`.
#[proc_macro]
pub fn embed_migrations(tokens: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(tokens as input::Input);
    expand::expand(&input).into()
}
