//! File names as variants of an enum.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, Span};

/// The constants of the generated enums: a variant of the same name would hide them.
const CONSTANTS: [&str; 3] = ["ALL", "DIGEST", "FOLDER"];

/// A variant for each name, in order; all are different and none is a keyword.
pub(crate) fn variants<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Ident> {
    let mut taken = CONSTANTS.map(str::to_owned).into();
    names.into_iter().map(|name| Ident::new(&unique(variant(name), &mut taken), Span::call_site())).collect()
}

fn variant(name: &str) -> String {
    let camel = name.to_upper_camel_case();
    // A category is a folder, which may be called `m²`.
    let ascii = camel.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let is_identifier = |name: &String| syn::parse_str::<Ident>(name).is_ok();
    [camel, ascii].map(escaped).into_iter().find(is_identifier).unwrap_or_else(|| "Unnamed".to_owned())
}

fn escaped(camel: String) -> String {
    match camel.as_bytes() {
        [b'0'..=b'9', ..] => format!("_{camel}"),
        b"Self" => "Self_".to_owned(),
        _ => camel,
    }
}

/// `a1` and `a_1` are different names with one variant: the second becomes `A1_2`.
fn unique(variant: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{variant}_{number}"));
    let free = std::iter::once(variant.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or(variant);
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(names: &[&str]) -> Vec<String> {
        variants(names.iter().copied()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_become_camel_case() {
        assert_eq!(shown(&["create_users", "add_oauth_2"]), ["CreateUsers", "AddOauth2"]);
    }

    #[test]
    fn keywords_digits_and_collisions_are_told_apart() {
        assert_eq!(
            shown(&["self", "2fa", "a1", "a_1", "a_1_2", ""]),
            ["Self_", "_2fa", "A1", "A1_2", "A12", "Unnamed"]
        );
        assert_eq!(shown(&["type", "match"]), ["Type", "Match"]);
    }

    #[test]
    fn no_variant_hides_a_constant() {
        assert_eq!(shown(&["all", "a_l_l", "f_o_l_d_e_r"]), ["All", "ALL_2", "FOLDER_2"]);
    }

    #[test]
    fn what_rust_has_no_identifier_for_gets_one() {
        assert_eq!(
            shown(&["größe", "m²", "²", "①②", "!", "🦀"]),
            ["Größe", "M_", "Unnamed", "__", "Unnamed_2", "Unnamed_3"]
        );
    }
}
