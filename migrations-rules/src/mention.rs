//! Where a migration names other files: in `Dependencies` and behind `@replaces`.

use std::ops::Range;

use migrations_text::Text;

use crate::directive::DirectiveKind;
use crate::migration::Migration;
use crate::name::FileName;

/// A place at which a migration names another file.
///
/// ```
/// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
/// # let migration = &set.migrations[1];
/// // -- Dependencies: 002_create_shop
/// let mention = &migration.mentions()[0];
/// assert_eq!(&migration.text[mention.range.clone()], "002_create_shop");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of [`Migration::text`] that number and name stand at, without a category before them.
    pub range: Range<usize>,
    /// The category before the name, if one is written.
    pub category: Option<String>,
    /// Number, if one is written, and name.
    pub file_name: FileName,
}

impl Migration {
    /// The places at which the file names others, in `Dependencies` and behind `@replaces`; what is no name is left out.
    ///
    /// ```
    /// # let set = migrations_rules::check("examples/migrations".as_ref(), "");
    /// # let migration = &set.migrations[0];
    /// // -- Dependencies: none
    /// // -- @replaces 001_open_shop
    /// let mentions = migration.mentions();
    /// assert_eq!(mentions.len(), 1);
    /// assert_eq!(mentions[0].file_name.stem(), "001_open_shop");
    /// ```
    pub fn mentions(&self) -> Vec<Mention> {
        let mut mentions = self.dependency_mentions();
        for directive in &self.directives {
            if matches!(directive.kind, DirectiveKind::Replaces(_)) {
                let line = self.text.line_range(self.text.position(directive.range.end).line);
                mentions.extend(replaced(&self.text, directive.range.end..line.end));
            }
        }
        mentions
    }

    fn dependency_mentions(&self) -> Vec<Mention> {
        let mention = |reference: &crate::header::Reference| {
            let file_name = reference.file_name.clone()?;
            let range = reference.range.end - file_name.stem().len()..reference.range.end;
            Some(Mention { range, category: reference.category.clone(), file_name })
        };
        self.references.iter().filter_map(mention).collect()
    }
}

fn replaced(text: &Text, range: Range<usize>) -> Vec<Mention> {
    let mut start = range.start;
    let mut mentions = Vec::new();
    for word in text[range].split([' ', '\t', ',']) {
        if let Ok(file_name) = FileName::parse(word) {
            mentions.push(Mention { range: start..start + word.len(), category: None, file_name });
        }
        start += word.len() + 1;
    }
    mentions
}
