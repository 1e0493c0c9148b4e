//! Changes the files of the folder.

use super::super::arguments::{Archive, Catalog, CatalogFormat, New, Renumber};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::folder::{archive, catalog, new, renumber};
use super::super::output::{self, say};
use super::confirm;

pub(super) fn begin(context: &Context, options: &New) -> Result<Outcome, Failure> {
    let (category, name) = match &options.name {
        Some(name) => (Some(options.category.clone()), name.clone()),
        None => (None, options.category.clone()),
    };
    let after =
        options.after.as_ref().map(|after| after.split(',').map(|one| one.trim().to_owned()).collect());
    let form = match (options.runner, options.companion, options.no_transaction) {
        (true, ..) => new::Form::Runner,
        (_, true, _) => new::Form::WithCompanion,
        (.., true) => new::Form::NoTransaction,
        _ => new::Form::Sql,
    };
    // A folder that was named and is not there may be a slip of the pen; the usual one is a beginning.
    let may_begin = context.common.folder.is_none();
    let options = new::Options { category, name, purpose: options.purpose.clone(), after, form, may_begin };
    output::write(format_args!("{}", new::new(&context.root(), &options)?));
    Ok(Outcome::Done)
}

pub(super) fn renumber(context: &Context, options: &Renumber) -> Result<Outcome, Failure> {
    output::write(format_args!("{}", renumber::renumber(&context.root(), options.dry_run)?));
    Ok(Outcome::Done)
}

pub(super) fn archive(context: &Context, options: &Archive) -> Result<Outcome, Failure> {
    confirm(&format!("Move {} to the archive?", options.migration), options.yes)?;
    let superseded_by = options.superseded_by.as_deref();
    output::write(format_args!("{}", archive::archive(&context.root(), &options.migration, superseded_by)?));
    Ok(Outcome::Done)
}

pub(super) fn catalog(context: &Context, options: &Catalog) -> Result<Outcome, Failure> {
    let root = context.root();
    if options.format == CatalogFormat::Json {
        say!("{}", catalog::json(&root)?.trim_end());
        return Ok(Outcome::Done);
    }
    if !options.check {
        output::write(format_args!("{}", catalog::write(&root, options.force)?));
        return Ok(Outcome::Done);
    }
    let state = catalog::check(&root)?;
    output::write(format_args!("{state}"));
    Ok(if state.is_current() { Outcome::Done } else { Outcome::NotSo })
}
