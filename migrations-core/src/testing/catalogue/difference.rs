//! What two catalogues do not share, for people.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use similar::{Algorithm, ChangeTag, capture_diff_slices};

use super::Attributes;

/// What must be done to one [`Catalogue`](super::Catalogue) to get another.
///
/// `Display` is a report, sorted by object, of every object and attribute that differs. Of a new object it shows the
/// definition or type; of long texts the lines that differ.
///
/// ```text
/// column meetings.meetings.title
///     not null: yes → no
/// constraint ck_turns_position on conversation.turns
///     is new: CHECK (("position" > 0))
/// index meetings.ix_meetings_client_id
///     is missing now
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    changes: BTreeMap<String, Change>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    New(Attributes),
    Missing,
    Changed(Vec<Changed>),
}

/// An attribute that differs; `None` where the object does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Changed {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

/// The attributes that say most about an object, the first that it has before the others.
const MAIN: [&str; 5] = ["definition", "type", "labels", "version", "privileges"];

/// The longest pair of values that stands on one line, in bytes.
const LINE: usize = 100;

impl Difference {
    pub(super) fn new(
        before: &BTreeMap<String, Attributes>,
        after: &BTreeMap<String, Attributes>,
    ) -> Difference {
        let objects: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changes = objects.into_iter().filter_map(|object| {
            let change = change(before.get(object), after.get(object))?;
            Some((object.clone(), change))
        });
        Difference { changes: changes.collect() }
    }

    /// Whether the catalogues are equal.
    ///
    /// ```
    /// # use migrations_core::testing::Catalogue;
    /// # fn f(old: Catalogue, new: Catalogue) {
    /// let difference = old.difference(&new);
    /// assert!(difference.is_empty(), "the two ways do not lead to one schema:\n{difference}");
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The objects that are new, missing or changed, sorted.
    ///
    /// ```
    /// use migrations_core::testing::Difference;
    ///
    /// fn indexes(difference: &Difference) -> impl Iterator<Item = &str> {
    ///     difference.objects().filter(|object| object.starts_with("index "))
    /// }
    /// ```
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.changes.keys().map(String::as_str)
    }
}

fn change(before: Option<&Attributes>, after: Option<&Attributes>) -> Option<Change> {
    match (before, after) {
        (None, after) => Some(Change::New(after?.clone())),
        (Some(_), None) => Some(Change::Missing),
        (Some(before), Some(after)) => {
            let changed = changed(before, after);
            (!changed.is_empty()).then_some(Change::Changed(changed))
        }
    }
}

fn changed(before: &Attributes, after: &Attributes) -> Vec<Changed> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Changed {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (object, change) in &self.changes {
            writeln!(f, "{object}")?;
            change.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::New(attributes) => match MAIN.iter().find_map(|name| attributes.get(*name)) {
                Some(main) => write_value(f, "is new", main),
                None => writeln!(f, "    is new"),
            },
            Change::Missing => writeln!(f, "    is missing now"),
            Change::Changed(attributes) => attributes.iter().try_for_each(|changed| changed.fmt(f)),
        }
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changed { name, before, after } = self;
        let [old, new] = [before, after].map(|value| value.as_deref().unwrap_or("(none)"));
        if !old.contains('\n') && !new.contains('\n') && old.len() + new.len() <= LINE {
            return writeln!(f, "    {name}: {} → {}", visible(old), visible(new));
        }
        writeln!(f, "    {name}:")?;
        let [old, new] = [before, after].map(|value| lines(value.as_deref()));
        for change in capture_diff_slices(Algorithm::Myers, &old, &new)
            .iter()
            .flat_map(|operation| operation.iter_changes(&old, &new))
            .filter(|change| change.tag() != ChangeTag::Equal)
        {
            write_line(f, &format!("        {}", change.tag()), change.value())?;
        }
        Ok(())
    }
}

/// Writes a value behind its name, or under it when it has several lines.
pub(super) fn write_value(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    if !value.contains('\n') {
        return writeln!(f, "    {name}: {}", visible(value));
    }
    writeln!(f, "    {name}:")?;
    value.split('\n').try_for_each(|line| write_line(f, "       ", line))
}

fn write_line(f: &mut fmt::Formatter<'_>, start: &str, line: &str) -> fmt::Result {
    if line.is_empty() {
        writeln!(f, "{}", start.trim_end())
    } else {
        writeln!(f, "{start} {}", visible(line))
    }
}

fn lines(value: Option<&str>) -> Vec<&str> {
    value.map(|value| value.split('\n').collect()).unwrap_or_default()
}

/// A line whose control characters, such as a carriage return, can be seen.
fn visible(line: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| c.is_control() && c != '\t';
    if !line.contains(is_hidden) {
        return Cow::Borrowed(line);
    }
    let shown = |c: char| if is_hidden(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(line.chars().map(shown).collect())
}
