//! Several migrations in one message to the server.

use postgres::error::{DbError, ErrorPosition};

use super::Script;
use crate::set::Facts;

/// The most migrations that travel in one message.
const MOST: usize = 128;

/// The most bytes that their files have together.
const MOST_BYTES: usize = 128 * 1024;

/// How many of the pending migrations, from the first one on, travel in one message: those that the server runs by itself
/// and in transactions.
///
/// With `one_by_one`, the first alone.
pub(crate) fn together(set: &[Facts], pending: &[usize], one_by_one: bool) -> usize {
    let mut bytes = 0;
    let mut travels = |place: &&usize| {
        let facts = &set[**place];
        bytes += facts.text.len();
        facts.transactional && facts.runner.is_none() && bytes <= MOST_BYTES
    };
    let most = if one_by_one { 1 } else { MOST };
    pending.iter().take(most).take_while(|place| travels(place)).count().max(1)
}

/// Scripts that travel in one message, one behind the other.
#[derive(Debug)]
pub(crate) struct Together<'a> {
    scripts: Vec<Script<'a>>,
    text: String,
}

impl<'a> Together<'a> {
    /// The scripts, and a query behind them.
    pub(crate) fn new(scripts: impl Iterator<Item = Script<'a>>, query: &str) -> Together<'a> {
        let mut together = Together { scripts: Vec::new(), text: String::new() };
        let mut start = 0;
        for mut script in scripts {
            script.start = start;
            script.push(";\n");
            start += script.characters;
            together.text.push_str(&std::mem::take(&mut script.text));
            together.scripts.push(script);
        }
        together.text.push_str(query);
        together
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of the script, counted from 0, that an error is about, and the script; `committed` have come to their
    /// end. None, when all of them have.
    pub(crate) fn failed(&self, error: Option<&DbError>, committed: usize) -> Option<(usize, &Script<'a>)> {
        // What cannot be read at all is refused before the first one begins.
        let pointed_to = match error.and_then(DbError::position) {
            Some(ErrorPosition::Original(position)) => {
                self.scripts.iter().position(|script| script.has(*position as usize))
            }
            _ => None,
        };
        let at = pointed_to.unwrap_or(committed).max(committed);
        self.scripts.get(at).map(|script| (at, script))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Source;

    fn script(text: &str) -> Script<'_> {
        let mut script = Script::empty(Source { path: "a.sql", text });
        script.push("BEGIN; ");
        script.part(&(0..text.len()), false);
        script
    }

    #[test]
    fn each_script_knows_its_own_characters_of_the_message() {
        let together = Together::new(["SELECT ä", "SELECT b"].map(script).into_iter(), "SELECT 1");
        assert_eq!(together.as_str(), "BEGIN; SELECT ä;\nBEGIN; SELECT b;\nSELECT 1");
        let at = |position: usize| {
            let script = together.scripts.iter().find(|script| script.has(position))?;
            let (_, at) = script.locate(position)?;
            Some(&script.source.text[at..])
        };
        let position =
            |of: &str| together.as_str().chars().take_while(|c| *c != of.chars().next().unwrap()).count() + 1;
        assert_eq!(at(position("ä")), Some("ä"));
        assert_eq!(at(position("b")), Some("b"));
        assert_eq!(at(1), None, "before the first statement");
        assert_eq!(at(together.as_str().chars().count()), None, "behind the last one");
    }

    #[test]
    fn what_fails_is_the_first_that_has_not_come_to_its_end() {
        let together = Together::new(["SELECT 1", "SELECT 2"].map(script).into_iter(), "SELECT 3");
        let failed =
            |committed| together.failed(None, committed).map(|(at, script)| (at, script.source.text));
        assert_eq!([failed(0), failed(1), failed(2)], [Some((0, "SELECT 1")), Some((1, "SELECT 2")), None]);
    }
}
