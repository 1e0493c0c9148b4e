//! Shows what a run would do.

use std::collections::HashSet;

use migrations_rules::{Lock, LockMode, Locks, Work};
use serde_json::{Value, json};

use super::super::arguments::Plan as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::style::{BOLD, CYAN, DIM, GREEN, YELLOW, count, paint};
use super::write_json;
use crate::plan::{Plan, PlanStep};
use crate::set::MigrationSet;

pub(super) fn run(context: &Context, options: &Options) -> Result<Outcome, Failure> {
    let is_json = options.answer.is_json();
    let mut client = context.client()?;
    let migrator = context.migrator()?.allow_unknown(options.allow_unknown);
    let migrator = match &options.to {
        Some(last) => migrator.up_to(context.member(last)?),
        None => migrator,
    };
    let plan = migrator.plan(&mut client)?;
    match (is_json, options.sql) {
        (true, with_sql) => write_json(&as_json(&plan, with_sql)),
        (false, true) => plan.steps.iter().for_each(show_sql),
        (false, false) => show(&plan),
    }
    Ok(if options.check && !plan.is_empty() { Outcome::NotUpToDate } else { Outcome::Done })
}

fn show(plan: &Plan<Member>) {
    if plan.is_empty() {
        say!("{}", paint(GREEN, "nothing to do"));
        return;
    }
    say!("{} to apply, in this order:\n", count(plan.steps.len(), "migration"));
    for (at, (step, locks)) in plan.steps.iter().zip(locks_of(plan)).enumerate() {
        let facts = step.migration.facts();
        say!("{:>4}  {}  {}", at + 1, paint(BOLD, facts.stem), paint(DIM, facts.path));
        say!("      {}", facts.purpose);
        say!("      {} {}", paint(CYAN, "after"), why(step));
        for note in notes(step, &locks) {
            say!("      {note}");
        }
    }
}

/// Why it stands here in the order.
fn why(step: &PlanStep<Member>) -> String {
    match step.dependencies.as_slice() {
        [] => "nothing: the lowest number that is free".to_owned(),
        needed => needed.iter().map(|one| one.facts().stem).collect::<Vec<_>>().join(", "),
    }
}

/// What is special about it.
fn notes(step: &PlanStep<Member>, locks: &StepLocks) -> Vec<String> {
    let facts = step.migration.facts();
    let yellow = |text: &str| paint(YELLOW, text);
    let mut notes = Vec::new();
    if !facts.transactional {
        notes.push(format!("{} statement by statement, not in a transaction", yellow("runs")));
    }
    for (schema, table, column) in facts.backups {
        let column = column.map_or(String::new(), |column| format!(".{column}"));
        notes.push(format!("{} {schema}.{table}{column}", yellow("copies first")));
    }
    if let Some(runner) = facts.runner {
        notes.push(format!("{} {}", yellow("calls"), runner.path));
    }
    if let Some(reason) = facts.irreversible {
        notes.push(format!("{} {reason}", yellow("irreversible:")));
    }
    let in_the_way = locks.summary.iter().filter(|lock| lock.mode > LockMode::AccessShare);
    notes.extend(in_the_way.map(|lock| format!("{} {lock}", yellow("locks"))));
    if locks.is_partly_unseen {
        notes.push(paint(DIM, Locks::UNSEEN));
    }
    notes
}

/// The locks of a step on relations that exist before the plan.
struct StepLocks {
    summary: Vec<Lock>,
    /// Whether there may be more than the text tells.
    is_partly_unseen: bool,
}

/// The locks of each step. Nobody waits for what an earlier step makes.
fn locks_of(plan: &Plan<Member>) -> Vec<StepLocks> {
    let mut made = HashSet::new();
    let mut of_step = |step: &PlanStep<Member>| {
        let facts = step.migration.facts();
        let locks = migrations_rules::locks(facts.text, facts.body.iter().cloned());
        let mut summary = locks.summary();
        summary.retain(|lock| !made.contains(&lock.relation));
        let is_partly_unseen = !locks.unseen.is_empty();
        made.extend(locks.locks.into_iter().filter(|lock| lock.is_new).map(|lock| lock.relation));
        StepLocks { summary, is_partly_unseen }
    };
    plan.steps.iter().map(&mut of_step).collect()
}

fn show_sql(step: &PlanStep<Member>) {
    say!("{}", paint(DIM, format!("-- {}", step.migration.facts().path)));
    for message in &step.messages {
        say!("{message};\n");
    }
}

fn locks_as_json(locks: &StepLocks) -> Vec<Value> {
    let as_json = |lock: &Lock| {
        json!({
            "relation": lock.relation.to_string(),
            "mode": lock.mode.to_string(),
            "blocks": lock.mode.blocks(),
            "statement": lock.statement + 1,
            "work": lock.work.map(|work| match work {
                Work::Scan => "scan",
                Work::Rewrite => "rewrite",
            }),
            "note": lock.note,
        })
    };
    locks.summary.iter().map(as_json).collect()
}

fn as_json(plan: &Plan<Member>, with_sql: bool) -> Value {
    let steps = plan.steps.iter().zip(locks_of(plan)).map(|(step, locks)| {
        let facts = step.migration.facts();
        let mut value = json!({
            "name": facts.name,
            "file": facts.path,
            "category": facts.category,
            "purpose": facts.purpose,
            "after": step.dependencies.iter().map(|one| one.facts().name).collect::<Vec<_>>(),
            "transaction": facts.transactional,
            "irreversible": facts.irreversible,
            "locks": locks_as_json(&locks),
        });
        if with_sql {
            value["sql"] = step.messages.clone().into();
        }
        value
    });
    json!({ "pending": steps.collect::<Vec<_>>() })
}
