//! Words and colours of what is written for people. Colours are always written; the stream takes them away where nobody
//! can see them.

use std::fmt::Display;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Color, Style};

pub(super) const RED: Style = coloured(AnsiColor::Red).bold();
pub(super) const YELLOW: Style = coloured(AnsiColor::Yellow).bold();
pub(super) const GREEN: Style = coloured(AnsiColor::Green);
pub(super) const CYAN: Style = coloured(AnsiColor::Cyan);
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();

const fn coloured(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

pub(super) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// `1 migration`, `2 migrations`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A duration as people say it: `40 µs`, `3.2 ms`, `41 ms`, `1.24 s`, `2 min 5 s`, `3 h 12 min`, `2 days 7 h`.
pub(super) fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    let seconds = duration.as_secs();
    match seconds {
        0 if milliseconds < 0.9995 => format!("{:.0} µs", milliseconds * 1000.0),
        0 if milliseconds < 9.95 => format!("{milliseconds:.1} ms"),
        0 if milliseconds < 999.5 => format!("{milliseconds:.0} ms"),
        0..60 => format!("{:.2} s", duration.as_secs_f64()),
        60..3600 => in_two((seconds / 60, "min"), (seconds % 60, "s")),
        3600..172_800 => in_two((seconds / 3600, "h"), (seconds / 60 % 60, "min")),
        _ => in_two((seconds / 86_400, "days"), (seconds / 3600 % 24, "h")),
    }
}

fn in_two((many, large): (u64, &str), (rest, small): (u64, &str)) -> String {
    match rest {
        0 => format!("{many} {large}"),
        _ => format!("{many} {large} {rest} {small}"),
    }
}

/// The width of the terminal, or what is read well where there is none.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(110, |(terminal_size::Width(width), _)| usize::from(width))
}

/// Shortened to so many characters, with `…` in the place of the rest.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_with_what_matters_of_it() {
        for (milliseconds, said) in [
            (0.04, "40 µs"),
            (0.9996, "1.0 ms"),
            (3.21, "3.2 ms"),
            (9.96, "10 ms"),
            (41.0, "41 ms"),
            (999.6, "1.00 s"),
            (1240.0, "1.24 s"),
            (59_990.0, "59.99 s"),
            (125_400.0, "2 min 5 s"),
            (120_000.0, "2 min"),
            (11_520_000.0, "3 h 12 min"),
            (200_000_000.0, "2 days 7 h"),
        ] {
            assert_eq!(time(Duration::from_secs_f64(milliseconds / 1000.0)), said);
        }
    }

    #[test]
    fn a_text_is_shortened_by_characters() {
        assert_eq!(shortened("größe", 5), "größe");
        assert_eq!(shortened("größer", 5), "größ…");
        assert_eq!(shortened("größer", 0), "…");
    }
}
