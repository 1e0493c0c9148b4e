//! The facts of a set as one packed string, a row a migration, beside the texts of the files.
//!
//! A table in Rust would cost the compiler more than everything else of a rebuild: it looks at each of its values. What is
//! packed here, in this order, `migrations_core` reads again when the program asks for it.

use migrations_rules::{Backup, Migration, Verification};
use migrations_text::packed::Packer;
use proc_macro2::TokenStream;
use quote::quote;

use super::Generator;
use super::runners::runner_table;
use crate::runner::Runner;

impl Generator<'_> {
    /// The static table.
    pub(super) fn table(&self) -> TokenStream {
        let Generator { private, migration, .. } = self;
        let schema = &self.set.config.ledger_schema;
        let packed = self.packed();
        let texts = self.set.migrations.iter().map(|migration| self.text(migration));
        let modules = self.runners_module();
        let runners = self.runners.iter().flatten().map(|runner| runner_table(runner.path));
        quote! {
            static TABLE: #private::Table = #private::Table {
                rows: #private::Rows::Packed(#private::Packed {
                    packed: #packed,
                    texts: &[#(#texts),*],
                    runners: &[#(&#modules::#runners),*],
                }),
                digest: #migration::DIGEST,
                ledger_schema: #schema,
                build: ::core::concat!(::core::env!("CARGO_PKG_NAME"), " ", ::core::env!("CARGO_PKG_VERSION")),
                folder: #migration::FOLDER,
                read: #private::Read::new(),
            };
        }
    }

    fn packed(&self) -> String {
        let mut packer = Packer::default();
        packer.list(&self.set.categories, |packer, category| packer.text(category));
        let mut runners = 0;
        for (migration, runner) in self.set.migrations.iter().zip(&self.runners) {
            packer.count(migration.text.as_str().len());
            self.identity(&mut packer, migration);
            statements(&mut packer, migration);
            relations(&mut packer, migration);
            packer.option(runner.as_ref(), |packer, _: &Runner<'_>| packer.count(runners));
            runners += usize::from(runner.is_some());
        }
        packer.into_string()
    }

    fn identity(&self, packer: &mut Packer, migration: &Migration) {
        let (path, file_name) = (self.shown(&migration.path), &migration.file_name);
        let stem_start = path.rfind('/').map_or(0, |slash| slash + 1);
        let stem_end = path.rfind('.').unwrap_or(path.len());
        packer.text(&path);
        packer.range(&(stem_start..stem_end));
        packer.count(stem_end - stem_start - file_name.name.len());
        packer.option(file_name.number.as_ref(), |packer, number| packer.number(number.value()));
        packer.count(self.category_at(migration));
        packer.text(migration.checksum());
        packer.text(&migration.purpose());
        packer.option(migration.irreversible(), |packer, reason| packer.text(&reason));
    }

    /// The place of a migration's category.
    fn category_at(&self, migration: &Migration) -> usize {
        self.set.categories.iter().position(|category| *category == migration.category).unwrap_or(0)
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

fn statements(packer: &mut Packer, migration: &Migration) {
    packer.flag(migration.transactional);
    packer.list(&migration.body, |packer, statement| packer.range(&statement.range));
    packer.list(&migration.steps, |packer, step| step.pack(packer));
    packer.list(&migration.verify, |packer, Verification { statement, is_query }| {
        packer.range(&statement.range);
        packer.flag(*is_query);
    });
    packer.option(migration.rollback.as_ref(), |packer, statements| {
        packer.list(statements, |packer, statement| packer.range(&statement.range));
    });
}

fn relations(packer: &mut Packer, migration: &Migration) {
    packer.list(&migration.dependencies, |packer, place| packer.count(*place));
    let backups: Vec<&Backup> = migration.backups().collect();
    packer.list(backups, |packer, Backup { schema, table, column }| {
        packer.text(schema);
        packer.text(table);
        packer.option(column.as_ref(), |packer, column| packer.text(column));
    });
    packer.list(migration.renamed_from(), |packer, name| packer.text(&name));
    packer.list(migration.replaces(), |packer, names| packer.list(names, |packer, name| packer.text(&name)));
}
