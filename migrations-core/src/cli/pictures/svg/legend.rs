//! What the colours and the signs of an image mean.

use std::fmt::Write;

use super::{CHANGED, Picture, Sign, drawn, escaped, number, palette};
use crate::cli::pictures::Kind;

/// The width of a character of the legend, generously.
const CHARACTER: f64 = 7.2;
const ROW: f64 = 24.0;

/// A legend with its size.
pub(in crate::cli::pictures) struct Legend {
    pub(in crate::cli::pictures) markup: String,
    pub(in crate::cli::pictures) width: f64,
    pub(in crate::cli::pictures) height: f64,
}

/// The legend of a picture, in rows of at most `room`.
pub(super) fn of(picture: &Picture, room: f64) -> Legend {
    laid_out(entries(picture), room)
}

/// Samples with what they mean, in rows of at most `room`.
pub(in crate::cli::pictures) fn laid_out(entries: Vec<(String, String)>, room: f64) -> Legend {
    let mut legend = Legend { markup: String::new(), width: 0.0, height: 0.0 };
    let (mut x, mut y) = (0.0, 0.0);
    for (sample, words) in entries {
        let width = 28.0 + words.chars().count() as f64 * CHARACTER + 18.0;
        if x > 0.0 && x + width > room {
            (x, y) = (0.0, y + ROW);
        }
        let _ = writeln!(
            legend.markup,
            "<g class=\"legend\" transform=\"translate({} {})\">{sample}<text x=\"28\" y=\"11.5\">{}</text></g>",
            number(x),
            number(y),
            escaped(&words)
        );
        x += width;
        legend.width = legend.width.max(x);
        legend.height = y + ROW;
    }
    legend
}

/// A sample of each thing that the picture has, with what it means.
fn entries(picture: &Picture) -> Vec<(String, String)> {
    let named = picture.categories.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let categories = named.map(|(at, name)| (swatch(&palette::class(Some(at))), name.clone()));
    categories.chain(meanings(picture)).collect()
}

/// The same without the categories.
pub(in crate::cli::pictures) fn meanings(picture: &Picture) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for (kind, meaning) in [(Kind::Archived, "archived"), (Kind::Unknown, "unknown")] {
        if picture.nodes.iter().any(|node| node.kind == kind) {
            entries.push((swatch(&format!("none {meaning}")), meaning.to_owned()));
        }
    }
    if picture.nodes.iter().any(|node| node.state_word() == Some("pending")) {
        entries.push((swatch("none pending"), "pending".to_owned()));
    }
    if picture.nodes.iter().any(|node| node.state_word() == Some("changed")) {
        entries.push((sign("changed", CHANGED), "changed since".to_owned()));
    }
    for borne in Sign::ALL {
        if picture.nodes.iter().any(|node| node.signs().any(|sign| sign == borne)) {
            entries.push((sign("", drawn(borne)), borne.meaning().to_owned()));
        }
    }
    entries
}

fn sign(class: &str, drawn: &str) -> String {
    sized(&format!("<g class=\"sign {class}\" transform=\"translate(11 8)\">{drawn}</g>"))
}

/// A small node of that class.
pub(in crate::cli::pictures) fn swatch(class: &str) -> String {
    sized(&format!(
        "<g class=\"node {class}\" transform=\"translate(1 1)\"><rect class=\"box\" width=\"20\" height=\"14\" rx=\"4\"/>\
         <path class=\"bar\" d=\"M4 0v14a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z\"/></g>"
    ))
}

/// A sample of the size that it needs, in an image as in a page.
pub(in crate::cli::pictures) fn sized(sample: &str) -> String {
    format!("<svg width=\"22\" height=\"16\" viewBox=\"0 0 22 16\" aria-hidden=\"true\">{sample}</svg>")
}
