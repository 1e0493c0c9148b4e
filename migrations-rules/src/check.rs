//! One pass over a folder: read, parse, check, sort.

use std::panic;
use std::path::Path;
use std::thread;

use crate::archived::Archived;
use crate::config::{self, Config};
use crate::folder::{Folder, Resolved};
use crate::migration::{Companion, Migration, RUNNERS, Source};
use crate::name::FileName;
use crate::order;
use crate::problem::Problem;
use crate::rule::{self, Check, Findings};
use crate::text::Text;
use crate::tree::{self, File, Place};

/// A folder that was checked: its migrations in execution order, and everything that is wrong with it.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "examples/migrations");
/// let names: Vec<String> = set.migrations.iter().map(|migration| migration.file_name.stem()).collect();
/// assert_eq!(names, ["002_create_shop", "003_index_orders", "004_drop_carts"]);
/// assert_eq!(set.problems, []);
/// ```
#[derive(Debug)]
pub struct Set {
    /// What `migrations.toml` says.
    pub config: Config,
    /// The categories in the order that decides where numbers tie; `""` is the unnamed one.
    pub categories: Vec<String>,
    /// The migrations in execution order. When there are errors this is the best that could be made of them.
    pub migrations: Vec<Migration>,
    /// The files of the archive whose names are those of migrations, in the order of their paths.
    pub archived: Vec<Archived>,
    /// All problems, sorted by path and place.
    pub problems: Vec<Problem>,
    /// Every file that was read, relative to the root, sorted.
    pub files: Vec<String>,
}

impl Set {
    /// Whether any problem fails the build.
    ///
    /// ```
    /// let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// assert!(!set.has_errors());
    /// let set = migrations_rules::check("no/such/folder".as_ref(), "");
    /// assert!(set.has_errors());
    /// ```
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Reads and checks the folder `root`. In problems it is called `name`, which may be empty.
///
/// It never fails: whatever is wrong with the folder, up to its not being there, is in [`Set::problems`].
///
/// ```
/// let set = migrations_rules::check("no/such/folder".as_ref(), "db/migrations");
/// assert_eq!(set.problems[0].path, "db/migrations", "as it is called, not where it lies");
/// ```
pub fn check(root: &Path, name: &str) -> Set {
    let prefix = match name.trim_end_matches('/') {
        "" | "." => String::new(),
        name => format!("{name}/"),
    };
    let tree = tree::read(root);
    let files = tree.files.iter().map(|file| file.path.clone()).collect();
    let mut folder = Folder { misfits: tree.misfits, ..Folder::default() };
    let mut inputs = Vec::new();
    for file in tree.files {
        folder.take(file, &mut inputs);
    }
    let is_sql =
        |name: &str| inputs.iter().any(|input| input.category.is_some() && input.file_name.name == name);
    folder.drop_archived_companions(is_sql);
    folder.order_categories(&tree.categories);
    let config = folder.config.clone();
    let mut findings = Findings::new(&config, &prefix);
    folder.parse(pair_companions(inputs), &mut findings);
    folder.order_runners();
    folder.resolve_dependencies();
    folder.sort();
    folder.check(&mut findings);
    let problems = findings.into_problems();
    Set {
        config: folder.config,
        categories: folder.categories,
        migrations: folder.migrations,
        archived: folder.archived,
        problems,
        files,
    }
}

/// A migration that is yet to be parsed.
struct Input {
    path: String,
    /// `None`: a runner.
    category: Option<String>,
    file_name: FileName,
    text: Text,
    companion: Option<Companion>,
}

impl Input {
    fn parse(self) -> Source {
        let Input { path, category, file_name, text, companion } = self;
        match category {
            Some(category) => Source::parse(path, category, file_name, text, companion),
            None => Source::runner(path, file_name, text),
        }
    }
}

/// Gives each runner that has the name of an SQL migration to that migration.
fn pair_companions(inputs: Vec<Input>) -> Vec<Input> {
    let (runners, mut inputs): (Vec<Input>, Vec<Input>) =
        inputs.into_iter().partition(|input| input.category.is_none());
    for runner in runners {
        match inputs
            .iter_mut()
            .find(|input| input.category.is_some() && input.file_name.name == runner.file_name.name)
        {
            Some(input) => {
                let Input { path, file_name, text, .. } = runner;
                input.companion = Some(Companion { path, text, file_name });
            }
            None => inputs.push(runner),
        }
    }
    inputs
}

/// The depth of the parser's recursion is bounded by the length of its input, not by us.
pub(crate) const STACK: usize = 256 * 1024 * 1024;

impl Folder {
    fn take(&mut self, file: File, inputs: &mut Vec<Input>) {
        if file.place == Place::Config {
            return self.take_config(file);
        }
        let file_name = match FileName::parse(file.stem()) {
            Ok(file_name) => file_name,
            // The archive keeps what is old, under whatever name it had.
            Err(_) if matches!(file.place, Place::Archive { .. }) => return,
            Err(bad) => return self.bad_names.push((file.path, bad)),
        };
        match file.place {
            Place::Archive { category } => {
                self.archived.push(Archived::parse(file.path, category, file_name, &file.bytes));
            }
            Place::Migration { category } => {
                self.take_text(file.path, Some(category), file_name, file.bytes, inputs);
            }
            Place::Runner => self.take_text(file.path, None, file_name, file.bytes, inputs),
            Place::Config => {}
        }
    }

