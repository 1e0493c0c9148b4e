//! What a catalogue says about the migrations of a folder.

use migrations_rules::{Backup, Config, Kind, Migration, RULES, Set};
use migrations_text::Level;

/// What there is to say about a folder.
pub(super) struct Facts<'s> {
    pub(super) set: &'s Set,
    /// The migrations in the order of execution.
    pub(super) entries: Vec<Entry<'s>>,
}

/// What there is to say about one migration.
pub(super) struct Entry<'s> {
    pub(super) migration: &'s Migration,
    /// Its place in the order of execution, counted from 1.
    pub(super) position: usize,
    /// The lines of its file.
    pub(super) lines: usize,
    /// Why it cannot be undone, if it cannot.
    pub(super) irreversible: Option<String>,
    pub(super) loss: Option<Loss>,
}

/// Why a migration is called destructive.
///
/// The source is what the rule `data-loss` accepts, and nothing is guessed beyond it: `-- @backup` or `-- @allow data-loss`, or
/// the rule's own finding where its level is `warn`. What code in Rust destroys, no rule sees.
pub(super) enum Loss {
    /// What it destroys is copied before.
    Kept(Vec<Backup>),
    /// What it destroys is of no value, for this reason.
    Allowed(String),
    /// The rule warns of it.
    Reported,
}

/// The number of migrations of which something is true, and their lines.
pub(super) struct Totals {
    pub(super) migrations: usize,
    pub(super) lines: usize,
    pub(super) sql: usize,
    pub(super) runners: usize,
    pub(super) companions: usize,
    pub(super) reversible: usize,
    pub(super) irreversible: usize,
    pub(super) destructive: usize,
    pub(super) without_transaction: usize,
}

impl<'s> Facts<'s> {
    pub(super) fn of(set: &'s Set) -> Facts<'s> {
        let entry = |(at, migration): (usize, &'s Migration)| Entry {
            migration,
            position: at + 1,
            lines: migration.text.line_count(),
            irreversible: migration.irreversible(),
            loss: loss(set, migration),
        };
        Facts { set, entries: set.migrations.iter().enumerate().map(entry).collect() }
    }

    pub(super) fn totals(&self) -> Totals {
        let count = |is: &dyn Fn(&Entry<'_>) -> bool| self.entries.iter().filter(|entry| is(entry)).count();
        Totals {
            migrations: self.entries.len(),
            lines: self.entries.iter().map(|entry| entry.lines).sum(),
            sql: count(&|entry| entry.migration.kind == Kind::Sql),
            runners: count(&|entry| entry.migration.kind == Kind::Runner),
            companions: count(&|entry| entry.migration.companion.is_some()),
            reversible: count(&|entry| entry.irreversible.is_none()),
            irreversible: count(&|entry| entry.irreversible.is_some()),
            destructive: count(&|entry| entry.loss.is_some()),
            without_transaction: count(&|entry| !entry.migration.transactional),
        }
    }

    /// The longest file, of several the one that runs first.
    pub(super) fn largest(&self) -> Option<&Entry<'s>> {
        self.entries.iter().rev().max_by_key(|entry| entry.lines)
    }

    /// The migrations of a category in the order of execution.
    pub(super) fn of_category<'f>(&'f self, category: &'f str) -> impl Iterator<Item = &'f Entry<'s>> {
        self.entries.iter().filter(move |entry| entry.migration.category == category)
    }

    /// Whether the migrations run in the order in which the categories list them.
    pub(super) fn runs_as_listed(&self) -> bool {
        let listed = self.set.categories.iter().flat_map(|category| self.of_category(category));
        listed.map(|entry| entry.position).is_sorted()
    }

    /// The file names, without extensions, of what a migration depends on.
    pub(super) fn dependencies(&self, entry: &Entry<'_>) -> Vec<String> {
        let stem = |at: &usize| self.set.migrations.get(*at).map(|migration| migration.file_name.stem());
        entry.migration.dependencies.iter().filter_map(stem).collect()
    }
}

/// The settings that `migrations.toml` gives another value than the default: name, value, default.
pub(super) fn settings(config: &Config) -> Vec<(&'static str, String, String)> {
    let default = Config::default();
    let listed = |config: &Config| {
        config.categories.as_ref().map_or_else(|| "by name".to_owned(), |categories| categories.join(", "))
    };
    let keys = [
        ("categories", listed(config), listed(&default)),
        ("ledger_schema", config.ledger_schema.clone(), default.ledger_schema.clone()),
        ("max_lines", config.max_lines.to_string(), default.max_lines.to_string()),
        ("postgres_version", config.postgres_version.to_string(), default.postgres_version.to_string()),
    ];
    let levels = RULES.iter().map(|rule| (rule.name, config.level(rule).to_string(), rule.level.to_string()));
    keys.into_iter().chain(levels).filter(|(_, value, default)| value != default).collect()
}

fn loss(set: &Set, migration: &Migration) -> Option<Loss> {
    const RULE: &str = "data-loss";
    let backups: Vec<Backup> = migration.backups().cloned().collect();
    if !backups.is_empty() {
        return Some(Loss::Kept(backups));
    }
    if let Some((_, reason)) = migration.allowed().find(|(rule, _)| *rule == RULE) {
        return Some(Loss::Allowed(reason.to_owned()));
    }
    let is_reported = set.problems.iter().any(|problem| {
        problem.rule == RULE && problem.level == Level::Warn && problem.path.ends_with(&migration.path)
    });
    is_reported.then_some(Loss::Reported)
}

/// `schema.table` or `schema.table.column`.
pub(super) fn shown(backup: &Backup) -> String {
    let column = backup.column.iter().map(String::as_str);
    [backup.schema.as_str(), backup.table.as_str()].into_iter().chain(column).collect::<Vec<_>>().join(".")
}
