//! Whether a file holds the text that refinery ran, by refinery's checksum.

use crate::ledger::refinery_checksum;

/// Whether the text of this checksum is what the file does: comments may have been added before it, sections behind it.
/// Its line ends may have been others.
pub(super) fn holds(text: &str, name: &str, version: i64, checksum: u64) -> bool {
    let lines: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line = |at: usize| text[at..].lines().next().unwrap_or_default().trim();
    let is_comment = |at: &usize| line(*at).is_empty() || line(*at).starts_with("--");
    let is_section = |at: &usize| {
        let comment = line(*at).strip_prefix("--").unwrap_or_default().trim_start();
        comment.starts_with("@verify") || comment.starts_with("@rollback")
    };
    let comments = lines.iter().take_while(|at| is_comment(at)).count();
    let ends: Vec<usize> = lines.iter().copied().filter(is_section).chain([text.len()]).collect();
    let starts = &lines[..lines.len().min(comments + 1)];
    let mut ranges = starts.iter().flat_map(|start| ends.iter().map(move |end| *start..*end));
    ranges.any(|range| {
        let lines = text.get(range).unwrap_or_default().trim_end();
        let texts = [lines.to_owned(), format!("{lines}\n"), format!("{lines}\n\n")];
        let with_returns = texts.clone().map(|text| text.replace('\n', "\r\n"));
        let ran = |sql: &String| {
            let narrow = i32::try_from(version).map(|version| refinery_checksum(name, version, sql));
            narrow == Ok(checksum) || refinery_checksum(name, version, sql) == checksum
        };
        texts.iter().chain(&with_returns).any(ran)
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods)]
mod tests {
    use refinery_core::Migration;

    use super::*;

    const SQL: &str = "-- Users.\nCREATE TABLE users ();\n\nSELECT 1;\n";

    fn checksum(sql: &str) -> u64 {
        Migration::unapplied("V1__users", sql).unwrap().checksum()
    }

    #[test]
    fn the_text_that_ran_is_found_in_a_file_with_a_header_and_sections() {
        let header = "-- Migration: users.\n-- Dependencies: none\n\n";
        let file = format!("{header}{SQL}\n-- @rollback\nDROP TABLE users;\n");
        for ran in [SQL, SQL.trim_end(), &SQL.replace('\n', "\r\n")] {
            assert!(holds(&file, "users", 1, checksum(ran)), "{ran:?}");
        }
        assert!(holds(SQL, "users", 1, checksum(SQL)));
        assert!(holds(&format!("-- @allow x: y\n{SQL}"), "users", 1, checksum(SQL)));
    }

    #[test]
    fn a_file_that_does_more_is_not_what_ran() {
        assert!(!holds(&format!("SELECT 0;\n{SQL}"), "users", 1, checksum(SQL)));
        assert!(!holds(&format!("{SQL}SELECT 2;\n"), "users", 1, checksum(SQL)));
        assert!(!holds(&format!("{SQL}-- @backup a.b\nDROP TABLE a.b;\n"), "users", 1, checksum(SQL)));
    }

    #[test]
    fn another_text_another_name_and_another_version_are_not() {
        assert!(!holds(SQL, "users", 1, checksum("SELECT 1;")));
        assert!(!holds(&SQL.replace("users", "people"), "users", 1, checksum(SQL)));
        assert!(!holds(SQL, "people", 1, checksum(SQL)));
        assert!(!holds(SQL, "users", 2, checksum(SQL)));
        assert!(!holds("", "users", 1, checksum(SQL)));
    }

    #[test]
    fn versions_of_eight_bytes_are_known_too() {
        // What refinery-core 0.10.1 says with that feature.
        assert!(holds(SQL, "users", 20_240_101_120_000, 10_591_043_279_344_685_909));
    }
}
