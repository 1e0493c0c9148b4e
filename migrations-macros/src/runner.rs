//! Reads a runner: which of the functions that the engine calls it has, and whether they are what it calls.

use std::borrow::Cow;

use migrations_rules::{Excerpt, FileName, Kind, Level, Migration, Position, Problem, Text, did_you_mean};
use proc_macro2::Span;
use syn::{FnArg, Item, ItemFn, ReturnType, Type, Visibility};

/// A runner's file.
pub(crate) struct Runner<'a> {
    /// Relative to the root of the folder.
    pub(crate) path: &'a str,
    pub(crate) text: &'a Text,
    role: Role<'a>,
    /// The names of its public functions.
    pub(crate) functions: Vec<String>,
    /// Whether it has public functions that nobody calls.
    has_strangers: bool,
}

/// What a runner is for.
enum Role<'a> {
    /// It runs with the SQL migration of its name.
    Companion(&'a FileName),
    /// It is a migration.
    Migration(&'a Migration),
}

const STEP: &str = "(agent: &mut Agent<'_>) -> Result<(), RunnerError>";
const BATCH: &str = "(agent: &mut Agent<'_>, cursor: &Cursor) -> Result<Batch, RunnerError>";

impl<'a> Runner<'a> {
    /// The runner of a migration, if it has one, and what is wrong with it.
    pub(crate) fn of(
        migration: &'a Migration,
        shown: impl Fn(&str) -> String,
    ) -> Option<(Runner<'a>, Vec<Problem>)> {
        let mut runner = match (&migration.companion, migration.kind) {
            (Some(companion), _) => Runner {
                path: &companion.path,
                text: &companion.text,
                role: Role::Companion(&migration.file_name),
                functions: Vec::new(),
                has_strangers: false,
            },
            (None, Kind::Runner) => Runner {
                path: &migration.path,
                text: &migration.text,
                role: Role::Migration(migration),
                functions: Vec::new(),
                has_strangers: false,
            },
            (None, Kind::Sql) => return None,
        };
        let problems = runner.read(&shown(runner.path));
        Some((runner, problems))
    }

    fn read(&mut self, path: &str) -> Vec<Problem> {
        let mut problems = Problems { path, text: self.text, found: Vec::new() };
        let _positions = Positions::on();
        match syn::parse_file(self.text.as_str()) {
            Ok(file) => {
                for item in &file.items {
                    if let Item::Fn(function) = item {
                        self.function(function, &mut problems);
                    }
                }
                // A function of another name is probably the one that is missing.
                if !self.has_strangers {
                    self.completeness(&mut problems);
                }
            }
            Err(error) => problems.at(error.span(), format!("not Rust: {}", in_words(&error)), Vec::new()),
        }
        problems.found
    }

    fn function(&mut self, function: &ItemFn, problems: &mut Problems<'_>) {
        let name = function.sig.ident.to_string();
        let span = function.sig.ident.span();
        if !self.names().contains(&name.as_str()) {
            if !matches!(function.vis, Visibility::Inherited) {
                problems.at(span, format!("the engine calls no function `{name}` here"), self.known(&name));
                self.has_strangers = true;
            }
            return;
        }
        let wanted = if name == "batch" { BATCH } else { STEP };
        if matches!(function.vis, Visibility::Inherited) || !fits(function, &name) {
            let message = format!("`{name}` is not a function that the engine can call");
            problems.at(span, message, vec![format!("write `pub fn {name}{wanted}`")]);
        }
        self.functions.push(name);
    }

    /// What it might have been meant to be.
    fn known(&self, stranger: &str) -> Vec<String> {
        let known: Vec<String> = self.names().iter().map(|name| format!("`{name}`")).collect();
        let what = match self.role {
            Role::Companion(_) => "a runner that accompanies an SQL migration has",
            Role::Migration(_) => "a runner that is a migration has",
        };
        let help = format!("{what} the functions {}; make a helper private", known.join(", "));
        did_you_mean(stranger, self.names().iter().copied()).into_iter().chain([help]).collect()
    }

    fn completeness(&self, problems: &mut Problems<'_>) {
        let has = |name: &str| self.functions.iter().any(|function| function == name);
        match self.role {
            Role::Companion(sql) if self.functions.is_empty() => problems.whole(
                format!("the runner accompanies `{}`, but has nothing to call", sql.stem()),
                vec![format!("write `pub fn before{STEP}`, or `after`, or `verify`")],
            ),
            Role::Companion(_) => {}
            Role::Migration(_) if !has("up") && !has("batch") => {
                problems.whole("the runner has no `up`".into(), vec![format!("write `pub fn up{STEP}`")]);
            }
            Role::Migration(_) if has("up") && has("batch") => problems.whole(
                "the runner has an `up` and a `batch`".into(),
                vec!["keep `up`, which runs at once, or `batch`, which is called until it is done".into()],
            ),
            Role::Migration(migration) if has("down") && migration.irreversible().is_some() => problems
                .whole(
                    "the migration is called irreversible, but has a `down`".into(),
                    vec!["remove one of the two".into()],
                ),
            // Without the line of the header, that it is missing is the problem.
            Role::Migration(migration) if migration.rollback_note().is_empty() => {}
            Role::Migration(migration) if !has("down") && migration.irreversible().is_none() => problems
                .whole(
                    "the runner has no `down`".into(),
                    vec![
                        format!("write `pub fn down{STEP}`"),
                        "or say in the header why there is none: `//! Rollback: irreversible: <reason>`"
                            .into(),
                    ],
                ),
            Role::Migration(_) => {}
        }
    }

    fn names(&self) -> &'static [&'static str] {
        match self.role {
            Role::Companion(_) => &["before", "after", "verify"],
            Role::Migration(_) => &["up", "batch", "down", "verify"],
        }
    }
}

