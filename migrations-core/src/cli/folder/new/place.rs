//! Where a new migration lies, and the number that it gets.

use migrations_rules::{FileName, Number, Set, did_you_mean};
use time::OffsetDateTime;

use crate::cli::folder::error::CommandError;
use crate::cli::folder::root::Root;

/// The folder of the runners, and their category.
pub(super) const RUNNERS: &str = "runners";

/// Folders of the root that are no categories.
const RESERVED: [&str; 3] = ["sql", RUNNERS, "archive"];

/// Where a migration is to lie.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) category: String,
    /// Relative to the root; empty for the root itself.
    pub(super) folder: String,
    /// `None` where no migration has a number.
    pub(super) number: Option<String>,
    pub(super) notes: Vec<String>,
}

impl Place {
    pub(super) fn of_runner(set: &Set) -> Place {
        // Runners stand among the migrations of all categories, so theirs is the number behind all of them.
        let number = next_number(set, names(set));
        Place { category: RUNNERS.to_owned(), folder: RUNNERS.to_owned(), number, notes: Vec::new() }
    }

    pub(super) fn of_sql(root: &Root, set: &Set, category: Option<&str>) -> Result<Place, CommandError> {
        let category = match category {
            Some("." | "") => String::new(),
            Some(category) => category.trim_end_matches('/').to_owned(),
            None => only_category(set)?,
        };
        refuse_unknown(set, &category)?;
        let has_sql = root.path.join("sql").is_dir();
        let folder = match category.as_str() {
            "" if has_sql => "sql".to_owned(),
            "" => String::new(),
            category if has_sql || is_empty(set) => format!("sql/{category}"),
            category => category.to_owned(),
        };
        let of_category = names(set).filter(|(other, _)| *other == Some(&category));
        let number = next_number(set, of_category);
        Ok(Place { number, folder, notes: notes(set, &category), category })
    }
}

/// Whether nothing lies in the folder yet that says where categories belong.
fn is_empty(set: &Set) -> bool {
    set.migrations.is_empty() && set.categories.is_empty()
}

fn only_category(set: &Set) -> Result<String, CommandError> {
    let known = known(set);
    match known.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(CommandError::new("which category the migration belongs to is not said")
            .help("name it: `new schema create_users`; its folder is made")),
        _ => Err(CommandError::new("which category the migration belongs to is not said")
            .help(format!("the categories are {}", listed(&known)))),
    }
}

/// The categories of `migrations.toml`, or else those that are there.
fn known(set: &Set) -> Vec<&str> {
    let listed = set.config.categories.as_ref().unwrap_or(&set.categories);
    listed.iter().map(String::as_str).filter(|category| *category != RUNNERS).collect()
}

fn listed(categories: &[&str]) -> String {
    let shown =
        |category: &&str| if category.is_empty() { "`.`".to_owned() } else { format!("`{category}`") };
    categories.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn refuse_unknown(set: &Set, category: &str) -> Result<(), CommandError> {
    let known = known(set);
    let shown = migrations_text::printable(category);
    if known.contains(&category) {
        return Ok(());
    }
    if set.config.categories.is_some() {
        let error = CommandError::new(format!("`{shown}` is not a category of migrations.toml"));
        let error = did_you_mean(category, known.iter().copied()).into_iter().fold(error, CommandError::help);
        return Err(error.help(format!("the categories are {}", listed(&known))));
    }
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if category.chars().all(plain) && !RESERVED.contains(&category.to_lowercase().as_str()) {
        return Ok(());
    }
    Err(CommandError::new(format!("`{shown}` cannot be a category"))
        .help("a category is a folder: letters, digits, `-` and `_`, and not `sql`, `runners` or `archive`"))
}

fn notes(set: &Set, category: &str) -> Vec<String> {
    let known = known(set);
    if known.is_empty() || known.contains(&category) {
        return Vec::new();
    }
    let note = if category.is_empty() {
        "it is the first migration without a category".to_owned()
    } else {
        format!("category `{category}` is new")
    };
    let meant = did_you_mean(category, known).map(|meant| format!("; {meant}")).unwrap_or_default();
    vec![note + &meant]
}

/// Names of files, each with the category that its number is taken in.
fn names(set: &Set) -> impl Iterator<Item = (Option<&String>, &FileName)> {
    let migrations = set.migrations.iter().map(|migration| (Some(&migration.category), &migration.file_name));
    migrations.chain(set.archived.iter().map(|archived| (archived.category.as_ref(), &archived.file_name)))
}

/// The number behind the largest of `taken`, with as many digits. Where none is taken, it begins with as many digits as the
/// others of the set have, or three.
fn next_number<'s>(
    set: &'s Set,
    taken: impl Iterator<Item = (Option<&'s String>, &'s FileName)>,
) -> Option<String> {
    match (largest(taken), largest(names(set))) {
        (_, Some(number)) if is_timestamp(number) => {
            number.value().checked_add(1).map(|next| number.like(next.max(now())))
        }
        (Some(number), _) => number.value().checked_add(1).map(|next| number.like(next)),
        (None, Some(number)) => Some(number.like(1)),
        (None, None) => set.migrations.is_empty().then(|| "001".to_owned()),
    }
}

fn largest<'s>(names: impl Iterator<Item = (Option<&'s String>, &'s FileName)>) -> Option<&'s Number> {
    names.filter_map(|(_, name)| name.number.as_ref()).max_by_key(|number| number.value())
}

/// Whether the numbers are times, such as 20240131120000, as diesel and sqlx write them.
fn is_timestamp(number: &Number) -> bool {
    number.to_string().len() == 14
}

fn now() -> u64 {
    let now = OffsetDateTime::now_utc();
    let parts = [u8::from(now.month()), now.day(), now.hour(), now.minute(), now.second()];
    let year = u64::try_from(now.year()).unwrap_or_default();
    parts.into_iter().fold(year, |stamp, part| stamp * 100 + u64::from(part))
}
