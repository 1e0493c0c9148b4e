//! The codes of the server's errors that migrations meet: what they mean, and what to do.

mod data;
mod statements;

/// A code of the server's errors, as it concerns migrations.
#[derive(Debug)]
#[cfg_attr(not(feature = "cli"), allow(dead_code))] // It explains them.
pub(crate) struct Code {
    /// Five characters, such as `42P01`.
    pub(crate) code: &'static str,
    /// PostgreSQL's name of the condition.
    pub(crate) name: &'static str,
    /// What it means when a migration ends with it.
    pub(crate) meaning: &'static str,
    /// What to do, in one sentence.
    pub(crate) advice: &'static str,
}

const fn code(code: &'static str, name: &'static str, meaning: &'static str, advice: &'static str) -> Code {
    Code { code, name, meaning, advice }
}

/// All of them, sorted.
pub(crate) fn all() -> impl Iterator<Item = &'static Code> {
    data::CODES.iter().chain(statements::CODES)
}

/// What is known of a code.
pub(crate) fn find(code: &str) -> Option<&'static Code> {
    all().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// A code in words, as the command line explains it.
#[cfg(feature = "cli")]
pub(crate) fn explain(code: &str) -> Option<String> {
    let Code { code, name, meaning, advice } = find(code)?;
    Some(format!("{code} {name}\n\n{}\n\nWhat to do: {advice}.\n", sentence(meaning)))
}

/// With a capital and a full stop.
#[cfg(feature = "cli")]
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).chain(['.']).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_known_once() {
        let codes: Vec<&str> = all().map(|code| code.code).collect();
        assert!(codes.is_sorted_by(|one, next| one < next), "{codes:?}");
        assert!(codes.iter().all(|code| code.len() == 5), "{codes:?}");
    }

    #[test]
    fn names_are_those_of_the_server() {
        for Code { code, name, .. } in all() {
            let known = postgres::error::SqlState::from_code(code);
            let debugged = format!("{known:?}");
            assert!(!debugged.contains("Other") || *code == "25P04", "{code} {name}: {debugged}");
        }
    }

    #[test]
    fn what_is_said_is_one_sentence_without_its_full_stop() {
        for Code { code, meaning, advice, .. } in all() {
            for text in [meaning, advice] {
                assert!(!text.ends_with('.') && !text.contains("  "), "{code}: {text}");
                let is_capitalised =
                    text.starts_with(char::is_uppercase) && !text[1..].starts_with(char::is_uppercase);
                assert!(!is_capitalised, "{code}: {text}");
            }
        }
    }

    #[test]
    #[cfg(feature = "cli")]
    fn a_code_is_explained_in_full() {
        let said = explain("42p01").unwrap();
        assert!(
            said.starts_with("42P01 undefined_table\n\nThe ") && said.contains("\n\nWhat to do: "),
            "{said}"
        );
        assert_eq!(explain("00000"), None);
    }
}
