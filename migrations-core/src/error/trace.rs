//! How the server came to an error: through which functions and blocks.
//!
//! The server's context is text in the server's language. What is taken from it are names and numbers; where these are not
//! found, it is quoted.

use std::ops::Range;

use migrations_text::{Routine, routines, statements};
use postgres::error::{DbError, ErrorPosition};

use super::Place;
use crate::script::{Source, token_length};

/// The lines of functions and blocks that led to an error, as far as they stand in the file, and the rest in words.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) places: Vec<Place>,
    pub(crate) notes: Vec<String>,
}

/// How many places, and how many notes, are shown.
const MOST: usize = 8;

/// How the server calls the body of a DO block.
const BLOCK: &str = "inline_code_block";

/// The ledger's own function, through which verifications run.
const VERIFIED: &str = ".verified(json) ";

impl Trace {
    /// What the server says about an error in the statement `statement` of a file.
    pub(crate) fn of(error: &DbError, source: Source<'_>, blamed: &Place, statement: &Range<usize>) -> Trace {
        let query = match error.position() {
            Some(ErrorPosition::Internal { position, query }) => Some((query.as_str(), *position as usize)),
            _ => None,
        };
        let routines = if error.where_().is_some() { routines(source.text) } else { Vec::new() };
        let mut tracer = Tracer { source, statement, blamed, routines, query, trace: Trace::default() };
        let mut frames = frames(error.where_().unwrap_or_default());
        frames.retain(|frame| !frame.contains(VERIFIED));
        for (at, frame) in frames.iter().enumerate() {
            tracer.frame(frame, at + 1 == frames.len());
            // It belongs to the innermost.
            tracer.note_query();
        }
        tracer.note_query();
        tracer.trace.bounded()
    }

    /// The same of a statement that stands in no file.
    pub(crate) fn in_words(error: &DbError) -> Trace {
        Trace::of(error, Source { path: "", text: "" }, &Place::file(""), &(0..0))
    }

    fn bounded(mut self) -> Trace {
        self.places.truncate(MOST);
        if let Some(more) = self.notes.len().checked_sub(MOST).filter(|more| *more > 0) {
            self.notes.truncate(MOST);
            self.notes.push(format!("the server names {more} more"));
        }
        self
    }
}

struct Tracer<'a> {
    source: Source<'a>,
    statement: &'a Range<usize>,
    blamed: &'a Place,
    routines: Vec<Routine>,
    /// A query that the server has made itself of a part of a body, and where in it the error is, in characters from 1.
    query: Option<(&'a str, usize)>,
    trace: Trace,
}

impl Tracer<'_> {
    /// One line of the context; the innermost comes first.
    fn frame(&mut self, frame: &str, is_last: bool) {
        match Call::parse(frame).and_then(|call| self.place(&call, is_last)) {
            Some(place) => {
                let shown = self.trace.places.iter().chain([self.blamed]);
                if !shown.into_iter().any(|other| other.line() == place.line()) {
                    self.trace.places.push(place);
                }
            }
            None if quoted(frame).is_some_and(|query| self.is_in_file(query)) => {}
            None => self.trace.notes.push(format!("in {}", shortened(&masked(frame)))),
        }
    }

    /// The statement of a PERFORM is its SELECT.
    fn is_in_file(&self, query: &str) -> bool {
        self.source.text.contains(query)
            || query.strip_prefix("SELECT ").is_some_and(|rest| self.source.text.contains(rest))
    }

    fn place(&mut self, call: &Call<'_>, is_last: bool) -> Option<Place> {
        let routine = self.routine(call, is_last)?;
        let line = call.line_in(&self.source.text[routine.body.clone()])?;
        let line = routine.body.start + line.start..routine.body.start + line.end;
        // Of an SQL function, the query is the whole body.
        let from = if matches!(call.at, At::Line(_)) { line.start } else { routine.body.start };
        let token = self.query.and_then(|query| token(query, self.source.text, from..routine.body.end));
        if token.is_some() {
            self.query = None;
        }
        Some(Place::new(self.source.path, self.source.text, token.unwrap_or(line)).labelled(call.label()))
    }

    /// The routine of the file that is meant, if it is certain which one that is.
    fn routine(&self, call: &Call<'_>, is_last: bool) -> Option<Routine> {
        let is_meant = |routine: &&Routine| match &routine.name {
            // A DO block inside of a function stands in no file.
            None => call.name.is_none() && is_last && self.statement.contains(&routine.statement.start),
            Some(name) => {
                call.name.is_some_and(|called| last_part(called) == name)
                    && routine.statement.start <= self.statement.start
            }
        };
        let mut meant = self.routines.iter().filter(is_meant);
        let last = meant.next_back()?;
        meant.all(|other| self.signature(other) == self.signature(last)).then(|| last.clone())
    }

    /// What stands before the body, but for `OR REPLACE`.
    fn signature(&self, routine: &Routine) -> Option<&str> {
        let head = self.source.text.get(routine.statement.start..routine.body.start)?;
        routine.name.as_ref().and_then(|_| head.split_once('(')?.1.split_once(')')).map(|(types, _)| types)
    }

    /// The server's own query, when it was not found in the file.
    fn note_query(&mut self) {
        if let Some((query, _)) = self.query.take() {
            self.trace.notes.insert(0, format!("in the query {}", shortened(&masked(query))));
        }
    }
}

