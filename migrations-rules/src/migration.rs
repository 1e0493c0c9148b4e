//! One SQL file, read: its header, its directives, its sections and their statements.

use std::ops::Range;
use std::sync::OnceLock;

use migrations_text::statement::{self, Piece};
use migrations_text::{Step, Text, checksum};

use crate::directive::{self, Backup, Directive, DirectiveKind};
use crate::header::{Header, Key, Reference};
use crate::name::FileName;
use crate::rules::needs_no_transaction::refused_in_transaction;
use crate::step;
use crate::syntax::Kind as Node;
use crate::syntax::{self, Tree};

/// One migration of the folder.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let index = &set.migrations[1];
/// assert_eq!(index.path, "sql/schema/003_index_orders.sql");
/// assert_eq!(index.dependencies, [0], "the first of the set");
/// assert!(!index.transactional);
/// ```
#[derive(Debug, Clone)]
pub struct Migration {
    /// The path relative to the root of the folder, `/` between parts.
    pub path: String,
    /// The category, which is the name of the folder that the file lies in; empty for the unnamed one.
    pub category: String,
    /// Number and name.
    pub file_name: FileName,
    /// The text of the file, line ends normalised.
    pub text: Text,
    /// Whether it is SQL or Rust.
    pub kind: Kind,
    /// The Rust code that accompanies an SQL migration.
    pub companion: Option<Companion>,
    /// The statements of the body, without its outer `BEGIN` and `COMMIT`.
    pub body: Vec<Statement>,
    /// How each statement of the body is run; empty when the body runs in a transaction.
    pub steps: Vec<Step>,
    /// The statements behind `-- @verify`.
    pub verify: Vec<Verification>,
    /// The statements behind `-- @rollback`; `None` when there is no such section.
    pub rollback: Option<Vec<Statement>>,
    /// Whether the body runs in a transaction, which is so unless `-- @no-transaction` is given.
    pub transactional: bool,
    /// The migrations that must have run before this one, as indices into the set's execution order.
    pub dependencies: Vec<usize>,
    pub(crate) header: Header,
    pub(crate) references: Vec<Reference>,
    pub(crate) directives: Vec<Directive>,
    /// Computed when it is first asked for: those who only check need none.
    pub(crate) checksum: OnceLock<String>,
}

/// What a migration is written in.
///
/// ```
/// use migrations_rules::Kind;
///
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// assert_eq!(set.migrations[0].kind, Kind::Sql, "although it has a companion in Rust");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file of SQL.
    Sql,
    /// A file of Rust, in the folder `runners`.
    Runner,
}

/// A runner with the name of an SQL migration, which runs with it.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let companion = set.migrations[0].companion.as_ref().unwrap();
/// assert_eq!(companion.path, "runners/002_create_shop.rs");
/// ```
#[derive(Debug, Clone)]
pub struct Companion {
    /// The path relative to the root of the folder.
    pub path: String,
    /// The text of the file, line ends normalised.
    pub text: Text,
    pub(crate) file_name: FileName,
}

/// A statement that checks what the body has done.
///
/// ```
/// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// # let migration = &set.migrations[0];
/// let verification = &migration.verify[0];
/// let written = &migration.text[verification.statement.range.clone()];
/// assert_eq!(written, "SELECT to_regnamespace('shop') IS NOT NULL");
/// assert!(verification.is_query);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The statement.
    pub statement: Statement,
    /// Whether it is a query, whose rows must hold only true or non-null values.
    pub is_query: bool,
}

/// The category of the migrations in Rust, which is the name of their folder.
pub(crate) const RUNNERS: &str = "runners";

/// A section of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Body,
    Verify,
    Rollback,
}

/// A migration with the syntax trees of its statements, as the rules see it.
pub(crate) struct Source {
    pub(crate) migration: Migration,
    pub(crate) parts: Vec<Part>,
}

/// One statement of a file, or a line that only psql understands.
pub(crate) struct Part {
    pub(crate) section: Section,
    pub(crate) range: Range<usize>,
    /// `None` for a line of psql.
    pub(crate) tree: Option<Tree>,
    /// The `BEGIN` or `COMMIT` around the body, which the engine replaces by its own.
    pub(crate) outer: bool,
}

/// One statement of a file.
///
/// ```
/// let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// let carts = &set.migrations[2];
/// let written = carts.body.iter().map(|statement| &carts.text[statement.range.clone()]);
/// assert!(written.eq(["DROP TABLE IF EXISTS shop.carts", "DROP TABLE IF EXISTS shop.visits"]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From its first token to its last, the `;` not included.
    pub range: Range<usize>,
}

impl Migration {
    /// What the header says the migration is for.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[0];
    /// // -- Migration: Create the schema of the shop.
    /// assert_eq!(migration.purpose(), "Create the schema of the shop.");
    /// ```
    pub fn purpose(&self) -> String {
        self.header.value(&self.text, Key::Migration)
    }

    /// What the header says about undoing it.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[1];
    /// // -- Rollback: drop the index.
    /// assert_eq!(migration.rollback_note(), "drop the index.");
    /// ```
    pub fn rollback_note(&self) -> String {
        self.header.value(&self.text, Key::Rollback)
    }

