//! Explains rules and error codes.

use migrations_rules::{Example, RULES, Rule, did_you_mean, rule};

use super::super::arguments::Explain as Options;
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::output::{self, say};
use super::super::style::{BOLD, CYAN, DIM, GREEN, RED, paint};
use crate::error::codes;

pub(super) fn run(_: &Context, options: &Options) -> Result<Outcome, Failure> {
    let Some(topic) = &options.topic else {
        RULES.iter().for_each(|rule| list(rule));
        return Ok(Outcome::Done);
    };
    if let Some(explained) = codes::explain(topic) {
        output::write(format_args!("{explained}"));
        return Ok(Outcome::Done);
    }
    let Some(rule) = rule(topic) else {
        let help = did_you_mean(topic, RULES.iter().map(|rule| rule.name));
        let help = help.unwrap_or("`explain` lists the rules".to_owned());
        return Err(Failure::usage(format!("there is neither a rule nor an error code `{topic}`"), help));
    };
    explain(rule);
    Ok(Outcome::Done)
}

fn list(rule: &Rule) {
    say!("  {} {} {}", paint(CYAN, format!("{:<28}", rule.name)), paint(DIM, rule.level), rule.summary);
}

fn explain(rule: &Rule) {
    let level =
        if rule.fixed { format!("always {}", rule.level) } else { format!("{} by default", rule.level) };
    say!("{}  {}\n\n{}\n", paint(BOLD, rule.name), paint(DIM, level), rule.summary);
    say!("{}\n{}\n", paint(RED, "The problem"), rule.problem);
    say!("{}\n{}\n", paint(GREEN, "What to write instead"), rule.solution);
    for (title, examples) in [("Refused", rule.bad), ("Accepted", rule.ok)] {
        for example in examples {
            say!("{}\n{}", paint(BOLD, title), shown(example));
        }
    }
}

fn shown(example: &Example) -> String {
    let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    match example {
        Example::Body(body) => indented(body),
        Example::Files(files) => files
            .iter()
            .map(|(path, bytes)| {
                format!("  {}\n{}", paint(DIM, path), indented(&String::from_utf8_lossy(bytes)))
            })
            .collect(),
    }
}
