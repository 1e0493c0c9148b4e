//! Databases that exist already.

use serde_json::json;

use super::super::arguments::{Adopt, Answer, Baseline, Caution, OtherTool};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::style::{BOLD, DIM, GREEN, count, paint};
use super::{confirm, write_json};
use crate::error::Error;
use crate::interop::Tool;
use crate::migrator::Migrator;
use crate::set::MigrationSet;

pub(super) fn baseline(context: &Context, options: &Baseline) -> Result<Outcome, Failure> {
    let last = options.to.as_deref().map(|last| context.member(last)).transpose()?;
    enter(context, (&options.caution, &options.answer), |migrator, client| {
        let migrator = last.into_iter().fold(migrator, Migrator::up_to);
        migrator.baseline(client)
    })
}

pub(super) fn adopt(context: &Context, options: &Adopt) -> Result<Outcome, Failure> {
    let tool = match options.tool {
        OtherTool::Refinery => Tool::Refinery,
        OtherTool::Sqlx => Tool::Sqlx,
        OtherTool::Diesel => Tool::Diesel,
        OtherTool::Flyway => Tool::Flyway,
    };
    enter(context, (&options.caution, &options.answer), |migrator, client| migrator.adopt(client, tool))
}

fn enter(
    context: &Context,
    (caution, answer): (&Caution, &Answer),
    work: impl Fn(Migrator<'static, Member>, &mut postgres::Client) -> Result<Vec<Member>, Error>,
) -> Result<Outcome, Failure> {
    let (is_json, dry_run) = (answer.is_json(), caution.dry_run);
    let mut client = context.client()?;
    let planned = work(context.migrator()?.dry_run(true), &mut client)?;
    if !is_json {
        for member in &planned {
            let facts = member.facts();
            say!("  {}  {}", paint(BOLD, facts.stem), paint(DIM, facts.purpose));
        }
    }
    if !dry_run && !planned.is_empty() {
        let question =
            format!("Enter {} as applied, without running them?", count(planned.len(), "migration"));
        confirm(&question, caution.yes)?;
        work(context.migrator()?, &mut client)?;
    }
    if is_json {
        let names: Vec<&str> = planned.iter().map(|member| member.facts().name).collect();
        write_json(&json!({ "entered": names, "dry_run": dry_run }));
    } else {
        let verb = if dry_run { "would be entered" } else { "entered" };
        let said = format!("{} {verb} as applied", count(planned.len(), "migration"));
        say!("\n{}", paint(GREEN, said));
    }
    Ok(Outcome::Done)
}
