//! The set: what the macro generates, and what the engine reads of it.

mod current;
#[cfg(any(feature = "cli", feature = "fuzzing"))]
mod folder;
mod packed;

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::ops::Range;

use migrations_text::Step;
use once_cell::sync::OnceCell;

use crate::error::{Error, Kind};
use crate::runner::Runner;
use crate::script::Source;

#[doc(hidden)]
pub use current::assert_current;
#[doc(hidden)]
pub use packed::Packed;

/// The migrations of one folder, as an enum: one variant a migration, in execution order.
///
/// [`embed_migrations!`](crate::embed_migrations) implements it; there is no need to do so by hand.
///
/// ```
/// use migrations_core::{Error, MigrationSet, Migrator};
///
/// /// What every service of ours does with its migrations.
/// fn migrate<M: MigrationSet>(client: &mut postgres::Client) -> Result<(), Error> {
///     let report = Migrator::<M>::new().on_event(|event| eprintln!("{event}")).run(client)?;
///     eprintln!("{report}");
///     Ok(())
/// }
/// ```
pub trait MigrationSet: Copy + Ord + Hash + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// What is known about the set.
    #[doc(hidden)]
    fn table() -> &'static Table;

    /// The migration at a place of the execution order, counted from 0.
    #[doc(hidden)]
    fn at(position: usize) -> Self;

    /// The migration's place in the execution order, counted from 0.
    #[doc(hidden)]
    fn position(self) -> usize;

    /// What is known about the migration.
    #[doc(hidden)]
    fn facts(self) -> &'static Facts {
        &Self::table().facts()[self.position()]
    }

    /// Every migration of the set, in execution order.
    ///
    /// ```
    /// # migrations_core::embed_migrations!("examples/migrations");
    /// use migrations_core::MigrationSet;
    ///
    /// assert_eq!(Migration::all().next_back(), Some(Migration::CreateUsers));
    /// assert_eq!(Migration::all().len(), Migration::ALL.len());
    /// ```
    fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        (0..Self::table().len()).map(Self::at)
    }
}

/// What is known about one migration when the set is built.
#[doc(hidden)]
#[derive(Debug)]
pub struct Facts {
    /// The identity of the migration.
    pub name: &'static str,
    /// The file name without its extension: number and name.
    pub stem: &'static str,
    pub number: Option<u64>,
    pub category: &'static str,
    /// The path of the file, relative to the crate that embeds it.
    pub path: &'static str,
    pub purpose: &'static str,
    /// The migrations that must have run before, as places in the execution order.
    pub dependencies: &'static [usize],
    /// The whole file, line ends normalised.
    pub text: &'static str,
    pub body: &'static [Range<usize>],
    /// How each statement of the body is run; empty when the body runs in a transaction.
    pub steps: &'static [Step<&'static str>],
    /// The statements that verify, and whether each is a query.
    pub verify: &'static [(Range<usize>, bool)],
    pub rollback: Option<&'static [Range<usize>]>,
    pub irreversible: Option<&'static str>,
    pub checksum: &'static str,
    pub transactional: bool,
    /// What is copied first: schema, table and, if only one is, the column.
    pub backups: &'static [(&'static str, &'static str, Option<&'static str>)],
    pub renamed_from: &'static [&'static str],
    /// In whose place it stands: each list did together what it does.
    pub replaces: &'static [&'static [&'static str]],
    /// The code that accompanies it, or that it consists of.
    pub runner: Option<&'static Runner>,
}

impl Facts {
    /// The body as it stands in the file, without its outer `BEGIN` and `COMMIT`.
    pub fn sql(&self) -> &'static str {
        slice(self.text, self.body.iter())
    }

    /// The rollback as it stands in the file.
    pub fn rollback_sql(&self) -> Option<&'static str> {
        self.rollback.map(|statements| slice(self.text, statements.iter()))
    }

    /// `sql`, or `runner` when it consists of code alone.
    pub(crate) fn kind(&self) -> &'static str {
        if self.runner.is_some_and(|runner| runner.up.is_some() || runner.batch.is_some()) {
            "runner"
        } else {
            "sql"
        }
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source { path: self.path, text: self.text }
    }

    /// The checksum of a statement of the body.
    pub(crate) fn step_checksum(&self, at: usize) -> String {
        migrations_text::checksum(&self.text[self.body[at].clone()])
    }

    /// Whether the table still fits the text that was embedded.
    fn is_sound(&self) -> bool {
        let verify = self.verify.iter().map(|(range, _)| range);
        let mut ranges = self.body.iter().chain(verify).chain(self.rollback.unwrap_or_default());
        ranges.all(|range| self.text.get(range.clone()).is_some())
    }
}

/// From the first statement to the `;` of the last.
pub(crate) fn slice<'t, 's>(
    text: &'t str,
    mut statements: impl DoubleEndedIterator<Item = &'s Range<usize>>,
) -> &'t str {
    let Some(first) = statements.next() else { return "" };
    let last = statements.next_back().unwrap_or(first);
    let end = if text[last.end..].starts_with(';') { last.end + 1 } else { last.end };
    &text[first.start..end]
}