    fn take_text(
        &mut self,
        path: String,
        category: Option<String>,
        file_name: FileName,
        bytes: Vec<u8>,
        inputs: &mut Vec<Input>,
    ) {
        match Text::new(bytes) {
            Ok(text) => inputs.push(Input { path, category, file_name, text, companion: None }),
            Err(broken) => self.not_utf8.push((path, broken)),
        }
    }

    fn take_config(&mut self, file: File) {
        match Text::new(file.bytes) {
            Ok(text) => {
                (self.config, self.config_errors) = Config::parse(text.as_str());
                self.config_text = text;
            }
            Err(broken) => self.not_utf8.push((config::FILE_NAME.to_owned(), broken)),
        }
    }

    fn order_categories(&mut self, found: &[String]) {
        let mut order = self.config.categories.clone().unwrap_or_default();
        order.extend(found.iter().filter(|category| !order.contains(category)).cloned().collect::<Vec<_>>());
        order.retain(|category| found.contains(category));
        self.categories = order;
    }

    /// The migrations in Rust are a category of their own, behind all others.
    fn order_runners(&mut self) {
        if self.migrations.iter().any(|migration| migration.category == RUNNERS)
            && !self.categories.iter().any(|c| c == RUNNERS)
        {
            self.categories.push(RUNNERS.to_owned());
        }
    }

    /// Parses all migrations on all cores and checks each by itself, while its syntax trees are there.
    fn parse(&mut self, inputs: Vec<Input>, findings: &mut Findings<'_>) {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(inputs.len()).max(1);
        let share = inputs.len().div_ceil(workers).max(1);
        let mut inputs = inputs.into_iter();
        let findings_of = |share| parse_and_check(share, findings.fork());
        let findings_of = &findings_of;
        let parsed = thread::scope(|scope| {
            let mut running = Vec::new();
            for _ in 0..workers {
                let share: Vec<Input> = inputs.by_ref().take(share).collect();
                let work = move || findings_of(share);
                running.push(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work));
            }
            running.into_iter().map(joined).collect::<Vec<_>>()
        });
        for (migrations, found) in parsed {
            self.migrations.extend(migrations);
            findings.absorb(found);
        }
    }

    fn resolve_dependencies(&mut self) {
        let index = self.index();
        let resolved: Vec<Vec<usize>> =
            self.migrations.iter().map(|migration| index.dependencies(migration)).collect();
        for (migration, dependencies) in self.migrations.iter_mut().zip(resolved) {
            migration.dependencies = dependencies;
        }
    }

    fn sort(&mut self) {
        let (order, cycles) = order::execution_order(&self.migrations, &self.categories);
        let mut place = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            place[from] = to;
        }
        let mut migrations: Vec<Option<Migration>> = self.migrations.drain(..).map(Some).collect();
        self.migrations = order.iter().filter_map(|&from| migrations[from].take()).collect();
        for migration in &mut self.migrations {
            for dependency in &mut migration.dependencies {
                *dependency = place[*dependency];
            }
            migration.dependencies.sort_unstable();
        }
        self.cycles =
            cycles.into_iter().map(|cycle| cycle.into_iter().map(|member| place[member]).collect()).collect();
    }

    fn check(&self, findings: &mut Findings<'_>) {
        for rule in rule::ALL {
            if let Check::Folder(check) = rule.check {
                check(self, findings);
            }
        }
    }
}

fn parse_and_check(share: Vec<Input>, mut findings: Findings<'_>) -> (Vec<Migration>, Findings<'_>) {
    let mut migrations = Vec::with_capacity(share.len());
    for input in share {
        let source = input.parse();
        for rule in rule::ALL {
            if let Check::Migration(check) = rule.check {
                check(&source, &mut findings);
            }
        }
        migrations.push(source.migration);
    }
    (migrations, findings)
}

fn joined<T>(worker: std::io::Result<thread::ScopedJoinHandle<'_, T>>) -> T {
    match worker.map(thread::ScopedJoinHandle::join) {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => panic::resume_unwind(panic),
        Err(error) => panic::resume_unwind(Box::new(format!("no thread could be started: {error}"))),
    }
}

impl crate::folder::Index<'_> {
    fn dependencies(&self, migration: &Migration) -> Vec<usize> {
        let mut dependencies: Vec<usize> = migration
            .references
            .iter()
            .filter_map(|reference| match self.resolve(reference) {
                Resolved::Migration(at) => Some(at),
                _ => None,
            })
            .collect();
        dependencies.sort_unstable();
        dependencies.dedup();
        dependencies
    }
}
