//! The statements that enter what a run does into the ledger.

use super::Ledger;
use super::lease::Run;
use crate::quote::{literal, nullable};
use crate::set::Facts;

const ENGINE: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

impl Ledger {
    /// The statement that enters a migration into the history and the journal, if the run still has the lease.
    pub(crate) fn record_applied(&self, run: &Run, set: &[Facts], place: usize, build: &str) -> String {
        let facts = &set[place];
        let dependencies: Vec<String> = facts.dependencies.iter().map(|at| literal(set[*at].name)).collect();
        format!(
            "SELECT {}({}, name => {}, category => {}, number => {}, kind => {}, checksum => {}, rollback_sql => {}, \
             irreversible => {}, dependencies => ARRAY[{}]::pg_catalog.text[], engine => {}, build => {});",
            self.object("record_applied"),
            run.arguments(),
            literal(facts.name),
            literal(facts.category),
            number(facts),
            literal(facts.kind()),
            literal(facts.checksum),
            nullable(facts.rollback_sql()),
            nullable(facts.irreversible),
            dependencies.join(", "),
            literal(ENGINE),
            literal(build),
        )
    }

    /// The statement that takes a migration out of the history and enters that into the journal, if the run still has
    /// the lease.
    pub(crate) fn record_rolled_back(&self, run: &Run, name: &str, build: &str) -> String {
        format!(
            "SELECT {}({}, name => {}, engine => {}, build => {});",
            self.object("record_rolled_back"),
            run.arguments(),
            literal(name),
            literal(ENGINE),
            literal(build),
        )
    }

    /// The statement that says that a statement of a `@no-transaction` file begins, if the run still has the lease.
    pub(crate) fn start_step(&self, run: &Run, name: &str, step: usize, checksum: &str) -> String {
        let start = self.object("start_step");
        format!("SELECT {start}({}, {}, {step}, {});\n", run.arguments(), literal(name), literal(checksum))
    }

    /// The statement that says that it is finished.
    pub(crate) fn finish_step(&self, name: &str, step: usize) -> String {
        format!("SELECT {}({}, {step});\n", self.object("finish_step"), literal(name))
    }

    /// The statement that says that it has had no effect.
    pub(crate) fn forget_step(&self, name: &str, step: usize) -> String {
        format!("DELETE FROM {} WHERE name = {} AND step = {step};", self.object("steps"), literal(name))
    }

    /// The statements that copy what a migration is going to destroy.
    pub(crate) fn take_backups(&self, facts: &Facts, most_bytes: u64) -> String {
        let take = |(schema, table, column): &(&str, &str, Option<&str>)| {
            format!(
                "SELECT {}({}, {}, {}, {}, {});\n",
                self.object("take_backup"),
                literal(facts.name),
                literal(schema),
                literal(table),
                nullable(*column),
                i64::try_from(most_bytes).unwrap_or(i64::MAX),
            )
        };
        facts.backups.iter().map(take).collect()
    }

    /// The statement that puts back what was copied when a migration was applied, the first copy first.
    pub(crate) fn restore_backups(&self, name: &str) -> String {
        format!(
            "SELECT {}(id) FROM (SELECT id FROM {} WHERE migration = {} AND restored_at IS NULL ORDER BY id) AS taken;\n",
            self.object("restore_backup"),
            self.object("backups"),
            literal(name),
        )
    }

    /// The statements that follow a migration which was renamed, renumbered or moved.
    pub(crate) fn rename(&self, old_name: &str, facts: &Facts) -> String {
        let (history, old, new) = (self.object("history"), literal(old_name), literal(facts.name));
        let mut updates = format!(
            "UPDATE {history} SET name = {new}, category = {}, number = {} WHERE name = {old};",
            literal(facts.category),
            number(facts),
        );
        if old_name != facts.name {
            updates.push_str(&format!(
                "UPDATE {history} SET dependencies = pg_catalog.array_replace(dependencies, {old}, {new}) \
                 WHERE {old} = ANY (dependencies);UPDATE {} SET migration = {new} WHERE migration = {old};",
                self.object("backups"),
            ));
        }
        updates
    }

    /// The statements that follow a migration which was renamed when it was half done.
    pub(crate) fn rename_half_done(&self, facts: &Facts) -> String {
        let old: Vec<String> = facts.renamed_from.iter().map(|old| literal(old)).collect();
        let (old, new) = (old.join(", "), literal(facts.name));
        let rename = |table| format!("UPDATE {} SET name = {new} WHERE name IN ({old});", self.object(table));
        if old.is_empty() { old } else { rename("steps") + &rename("checkpoints") }
    }
}

fn number(facts: &Facts) -> String {
    facts.number.map_or_else(|| "NULL".to_owned(), |number| number.to_string())
}