/// A function or a block that was at work.
#[derive(Debug, PartialEq)]
struct Call<'a> {
    /// As the server writes it; `None` for a DO block.
    name: Option<&'a str>,
    at: At,
    /// What it was doing, in the server's words.
    doing: &'a str,
}

#[derive(Debug, PartialEq)]
enum At {
    Line(usize),
    /// The number of a statement of an SQL function.
    Statement(usize),
}

impl<'a> Call<'a> {
    fn parse(frame: &'a str) -> Option<Call<'a>> {
        let is_procedural = frame.contains("PL/pgSQL");
        let (name, rest) = match frame.split_once(BLOCK) {
            Some((_, rest)) if is_procedural => (None, rest),
            _ if is_procedural && frame.contains('(') => signature(frame)?,
            _ if is_procedural || frame.starts_with("SQL function \"") => {
                let (name, rest) = frame.split_once('"')?.1.split_once('"')?;
                (Some(name), rest)
            }
            _ => return None,
        };
        let (number, doing) = number(rest);
        let at = match number {
            Some(line) if is_procedural => At::Line(line),
            Some(number) => At::Statement(number),
            None if is_procedural => return None,
            None => At::Statement(1),
        };
        Some(Call { name, at, doing })
    }

    /// The line, without the space around it, or the statement that is meant.
    fn line_in(&self, body: &str) -> Option<Range<usize>> {
        match self.at {
            At::Statement(number) => statements(body).into_iter().nth(number.checked_sub(1)?),
            At::Line(number) => {
                let before = number.checked_sub(1)?;
                let line = body.split('\n').nth(before)?;
                let start: usize = body.split('\n').take(before).map(|line| line.len() + 1).sum();
                let indented = start + line.len() - line.trim_start().len();
                Some(indented..indented + line.trim().len())
            }
        }
    }

    fn label(&self) -> String {
        match (self.name, self.doing) {
            (None, doing) => doing.to_owned(),
            (Some(name), "") => format!("in {name}"),
            (Some(name), doing) => format!("in {name}, {doing}"),
        }
    }
}

/// `shop.check(integer)` and what stands behind it.
fn signature(frame: &str) -> Option<(Option<&str>, &str)> {
    let open = frame.find('(')?;
    let mut is_quoted = false;
    let start = frame[..open].rfind(|c| {
        is_quoted ^= c == '"';
        c == ' ' && !is_quoted
    })? + 1;
    let end = open + frame[open..].find(')')? + 1;
    Some((Some(&frame[start..end]), &frame[end..]))
}

/// The first number, and what stands behind it.
fn number(text: &str) -> (Option<usize>, &str) {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return (None, "") };
    let digits = &text[start..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (digits[..end].parse().ok(), digits[end..].trim())
}

/// The name in `shop.check(integer)`, as the server understands it.
fn last_part(called: &str) -> &str {
    let name = called.split('(').next().unwrap_or(called);
    name.rsplit('.').next().unwrap_or(name).trim_matches('"')
}

/// The lines of a context, innermost first. A query that it quotes may have several.
fn frames(context: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    for line in context.lines() {
        match frames.last_mut().filter(|frame| frame.matches('"').count() % 2 == 1) {
            Some(open) => *open = format!("{open}\n{line}"),
            None => frames.push(line.to_owned()),
        }
    }
    frames
}

/// The query that a line of the context quotes.
fn quoted(frame: &str) -> Option<&str> {
    if Call::parse(frame).is_some() {
        return None;
    }
    let (start, end) = (frame.find('"')? + 1, frame.rfind('"')?);
    frame.get(start..end).filter(|query| !query.is_empty())
}

/// Where the character `position` of a query stands in a part of a text that holds the query.
fn token((query, position): (&str, usize), text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let part_of_text = text.get(part.clone())?;
    let (found, _) = part_of_text.char_indices().find(|(at, _)| is_at_start(query, &part_of_text[*at..]))?;
    let mut characters = part_of_text[found..].char_indices().map(|(at, _)| part.start + found + at);
    let start = characters.nth(position.checked_sub(1)?)?;
    Some(start..start + token_length(&text[start..part.end]))
}

/// Whether a text begins with a query. In the place of an INTO the server leaves as many spaces.
fn is_at_start(query: &str, text: &str) -> bool {
    let mut characters = text.chars();
    !query.starts_with(' ')
        && query.chars().all(|c| characters.next().is_some_and(|other| c == other || c == ' '))
}

/// A query without its literals, which may be secrets.
fn masked(query: &str) -> String {
    let mut parts = query.split('\'');
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        masked.push_str(if at % 2 == 0 { "'…" } else { "'" });
        masked.push_str(if at % 2 == 0 { "" } else { part });
    }
    masked
}

