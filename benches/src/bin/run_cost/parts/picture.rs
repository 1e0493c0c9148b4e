//! A picture of the ratios that were measured last: a panel for each table, a bar for each tool.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::rounds::number;
use crate::table::{Kept, kept};
use crate::{Result, context};

/// The parts that are drawn. What is drawn of each is the column of this name.
const PARTS: [&str; 4] = ["apply", "latency", "nothing", "replicas"];
const COLUMN: &str = "to limit";

const PANEL: (f64, f64) = (400.0, 150.0);
const HEAD: f64 = 74.0;
const NAMES: f64 = 122.0;
const VALUES: f64 = 52.0;
const BAR: (f64, f64) = (14.0, 20.0);

const STYLE: &str = "\
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }\n\
    .title { font-weight: 600; font-size: 16px }\n\
    .panel { font-weight: 600 }\n\
    .note { fill: #59636e; font-size: 12px }\n\
    .name { text-anchor: end }\n\
    .bar { fill: #8c959f }\n\
    .ours { fill: #0969da }\n\
    .limit { stroke: #59636e; stroke-dasharray: 2 2 }\n\
    @media (prefers-color-scheme: dark) {\n\
    text { fill: #e6edf3 }\n\
    .note { fill: #9198a1 }\n\
    .bar { fill: #6e7681 }\n\
    .ours { fill: #4493f8 }\n\
    .limit { stroke: #9198a1 }\n\
    }\n";

struct Panel {
    title: String,
    bars: Vec<(String, f64)>,
}

pub(crate) fn draw() -> Result<()> {
    let panels = panels();
    if panels.is_empty() {
        return Err("picture: nothing was measured yet that could be drawn; `run_cost all` does".into());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.svg");
    fs::write(path, svg(&panels)).map_err(context("writing docs/performance.svg"))?;
    println!("\ndocs/performance.svg is drawn");
    Ok(())
}

fn panels() -> Vec<Panel> {
    let mut panels: Vec<Panel> = Vec::new();
    for Kept { table, row, median, .. } in PARTS.into_iter().flat_map(kept).filter(is_drawn) {
        match panels.last_mut().filter(|panel| panel.title == table) {
            Some(panel) => panel.bars.push((row, median)),
            None => panels.push(Panel { title: table, bars: vec![(row, median)] }),
        }
    }
    panels
}

/// The limits themselves are the line at 1.
fn is_drawn(kept: &Kept) -> bool {
    kept.column == COLUMN && !kept.row.starts_with("limit") && kept.row != "one message"
}

fn svg(panels: &[Panel]) -> String {
    let height = HEAD + PANEL.1 * panels.len().div_ceil(2) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title note more\">\n<style>\n{STYLE}</style>\n",
        width = PANEL.0 * 2.0,
    );
    let lines = [
        ("title", "title", 22, "How many times as long as the limit (shorter is better)"),
        (
            "note",
            "note",
            42,
            "The dashed line is the limit: to apply, one message with all transactions and a history row in each;",
        ),
        (
            "more",
            "note",
            58,
            "to start, connecting and SELECT 1. Medians of one run, all tools by turns on the same server.",
        ),
    ];
    for (id, class, y, text) in lines {
        let _ = writeln!(svg, "<text id=\"{id}\" class=\"{class}\" x=\"8\" y=\"{y}\">{text}</text>");
    }
    for (at, panel) in panels.iter().enumerate() {
        let (x, y) = (PANEL.0 * (at % 2) as f64, HEAD + PANEL.1 * (at / 2) as f64);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">\n{}</g>", panel.svg());
    }
    svg + "</svg>\n"
}

impl Panel {
    fn svg(&self) -> String {
        let most = self.bars.iter().map(|(_, ratio)| *ratio).fold(1.0, f64::max);
        let scale = (PANEL.0 - NAMES - VALUES - 16.0) / most;
        let mut svg = format!("<text class=\"panel\" x=\"8\" y=\"16\">{}</text>\n", escaped(&self.title));
        for (at, (name, ratio)) in self.bars.iter().enumerate() {
            svg += &bar(26.0 + BAR.1 * at as f64, name, *ratio, scale);
        }
        let (limit, bottom) = (NAMES + scale, 26.0 + BAR.1 * self.bars.len() as f64);
        let _ = writeln!(
            svg,
            "<line class=\"limit\" x1=\"{limit:.1}\" x2=\"{limit:.1}\" y1=\"22\" y2=\"{bottom:.0}\"/>"
        );
        svg
    }
}

fn bar(y: f64, name: &str, ratio: f64, scale: f64) -> String {
    let (length, text) = (ratio * scale, y + 11.0);
    let class = if name == "migrations-core" { "bar ours" } else { "bar" };
    format!(
        "<text class=\"name\" x=\"{x:.0}\" y=\"{text:.0}\">{name}</text>\
         <rect class=\"{class}\" x=\"{NAMES:.0}\" y=\"{y:.0}\" width=\"{length:.1}\" height=\"{height:.0}\" rx=\"2\"/>\
         <text x=\"{end:.1}\" y=\"{text:.0}\">{value}</text>\n",
        x = NAMES - 8.0,
        name = escaped(name),
        height = BAR.0,
        end = NAMES + length + 6.0,
        value = number(ratio),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
