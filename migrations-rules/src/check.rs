//! One pass over a folder: read, parse, check, sort.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use migrations_text::Text;

use crate::archived::Archived;
use crate::cache::{self, Cache, Known, Memo};
use crate::config::{self, Config};
use crate::cores;
use crate::folder::{Folder, Resolved};
use crate::found::Found;
use crate::migration::{Companion, Migration, RUNNERS, Source};
use crate::name::FileName;
use crate::order;
use crate::problem::Problem;
use crate::rule::{self, Check, Findings};
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
    check_with(root, name, None)
}

/// The same, with a cache of the files that had no problem the last time. The outcome is the same with every cache, with a
/// damaged one, and without any.
pub fn check_with(root: &Path, name: &str, cache: Option<&Cache>) -> Set {
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
    folder.parse(pair_companions(inputs), &mut findings, cache);
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

    /// What is found in the file, if the cache knows it, and its memo. What stands in a runner is not kept.
    fn found<'c>(&self, known: &Known<'c>) -> Option<(Found, &'c str)> {
        let is_kept = self.category.is_some() && self.companion.is_none();
        if is_kept { known.found(&self.path, &self.text) } else { None }
    }
}

/// Gives each runner that has the name of an SQL migration to that migration.
fn pair_companions(inputs: Vec<Input>) -> Vec<Input> {
    let (runners, mut inputs): (Vec<Input>, Vec<Input>) =
        inputs.into_iter().partition(|input| input.category.is_none());
    let mut places = HashMap::new();
    for (place, input) in inputs.iter().enumerate() {
        places.entry(input.file_name.name.clone()).or_insert(place);
    }
    for runner in runners {
        match places.get(&runner.file_name.name) {
            Some(&place) => {
                let Input { path, file_name, text, .. } = runner;
                inputs[place].companion = Some(Companion { path, text, file_name });
            }
            None => inputs.push(runner),
        }
    }
    inputs
}

/// So many files are worth a thread.
const SHARE: usize = 8;

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

    /// Parses all migrations on all cores and checks each by itself, while its syntax trees are there. What the cache
    /// knows is not parsed again.
    fn parse(&mut self, inputs: Vec<Input>, findings: &mut Findings<'_>, cache: Option<&Cache>) {
        let content = cache.map(Cache::content).unwrap_or_default();
        let known = cache.map(|_| Known::read(&content, &self.config_text));
        let known = known.as_ref();
        let (mut memos, blank) = (Vec::with_capacity(inputs.len()), findings.fork());
        let checked = cores::each_on_stack(inputs, SHARE, STACK, |input| checked(input, known, blank.fork()));
        for Checked { migration, findings: found, memo } in checked {
            self.migrations.push(migration);
            memos.push(memo);
            findings.absorb(found);
        }
        if let (Some(cache), Some(known)) = (cache, known)
            && !known.is(&memos)
        {
            cache.replace(&cache::content(&self.config_text, &self.migrations, &memos));
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

/// A migration that was checked by itself, and what there is to remember of it.
struct Checked<'a, 'c> {
    migration: Migration,
    findings: Findings<'a>,
    memo: Memo<'c>,
}

fn checked<'a, 'c>(input: Input, known: Option<&Known<'c>>, mut findings: Findings<'a>) -> Checked<'a, 'c> {
    if let Some((found, memo)) = known.and_then(|known| input.found(known)) {
        let Input { path, category, file_name, text, .. } = input;
        let allowed = found.allowed.clone();
        let migration = found.into_migration(path, category.unwrap_or_default(), file_name, text);
        allowed.into_iter().for_each(|rule| findings.allow(rule, &migration));
        return Checked { migration, findings, memo: Some(Cow::Borrowed(memo)) };
    }
    let source = input.parse();
    for rule in rule::ALL {
        if let Check::Migration(check) = rule.check {
            check(&source, &mut findings);
        }
    }
    let migration = source.migration;
    let allowed = known.and_then(|_| findings.allowed_without_problems());
    let memo = allowed.and_then(|allowed| Found::packed(&migration, &allowed)).map(Cow::Owned);
    Checked { migration, findings, memo }
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