    /// What is copied before the body runs.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[2];
    /// // -- @backup shop.carts
    /// let tables: Vec<&str> = migration.backups().map(|backup| backup.table.as_str()).collect();
    /// assert_eq!(tables, ["carts"]);
    /// ```
    pub fn backups(&self) -> impl Iterator<Item = &Backup> {
        self.directives.iter().filter_map(|directive| match &directive.kind {
            DirectiveKind::Backup(backup) => Some(backup),
            _ => None,
        })
    }

    /// Whether the file says that it destroys rows: it has them copied first, or allows the loss.
    ///
    /// ```
    /// let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// let destroying = set.migrations.iter().filter(|migration| migration.destroys_rows());
    /// assert_eq!(destroying.map(|it| it.file_name.name.as_str()).collect::<Vec<_>>(), ["drop_carts"]);
    /// ```
    pub fn destroys_rows(&self) -> bool {
        self.backups().next().is_some() || self.allows("data-loss")
    }

    /// Why it cannot be undone, when the header says so.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[2];
    /// // -- Rollback: irreversible: the visits are not kept
    /// assert_eq!(migration.irreversible().as_deref(), Some("the visits are not kept"));
    /// ```
    pub fn irreversible(&self) -> Option<String> {
        let note = self.rollback_note();
        note.strip_prefix("irreversible").map(|rest| rest.trim_start_matches(':').trim().to_owned())
    }

    /// The names under which the ledger may know the migration from earlier, without their numbers.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[0];
    /// // -- @renamed-from 002_make_shop
    /// assert_eq!(migration.renamed_from(), ["make_shop"]);
    /// ```
    pub fn renamed_from(&self) -> Vec<String> {
        let old_names = self.directives.iter().filter_map(|directive| match &directive.kind {
            DirectiveKind::RenamedFrom(old) => FileName::parse(old).ok(),
            _ => None,
        });
        old_names.map(|old| old.name).filter(|name| *name != self.file_name.name).collect()
    }

    /// The names of archived migrations in whose place this one stands, without their numbers: each list did together what
    /// this one does.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[0];
    /// // -- @replaces 001_open_shop
    /// assert_eq!(migration.replaces(), [["open_shop"]]);
    /// ```
    pub fn replaces(&self) -> Vec<Vec<String>> {
        let lists = self.directives.iter().filter_map(|directive| match &directive.kind {
            DirectiveKind::Replaces(names) => Some(names),
            _ => None,
        });
        let name = |written: &String| FileName::parse(written).ok().map(|old| old.name);
        lists.map(|names| names.iter().filter_map(name).collect()).collect()
    }

    /// The rules that `-- @allow` switches off in the file, each with its reason.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[2];
    /// // -- @allow data-loss: the web server's log has the visits
    /// assert_eq!(migration.allowed().next(), Some(("data-loss", "the web server's log has the visits")));
    /// ```
    pub fn allowed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.directives.iter().filter_map(|directive| match &directive.kind {
            DirectiveKind::Allow { rule, reason } => Some((rule.as_str(), reason.as_str())),
            _ => None,
        })
    }

    /// `sha256:<hex>` over [`Migration::text`] without the lines that say where it stands in the set: `Dependencies` and
    /// `@renamed-from`.
    ///
    /// ```
    /// let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// assert!(set.migrations[0].checksum().starts_with("sha256:"));
    /// ```
    pub fn checksum(&self) -> &str {
        self.checksum.get_or_init(|| checksum(&what_it_does(&self.text, &self.header, &self.directives)))
    }

    /// What a line of the header begins with.
    pub(crate) fn comment(&self) -> &'static str {
        match self.kind {
            Kind::Sql => "--",
            Kind::Runner => "//!",
        }
    }

    pub(crate) fn allows(&self, rule: &str) -> bool {
        self.allowed().any(|(allowed, _)| allowed == rule)
    }
}

impl Source {
    pub(crate) fn parse(
        path: String,
        category: String,
        file_name: FileName,
        text: Text,
        companion: Option<Companion>,
    ) -> Source {
        let mut reader =
            Reader { text: &text, section: Section::Body, parts: Vec::new(), directives: Vec::new() };
        let pieces = statement::scan(text.as_str(), directive::is_section_marker);
        let mut trees = syntax::parse_each(text.as_str(), &statement::ranges(&pieces)).into_iter();
        for piece in pieces {
            reader.piece(piece, &mut trees);
        }
        let Reader { mut parts, directives, .. } = reader;
        mark_outer_transaction(&mut parts);
        let header = Header::parse(&text, "--");
        let has_rollback = directives.iter().any(|directive| directive.kind == DirectiveKind::Rollback);
        let transactional =
            !directives.iter().any(|directive| directive.kind == DirectiveKind::NoTransaction);
        let migration = Migration {
            path,
            category,
            file_name,
            kind: Kind::Sql,
            companion,
            body: statements(&parts, Section::Body),
            steps: if transactional { Vec::new() } else { steps(text.as_str(), &parts) },
            verify: verifications(&parts),
            rollback: has_rollback.then(|| statements(&parts, Section::Rollback)),
            transactional,
            dependencies: Vec::new(),
            references: header.dependencies(&text),
            header,
            directives,
            checksum: OnceLock::new(),
            text,
        };
        Source { migration, parts }
    }

