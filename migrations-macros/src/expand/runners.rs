//! The files of the runners as modules, and their functions as a table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{Generator, option};
use crate::runner::Runner;

impl Generator<'_> {
    /// The files of the runners as modules, so that the compiler and the editor point into the real files, and beside
    /// each module what the engine calls in it.
    pub(super) fn runner_modules(&self) -> TokenStream {
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

    pub(super) fn runners_module(&self) -> Ident {
        format_ident!("runners_of_{}", heck::AsSnakeCase(self.migration.to_string()).to_string())
    }
}

/// `runners/010_create_users.rs` as the name of a module.
fn runner_module(path: &str) -> Ident {
    format_ident!("runner_{}", runner_stem(path))
}

/// The same as the name of a static.
pub(super) fn runner_table(path: &str) -> Ident {
    format_ident!("RUNNER_{}", runner_stem(path).to_uppercase())
}

fn runner_stem(path: &str) -> &str {
    path.trim_start_matches("runners/").trim_end_matches(".rs")
}
