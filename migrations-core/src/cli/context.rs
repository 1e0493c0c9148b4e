//! What the commands work on: the set, its folder, the database.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use migrations_rules::{Problem, did_you_mean, render};
use once_cell::unsync::OnceCell;
use postgres::Client;

use super::arguments::Common;
use super::connect::{Surroundings, Target};
use super::database::Database;
use super::failure::Failure;
use super::folder::Root;
use super::member::Member;
use super::output::complain;
use super::style::count;
use crate::migrator::Migrator;
use crate::set::Table;

/// Where the set comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// It is embedded in the application.
    Application(&'static Table),
    /// It is read from the folder.
    Folder,
}

/// What the ledger says of who has run the set of a folder.
const BUILD: &str = concat!("cargo-migrations ", env!("CARGO_PKG_VERSION"));

/// What the commands work on.
pub(super) struct Context {
    pub(super) form: Form,
    pub(super) common: Common,
    /// Whether a run starts a throw-away server where no database is named.
    pub(super) scratch_by_default: bool,
    folder: OnceCell<migrations_rules::Set>,
    table: OnceCell<&'static Table>,
    database: OnceCell<Option<Database>>,
}

impl Context {
    pub(super) fn new(form: Form, common: Common, scratch_by_default: bool) -> Context {
        Context {
            form,
            common,
            scratch_by_default,
            folder: OnceCell::new(),
            table: OnceCell::new(),
            database: OnceCell::new(),
        }
    }

    /// What the program is called.
    pub(super) fn program(&self) -> &'static str {
        match self.form {
            Form::Application(_) => super::program_name(),
            Form::Folder => "cargo-migrations",
        }
    }

    /// The schema of the ledger.
    pub(super) fn ledger_schema(&self) -> Result<String, Failure> {
        let own = || Ok(self.table()?.ledger_schema.to_owned());
        self.common.ledger_schema.clone().map_or_else(own, Ok)
    }

    pub(super) fn is_application(&self) -> bool {
        matches!(self.form, Form::Application(_))
    }

    /// Where the folder of the set lies.
    fn path(&self) -> PathBuf {
        match (&self.common.folder, self.form) {
            (Some(folder), _) => folder.clone(),
            (None, Form::Folder) => PathBuf::from("migrations"),
            // Set by `cargo run`; elsewhere it is seen from the current folder.
            (None, Form::Application(table)) => {
                let base = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
                base.join(table.folder)
            }
        }
    }

    /// The folder of the set, as one calls it from here.
    pub(super) fn root(&self) -> Root {
        Root::seen_from(&self.path(), Path::new("."))
    }

    /// The folder as it lies there, with all its problems.
    pub(super) fn checked(&self) -> &migrations_rules::Set {
        self.folder.get_or_init(|| self.root().check())
    }

    /// The folder, which must be free of errors.
    pub(super) fn sound(&self) -> Result<&migrations_rules::Set, Failure> {
        let set = self.checked();
        let errors: Vec<&Problem> = set.problems.iter().filter(|problem| problem.is_error()).collect();
        if errors.is_empty() {
            return Ok(set);
        }
        for problem in &errors {
            complain!("{}\n", render::full(problem, true));
        }
        let name = self.root().name;
        Err(Failure::plain(
            format!("`{name}` has {}", count(errors.len(), "error")),
            "correct the files and try again",
        ))
    }

    /// The set: the one that is embedded, else that of the folder.
    pub(super) fn table(&self) -> Result<&'static Table, Failure> {
        let table = self.table.get_or_try_init(|| {
            let table = match self.form {
                Form::Application(table) => table,
                Form::Folder => Table::of_folder(self.sound()?, &self.root().name, BUILD),
            };
            Member::belong_to(table);
            Ok::<_, Failure>(table)
        })?;
        Ok(table)
    }

    pub(super) fn migrator<'a>(&self) -> Result<Migrator<'a, Member>, Failure> {
        let migrator = Migrator::over(self.table()?);
        Ok(match &self.common.ledger_schema {
            Some(schema) => migrator.ledger_schema(schema),
            None => migrator,
        })
    }

    /// The migration that is written so: its name, its file name, or `category/` and either.
    pub(super) fn member(&self, written: &str) -> Result<Member, Failure> {
        let table = self.table()?;
        let name = written.strip_suffix(".sql").or(written.strip_suffix(".rs")).unwrap_or(written);
        crate::set::parse(name).map_err(|_| {
            let stem = name.rsplit('/').next().unwrap_or(name);
            let known = table.facts().iter().flat_map(|facts| [facts.stem, facts.name]);
            let help = did_you_mean(stem, known).unwrap_or("`status` lists them".to_owned());
            Failure::usage(format!("no migration is named `{written}`"), help)
        })
    }

    /// The database that is named, if one is.
    pub(super) fn named_database(&self) -> Result<Option<&Database>, Failure> {
        let database = self.database.get_or_try_init(|| {
            let target = Target::find(self.common.database_url.as_deref(), &Surroundings::of_process())?;
            target.iter().flat_map(Target::warnings).for_each(|warning| super::warn(warning));
            Ok::<_, Failure>(target.map(|target| Database::Named(Arc::new(target))))
        })?;
        Ok(database.as_ref())
    }

    /// The database, which has to be named.
    pub(super) fn database(&self) -> Result<&Database, Failure> {
        self.named_database()?.ok_or_else(|| {
            Failure::Plain(
                "no database is named".to_owned(),
                vec![
                    "set DATABASE_URL, or write --database-url postgres://user@host/database".to_owned(),
                    "`run --scratch` shows the set at work on a throw-away PostgreSQL".to_owned(),
                ],
            )
        })
    }

    pub(super) fn client(&self) -> Result<Client, Failure> {
        let database = self.database()?;
        database.connect().map_err(|error| Failure::connection(database, &error))
    }
}