/// A set without its type, which may also be made while the program runs.
#[doc(hidden)]
#[derive(Debug)]
pub struct Table {
    pub rows: Rows,
    /// One value for the whole set, which changes when a migration is added, removed, renamed or edited: 40 hexadecimal
    /// digits.
    pub digest: &'static str,
    /// The schema of the ledger, as `migrations.toml` says it.
    pub ledger_schema: &'static str,
    /// The package that embedded the set, with its version.
    pub build: &'static str,
    /// The folder, relative to the crate that embeds it.
    pub folder: &'static str,
    pub read: Read,
}

/// The migrations of a table, in execution order.
#[doc(hidden)]
#[derive(Debug)]
pub enum Rows {
    /// As the macro embeds them.
    Packed(Packed),
    /// As they are used.
    Read(&'static [Facts]),
}

/// What is made of the rows when it is first asked for: a run that finds nothing to do does not ask.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Read {
    facts: OnceCell<(&'static [Facts], Option<Torn>)>,
    places: OnceCell<HashMap<&'static str, usize>>,
}

/// The path of a file that was changed while the crate was being built.
type Torn = &'static str;

impl Read {
    pub const fn new() -> Read {
        Read { facts: OnceCell::new(), places: OnceCell::new() }
    }
}

impl Table {
    /// What is known of each migration, in execution order.
    pub fn facts(&self) -> &'static [Facts] {
        self.facts_and_torn().0
    }

    /// The number of migrations.
    pub(crate) fn len(&self) -> usize {
        match &self.rows {
            Rows::Packed(packed) => packed.texts.len(),
            Rows::Read(facts) => facts.len(),
        }
    }

    /// The place of each name.
    ///
    /// # Errors
    /// A file was changed while the crate was being built: the text that was embedded is not the one that was checked.
    pub(crate) fn places(&self) -> Result<&HashMap<&'static str, usize>, Error> {
        let (facts, torn) = self.facts_and_torn();
        let unsound = || facts.iter().find(|facts| !facts.is_sound()).map(|facts| facts.path);
        self.read.places.get_or_try_init(|| match torn.or_else(unsound) {
            Some(path) => Err(Error::from(Kind::TornEmbedding { path })),
            None => Ok(facts.iter().enumerate().map(|(place, facts)| (facts.name, place)).collect()),
        })
    }

    fn facts_and_torn(&self) -> (&'static [Facts], Option<Torn>) {
        *self.read.facts.get_or_init(|| match &self.rows {
            Rows::Packed(packed) => packed.read(self.folder),
            Rows::Read(facts) => (facts, None),
        })
    }
}

/// Finds a migration by its name, its file name, or `category/` and either.
#[doc(hidden)]
pub fn parse<M: MigrationSet>(written: &str) -> Result<M, UnknownMigration> {
    let (category, stem) =
        written.rsplit_once('/').map_or((None, written), |(category, stem)| (Some(category), stem));
    let table = M::table();
    let places = table.places().map_err(|_| UnknownMigration(written.to_owned()))?;
    let by_stem = || table.facts().iter().position(|facts| facts.stem == stem);
    places
        .get(stem)
        .copied()
        .or_else(by_stem)
        .filter(|place| category.is_none_or(|category| table.facts()[*place].category == category))
        .map(M::at)
        .ok_or_else(|| UnknownMigration(written.to_owned()))
}

/// A name that is no migration of the set.
///
/// ```
/// # migrations_core::embed_migrations!("examples/migrations");
/// let error = "create_user".parse::<Migration>().unwrap_err();
/// assert_eq!(error.to_string(), "no migration is named `create_user`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no migration is named `{0}`")]
pub struct UnknownMigration(String);

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // A list of one statement.
mod tests {
    use super::*;

    fn facts(body: &'static [Range<usize>], rollback: Option<&'static [Range<usize>]>) -> Facts {
        Facts {
            name: "create_a",
            stem: "001_create_a",
            number: Some(1),
            category: "schema",
            path: "sql/schema/001_create_a.sql",
            body,
            rollback,
            ..packed::blank("SELECT 1; -- ä\nSELECT 2")
        }
    }

    #[test]
    fn a_text_that_is_not_the_one_that_was_checked_is_found_out() {
        let places = |facts: Facts| {
            let facts: &'static [Facts] = Box::leak(Box::new([facts]));
            let (digest, ledger_schema, build, folder) = ("", "migrations", "a 0.1.0", "migrations");
            let table =
                Table { rows: Rows::Read(facts), digest, ledger_schema, build, folder, read: Read::new() };
            table.places().map(HashMap::len).map_err(|error| error.to_string())
        };
        assert_eq!(places(facts(&[0..8], Some(&[16..24]))), Ok(1));
        let torn = "sql/schema/001_create_a.sql was changed while the crate was being built; build it again";
        assert_eq!(places(facts(&[0..8, 16..25], None)), Err(torn.to_owned()), "behind its end");
        assert_eq!(places(facts(&[0..8], Some(&[14..24]))), Err(torn.to_owned()), "inside a character");
    }

    #[test]
    fn statements_are_shown_with_the_semicolon_of_the_last_if_it_has_one() {
        assert_eq!(facts(&[0..8], None).sql(), "SELECT 1;");
        assert_eq!(facts(&[0..8, 16..24], None).sql(), "SELECT 1; -- ä\nSELECT 2");
        assert_eq!(facts(&[], None).sql(), "");
    }
}
