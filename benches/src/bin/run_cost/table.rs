//! Tables of figures, on the screen and in files.

use std::cell::RefCell;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use crate::rounds::{Spread, number, thousands};
use crate::{Result, context};

/// A row for each tool or limit, a column for each thing that is measured.
pub(crate) struct Table {
    title: String,
    heads: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
    notes: Vec<String>,
}

/// A value as people read it, and as it is kept.
pub(crate) struct Cell {
    text: String,
    kept: Option<Spread>,
}

impl Cell {
    /// A time that is kept in seconds.
    pub(crate) fn seconds(spread: Spread) -> Cell {
        let text = if spread.median < 1.0 { spread.scaled(1e3, "ms") } else { spread.scaled(1.0, "s") };
        Cell { text, kept: Some(spread) }
    }

    /// A short time that is kept in seconds.
    pub(crate) fn microseconds(spread: Spread) -> Cell {
        Cell { text: spread.scaled(1e6, "µs"), kept: Some(spread) }
    }

    /// Something that is counted.
    pub(crate) fn count(value: f64) -> Cell {
        Cell { text: thousands(value), kept: Some(Spread::of(vec![value])) }
    }

    /// Bytes, in kilobytes.
    pub(crate) fn kilobytes(bytes: f64) -> Cell {
        Cell { text: format!("{} kB", number(bytes / 1e3)), kept: Some(Spread::of(vec![bytes])) }
    }

    pub(crate) fn ratio(ratio: Spread) -> Cell {
        Cell { text: format!("{} x", number(ratio.median)), kept: Some(ratio) }
    }

    pub(crate) fn percent(share: f64) -> Cell {
        Cell { text: format!("{:.0} %", share * 100.0), kept: Some(Spread::of(vec![share])) }
    }

    pub(crate) fn none() -> Cell {
        Cell { text: "-".to_owned(), kept: None }
    }
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, heads: &[&str]) -> Table {
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        Table { title: title.into(), heads, rows: Vec::new(), notes: Vec::new() }
    }

    pub(crate) fn row(&mut self, name: &(impl Display + ?Sized), cells: Vec<Cell>) {
        self.rows.push((name.to_string(), cells));
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Shows the table, and keeps its values for the picture.
    pub(crate) fn finish(&self, results: &Results) -> Result<()> {
        self.print();
        results.keep(&self.lines())
    }

    fn print(&self) {
        let first = self.rows.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
        let widths: Vec<usize> =
            self.heads.iter().enumerate().map(|(at, head)| self.width(at, head)).collect();
        let head: String =
            self.heads.iter().zip(&widths).map(|(head, width)| format!("  {head:>width$}")).collect();
        println!("\n{}\n  {:first$}{head}", self.title, "");
        for (name, cells) in &self.rows {
            let cells: String =
                cells.iter().zip(&widths).map(|(cell, width)| format!("  {:>width$}", cell.text)).collect();
            println!("  {name:first$}{cells}");
        }
        for note in &self.notes {
            println!("  {note}");
        }
    }

    fn width(&self, column: usize, head: &str) -> usize {
        let cells = self.rows.iter().filter_map(|(_, cells)| cells.get(column));
        cells.map(|cell| width(&cell.text)).max().unwrap_or_default().max(width(head))
    }

    fn lines(&self) -> String {
        let mut lines = String::new();
        for (name, cells) in &self.rows {
            for (head, cell) in self.heads.iter().zip(cells) {
                let Some(Spread { median, least, most }) = cell.kept else { continue };
                lines += &format!("{}\t{name}\t{head}\t{median}\t{least}\t{most}\n", self.title);
            }
        }
        lines
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The values of a part, and the file in which they are kept.
pub(crate) struct Results {
    path: PathBuf,
    lines: RefCell<String>,
}

impl Results {
    pub(crate) fn begin(part: &str) -> Result<Results> {
        let path = file(part);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .map_err(context("making benches/results"))?;
        Ok(Results { path, lines: RefCell::new("table\trow\tcolumn\tmedian\tleast\tmost\n".to_owned()) })
    }

    /// The whole file is written each time, so that no two runs are mixed in it.
    fn keep(&self, lines: &str) -> Result<()> {
        self.lines.borrow_mut().push_str(lines);
        fs::write(&self.path, &*self.lines.borrow()).map_err(context("writing benches/results"))
    }
}

/// A value that a part has kept.
pub(crate) struct Kept {
    pub(crate) table: String,
    pub(crate) row: String,
    pub(crate) column: String,
    pub(crate) median: f64,
}

/// What the last run of a part has kept; nothing, when it was never run.
pub(crate) fn kept(part: &str) -> Vec<Kept> {
    let text = fs::read_to_string(file(part)).unwrap_or_default();
    let read = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next();
        Some(Kept { table: next()?, row: next()?, column: next()?, median: next()?.parse().ok()? })
    };
    text.lines().filter_map(read).collect()
}

fn file(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results").join(format!("{part}.tsv"))
}
