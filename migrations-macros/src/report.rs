//! Problems as compiler messages, on stable Rust.
//!
//! Nothing on stable can make rustc point into another file, so the text of the message carries place and
//! excerpt itself. All tokens are spanned on the macro's argument, which keeps rustc from adding that
//! "this error originates in the macro".

use migrations_rules::{Problem, render};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};

pub(crate) fn problems<'a>(problems: impl Iterator<Item = &'a Problem>, span: Span) -> TokenStream {
    problems
        .map(|problem| if problem.is_error() { error(problem, span) } else { warning(problem, span) })
        .collect()
}

fn error(problem: &Problem, span: Span) -> TokenStream {
    let message = render::plain(problem);
    quote_spanned!(span=> ::core::compile_error! { #message })
}

/// The one warning that stable Rust lets a macro give with a text of its own: the use of something deprecated.
fn warning(problem: &Problem, span: Span) -> TokenStream {
    let message = format!("\n{}", render::plain(problem));
    let name = format_ident!("{}", problem.rule.replace('-', "_"), span = span);
    quote_spanned! {span=>
        const _: () = {
            #[deprecated(note = #message)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}
