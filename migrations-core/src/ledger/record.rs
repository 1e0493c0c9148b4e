//! The statements that enter what a run does into the ledger.

use super::Ledger;
use super::lease::Run;
use crate::quote::{literal, nullable};
use crate::set::Facts;

const ENGINE: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

impl Ledger {
    /// The statement that enters a migration into the history and the journal, if the run still has the lease.
    pub(crate) fn record_applied(&self, run: &Run, set: &[Facts], place: usize, build: &str) -> String {
        self.record(run, "record_applied", "event => 'applied'", set, place, build)
    }

    /// The same for one that is not run, because the database has what it would make.
    pub(crate) fn record_adopted(&self, run: &Run, set: &[Facts], place: usize, build: &str) -> String {
        self.record(run, "record_applied", "event => 'adopted'", set, place, build)
    }

    /// The statement that enters a migration in the place of others.
    pub(crate) fn record_replaced(
        &self,
        run: &Run,
        replaced: &[&str],
        set: &[Facts],
        place: usize,
        build: &str,
    ) -> String {
        let replaced = format!("replaced => {}", array(replaced));
        self.record(run, "record_replaced", &replaced, set, place, build)
    }

    fn record(
        &self,
        run: &Run,
        function: &str,
        how: &str,
        set: &[Facts],
        place: usize,
        build: &str,
    ) -> String {
        let facts = &set[place];
        let dependencies: Vec<&str> = facts.dependencies.iter().map(|at| set[*at].name).collect();
        format!(
            "SELECT {}({}, {how}, name => {}, category => {}, number => {}, kind => {}, checksum => {}, rollback_sql => {}, \
             irreversible => {}, dependencies => {}, replaces => {}, engine => {}, build => {});",
            self.object(function),
            run.arguments(),
            literal(facts.name),
            literal(facts.category),
            number(facts),
            literal(facts.kind()),
            literal(facts.checksum),
            nullable(facts.rollback_sql()),
            nullable(facts.irreversible),
            array(&dependencies),
            array(&facts.replaces.concat()),
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
        format!(
            "DELETE FROM {} WHERE name OPERATOR(pg_catalog.=) {} AND step OPERATOR(pg_catalog.=) {step};",
            self.object("steps"),
            literal(name)
        )
    }

    /// The statement that remembers how far a batched runner has come.
    pub(crate) fn keep_checkpoint(&self, name: &str, cursor: &str, rows: u64) -> String {
        format!("SELECT {}({}, {}, {rows});", self.object("keep_checkpoint"), literal(name), literal(cursor))
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
            "SELECT {}(id) FROM (SELECT id FROM {} WHERE migration OPERATOR(pg_catalog.=) {} AND restored_at IS NULL ORDER BY id) AS taken;\n",
            self.object("restore_backup"),
            self.object("backups"),
            literal(name),
        )
    }

    /// The statement that follows a migration which was renamed, renumbered or moved.
    pub(crate) fn rename(&self, old_name: &str, facts: &Facts) -> String {
        format!(
            "SELECT {}({}, {}, {}, {});",
            self.object("rename"),
            literal(old_name),
            literal(facts.name),
            literal(facts.category),
            number(facts),
        )
    }

    /// The statement that follows a migration which was renamed when it was half done.
    pub(crate) fn rename_half_done(&self, facts: &Facts) -> String {
        let rename = |old: &&str| {
            format!("SELECT {}({}, {});", self.object("rename_half_done"), literal(old), literal(facts.name))
        };
        facts.renamed_from.iter().map(rename).collect()
    }
}

fn array(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
    format!("ARRAY[{}]::pg_catalog.text[]", names.join(", "))
}

fn number(facts: &Facts) -> String {
    facts.number.map_or_else(|| "NULL".to_owned(), |number| number.to_string())
}
