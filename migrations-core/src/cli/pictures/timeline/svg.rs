//! The timeline as SVG: a strip with all runs in the calendar, and under it each run by itself, on an axis of its own.

use std::fmt::Write;

use super::runs::Run;
use super::{Entry, Event, Timeline, clock};
use crate::cli::pictures::markup::{escaped, number};
use crate::cli::pictures::{palette, svg};

const STYLE: &str = include_str!("timeline.css");
const DARK_STYLE: &str = include_str!("dark.css");

const WIDTH: f64 = 1240.0;
const MARGIN: f64 = 28.0;
/// Where the bars begin, behind the names, and where they end, before the last label.
const BARS: f64 = 400.0;
const BARS_END: f64 = WIDTH - MARGIN - 70.0;
const ROW: f64 = 21.0;
/// How many characters of a name are shown.
const NAME: usize = 48;

/// The whole as a file by itself.
pub(super) fn image(timeline: &Timeline) -> String {
    let (drawn, height) = drawing(timeline);
    let title = escaped(&timeline.title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{h}\" viewBox=\"0 0 {WIDTH} {h}\" \
         role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>\n{style}</style>\n\
         <rect class=\"ground\" width=\"{WIDTH}\" height=\"{h}\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"36\">{title}</text>\n<g transform=\"translate(0 54)\">\n{drawn}</g>\n</svg>\n",
        h = number(height + 54.0),
        style = style(),
    )
}

/// The rules for light and dark.
pub(super) fn style() -> String {
    format!("{}{STYLE}@media screen and (prefers-color-scheme: dark) {{\n{DARK_STYLE}}}\n", svg::style())
}

/// The same without title and style, and its size.
pub(super) fn graph(timeline: &Timeline) -> String {
    let (drawn, height) = drawing(timeline);
    let h = number(height);
    format!(
        "<svg id=\"timeline\" width=\"{WIDTH}\" height=\"{h}\" viewBox=\"0 0 {WIDTH} {h}\" role=\"group\" \
         aria-label=\"Timeline of the migrations\">\n{drawn}</svg>\n"
    )
}

fn drawing(timeline: &Timeline) -> (String, f64) {
    let runs = timeline.runs();
    let legend = svg::laid_out(legend(timeline), WIDTH - 2.0 * MARGIN);
    let mut drawn = format!("<g transform=\"translate({MARGIN} 8)\">\n{}</g>\n", legend.markup);
    let mut y = legend.height + 26.0;
    if runs.is_empty() {
        let _ = writeln!(
            drawn,
            "<text class=\"facts\" x=\"{MARGIN}\" y=\"{}\">Nothing was applied yet.</text>",
            y + 12.0
        );
        return (drawn, y + 40.0);
    }
    if runs.len() > 1 {
        write_calendar(&mut drawn, &runs, y);
        y += 74.0;
    }
    for (at, run) in runs.iter().enumerate() {
        if at > 0 {
            write_break(&mut drawn, run.start.saturating_sub(runs[at - 1].end), y);
            y += 40.0;
        }
        write_run(&mut drawn, timeline, at, run, y);
        y += 66.0 + run.entries.len() as f64 * ROW;
    }
    (drawn, y + 16.0)
}

fn legend(timeline: &Timeline) -> Vec<(String, String)> {
    let named = timeline.categories.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let mut entries: Vec<(String, String)> =
        named.map(|(at, name)| (svg::swatch(&palette::class(Some(at))), name.clone())).collect();
    for event in Event::ALL.into_iter().skip(1) {
        if timeline.entries.iter().any(|entry| entry.event == event) {
            let sample = format!("<g class=\"none\" transform=\"translate(11 8)\">{}</g>", mark(event));
            entries.push((svg::sized(&sample), event.word().to_owned()));
        }
    }
    entries
}