    /// A migration in Rust. What its code is, the compiler checks.
    pub(crate) fn runner(path: String, file_name: FileName, text: Text) -> Source {
        let header = Header::parse(&text, "//!");
        let migration = Migration {
            path,
            category: RUNNERS.to_owned(),
            file_name,
            kind: Kind::Runner,
            companion: None,
            body: Vec::new(),
            steps: Vec::new(),
            verify: Vec::new(),
            rollback: None,
            transactional: true,
            dependencies: Vec::new(),
            references: header.dependencies(&text),
            header,
            directives: Vec::new(),
            checksum: OnceLock::new(),
            text,
        };
        Source { migration, parts: Vec::new() }
    }

    /// The statements of a section that the grammar knows, with their trees.
    pub(crate) fn trees(&self, section: Section) -> impl Iterator<Item = (&Part, &Tree)> {
        let of_section = self.parts.iter().filter(move |part| part.section == section && !part.outer);
        of_section.filter_map(|part| part.tree.as_ref().map(|tree| (part, tree)))
    }
}

struct Reader<'t> {
    text: &'t Text,
    section: Section,
    parts: Vec<Part>,
    directives: Vec<Directive>,
}

impl Reader<'_> {
    fn piece(&mut self, piece: Piece, trees: &mut impl Iterator<Item = Tree>) {
        match piece {
            Piece::Comment(range) => self.comment(range),
            Piece::Psql(range) => self.part(range, None),
            Piece::Statement(range) => self.part(range, trees.next()),
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let Some(directive) = Directive::parse(&self.text[range.clone()], range.start) else { return };
        match directive.kind {
            DirectiveKind::Verify => self.section = Section::Verify,
            DirectiveKind::Rollback => self.section = Section::Rollback,
            _ => {}
        }
        self.directives.push(directive);
    }

    fn part(&mut self, range: Range<usize>, tree: Option<Tree>) {
        self.parts.push(Part { section: self.section, range, tree, outer: false });
    }
}

/// Marks a `BEGIN` that begins the body and the `COMMIT` that ends it, if both are there.
fn mark_outer_transaction(parts: &mut [Part]) {
    let kind = |part: &Part| part.tree.as_ref().and_then(Tree::kind);
    // A command of psql before the BEGIN is a mistake of its own.
    let body = parts.iter_mut().filter(|part| part.section == Section::Body && part.tree.is_some());
    let mut body: Vec<&mut Part> = body.collect();
    if let [first, .., last] = body.as_mut_slice()
        && (kind(first), kind(last)) == (Some(Node::BEGIN), Some(Node::COMMIT_TRANSACTION))
    {
        (first.outer, last.outer) = (true, true);
    }
}

fn statements(parts: &[Part], section: Section) -> Vec<Statement> {
    parts
        .iter()
        .filter(|part| part.section == section && !part.outer)
        .map(|part| Statement { range: part.range.clone() })
        .collect()
}

/// The text without the lines about other files, or about earlier names of this one.
fn what_it_does(text: &Text, header: &Header, directives: &[Directive]) -> String {
    let history = directives.iter().filter(|directive| {
        matches!(directive.kind, DirectiveKind::RenamedFrom(_) | DirectiveKind::Replaces(_))
    });
    let dependencies = header.entry(Key::Dependencies);
    let dependencies =
        dependencies.into_iter().flat_map(|entry| [&entry.key_range].into_iter().chain(&entry.lines));
    let mut lines: Vec<usize> = history
        .map(|directive| &directive.range)
        .chain(dependencies)
        .map(|range| text.position(range.start).line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let mut kept = text.as_str().to_owned();
    for line in lines.into_iter().rev() {
        let range = text.line_range(line);
        let end = (range.end + 1).min(kept.len());
        kept.replace_range(range.start..end, "");
    }
    kept
}

fn steps(text: &str, parts: &[Part]) -> Vec<Step> {
    let body = parts.iter().filter(|part| part.section == Section::Body && !part.outer);
    let step = |part: &Part| match &part.tree {
        Some(tree) => step::of(text, tree, refused_in_transaction(tree, &text[part.range.clone()]).is_some()),
        None => Step::Opaque,
    };
    body.map(step).collect()
}

fn verifications(parts: &[Part]) -> Vec<Verification> {
    let queries = [Node::SELECT, Node::COMPOUND_SELECT, Node::PAREN_SELECT, Node::VALUES, Node::TABLE];
    parts
        .iter()
        .filter(|part| part.section == Section::Verify)
        .map(|part| Verification {
            statement: Statement { range: part.range.clone() },
            is_query: part.tree.as_ref().and_then(Tree::kind).is_some_and(|kind| queries.contains(&kind)),
        })
        .collect()
}
