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

/// A duration as people say it: `3.2 ms`, `41 ms`, `1.24 s`, `2 min 5 s`, `3 h 12 min`.
pub(super) fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    let seconds = duration.as_secs();
    match seconds {
        0 if milliseconds < 9.95 => format!("{milliseconds:.1} ms"),
        0 if milliseconds < 999.5 => format!("{milliseconds:.0} ms"),
        0..60 => format!("{:.2} s", duration.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
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
            (0.04, "0.0 ms"),
            (3.21, "3.2 ms"),
            (9.96, "10 ms"),
            (41.0, "41 ms"),
            (999.6, "1.00 s"),
            (1240.0, "1.24 s"),
            (59_990.0, "59.99 s"),
            (125_400.0, "2 min 5 s"),
            (11_520_000.0, "3 h 12 min"),
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