/// All runs on one axis, each as a disc as large as it did much.
fn write_calendar(drawn: &mut String, runs: &[Run<'_>], y: f64) {
    let (left, right) = (MARGIN + 40.0, WIDTH - MARGIN - 40.0);
    let (first, last) = (runs[0].start, runs.iter().map(|run| run.start).max().unwrap_or_default());
    let all = last.saturating_sub(first).max(1) as f64;
    let axis = y + 22.0;
    let _ =
        writeln!(drawn, "<path class=\"axis\" d=\"M{MARGIN} {a}H{}\"/>", WIDTH - MARGIN, a = number(axis));
    let mut free = 0.0;
    for (at, run) in runs.iter().enumerate() {
        let x = left + (right - left) * (run.start.saturating_sub(first) as f64 / all);
        let radius = (3.0 + (run.entries.len() as f64).sqrt() * 2.0).min(17.0);
        let title = format!("Run {}, {}: {}", at + 1, clock::moment(run.start), run.counts());
        let _ = write!(
            drawn,
            "<a href=\"#run-{}\"><title>{}</title><circle class=\"run\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            at + 1,
            escaped(&title),
            number(x),
            number(axis),
            number(radius)
        );
        if x >= free {
            let day = clock::day(run.start);
            let _ = write!(
                drawn,
                "<text class=\"day\" x=\"{}\" y=\"{}\">{day}</text>",
                number(x),
                number(axis + 36.0)
            );
            free = x + 92.0;
        }
        drawn.push_str("</a>\n");
    }
}

/// What lies between two runs, as a break of the axis.
fn write_break(drawn: &mut String, pause: i64, y: f64) {
    let middle = number(y + 12.0);
    let _ = writeln!(
        drawn,
        "<path class=\"break\" d=\"M{MARGIN} {middle}h22l5-7 9 14 9-14 5 7h22\"/>\
         <text class=\"pause\" x=\"{}\" y=\"{}\">{} later</text>",
        MARGIN + 84.0,
        number(y + 16.0),
        clock::length(pause)
    );
}

fn write_run(drawn: &mut String, timeline: &Timeline, at: usize, run: &Run<'_>, y: f64) {
    let by = run.entries.first().map(|entry| [entry.by.as_str(), entry.build.as_str()]).unwrap_or_default();
    let by = by.iter().filter(|part| !part.is_empty()).map(|part| format!(" · {}", escaped(part)));
    let _ = writeln!(
        drawn,
        "<g class=\"whole\" id=\"run-{place}\"><text class=\"head\" x=\"{MARGIN}\" y=\"{}\">{}</text>\
         <text class=\"facts\" x=\"{}\" y=\"{0}\">{} in {}{}</text>",
        number(y + 16.0),
        clock::moment(run.start),
        MARGIN + 222.0,
        run.counts(),
        clock::length(run.length()),
        by.collect::<String>(),
        place = at + 1,
    );
    write_axis(drawn, run, y + 40.0);
    for (row, entry) in run.entries.iter().enumerate() {
        write_entry(drawn, timeline, run, entry, y + 46.0 + row as f64 * ROW);
    }
    drawn.push_str("</g>\n");
}

/// Where a moment of a run stands.
fn place(run: &Run<'_>, at: i64) -> f64 {
    BARS + (BARS_END - BARS) * (at.saturating_sub(run.start) as f64 / run.length() as f64)
}

fn write_axis(drawn: &mut String, run: &Run<'_>, y: f64) {
    let bottom = number(run.entries.len() as f64 * ROW + 8.0);
    for tick in clock::ticks(run.length()) {
        let x = number(place(run, run.start.saturating_add(tick)));
        let words = if tick == 0 { "0".to_owned() } else { clock::length(tick) };
        let _ = writeln!(
            drawn,
            "<path class=\"grid\" d=\"M{x} {top}v{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{above}\">{words}</text>",
            top = number(y),
            above = number(y - 4.0)
        );
    }
}

fn write_entry(drawn: &mut String, timeline: &Timeline, run: &Run<'_>, entry: &Entry, y: f64) {
    let (middle, base) = (y + ROW / 2.0, number(y + 14.5));
    let words = format!(
        "{}, {} {} in {}",
        entry.stem,
        entry.event.word(),
        entry.shown,
        clock::length(entry.micros())
    );
    let colour = palette::class(timeline.colour(entry));
    let _ = write!(
        drawn,
        "<g class=\"entry {colour} {}\" data-name=\"{}\"><title>{}</title>\
         <rect class=\"row\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{ROW}\"/>\
         <text class=\"name\" x=\"{MARGIN}\" y=\"{base}\">{}</text>",
        entry.event.class(),
        escaped(&entry.stem),
        escaped(&words),
        MARGIN - 6.0,
        number(y),
        WIDTH - 2.0 * MARGIN + 12.0,
        name(&entry.stem)
    );
    let end = write_bar(drawn, run, entry, middle);
    let long = entry.micros() >= 10_000 && entry.micros() >= run.length() / 8;
    let class = if long { "took long" } else { "took" };
    let said = match entry.event {
        Event::Applied => clock::length(entry.micros()),
        Event::RolledBack => format!("rolled back, {}", clock::length(entry.micros())),
        event => event.word().to_owned(),
    };
    let _ =
        write!(drawn, "<text class=\"{class}\" {}y=\"{base}\">{said}</text>", beside(run, entry, end, &said));
    drawn.push_str("</g>\n");
}

/// Behind the bar, or before it where there is no room.
fn beside(run: &Run<'_>, entry: &Entry, end: f64, said: &str) -> String {
    let room = WIDTH - MARGIN - end - 6.0;
    if said.chars().count() as f64 * 6.6 <= room {
        format!("x=\"{}\" ", number(end + 6.0))
    } else {
        format!("text-anchor=\"end\" x=\"{}\" ", number(place(run, entry.start()) - 9.0))
    }
}

/// Draws how long it took, and says where that ends.
fn write_bar(drawn: &mut String, run: &Run<'_>, entry: &Entry, middle: f64) -> f64 {
    let (from, to) = (place(run, entry.start()), place(run, entry.at));
    if entry.event == Event::Applied || entry.event == Event::RolledBack {
        let width = (to - from).max(3.0);
        let class = if entry.event == Event::Applied { "bar" } else { "box" };
        let _ = write!(
            drawn,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"11\" rx=\"2\"/>",
            number(from),
            number(middle - 5.5),
            number(width)
        );
        return from + width;
    }
    let _ = write!(
        drawn,
        "<g transform=\"translate({} {})\">{}</g>",
        number(to),
        number(middle),
        mark(entry.event)
    );
    to + 6.0
}

/// What stands in the place of a bar, around its middle.
fn mark(event: Event) -> &'static str {
    match event {
        Event::Applied => "<rect class=\"bar\" x=\"-9\" y=\"-5.5\" width=\"18\" height=\"11\" rx=\"2\"/>",
        Event::RolledBack => "<rect class=\"box\" x=\"-9\" y=\"-5.5\" width=\"18\" height=\"11\" rx=\"2\"/>",
        Event::Adopted => "<path class=\"box\" d=\"M0-6 6 0 0 6-6 0z\"/>",
        Event::Replaced => "<path class=\"bar\" d=\"M0-6 6 0 0 6-6 0z\"/>",
    }
}

fn name(stem: &str) -> String {
    let mut shown: String = stem.chars().take(NAME).collect();
    if shown.len() < stem.len() {
        shown.pop();
        shown.push('…');
    }
    match shown.split_once('_') {
        Some((digits, rest)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("<tspan class=\"number\">{digits}</tspan> {}", escaped(rest))
        }
        _ => escaped(&shown),
    }
}
