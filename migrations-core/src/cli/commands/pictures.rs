//! Pictures of the set and of its history.

use std::fs;
use std::path::Path;

use super::super::arguments::{Graph, GraphFormat, Timeline as TimelineOptions, TimelineFormat};
use super::super::context::Context;
use super::super::failure::{Failure, Outcome};
use super::super::member::Member;
use super::super::output::say;
use super::super::pictures::Picture;
use super::super::pictures::timeline::{Entry, Event, Timeline};
use crate::set::MigrationSet;
use crate::status;

pub(super) fn graph(context: &Context, options: &Graph) -> Result<Outcome, Failure> {
    let mut picture = Picture::of(&title(context), context.sound()?);
    if options.status {
        let mut client = context.client()?;
        picture.enter(&context.migrator()?.status(&mut client)?);
    }
    let drawn = match options.format {
        GraphFormat::Html => picture.html(),
        GraphFormat::Svg => picture.svg(),
        GraphFormat::Mermaid => picture.mermaid(),
        GraphFormat::Dot => picture.dot(),
    };
    write(&drawn, options.output.as_deref())
}

pub(super) fn timeline(context: &Context, options: &TimelineOptions) -> Result<Outcome, Failure> {
    let mut client = context.client()?;
    let journal = context.migrator()?.journal(&mut client)?;
    let mut categories: Vec<String> = Vec::new();
    for facts in Member::table().facts() {
        if !categories.iter().any(|category| category == facts.category) {
            categories.push(facts.category.to_owned());
        }
    }
    let entries = journal.into_iter().map(entry).collect();
    let timeline = Timeline { title: title(context), entries, categories };
    let drawn = match options.format {
        TimelineFormat::Html => timeline.html(),
        TimelineFormat::Svg => timeline.svg(),
    };
    write(&drawn, options.output.as_deref())
}

fn entry(entry: status::Entry) -> Entry {
    let facts = Member::table().facts().iter().find(|facts| facts.name == entry.name);
    Entry {
        stem: facts.map_or_else(|| entry.name.clone(), |facts| facts.stem.to_owned()),
        category: facts.map_or_else(String::new, |facts| facts.category.to_owned()),
        name: entry.name,
        event: Event::parse(&entry.event).unwrap_or_default(),
        at: entry.unix_microseconds,
        shown: entry.at,
        duration: entry.duration,
        by: entry.by,
        build: entry.build,
        run: None,
    }
}

/// `The migrations of shop`: the folder in which the folder lies.
fn title(context: &Context) -> String {
    let path = context.root().path;
    let path = fs::canonicalize(&path).unwrap_or(path);
    let name = path.parent().and_then(Path::file_name).unwrap_or(path.as_os_str());
    format!("The migrations of {}", name.to_string_lossy())
}

fn write(drawn: &str, output: Option<&Path>) -> Result<Outcome, Failure> {
    let Some(path) = output else {
        say!("{}", drawn.trim_end());
        return Ok(Outcome::Done);
    };
    fs::write(path, drawn).map_err(|error| {
        let path = path.display();
        Failure::plain(format!("{path} cannot be written: {error}"), "name another file with --output")
    })?;
    say!("{}", path.display());
    Ok(Outcome::Done)
}
