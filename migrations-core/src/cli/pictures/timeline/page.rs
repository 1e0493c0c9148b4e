//! The timeline as a page by itself.

use super::{Timeline, svg};
use crate::cli::pictures::page::Shell;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn of(timeline: &Timeline) -> String {
    let shell = Shell {
        title: &timeline.title,
        facts: &facts(timeline),
        buttons: "",
        style: &format!("{}{STYLE}", svg::style()),
        script: SCRIPT,
    };
    shell.around(&format!("<main>\n{}</main>\n", svg::graph(timeline)))
}

fn facts(timeline: &Timeline) -> String {
    let (entries, runs) = (timeline.entries.len(), timeline.runs().len());
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!("{} in {}", plural(entries, "entry", "entries"), plural(runs, "run", "runs"))
}
