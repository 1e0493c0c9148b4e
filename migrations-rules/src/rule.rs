//! What a rule is, and the list of all rules.

use std::collections::HashSet;
use std::ops::Range;

use migrations_text::{Excerpt, Level, NotUtf8, Position, Text, printable};

use crate::config::Config;
use crate::folder::Folder;
use crate::migration::{Companion, Migration, Source};
use crate::problem::Problem;
use crate::rules;

/// A rule: what it looks for, why, what to do, and examples that its tests run.
///
/// ```
/// let rule = migrations_rules::rule("data-loss").unwrap();
/// assert_eq!(rule.summary, "what destroys rows says where they are kept");
/// assert!(!rule.fixed, "`migrations.toml` may say another level");
/// ```
#[derive(Debug)]
pub struct Rule {
    /// The name, as it stands in messages, in `migrations.toml` and behind `-- @allow`.
    pub name: &'static str,
    /// The level when `migrations.toml` does not say otherwise.
    pub level: Level,
    /// Whether the rule is always [`Level::Deny`], because without it there is no set that could be run.
    pub fixed: bool,
    /// What the rule says, in one sentence.
    pub summary: &'static str,
    /// Why breaking it hurts.
    pub problem: &'static str,
    /// What to write instead.
    pub solution: &'static str,
    /// What breaks the rule.
    pub bad: &'static [Example],
    /// What satisfies it.
    pub ok: &'static [Example],
    pub(crate) check: Check,
}

/// A migrations folder in small.
///
/// ```
/// use migrations_rules::{Example, rule};
///
/// for example in rule("data-loss").unwrap().bad {
///     if let Example::Body(sql) = example {
///         println!("{sql}");
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// The body of the only migration of a folder; header and rollback are added.
    Body(&'static str),
    /// Files of the folder, each with its path and its bytes.
    Files(&'static [(&'static str, &'static [u8])]),
}

impl Example {
    /// The files of the folder, with their bytes; what the rule does not care about is filled in.
    ///
    /// ```
    /// use migrations_rules::Example;
    ///
    /// let files = Example::Body("SELECT 2;").files();
    /// assert_eq!(files[0].0, "sql/schema/001_example.sql");
    /// assert!(files[0].1.starts_with(b"-- Migration: an example.\n"));
    /// ```
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let body = match self {
            Example::Body(body) => body,
            Example::Files(files) => {
                let mut files: Vec<_> =
                    files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
                if files.iter().all(|(path, _)| path == crate::config::FILE_NAME) {
                    files.extend(Example::Body("SELECT 1;").files());
                }
                return files;
            }
        };
        let text = format!(
            "-- Migration: an example.\n-- Dependencies: none\n-- Rollback: nothing is left to undo.\n\n{body}\n\n\
             -- @rollback\nSELECT 1;\n"
        );
        vec![("sql/schema/001_example.sql".to_owned(), text.into_bytes())]
    }
}

