//! A checked folder as Rust.

use std::collections::HashSet;
use std::env;
use std::ops::Range;
use std::path::PathBuf;

use migrations_rules::{Backup, Migration, Problem, Set, Statement, digest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::input::Input;
use crate::names;
use crate::report;
use crate::runner::Runner;

/// Checks the folder and generates its enum, and beside it a message for each problem: with the enum in
/// place, one mistake in a file does not become a hundred in the code that uses it.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let crate_root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let set = migrations_rules::check(&crate_root.join(&input.folder), &input.folder);
    let generator = Generator::new(input, &set, crate_root);
    let messages = report::problems(set.problems.iter().chain(&generator.problems), input.span);
    let generated = generator.tokens();
    quote!(#messages #generated)
}

struct Generator<'a> {
    input: &'a Input,
    set: &'a Set,
    crate_root: PathBuf,
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

    /// The static table of facts.
    fn table(&self) -> TokenStream {
        let private = &self.private;
        let rows = self
            .set
            .migrations
            .iter()
            .zip(&self.runners)
            .map(|(migration, runner)| self.row(migration, runner.as_ref()));
        quote! {
            static FACTS: &[#private::Facts] = &[#(#rows),*];
            static INDEX: #private::Index = #private::Index::new();
        }
    }

    fn row(&self, migration: &Migration, runner: Option<&Runner<'_>>) -> TokenStream {
        let private = &self.private;
        let Migration { category, checksum, transactional, dependencies, .. } = migration;
        let name = &migration.file_name.name;
        let stem = migration.file_name.stem();
        let number = option(migration.file_name.number.as_ref().map(|number| {
            let value = number.value();
            quote!(#value)
        }));
        let path = self.shown(&migration.path);
        let purpose = migration.purpose();
        let text = self.text(migration);
        let body = ranges(&migration.body);
        let verify = migration.verify.iter().map(|verification| {
            let (range, is_query) = (range(&verification.statement.range), verification.is_query);
            quote!((#range, #is_query))
        });
        let rollback = option(migration.rollback.as_ref().map(|statements| {
            let ranges = ranges(statements);
            quote!(&[#ranges])
        }));
        let irreversible = option(migration.irreversible().map(|reason| quote!(#reason)));
        let renamed_from = migration.renamed_from();
        let backups = migration.backups().map(|Backup { schema, table, column }| {
            let column = option(column.as_ref().map(|column| quote!(#column)));
            quote!((#schema, #table, #column))
        });
        let runner = option(runner.map(|runner| {
            let (modules, table) = (self.runners_module(), runner_table(runner.path));
            quote!(&#modules::#table)
        }));
        quote! {
            #private::Facts {
                name: #name,
                stem: #stem,
                number: #number,
                category: #category,
                path: #path,
                purpose: #purpose,
                dependencies: &[#(#dependencies),*],
                text: #text,
                body: &[#body],
                verify: &[#(#verify),*],
                rollback: #rollback,
                irreversible: #irreversible,
                checksum: #checksum,
                transactional: #transactional,
                backups: &[#(#backups),*],
                renamed_from: &[#(#renamed_from),*],
                runner: #runner,
            }
        }
    }

    /// The files of the runners as modules, so that the compiler and the editor point into the real files, and beside
    /// each module what the engine calls in it.
    fn runner_modules(&self) -> TokenStream {
        let runners: Vec<_> = self.runners.iter().flatten().collect();
        if runners.is_empty() {
            return TokenStream::new();
        }
        let module = self.runners_module();
        let runners = runners.iter().map(|runner| self.runner(runner));
        quote! {
            #[doc(hidden)]
            mod #module { #(#runners)* }
        }
    }

    fn runner(&self, runner: &Runner<'_>) -> TokenStream {
        let private = &self.private;
        let (module, table) = (runner_module(runner.path), runner_table(runner.path));
        let (path, absolute) = (self.shown(runner.path), self.absolute(runner.path));
        // Only a literal may stand here. The path is part of the compiler's own bookkeeping, as that of every file is.
        let literal = self.crate_root.join(&path).display().to_string();
        let functions = ["before", "after", "verify", "up", "down", "batch"].map(|name| {
            let field = Ident::new(name, Span::call_site());
            let has = runner.functions.iter().any(|function| function == name);
            let function = option(has.then(|| self.call(&module, &field)));
            quote!(#field: #function,)
        });
        quote! {
            #[path = #literal]
            mod #module;
            pub(super) static #table: #private::Runner = #private::Runner {
                path: #path,
                text: ::core::include_str!(#absolute),
                #(#functions)*
            };
        }
    }

    /// Calls a function of a runner, through one with the name of the runner: where the types are wrong, rustc then
    /// says which runner it is, and points to the parameters in its file.
    fn call(&self, runner: &Ident, function: &Ident) -> TokenStream {
        let private = &self.private;
        let span = self.input.span;
        let at = |name: &Ident| Ident::new(&name.to_string(), span);
        let (runner, function) = (at(runner), at(function));
        let mut types = vec![quote_spanned!(span=> &mut #private::Agent<'_>)];
        let mut arguments = vec![Ident::new("agent", span)];
        let mut done = quote_spanned!(span=> ());
        if function == "batch" {
            types.push(quote_spanned!(span=> &#private::Cursor));
            arguments.push(Ident::new("cursor", span));
            done = quote_spanned!(span=> #private::Batch);
        }
        let result = quote_spanned!(span=> ::core::result::Result<#done, #private::RunnerError>);
        quote_spanned! {span=>
            |#(#arguments),*| {
                fn #runner(function: impl ::core::ops::Fn(#(#types),*) -> #result, #(#arguments: #types),*) -> #result {
                    function(#(#arguments),*)
                }
                #runner(#runner::#function, #(#arguments),*)
            }
        }
    }

    fn runners_module(&self) -> Ident {
        format_ident!("runners_of_{}", heck::AsSnakeCase(self.migration.to_string()).to_string())
    }

    /// The text of a file. The compiler reads it once more, which tracks it; a text that had to be normalised
    /// goes in as a literal.
    fn text(&self, migration: &Migration) -> TokenStream {
        if migration.text.was_normalised() {
            let text = migration.text.as_str();
            return quote!(#text);
        }
        let path = self.absolute(&migration.path);
        quote!(::core::include_str!(#path))
    }

    fn methods(&self) -> TokenStream {
        let Generator { private, migration, category, categories, variants, .. } = self;
        let digest = digest(&self.set.migrations);
        let schema = &self.set.config.ledger_schema;
        let folder = &self.input.folder;
        let of_migration = self.set.migrations.iter().map(|migration| {
            let at =
                self.set.categories.iter().position(|category| *category == migration.category).unwrap_or(0);
            &categories[at]
        });
        let names = &self.set.categories;
        let nothing = variants.is_empty().then(|| quote!(_ => ::core::unreachable!(),));
        let no_category = categories.is_empty().then(|| quote!(_ => ::core::unreachable!(),));
        quote! {
            impl #migration {
                /// Every migration, in execution order.
                pub const ALL: &'static [#migration] = &[#(#migration::#variants),*];
                /// One value for the whole set, which changes when a migration is added, removed, renamed or edited.
                pub const DIGEST: &'static ::core::primitive::str = #digest;
                /// The folder of the set, relative to the crate.
                pub const FOLDER: &'static ::core::primitive::str = #folder;

                /// The name, which is the migration's identity: the file name without its number.
                pub fn name(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).name
                }
                /// The number of the file name, if it has one.
                pub fn number(self) -> ::core::option::Option<::core::primitive::u64> {
                    #private::MigrationSet::facts(self).number
                }
                /// The category.
                pub fn category(self) -> #category {
                    match self { #(#migration::#variants => #category::#of_migration,)* #nothing }
                }
                /// The path of the file, relative to the crate.
                pub fn path(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).path
                }
                /// What the migration is for, as its header says.
                pub fn purpose(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).purpose
                }
                /// The migrations that must have run before this one, in execution order.
                pub fn dependencies(self) -> #private::Vec<#migration> {
                    let places = #private::MigrationSet::facts(self).dependencies;
                    #private::places_to_migrations(places)
                }
                /// The body as it stands in the file, without its outer `BEGIN` and `COMMIT`.
                pub fn sql(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).sql()
                }
                /// The rollback as it stands in the file; `None` when the migration is irreversible.
                pub fn rollback_sql(self) -> ::core::option::Option<&'static ::core::primitive::str> {
                    #private::MigrationSet::facts(self).rollback_sql()
                }
                /// `sha256:` and 64 hexadecimal digits over the text of the file, line ends normalised.
                pub fn checksum(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).checksum
                }
                /// The migration as refinery knows it.
                ///
                /// # Errors
                /// The name does not fit refinery's pattern.
                pub fn to_refinery(
                    self,
                ) -> ::core::result::Result<#private::RefineryMigration, #private::RefineryError> {
                    #private::to_refinery(self)
                }

                /// Applies every pending migration, exactly once, each in a transaction of its own.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::run`, of which this is the form without options.
                pub fn run_all(
                    client: &mut #private::Client,
                ) -> ::core::result::Result<#private::Report<#migration>, #private::Error> {
                    #private::Migrator::new().run(client)
                }
                /// Rolls back everything that was applied after `target`, the last applied first.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::rollback_to`.
                pub fn rollback_to(
                    client: &mut #private::Client,
                    target: #migration,
                ) -> ::core::result::Result<#private::Vec<#private::RolledBack<#migration>>, #private::Error> {
                    #private::Migrator::new().rollback_to(client, target)
                }
                /// Rolls back the `count` migrations that were applied last.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::rollback_last`.
                pub fn rollback_last(
                    client: &mut #private::Client,
                    count: ::core::primitive::usize,
                ) -> ::core::result::Result<#private::Vec<#private::RolledBack<#migration>>, #private::Error> {
                    #private::Migrator::new().rollback_last(client, count)
                }
                /// Rolls back everything that is applied.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::rollback_all`.
                pub fn rollback_all(
                    client: &mut #private::Client,
                ) -> ::core::result::Result<#private::Vec<#private::RolledBack<#migration>>, #private::Error> {
                    #private::Migrator::new().rollback_all(client)
                }
                /// What is applied, pending, changed, or not known to this set.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::status`.
                pub fn status(
                    client: &mut #private::Client,
                ) -> ::core::result::Result<#private::Status<#migration>, #private::Error> {
                    #private::Migrator::new().status(client)
                }
                /// What a run would do, in order.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::plan`.
                pub fn plan(
                    client: &mut #private::Client,
                ) -> ::core::result::Result<#private::Plan<#migration>, #private::Error> {
                    #private::Migrator::new().plan(client)
                }
            }

            impl #category {
                /// Every category, in order.
                pub const ALL: &'static [#category] = &[#(#category::#categories),*];

                /// The name of the category's folder; empty for the unnamed category.
                pub fn name(self) -> &'static ::core::primitive::str {
                    match self { #(#category::#categories => #names,)* #no_category }
                }
            }

            impl #private::MigrationSet for #migration {
                const ALL: &'static [#migration] = #migration::ALL;
                const DIGEST: &'static ::core::primitive::str = #migration::DIGEST;
                const LEDGER_SCHEMA: &'static ::core::primitive::str = #schema;
                const BUILD: &'static ::core::primitive::str =
                    ::core::concat!(::core::env!("CARGO_PKG_NAME"), " ", ::core::env!("CARGO_PKG_VERSION"));
                const FACTS: &'static [#private::Facts] = FACTS;

                fn index() -> &'static #private::Index {
                    &INDEX
                }
                fn position(self) -> ::core::primitive::usize {
                    self as ::core::primitive::usize
                }
            }
        }
    }

    fn implementations(&self) -> TokenStream {
        let Generator { private, migration, category, .. } = self;
        quote! {
            impl ::core::fmt::Display for #migration {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.pad(self.name())
                }
            }
            impl ::core::fmt::Display for #category {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.pad(self.name())
                }
            }
            impl ::core::str::FromStr for #migration {
                type Err = #private::UnknownMigration;

                fn from_str(
                    name: &::core::primitive::str,
                ) -> ::core::result::Result<#migration, #private::UnknownMigration> {
                    #private::parse(name)
                }
            }
        }
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
        // Not the constant: in a function, whose items `super` does not see, the macro works too.
        let digest = digest(&self.set.migrations);
        quote! {
            #[cfg(test)]
            mod #module {
                #[::core::prelude::v1::test]
                fn is_current() {
                    #private::assert_current(
                        ::core::env!("CARGO_MANIFEST_DIR"),
                        #folder,
                        #digest,
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

/// `runners/010_create_users.rs` as the name of a module.
fn runner_module(path: &str) -> Ident {
    format_ident!("runner_{}", runner_stem(path))
}

/// The same as the name of a static.
fn runner_table(path: &str) -> Ident {
    format_ident!("RUNNER_{}", runner_stem(path).to_uppercase())
}

fn runner_stem(path: &str) -> &str {
    path.trim_start_matches("runners/").trim_end_matches(".rs")
}

fn ranges(statements: &[Statement]) -> TokenStream {
    let ranges = statements.iter().map(|statement| range(&statement.range));
    quote!(#(#ranges),*)
}

fn range(range: &Range<usize>) -> TokenStream {
    let Range { start, end } = range;
    quote!(#start..#end)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}
