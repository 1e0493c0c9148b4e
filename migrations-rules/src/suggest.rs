//! "did you mean": the known word that a mistyped one probably stands for.

/// `did you mean …?` for the closest of the known words, if one is close enough.
///
/// ```
/// use migrations_rules::did_you_mean;
///
/// let known = ["verify", "rollback"];
/// assert_eq!(did_you_mean("rolback", known).as_deref(), Some("did you mean `rollback`?"));
/// assert_eq!(did_you_mean("todo", known), None);
/// ```
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(|word| format!("did you mean `{word}`?"))
}

/// The closest of the known words, if one is close enough to be meant.
pub(crate) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_word_is_offered_and_nothing_far_off() {
        let known = ["verify", "rollback", "no-transaction"];
        assert_eq!(closest("no-transacton", known), Some("no-transaction"));
        assert_eq!(closest("verfy", known), Some("verify"));
        assert_eq!(closest("todo", known), None);
        assert_eq!(did_you_mean("rolback", known).as_deref(), Some("did you mean `rollback`?"));
    }
}
