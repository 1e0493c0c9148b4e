//! `new`: a file to begin a migration with.

mod place;
mod template;
#[cfg(test)]
mod tests;

use migrations_rules::{FileName, Set, suggested_name};

use self::place::Place;
use self::template::Header;
use super::changes::{self, Change};
use super::error::CommandError;
use super::root::{self, Root};

/// What kind of migration is begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// SQL that runs in a transaction.
    #[default]
    Sql,
    /// SQL that runs without one.
    NoTransaction,
    /// SQL with a companion in Rust.
    WithCompanion,
    /// A migration in Rust, which has no category.
    Runner,
}

/// What the new migration is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// `None`: the only category that there is.
    pub(crate) category: Option<String>,
    pub(crate) name: String,
    /// `None`: what the name says.
    pub(crate) purpose: Option<String>,
    /// What has to have run before; `None`: what runs last today; `none` alone: nothing.
    pub(crate) after: Option<Vec<String>>,
    pub(crate) form: Form,
    /// Whether a folder that is not there is made.
    pub(crate) may_begin: bool,
}

/// What was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The files, as they are called; the migration itself is the first.
    pub(crate) files: Vec<String>,
    /// What whoever made it may want to know.
    pub(crate) notes: Vec<String>,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.files.iter().try_for_each(|file| writeln!(f, "{file}"))?;
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

/// Makes the file of a new migration. What its author has to say himself is left open, and the build fails until he has.
///
/// # Errors
/// When the name or the category cannot be, or the files cannot be written; then nothing is.
pub(crate) fn new(root: &Root, options: &Options) -> Result<Outcome, CommandError> {
    let set = if options.may_begin { root.check() } else { root.existing()? };
    let name = free_name(&set, &options.name)?;
    let place = match options.form {
        Form::Runner if options.category.as_deref().is_some_and(|category| category != place::RUNNERS) => {
            return Err(CommandError::new("a runner lies in `runners`, in no category")
                .help("leave the category out, or make a companion of SQL instead"));
        }
        Form::Runner => Place::of_runner(&set),
        _ => Place::of_sql(root, &set, options.category.as_deref())?,
    };
    let header = Header {
        purpose: purpose(options, &name),
        dependencies: dependencies(&set, &place.category, options.after.as_deref())?,
    };
    let files = files(options.form, &place, &name, &header);
    changes::make(&root.path, &files)?;
    let shown = files.iter().map(|file| root.shown(&file.to)).collect();
    Ok(Outcome { files: shown, notes: place.notes })
}

fn files(form: Form, place: &Place, name: &str, header: &Header) -> Vec<Change> {
    let stem = place.number.as_ref().map_or_else(|| name.to_owned(), |number| format!("{number}_{name}"));
    let own = |extension: &str| match place.folder.as_str() {
        "" => format!("{stem}.{extension}"),
        folder => format!("{folder}/{stem}.{extension}"),
    };
    let companion = || Change::create(format!("{}/{stem}.rs", place::RUNNERS), template::companion());
    match form {
        Form::Sql => vec![Change::create(own("sql"), template::sql(header))],
        Form::NoTransaction => vec![Change::create(own("sql"), template::no_transaction(header))],
        Form::WithCompanion => vec![Change::create(own("sql"), template::sql(header)), companion()],
        Form::Runner => vec![Change::create(own("rs"), template::runner(header))],
    }
}

/// The name in snake case, if no other migration has it.
fn free_name(set: &Set, written: &str) -> Result<String, CommandError> {
    let shown = migrations_text::printable(written);
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_".contains(c);
    let suggested = suggested_name(written);
    let read = FileName::parse(written).or_else(|bad| match &suggested {
        Some(snake) if written.chars().all(plain) => FileName::parse(snake),
        _ => Err(bad),
    });
    let name = match read {
        Ok(FileName { number: None, name }) => name,
        Ok(FileName { number: Some(_), name }) => {
            return Err(CommandError::new(format!("`{shown}` begins with a number"))
                .help(format!("the next free number is given to it: write `{name}`")));
        }
        Err(bad) => {
            let help = suggested.unwrap_or_else(|| "create_users".to_owned());
            return Err(CommandError::new(format!("`{shown}` is not the name of a migration: {bad}"))
                .help(format!("name it like `{help}`")));
        }
    };
    match taken_by(set, &name) {
        None => Ok(name),
        Some(path) => Err(CommandError::new(format!("the name `{name}` is taken already")).help(format!(
            "it is the name of {path}; say what this migration does that the other one does not"
        ))),
    }
}

fn taken_by<'s>(set: &'s Set, name: &str) -> Option<&'s str> {
    let migrations = set.migrations.iter().map(|migration| (&migration.file_name, &migration.path));
    let archived = set.archived.iter().map(|archived| (&archived.file_name, &archived.path));
    migrations.chain(archived).find(|(file_name, _)| file_name.name == name).map(|(_, path)| path.as_str())
}

/// `--purpose`, or the words of the name as a sentence.
fn purpose(options: &Options, name: &str) -> String {
    let given =
        options.purpose.as_deref().map(|given| given.split_whitespace().collect::<Vec<_>>().join(" "));
    given.filter(|given| !given.is_empty()).unwrap_or_else(|| {
        let words = name.replace('_', " ");
        let first: String = words.chars().take(1).map(|first| first.to_ascii_uppercase()).collect();
        format!("{first}{}.", &words[first.len()..])
    })
}

/// The migrations that the new one names, as it writes them.
fn dependencies(set: &Set, category: &str, after: Option<&[String]>) -> Result<Vec<String>, CommandError> {
    let written = |migration: &migrations_rules::Migration| match migration.file_name.stem() {
        stem if migration.category == category || migration.category.is_empty() => stem,
        stem => format!("{}/{stem}", migration.category),
    };
    match after {
        None => Ok(set.migrations.last().into_iter().map(written).collect()),
        Some([none]) if none == "none" => Ok(Vec::new()),
        Some(names) => names.iter().map(|name| root::find(set, name).map(written)).collect(),
    }
}
