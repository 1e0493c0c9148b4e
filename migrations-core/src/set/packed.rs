//! A table as the macro embeds it: one packed string and the texts of the files, which become [`Facts`] when they are first
//! asked for. To the compiler a table of thousands of rows is a single token then.

use std::ops::Range;

use migrations_text::Step;
use migrations_text::packed::Unpacker;

use super::{Facts, Torn};
use crate::runner::Runner;

/// The rows of a table as the macro embeds them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Packed {
    /// The names of the categories, and a row a migration: what `migrations_macros` packs.
    pub packed: &'static str,
    /// The texts of the migrations, in execution order.
    pub texts: &'static [&'static str],
    pub runners: &'static [&'static Runner],
}

impl Packed {
    /// The facts of all migrations, however little of them can be read, and the first file, or the folder, that does not
    /// fit the texts.
    pub(super) fn read(&self, folder: &'static str) -> (&'static [Facts], Option<Torn>) {
        let mut unpacker = Unpacker::new(self.packed);
        let categories = unpacker.list(Unpacker::text).unwrap_or_default();
        let mut reader = Reader { unpacker, categories, runners: self.runners, torn: None };
        let row = |text: &&'static str| {
            reader.row(text).unwrap_or_else(|| {
                reader.torn = reader.torn.or(Some(folder));
                blank(text)
            })
        };
        let facts: Vec<Facts> = self.texts.iter().map(row).collect();
        (facts.leak(), reader.torn)
    }
}

struct Reader {
    unpacker: Unpacker<'static>,
    categories: Vec<&'static str>,
    runners: &'static [&'static Runner],
    /// The first file whose text is not the one that was checked.
    torn: Option<Torn>,
}

impl Reader {
    /// The facts of the next migration; its fields stand in the order in which the macro packs them.
    fn row(&mut self, text: &'static str) -> Option<Facts> {
        let mut facts = blank(text);
        let is_whole = self.unpacker.count()? == text.len();
        self.identity(&mut facts)?;
        self.statements(&mut facts)?;
        self.relations(&mut facts)?;
        if !is_whole {
            self.torn = self.torn.or(Some(facts.path));
            (facts.body, facts.verify, facts.rollback) = (&[], &[], None);
        }
        Some(facts)
    }

    fn identity(&mut self, facts: &mut Facts) -> Option<()> {
        let unpacker = &mut self.unpacker;
        facts.path = unpacker.text()?;
        facts.stem = facts.path.get(unpacker.range()?)?;
        facts.name = facts.stem.get(unpacker.count()?..)?;
        facts.number = unpacker.option(Unpacker::number)?;
        facts.category = self.categories.get(unpacker.count()?)?;
        facts.checksum = unpacker.text()?;
        facts.purpose = unpacker.text()?;
        facts.irreversible = unpacker.option(Unpacker::text)?;
        Some(())
    }

    fn statements(&mut self, facts: &mut Facts) -> Option<()> {
        let unpacker = &mut self.unpacker;
        facts.transactional = unpacker.flag()?;
        facts.body = list(unpacker, Unpacker::range)?;
        facts.steps = list(unpacker, Step::unpacked)?;
        facts.verify = list(unpacker, verification)?;
        facts.rollback = unpacker.option(|unpacker| list(unpacker, Unpacker::range))?;
        Some(())
    }

    fn relations(&mut self, facts: &mut Facts) -> Option<()> {
        let unpacker = &mut self.unpacker;
        facts.dependencies = list(unpacker, Unpacker::count)?;
        facts.backups = list(unpacker, backup)?;
        facts.renamed_from = list(unpacker, Unpacker::text)?;
        facts.replaces = list(unpacker, |unpacker| list(unpacker, Unpacker::text))?;
        facts.runner = match unpacker.option(Unpacker::count)? {
            Some(at) => Some(self.runners.get(at)?),
            None => None,
        };
        Some(())
    }
}

