//! The catalogue as Markdown.

use std::fmt::Write;

use migrations_rules::{Archived, Migration};

use super::facts::{Entry, Facts, Loss, settings, shown};
use crate::cli::folder::uri;
use crate::cli::style::count;

/// What the file begins with.
pub(super) const MARK: &str =
    "<!-- Made by `cargo migrations catalog`. What is changed here by hand is lost. -->";

pub(super) fn text(facts: &Facts<'_>) -> String {
    let mut text = format!(
        "{MARK}\n\n# Migrations\n\n\
         What each file of this folder is for, as the files themselves say. After a change, `cargo migrations catalog` writes \
         this page anew; `cargo migrations catalog --check` says whether it is stale.\n\n"
    );
    totals(&mut text, facts);
    configuration(&mut text, facts);
    for category in &facts.set.categories {
        table(&mut text, facts, category);
    }
    order(&mut text, facts);
    archive(&mut text, facts);
    text
}

fn totals(text: &mut String, facts: &Facts<'_>) {
    let totals = facts.totals();
    let mut rows = vec![
        ("migrations", totals.migrations.to_string()),
        ("lines", totals.lines.to_string()),
        ("in SQL", totals.sql.to_string()),
        ("in Rust", totals.runners.to_string()),
        ("SQL with Rust beside it", totals.companions.to_string()),
        ("reversible", totals.reversible.to_string()),
        ("irreversible", totals.irreversible.to_string()),
        ("destructive (`@backup` or `@allow data-loss`)", totals.destructive.to_string()),
        ("without a transaction", totals.without_transaction.to_string()),
    ];
    if let Some(entry) = facts.largest() {
        rows.push(("longest file", format!("{}, {}", link(entry.migration), count(entry.lines, "line"))));
    }
    text.push_str("| what | how many |\n|---|---|\n");
    for (what, count) in rows {
        push(text, &[what.to_owned(), count]);
    }
}

fn configuration(text: &mut String, facts: &Facts<'_>) {
    text.push_str("\n## Rules in force\n\n");
    let settings = settings(&facts.set.config);
    if settings.is_empty() {
        text.push_str("All rules and limits are the defaults.\n");
        return;
    }
    text.push_str("`migrations.toml` sets these; all else is the default.\n\n| setting | value | default |\n|---|---|---|\n");
    for (name, value, default) in settings {
        push(text, &[format!("`{name}`"), escaped(&value), escaped(&default)]);
    }
}

fn table(text: &mut String, facts: &Facts<'_>, category: &str) {
    let mut entries = facts.of_category(category).peekable();
    if entries.peek().is_none() {
        return;
    }
    let title = if category.is_empty() { "Without a category".to_owned() } else { escaped(category) };
    let _ = write!(
        text,
        "\n## {title}\n\n| | migration | purpose | lines | depends on | undone | marks |\n|---|---|---|---|---|---|---|\n"
    );
    for entry in entries {
        let migration = entry.migration;
        let number = migration.file_name.number.as_ref().map(ToString::to_string).unwrap_or_default();
        let dependencies = facts.dependencies(entry).join(", ");
        let purpose = escaped(&migration.purpose());
        push(
            text,
            &[
                number,
                link(migration),
                purpose,
                entry.lines.to_string(),
                dependencies,
                undone(entry),
                marks(entry),
            ],
        );
    }
}

fn undone(entry: &Entry<'_>) -> String {
    match &entry.irreversible {
        None => "yes".to_owned(),
        Some(reason) => format!("**no**: {}", escaped(reason)),
    }
}

fn marks(entry: &Entry<'_>) -> String {
    let mut marks = Vec::new();
    match &entry.loss {
        Some(Loss::Kept(backups)) => {
            let kept: Vec<String> = backups.iter().map(|backup| escaped(&shown(backup))).collect();
            marks.push(format!("**destructive**, keeps {}", kept.join(", ")));
        }
        Some(Loss::Allowed(reason)) => marks.push(format!("**destructive**: {}", escaped(reason))),
        Some(Loss::Reported) => marks.push("**destructive**".to_owned()),
        None => {}
    }
    if !entry.migration.transactional {
        marks.push("no transaction".to_owned());
    }
    if let Some(companion) = &entry.migration.companion {
        marks.push(format!("[with Rust]({})", uri::of_path(&companion.path)));
    }
    let replaced: Vec<String> = entry.migration.replaces().into_iter().flatten().collect();
    if !replaced.is_empty() {
        marks.push(format!("replaces {}", replaced.join(", ")));
    }
    marks.join("; ")
}

fn order(text: &mut String, facts: &Facts<'_>) {
    if facts.runs_as_listed() {
        return;
    }
    text.push_str("\n## Order of execution\n\nDependencies first, then by number, then by the order of the categories.\n\n");
    for entry in &facts.entries {
        let _ = writeln!(text, "{}. {}", entry.position, link(entry.migration));
    }
}

fn archive(text: &mut String, facts: &Facts<'_>) {
    if facts.set.archived.is_empty() {
        return;
    }
    text.push_str(
        "\n## Archive\n\nKept to be read, never run.\n\n| file | category | superseded by |\n|---|---|---|\n",
    );
    for archived in &facts.set.archived {
        let category = archived.category.as_deref().map(escaped).unwrap_or_default();
        push(
            text,
            &[linked(&archived.file_name.stem(), &archived.path), category, successor(facts, archived)],
        );
    }
}

fn successor(facts: &Facts<'_>, archived: &Archived) -> String {
    let Some(successor) = &archived.superseded_by else { return String::new() };
    let is_it = |migration: &&Migration| migration.file_name.name == successor.name;
    facts.set.migrations.iter().find(is_it).map_or_else(|| successor.stem(), link)
}

fn link(migration: &Migration) -> String {
    linked(&migration.file_name.stem(), &migration.path)
}

/// Names of files need no escape: they are lower-case words, joined by single underscores.
fn linked(stem: &str, path: &str) -> String {
    format!("[{stem}]({})", uri::of_path(path))
}

fn push(text: &mut String, cells: &[String]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// Text that others have written, as it is meant to be read, on one line. What searches for words finds them: an underscore
/// inside a word means nothing in Markdown, and stays.
fn escaped(text: &str) -> String {
    let text = migrations_text::printable(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut previous = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let in_word = previous.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if "\\`*[]<>|~&$#".contains(c) || (c == '_' && !in_word) {
            escaped.push('\\');
        }
        escaped.push(c);
        previous = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_was_written() {
        assert_eq!(escaped("turn_id of `a|b`"), r"turn_id of \`a\|b\`");
        assert_eq!(escaped("_a_ *b* <c> [d](e) #1 \\ \n"), r"\_a\_ \*b\* \<c\> \[d\](e) \#1 \\ \\n");
        assert_eq!(escaped("naïve, 日本語"), "naïve, 日本語");
    }
}
