//! What stands between the parentheses of the macro.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, Visibility};

/// `$crate; pub enum Migration in "migrations"`, of which everything behind the `;` may be missing.
pub(crate) struct Input {
    /// The path of the crate `migrations_core`, whatever the user calls it.
    pub(crate) core: TokenStream,
    pub(crate) visibility: TokenStream,
    /// The name of the enum; `None`: `Migration`, with its `Category`.
    pub(crate) name: Option<Ident>,
    /// The folder, relative to the crate that calls the macro.
    pub(crate) folder: String,
    /// Where errors are shown.
    pub(crate) span: Span,
}

const EXPECTED: &str =
    "expected the folder as a string, such as `\"migrations\"`, or `pub enum Name in \"migrations\"`";

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Input> {
        let core = core_path(input)?;
        let mut parsed = Input {
            core,
            visibility: quote::quote!(pub),
            name: None,
            folder: "migrations".to_owned(),
            span: Span::call_site(),
        };
        if input.is_empty() {
            return Ok(parsed);
        }
        if !input.peek(LitStr) {
            let visibility: Visibility = input.parse()?;
            if !input.peek(Token![enum]) {
                return Err(input.error(EXPECTED));
            }
            input.parse::<Token![enum]>()?;
            let name: Ident = input.parse()?;
            parsed.span = name.span();
            parsed.visibility = quote::quote!(#visibility);
            parsed.name = Some(name);
            if input.is_empty() {
                return Ok(parsed);
            }
            input.parse::<Token![in]>()?;
        }
        if !input.peek(LitStr) {
            return Err(input.error(EXPECTED));
        }
        let folder: LitStr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(
                input.error("one folder is one set; call the macro again, with a name, for another set")
            );
        }
        parsed.folder = folder_path(&folder)?;
        parsed.span = folder.span();
        Ok(parsed)
    }
}

fn core_path(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        let token: proc_macro2::TokenTree = input.parse()?;
        path.extend([token]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

fn folder_path(literal: &LitStr) -> syn::Result<String> {
    let folder = literal.value();
    if std::path::Path::new(&folder).is_absolute() {
        return Err(syn::Error::new(
            literal.span(),
            "an absolute path is another one on every machine; name the folder relative to the folder of Cargo.toml",
        ));
    }
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    Ok(if folder.is_empty() { ".".to_owned() } else { folder.to_owned() })
}
