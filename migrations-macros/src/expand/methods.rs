//! What can be asked of the enums.

use proc_macro2::TokenStream;
use quote::quote;

use super::Generator;

impl Generator<'_> {
    pub(super) fn methods(&self) -> TokenStream {
        let Generator { private, migration, category, categories, variants, digest, .. } = self;
        let folder = &self.input.folder;
        let names = &self.set.categories;
        let of_migration = self.category_of_migration();
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
                    #of_migration
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
                /// `sha256:` and 64 hexadecimal digits over the text of the file, line ends normalised, without the lines
                /// that say where it stands in the set.
                pub fn checksum(self) -> &'static ::core::primitive::str {
                    #private::MigrationSet::facts(self).checksum
                }
                /// The migration as refinery knows it.
                ///
                /// # Errors
                /// The name does not fit refinery's pattern.
                // Who does not call it need not link refinery's regular expressions.
                #[inline]
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
                /// The same on a connection that `connect` makes, and on another one when that is lost.
                ///
                /// # Errors
                /// See `migrations_core::Migrator::run_with`.
                pub fn run_all_with(
                    connect: impl ::core::ops::FnMut() -> ::core::result::Result<#private::Client, #private::ConnectError>,
                ) -> ::core::result::Result<#private::Report<#migration>, #private::Error> {
                    #private::Migrator::new().run_with(connect)
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
                fn table() -> &'static #private::Table {
                    &TABLE
                }
                fn at(position: ::core::primitive::usize) -> #migration {
                    #migration::ALL[position]
                }
                fn position(self) -> ::core::primitive::usize {
                    self as ::core::primitive::usize
                }
            }
        }
    }

    /// Which category the name of a category stands for.
    fn category_of_migration(&self) -> TokenStream {
        let Generator { private, category, categories, .. } = self;
        match categories.as_slice() {
            [] => quote!(match self {}),
            [only] => quote!(#category::#only),
            [others @ .., last] => {
                let names = &self.set.categories;
                quote! {
                    match #private::MigrationSet::facts(self).category {
                        #(#names => #category::#others,)*
                        _ => #category::#last,
                    }
                }
            }
        }
    }

    pub(super) fn implementations(&self) -> TokenStream {
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
}
