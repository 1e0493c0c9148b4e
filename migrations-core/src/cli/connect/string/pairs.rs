//! `key=value` pairs, with libpq's rules for quotes.

use std::iter::Peekable;
use std::str::Chars;

use super::{Problem, Reading, Values};

/// The parameters of `host=… dbname='…'`.
pub(super) fn parse(text: &str) -> Result<Values, Problem> {
    let mut reading = Reading::default();
    let mut rest = text.chars().peekable();
    skip_spaces(&mut rest);
    while rest.peek().is_some() {
        let name = name(&mut rest);
        skip_spaces(&mut rest);
        if rest.next() != Some('=') {
            return Err(format!("there is no `=` behind word {} of the pairs; {QUOTE}", reading.count + 1));
        }
        skip_spaces(&mut rest);
        let value = value(&mut rest)?;
        reading.add(&name, value)?;
        skip_spaces(&mut rest);
    }
    Ok(reading.values)
}

const QUOTE: &str = "a value with spaces stands in single quotes, and `'` and `\\` in it behind a `\\`";

fn skip_spaces(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(char::is_ascii_whitespace).is_some() {}
}

fn name(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut name = String::new();
    while let Some(c) = rest.next_if(|c| *c != '=' && !c.is_ascii_whitespace()) {
        name.push(c);
    }
    name
}

fn value(rest: &mut Peekable<Chars<'_>>) -> Result<String, Problem> {
    if rest.next_if_eq(&'\'').is_none() {
        return Ok(characters(rest, |c| c.is_ascii_whitespace()));
    }
    let value = characters(rest, |c| c == '\'');
    match rest.next() {
        Some(_) => Ok(value),
        None => Err(format!("a quoted value has no end; {QUOTE}")),
    }
}

/// The characters up to one that ends them; behind a `\` any character stands for itself.
fn characters(rest: &mut Peekable<Chars<'_>>, is_end: impl Fn(char) -> bool) -> String {
    let mut value = String::new();
    while let Some(c) = rest.next_if(|c| !is_end(*c)) {
        match c {
            '\\' => value.extend(rest.next()),
            c => value.push(c),
        }
    }
    value
}