/// One line of at most 120 characters.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_context_is_understood_in_any_language() {
        for (frame, name, at, doing) in [
            ("PL/pgSQL function inline_code_block line 4 at RAISE", None, At::Line(4), "at RAISE"),
            ("PL/pgSQL-Funktion inline_code_block Zeile 4 bei RAISE", None, At::Line(4), "bei RAISE"),
            (
                "fonction PL/pgSQL f1(integer), ligne 12 à RETURN",
                Some("f1(integer)"),
                At::Line(12),
                "à RETURN",
            ),
            (
                "PL/pgSQL function shop.\"a b\"(text) line 3 at SQL statement",
                Some("shop.\"a b\"(text)"),
                At::Line(3),
                "at SQL statement",
            ),
            ("compilation of PL/pgSQL function \"f\" near line 2", Some("f"), At::Line(2), ""),
            ("SQL function \"f\" statement 2", Some("f"), At::Statement(2), ""),
            ("SQL function \"f\" during startup", Some("f"), At::Statement(1), ""),
        ] {
            assert_eq!(Call::parse(frame), Some(Call { name, at, doing }), "{frame}");
        }
        for frame in
            ["SQL statement \"SELECT 1\"", "COPY users, line 3", "PL/pgSQL function f() while casting", ""]
        {
            assert_eq!(Call::parse(frame), None, "{frame}");
        }
        assert_eq!(["shop.\"a b\"(text)", "f", "f()"].map(last_part), ["a b", "f", "f"]);
    }

    #[test]
    fn a_query_of_several_lines_is_one_line_of_the_context() {
        let context = "SQL statement \"SELECT\n  \"a\"\nFROM b\"\nPL/pgSQL function f() line 1 at PERFORM";
        let frames = frames(context);
        assert_eq!(frames.len(), 2, "{frames:?}");
        assert_eq!(quoted(&frames[0]), Some("SELECT\n  \"a\"\nFROM b"));
        assert_eq!(quoted(&frames[1]), None);
    }

    #[test]
    fn a_token_of_a_query_is_found_where_the_query_stands() {
        let text = "-- FROM a\nSELECT ä INTO x FROM a;";
        let found =
            |query, position| token((query, position), text, 10..text.len()).map(|range| &text[range]);
        assert_eq!(found("SELECT ä        FROM a", 22), Some("a"));
        assert_eq!(found("SELECT ä", 8), Some("ä"));
        assert_eq!(found("SELECT b", 8), None);
        assert_eq!(found("SELECT ä", 0), None);
    }

    #[test]
    fn literals_are_left_out() {
        assert_eq!(masked("SELECT 'it''s', E'b' FROM \"c\""), "SELECT '…''…', E'…' FROM \"c\"");
        assert_eq!(masked("SELECT 'open"), "SELECT '…");
        assert_eq!(shortened("a\n  b"), "a b");
        assert_eq!(shortened(&"ä".repeat(121)), format!("{}…", "ä".repeat(120)));
    }
}
