//! Tables of figures, on the screen and in files.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::rounds::{Spread, number, thousands};
use crate::{Result, context};

/// A row for each tool or limit, a column for each thing that is measured.
pub struct Table {
    title: String,
    heads: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
    notes: Vec<String>,
}

/// A value as people read it, and as it is kept.
pub struct Cell {
    text: String,
    kept: Option<Spread>,
}

impl Cell {
    /// A time that is kept in seconds.
    pub fn seconds(spread: Spread) -> Cell {
        let text = if spread.median < 1.0 { spread.scaled(1e3, "ms") } else { spread.scaled(1.0, "s") };
        Cell { text, kept: Some(spread) }
    }

    /// A short time that is kept in seconds.
    pub fn microseconds(spread: Spread) -> Cell {
        Cell { text: spread.scaled(1e6, "µs"), kept: Some(spread) }
    }

    /// Something that is counted.
    pub fn count(value: f64) -> Cell {
        Cell { text: thousands(value), kept: Some(Spread::of(vec![value])) }
    }

    /// Bytes, in kilobytes.
    pub fn kilobytes(bytes: f64) -> Cell {
        Cell { text: format!("{} kB", number(bytes / 1e3)), kept: Some(Spread::of(vec![bytes])) }
    }

    pub fn ratio(value: f64) -> Cell {
        Cell { text: format!("{} x", number(value)), kept: Some(Spread::of(vec![value])) }
    }

    pub fn percent(share: f64) -> Cell {
        Cell { text: format!("{:.0} %", share * 100.0), kept: Some(Spread::of(vec![share])) }
    }

    pub fn none() -> Cell {
        Cell { text: "-".to_owned(), kept: None }
    }
}

impl Table {
    pub fn new(title: impl Into<String>, heads: &[&str]) -> Table {
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        Table { title: title.into(), heads, rows: Vec::new(), notes: Vec::new() }
    }

    pub fn row(&mut self, name: impl ToString, cells: Vec<Cell>) {
        self.rows.push((name.to_string(), cells));
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Shows the table, and keeps its values for the picture.
    pub fn finish(&self, results: &Results) -> Result<()> {
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

/// The file in which the values of a part are kept.
pub struct Results(PathBuf);

impl Results {
    /// An empty file for this part.
    pub fn begin(part: &str) -> Result<Results> {
        let path = file(part);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .map_err(context("making benches/results"))?;
        fs::write(&path, "table\trow\tcolumn\tmedian\tleast\tmost\n")
            .map_err(context("writing benches/results"))?;
        Ok(Results(path))
    }

    fn keep(&self, lines: &str) -> Result<()> {
        let mut file =
            OpenOptions::new().append(true).open(&self.0).map_err(context("opening benches/results"))?;
        file.write_all(lines.as_bytes()).map_err(context("writing benches/results"))
    }
}

/// A value that a part has kept.
pub struct Kept {
    pub table: String,
    pub row: String,
    pub column: String,
    pub median: f64,
}

/// What the last run of a part has kept; nothing, when it was never run.
pub fn kept(part: &str) -> Vec<Kept> {
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
