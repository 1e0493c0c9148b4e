//! A table that is made of a checked folder while the program runs: what the macro makes of it at build time.

use migrations_rules::{Backup, Kind, Migration, Statement, digest};

use super::{Facts, Read, Rows, Table};
use crate::agent::Agent;
use crate::runner::{Runner, RunnerError};

impl Table {
    /// The table of a folder, which in paths is called `name`. It stays until the program ends.
    ///
    /// Rust is not compiled here: a runner is an error when it is called.
    pub fn of_folder(set: &migrations_rules::Set, name: &str, build: &'static str) -> &'static Table {
        let prefix = if name == "." { String::new() } else { format!("{name}/") };
        Box::leak(Box::new(Table {
            rows: Rows::Read(list(set.migrations.iter().map(|migration| facts(migration, &prefix)))),
            read: Read::new(),
            digest: digest(&set.migrations).leak(),
            ledger_schema: text(&set.config.ledger_schema),
            build,
            folder: text(name),
        }))
    }
}

fn facts(migration: &Migration, prefix: &str) -> Facts {
    let backup = |Backup { schema, table, column }: &Backup| {
        (text(schema), text(table), column.as_ref().map(|column| text(column)))
    };
    Facts {
        name: text(&migration.file_name.name),
        stem: text(&migration.file_name.stem()),
        number: migration.file_name.number.as_ref().map(migrations_rules::Number::value),
        category: text(&migration.category),
        path: format!("{prefix}{}", migration.path).leak(),
        purpose: migration.purpose().leak(),
        dependencies: list(migration.dependencies.iter().copied()),
        text: text(migration.text.as_str()),
        body: ranges(&migration.body),
        steps: list(migration.steps.iter().map(|step| step.clone().map(|name| &*name.leak()))),
        verify: list(migration.verify.iter().map(|check| (check.statement.range.clone(), check.is_query))),
        rollback: migration.rollback.as_deref().map(ranges),
        irreversible: migration.irreversible().map(|reason| &*reason.leak()),
        checksum: text(migration.checksum()),
        transactional: migration.transactional,
        backups: list(migration.backups().map(backup)),
        renamed_from: names(migration.renamed_from()),
        replaces: list(migration.replaces().into_iter().map(names)),
        runner: runner(migration, prefix),
    }
}

fn runner(migration: &Migration, prefix: &str) -> Option<&'static Runner> {
    let (path, code) = match (&migration.companion, migration.kind) {
        (Some(companion), _) => (&companion.path, &companion.text),
        (None, Kind::Runner) => (&migration.path, &migration.text),
        (None, Kind::Sql) => return None,
    };
    let is_alone = migration.kind == Kind::Runner;
    Some(Box::leak(Box::new(Runner {
        path: format!("{prefix}{path}").leak(),
        text: text(code.as_str()),
        before: (!is_alone).then_some(not_compiled),
        after: None,
        verify: None,
        up: is_alone.then_some(not_compiled),
        down: is_alone.then_some(not_compiled),
        batch: None,
    })))
}

fn not_compiled(_: &mut Agent<'_>) -> Result<(), RunnerError> {
    Err(RunnerError::new("it is written in Rust, which only the application that embeds it can run"))
}

fn ranges(statements: &[Statement]) -> &'static [std::ops::Range<usize>] {
    list(statements.iter().map(|statement| statement.range.clone()))
}

fn names(names: Vec<String>) -> &'static [&'static str] {
    list(names.into_iter().map(|name| &*name.leak()))
}

fn list<T>(items: impl Iterator<Item = T>) -> &'static [T] {
    items.collect::<Vec<T>>().leak()
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}
