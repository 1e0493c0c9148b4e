//! What is written, and what happens when it cannot be. Colours go where somebody can see them.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// Why standard output could not be written.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// Writes to standard output. Whoever has closed it does not want to hear more.
pub(super) fn write(text: Arguments<'_>) {
    let mut out = anstream::stdout();
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(LOST.set(error)),
        _ => {}
    }
}

/// Writes to standard error. If that fails, there is nowhere left to say so.
pub(super) fn write_error(text: Arguments<'_>) {
    let _ = anstream::stderr().write_fmt(text);
}

/// Why something of what was to be written is lost.
pub(super) fn lost() -> Option<&'static io::Error> {
    LOST.get()
}

/// A line on standard output.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::cli::output::write(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// A line on standard error.
macro_rules! complain {
    ($($text:tt)*) => {
        $crate::cli::output::write_error(format_args!("{}\n", format_args!($($text)*)))
    };
}

pub(super) use {complain, say};