/// A list that stays until the program ends, as the table does.
fn list<T>(
    unpacker: &mut Unpacker<'static>,
    item: impl FnMut(&mut Unpacker<'static>) -> Option<T>,
) -> Option<&'static [T]> {
    unpacker.list(item).map(|items| &*items.leak())
}

fn verification(unpacker: &mut Unpacker<'static>) -> Option<(Range<usize>, bool)> {
    Some((unpacker.range()?, unpacker.flag()?))
}

fn backup(unpacker: &mut Unpacker<'static>) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    Some((unpacker.text()?, unpacker.text()?, unpacker.option(Unpacker::text)?))
}

/// The facts of a migration of which nothing is known but its text.
pub(super) fn blank(text: &'static str) -> Facts {
    Facts {
        name: "",
        stem: "",
        number: None,
        category: "",
        path: "",
        purpose: "",
        dependencies: &[],
        text,
        body: &[],
        steps: &[],
        verify: &[],
        rollback: None,
        irreversible: None,
        checksum: "",
        transactional: true,
        backups: &[],
        renamed_from: &[],
        replaces: &[],
        runner: None,
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // A list of one statement.
mod tests {
    use migrations_text::packed::Packer;

    use super::super::{Read, Rows, Table};
    use super::*;

    const TEXT: &str = "SELECT 1; -- ä";

    fn table(packed: String, text: &'static str) -> Table {
        let rows =
            Rows::Packed(Packed { packed: packed.leak(), texts: Box::leak(Box::new([text])), runners: &[] });
        let (digest, ledger_schema, build, folder) = ("", "migrations", "a 0.1.0", "migrations");
        Table { rows, digest, ledger_schema, build, folder, read: Read::new() }
    }

    fn packed() -> String {
        let mut packer = Packer::default();
        packer.list(["schema"], Packer::text);
        packer.count(TEXT.len());
        packer.text("sql/schema/001_create_a.sql");
        packer.range(&(11..23));
        packer.count(4);
        packer.option(Some(1), Packer::number);
        packer.count(0);
        packer.text("sha256:");
        packer.text("Create a.");
        packer.option(None, Packer::text);
        packer.flag(true);
        packer.list(&[0..8], Packer::range);
        packer.list([], |_, ()| {});
        packer.list([], |_, ()| {});
        packer.option(Some(&[0..8]), |packer, ranges| packer.list(ranges, Packer::range));
        for _ in 0..5 {
            packer.count(0);
        }
        packer.into_string()
    }

    fn torn(table: &Table) -> Option<String> {
        table.places().err().map(|error| error.to_string())
    }

    #[test]
    fn a_table_is_read_once() {
        let table = table(packed(), TEXT);
        let facts = &table.facts()[0];
        assert_eq!((facts.name, facts.stem, facts.number), ("create_a", "001_create_a", Some(1)));
        assert_eq!((facts.category, facts.purpose, facts.sql()), ("schema", "Create a.", "SELECT 1;"));
        assert!(std::ptr::eq(table.facts(), table.facts()));
        assert_eq!(torn(&table), None);
    }

    #[test]
    fn a_text_of_another_length_is_found_out_and_nothing_is_cut_out_of_it() {
        let changed =
            "sql/schema/001_create_a.sql was changed while the crate was being built; build it again";
        for text in ["", "SELECT", "SELECT 1; -- äö"] {
            let table = table(packed(), text);
            assert_eq!(torn(&table).as_deref(), Some(changed), "{text}");
            assert_eq!((table.facts()[0].sql(), table.facts()[0].name), ("", "create_a"));
        }
        assert_eq!(torn(&table(packed(), "SELECTä1; --  ")).as_deref(), None);
        assert_eq!(torn(&table(packed(), "SELECT ä; --  ")).as_deref(), Some(changed), "inside a character");
    }

    #[test]
    fn a_part_of_a_table_has_all_rows_and_is_said_to_be_torn() {
        let whole = packed();
        for end in 0..whole.len() {
            let table = table(whole[..end].to_owned(), TEXT);
            assert_eq!(table.facts().len(), 1);
            assert!(torn(&table).is_some(), "{end}");
        }
    }
}
