//! Checks the folder.

use std::path::Path;

use super::super::arguments::{Check as Options, CheckFormat};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::folder::formats::{self, Format};
use super::super::output;

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    let format = match options.format {
        CheckFormat::Human => Format::Human { colour: true },
        CheckFormat::Json => Format::Json,
        CheckFormat::Github => Format::Github,
        CheckFormat::Sarif => Format::Sarif,
    };
    let found = formats::check(&context.root().path, Path::new("."), format);
    output::write(format_args!("{}", found.text));
    Ok(if found.failed { Outcome::NotSo } else { Outcome::Done })
}
