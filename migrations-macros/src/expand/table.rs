//! The static table of facts, a row a migration.

use std::ops::Range;

use migrations_rules::{Backup, Migration, Statement, Step};
use proc_macro2::TokenStream;
use quote::quote;

use super::runners::runner_table;
use super::{Generator, option};
use crate::runner::Runner;

impl Generator<'_> {
    /// The static table.
    pub(super) fn table(&self) -> TokenStream {
        let Generator { private, migration, .. } = self;
        let schema = &self.set.config.ledger_schema;
        let rows = self
            .set
            .migrations
            .iter()
            .zip(&self.runners)
            .map(|(migration, runner)| self.row(migration, runner.as_ref()));
        quote! {
            static TABLE: #private::Table = #private::Table {
                facts: &[#(#rows),*],
                index: #private::Index::new(),
                digest: #migration::DIGEST,
                ledger_schema: #schema,
                build: ::core::concat!(::core::env!("CARGO_PKG_NAME"), " ", ::core::env!("CARGO_PKG_VERSION")),
                folder: #migration::FOLDER,
            };
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
        let steps = migration.steps.iter().map(|step| self.step(step));
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
        let replaces = migration.replaces().into_iter().map(|names| quote!(&[#(#names),*]));
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
                steps: &[#(#steps),*],
                verify: &[#(#verify),*],
                rollback: #rollback,
                irreversible: #irreversible,
                checksum: #checksum,
                transactional: #transactional,
                backups: &[#(#backups),*],
                renamed_from: &[#(#renamed_from),*],
                replaces: &[#(#replaces),*],
                runner: #runner,
            }
        }
    }

    fn step(&self, step: &Step) -> TokenStream {
        let private = &self.private;
        let step = match step {
            Step::Atomic => quote!(Atomic),
            Step::Setting => quote!(Setting),
            Step::CreateIndex { index, table } => quote!(CreateIndex { index: #index, table: #table }),
            Step::DropIndex { index } => quote!(DropIndex { index: #index }),
            Step::Reindex { relation } => {
                let relation = option(relation.as_ref().map(|relation| quote!(#relation)));
                quote!(Reindex { relation: #relation })
            }
            Step::Detach { table, partition } => quote!(Detach { table: #table, partition: #partition }),
            Step::Repeatable => quote!(Repeatable),
            Step::Opaque => quote!(Opaque),
        };
        quote!(#private::Step::#step)
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
}

fn ranges(statements: &[Statement]) -> TokenStream {
    let ranges = statements.iter().map(|statement| range(&statement.range));
    quote!(#(#ranges),*)
}

fn range(range: &Range<usize>) -> TokenStream {
    let Range { start, end } = range;
    quote!(#start..#end)
}