/// How a rule finds its problems.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// In one migration at a time; runs on all cores.
    Migration(fn(&Source, &mut Findings<'_>)),
    /// In the folder as a whole.
    Folder(fn(&Folder, &mut Findings<'_>)),
}

/// All rules, in the order of their names; `unused-allow` must be the last, because it looks at what the others did.
///
/// ```
/// use migrations_rules::{Level, RULES};
///
/// let warning = RULES.iter().filter(|rule| rule.level == Level::Warn).map(|rule| rule.name);
/// assert!(warning.collect::<Vec<_>>().contains(&"not-idempotent"));
/// ```
pub static ALL: [&Rule; 28] = [
    &rules::bad_config::RULE,
    &rules::bad_file_name::RULE,
    &rules::bad_runner::RULE,
    &rules::data_loss::RULE,
    &rules::dependency_cycle::RULE,
    &rules::dependency_on_archived::RULE,
    &rules::duplicate_name::RULE,
    &rules::duplicate_number::RULE,
    &rules::empty_migration::RULE,
    &rules::file_too_long::RULE,
    &rules::index_before_bulk::RULE,
    &rules::irreversible_without_reason::RULE,
    &rules::missing_header::RULE,
    &rules::missing_rollback::RULE,
    &rules::needless_no_transaction::RULE,
    &rules::needs_no_transaction::RULE,
    &rules::not_idempotent::RULE,
    &rules::not_utf8::RULE,
    &rules::psql_command::RULE,
    &rules::session_setting::RULE,
    &rules::syntax_error::RULE,
    &rules::transaction_control::RULE,
    &rules::unexpected_file::RULE,
    &rules::unknown_category::RULE,
    &rules::unknown_dependency::RULE,
    &rules::unknown_directive::RULE,
    &rules::unknown_replaced::RULE,
    &rules::unused_allow::RULE,
];

/// The rule of this name.
///
/// ```
/// assert!(migrations_rules::rule("syntax-error").is_some());
/// assert!(migrations_rules::rule("sintax-error").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}

/// The names of all rules, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|rule| rule.name)
}

/// Collects what the rules report.
pub(crate) struct Findings<'a> {
    pub(crate) config: &'a Config,
    /// The name of the folder, with its `/`, which every path is shown with.
    prefix: &'a str,
    problems: Vec<Problem>,
    /// The files and rules for which an `-- @allow` took effect.
    pub(crate) allowed: HashSet<(String, &'static str)>,
}

/// A problem that was just reported, to add to; nothing when its rule is allowed.
pub(crate) struct Report<'f>(Option<&'f mut Problem>);

impl<'a> Findings<'a> {
    pub(crate) fn new(config: &'a Config, prefix: &'a str) -> Findings<'a> {
        Findings { config, prefix, problems: Vec::new(), allowed: HashSet::new() }
    }

    /// An empty collector for another core.
    pub(crate) fn fork(&self) -> Findings<'a> {
        Findings::new(self.config, self.prefix)
    }

    /// Takes over what another core has found.
    pub(crate) fn absorb(&mut self, other: Findings<'_>) {
        self.problems.extend(other.problems);
        self.allowed.extend(other.allowed);
    }

    /// Notes that an `-- @allow` of the migration takes effect.
    pub(crate) fn allow(&mut self, rule: &'static str, migration: &Migration) {
        self.allowed.insert((migration.path.clone(), rule));
    }

    /// The rules that were allowed, if there was no problem, sorted.
    pub(crate) fn allowed_without_problems(&self) -> Option<Vec<&'static str>> {
        let mut allowed: Vec<&'static str> = self.allowed.iter().map(|(_, rule)| *rule).collect();
        allowed.sort_unstable();
        self.problems.is_empty().then_some(allowed)
    }

    /// The problems, sorted by path and place.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| (&a.path, a.position, &a.rule).cmp(&(&b.path, b.position, &b.rule)));
        self.problems
    }

    /// Reports a place in a migration.
    pub(crate) fn at(
        &mut self,
        rule: &'static Rule,
        migration: &Migration,
        span: Range<usize>,
        message: String,
    ) -> Report<'_> {
        if self.is_allowed(rule, migration) {
            return Report(None);
        }
        self.text(rule, &migration.path, &migration.text, span, message)
    }

    /// Reports a place in the runner that accompanies a migration.
    pub(crate) fn beside(
        &mut self,
        rule: &'static Rule,
        migration: &Migration,
        companion: &Companion,
        span: Range<usize>,
        message: String,
    ) -> Report<'_> {
        if self.is_allowed(rule, migration) {
            return Report(None);
        }
        self.text(rule, &companion.path, &companion.text, span, message)
    }

    /// Reports a migration as a whole.
    pub(crate) fn whole(
        &mut self,
        rule: &'static Rule,
        migration: &Migration,
        message: String,
    ) -> Report<'_> {
        if self.is_allowed(rule, migration) {
            return Report(None);
        }
        self.file(rule, &migration.path, message)
    }

    /// Reports a place in a text.
    pub(crate) fn text(
        &mut self,
        rule: &'static Rule,
        path: &str,
        text: &Text,
        span: Range<usize>,
        message: String,
    ) -> Report<'_> {
        let position = text.position(span.start);
        self.problem(rule, path, position, message).excerpt(Excerpt::new(text, span, ""))
    }

    /// Reports a file that stops being text at some byte.
    pub(crate) fn broken(
        &mut self,
        rule: &'static Rule,
        path: &str,
        broken: &NotUtf8,
        message: String,
    ) -> Report<'_> {
        let line = format!("{}\u{fffd}", broken.line_before);
        let excerpt = Excerpt::of_line(broken.position.line, &line, broken.line_before.len()..line.len(), "");
        self.problem(rule, path, broken.position, message).excerpt(excerpt)
    }

    /// Reports a file or a folder as a whole.
    pub(crate) fn file(&mut self, rule: &'static Rule, path: &str, message: String) -> Report<'_> {
        self.problem(rule, path, Position { line: 1, column: 1 }, message)
    }

    /// How a path of the folder is shown.
    pub(crate) fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.prefix).trim_end_matches('/').to_owned()
    }

    /// Whether an `-- @allow` of the migration takes effect, which is noted.
    fn is_allowed(&mut self, rule: &'static Rule, migration: &Migration) -> bool {
        let allowed = migration.allows(rule.name) && !rule.fixed;
        if allowed {
            self.allow(rule.name, migration);
        }
        allowed
    }

    fn problem(
        &mut self,
        rule: &'static Rule,
        path: &str,
        position: Position,
        message: String,
    ) -> Report<'_> {
        let level = if rule.fixed { Level::Deny } else { self.config.level(rule) };
        if level == Level::Allow {
            return Report(None);
        }
        let path = self.shown(path);
        self.problems.push(Problem {
            rule: rule.name.into(),
            level,
            path,
            position,
            message: printable::into_line(message),
            excerpt: None,
            help: Vec::new(),
        });
        Report(self.problems.last_mut())
    }
}

impl Report<'_> {
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(problem) = &mut self.0 {
            problem.help.push(printable::into_line(help.into()));
        }
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(excerpt) = self.0.as_mut().and_then(|problem| problem.excerpt.as_mut()) {
            excerpt.label = label.into();
        }
        self
    }

    fn excerpt(mut self, excerpt: Excerpt) -> Self {
        if let Some(problem) = &mut self.0 {
            problem.excerpt = Some(excerpt);
        }
        self
    }
}
