//! What was measured, as a table for people and for pages.

use std::time::Duration;

use crate::Result;
use crate::application::Application;
use crate::sql::Shape;

pub(crate) struct Table;

impl Table {
    /// Prints the head.
    pub(crate) fn begin(tools: &[&str]) -> Table {
        println!("| files | what | {} | ratio |", tools.join(" | "));
        println!("|---|---|{}---|", "---|".repeat(tools.len()));
        Table
    }

    /// Measures all applications by turns, and prints a row: medians, spread, and ratios to the first.
    pub(crate) fn times(
        &mut self,
        shape: Shape,
        what: &str,
        rounds: usize,
        applications: &[Application],
        measure: impl Fn(&Application) -> Result<Duration>,
    ) -> Result<()> {
        let mut times = vec![Vec::new(); applications.len()];
        for _ in 0..rounds {
            for (application, times) in applications.iter().zip(&mut times) {
                times.push(measure(application)?);
            }
        }
        let cells: Vec<String> = times.iter_mut().map(|times| cell(times)).collect();
        println!("| {shape} | {what} | {} | {} |", cells.join(" | "), ratios(&mut times));
        Ok(())
    }
}

/// The median and the spread.
pub(crate) fn cell(times: &mut [Duration]) -> String {
    let median = median(times);
    let [least, .., most] = times else { return format!("{median:.2} s") };
    format!("{median:.2} s ({:.2}–{:.2})", least.as_secs_f64(), most.as_secs_f64())
}

fn ratios(times: &mut [Vec<Duration>]) -> String {
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    let others = medians.iter().skip(1).map(|other| format!("{:.2}", medians[0] / other));
    others.collect::<Vec<_>>().join(", ")
}

/// The middle one, in seconds.
pub(crate) fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}