/// What is wrong with a file of Rust.
struct Problems<'a> {
    path: &'a str,
    text: &'a Text,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn at(&mut self, span: Span, message: String, help: Vec<String>) {
        let (start, end) = (span.start(), span.end());
        let offset = |line: usize, column: usize| {
            let range = self.text.line_range(line);
            range.start + self.text[range.clone()].chars().take(column).map(char::len_utf8).sum::<usize>()
        };
        let marked = offset(start.line, start.column)..offset(end.line, end.column);
        let position = Position { line: start.line, column: start.column + 1 };
        let excerpt = Some(Excerpt::new(self.text, marked, ""));
        self.push(position, message, excerpt, help);
    }

    fn whole(&mut self, message: String, help: Vec<String>) {
        self.push(Position { line: 1, column: 1 }, message, None, help);
    }

    fn push(&mut self, position: Position, message: String, excerpt: Option<Excerpt>, help: Vec<String>) {
        let path = self.path.to_owned();
        let rule = Cow::Borrowed("bad-runner");
        self.found.push(Problem { rule, level: Level::Deny, path, position, message, excerpt, help });
    }
}

/// While it lives, proc-macro2 reads Rust by itself: what the compiler reads for a macro has the position of the macro's
/// call, not one in the file.
struct Positions;

impl Positions {
    fn on() -> Positions {
        proc_macro2::fallback::force();
        Positions
    }
}

impl Drop for Positions {
    fn drop(&mut self) {
        proc_macro2::fallback::unforce();
    }
}

/// What syn says, where it says something.
fn in_words(error: &syn::Error) -> String {
    let message = error.to_string();
    if message == "cannot parse string into token stream" {
        "a bracket or a quotation mark has no counterpart, or a character is none of Rust's".to_owned()
    } else if message.starts_with("expected one of") {
        "nothing goes on like this".to_owned()
    } else {
        message
    }
}

/// Whether a function has the shape that is called; whether its types are the right ones, rustc says.
fn fits(function: &ItemFn, name: &str) -> bool {
    let signature = &function.sig;
    let plain = signature.constness.is_none()
        && signature.asyncness.is_none()
        && signature.abi.is_none()
        && signature.generics.params.is_empty();
    let references: Vec<Option<bool>> = signature.inputs.iter().map(reference).collect();
    let wanted: &[Option<bool>] = if name == "batch" { &[Some(true), Some(false)] } else { &[Some(true)] };
    plain && references == wanted && returns_result(&signature.output)
}

/// Whether a parameter is a reference, and then whether it is `&mut`.
fn reference(parameter: &FnArg) -> Option<bool> {
    match parameter {
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) => Some(reference.mutability.is_some()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

fn returns_result(output: &ReturnType) -> bool {
    match output {
        ReturnType::Type(_, returned) => match &**returned {
            Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Result"),
            _ => false,
        },
        ReturnType::Default => false,
    }
}
