//! A checked folder as Rust.

mod methods;
mod runners;
mod table;

use std::collections::HashSet;
use std::env;
use std::path::PathBuf;

use migrations_rules::{Cache, Migration, Problem, Set, digest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::input::Input;
use crate::names;
use crate::report;
use crate::runner::Runner;

/// Checks the folder and generates its enum, and beside it a message for each problem: with the enum in
/// place, one mistake in a file does not become a hundred in the code that uses it.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let crate_root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let folder = crate_root.join(&input.folder);
    let set = migrations_rules::check_with(&folder, &input.folder, cache(input).as_ref());
    let generator = Generator::new(input, &set, crate_root);
    let messages = report::problems(set.problems.iter().chain(&generator.problems), input.span);
    let generated = generator.tokens();
    quote!(#messages #generated)
}

/// Where cargo keeps what belongs to the package, which it does as soon as there is a build script.
fn cache(input: &Input) -> Option<Cache> {
    let name = input.folder.replace(|c: char| !c.is_alphanumeric(), "_");
    Some(Cache::in_file(PathBuf::from(env::var_os("OUT_DIR")?).join(format!("migrations-{name}.cache"))))
}

struct Generator<'a> {
    input: &'a Input,
    set: &'a Set,
    crate_root: PathBuf,
    /// One value for the whole set.
    digest: String,
    /// The path of the module that generated code names.
    private: TokenStream,
    migration: Ident,
    category: Ident,
    variants: Vec<Ident>,
    categories: Vec<Ident>,
    /// The runner of each migration, where it has one.
    runners: Vec<Option<Runner<'a>>>,
    /// What is wrong with the runners.
    problems: Vec<Problem>,
}

impl<'a> Generator<'a> {
    fn new(input: &'a Input, set: &'a Set, crate_root: PathBuf) -> Generator<'a> {
        let core = &input.core;
        let (migration, category) = match &input.name {
            Some(name) => (name.clone(), format_ident!("{name}Category")),
            None => (Ident::new("Migration", Span::call_site()), Ident::new("Category", Span::call_site())),
        };
        let mut problems = Vec::new();
        let runners = set.migrations.iter().map(|migration| {
            let (runner, found) = Runner::of(migration, |path| shown(input, path))?;
            // A runner that cannot be called is left out, so that rustc does not say it once more.
            let callable = found.is_empty();
            problems.extend(found);
            Some(runner).filter(|_| callable)
        });
        let runners = runners.collect();
        Generator {
            input,
            set,
            runners,
            problems,
            crate_root,
            digest: digest(&set.migrations),
            private: quote!(#core::__private),
            migration,
            category,
            variants: names::variants(
                set.migrations.iter().map(|migration| migration.file_name.name.as_str()),
            ),
            categories: names::variants(set.categories.iter().map(String::as_str)),
        }
    }

    fn tokens(&self) -> TokenStream {
        let (enums, table) = (self.enums(), self.table());
        let (methods, implementations) = (self.methods(), self.implementations());
        let (tracking, test) = (self.tracking(), self.staleness_test());
        let runners = self.runner_modules();
        quote! {
            #enums
            #runners
            const _: () = {
                #table
                #methods
                #implementations
                #tracking
            };
            #test
        }
    }

    fn enums(&self) -> TokenStream {
        let Generator { migration, category, variants, categories, .. } = self;
        let visibility = &self.input.visibility;
        let derives = quote! {
            #[derive(
                ::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq, ::core::cmp::Eq,
                ::core::cmp::PartialOrd, ::core::cmp::Ord, ::core::hash::Hash, ::core::fmt::Debug,
            )]
        };
        let set_doc = format!(
            "The migrations of `{}`, in execution order: {} in {} categories.",
            self.input.folder,
            variants.len(),
            categories.len()
        );
        let docs = self.set.migrations.iter().map(|migration| self.variant_doc(migration));
        let category_docs = self.set.categories.iter().map(|name| format!("`{name}`"));
        quote! {
            #[doc = #set_doc]
            #derives
            #visibility enum #migration { #(#[doc = #docs] #variants,)* }

            /// The categories, in the order that decides where numbers tie.
            #derives
            #visibility enum #category { #(#[doc = #category_docs] #categories,)* }
        }
    }

    fn variant_doc(&self, migration: &Migration) -> String {
        let dependencies: Vec<String> = migration
            .dependencies
            .iter()
            .map(|at| {
                format!("[`{}`](Self::{})", self.set.migrations[*at].file_name.stem(), self.variants[*at])
            })
            .collect();
        let after = if dependencies.is_empty() { "nothing".to_owned() } else { dependencies.join(", ") };
        let purpose = migration.purpose().replace('[', "\\[").replace('<', "\\<");
        format!("{purpose}\n\n`{}`, after {after}.", self.shown(&migration.path))
    }

    /// Makes the compiler watch the files that are not embedded: configuration, archive, and what was normalised.
    fn tracking(&self) -> TokenStream {
        let embedded = self.set.migrations.iter().filter(|migration| !migration.text.was_normalised());
        let embedded: HashSet<&str> = embedded.map(|migration| migration.path.as_str()).collect();
        let others = self.set.files.iter().filter(|path| !embedded.contains(path.as_str()));
        let others = others.map(|path| self.absolute(path));
        quote!(#(const _: &[::core::primitive::u8] = ::core::include_bytes!(#others);)*)
    }

    fn staleness_test(&self) -> TokenStream {
        let Generator { private, migration, .. } = self;
        let module = format_ident!("embedded_{}", heck::AsSnakeCase(migration.to_string()).to_string());
        let folder = &self.input.folder;
        let watched = self.set.files.iter().filter(|path| path.ends_with(".sql") || path.ends_with(".rs"));
        let migrations = watched.filter(|path| !path.starts_with("archive/"));
        let files = migrations.map(String::as_str).collect::<Vec<_>>().join("\n");
        // Nothing of the enum: in a function, whose items `super` does not see, the macro works too.
        quote! {
            #[cfg(test)]
            mod #module {
                #[::core::prelude::v1::test]
                fn is_current() {
                    #private::assert_current(
                        ::core::env!("CARGO_MANIFEST_DIR"),
                        #folder,
                        #files,
                    );
                }
            }
        }
    }

    fn shown(&self, path: &str) -> String {
        shown(self.input, path)
    }

    /// The path of a file for the compiler, which the crate's own folder must not become part of: builds on
    /// different machines would differ.
    fn absolute(&self, path: &str) -> TokenStream {
        let path = format!("/{}", self.shown(path));
        quote!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path))
    }
}

/// A path of the folder, relative to the crate.
fn shown(input: &Input, path: &str) -> String {
    if input.folder == "." { path.to_owned() } else { format!("{}/{path}", input.folder) }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}
