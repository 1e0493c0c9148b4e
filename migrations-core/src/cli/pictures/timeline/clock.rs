//! Points in time and lengths of time, as they are written beside an axis.

use std::time::Duration;

use time::OffsetDateTime;

use crate::cli::style::time;

/// Day and time in UTC, to the second.
pub(super) fn moment(micros: i64) -> String {
    match parts(micros) {
        Some(at) => {
            format!("{} {:02}:{:02}:{:02} UTC", day(micros), at.hour(), at.minute(), at.second())
        }
        None => day(micros),
    }
}

/// The day in UTC.
pub(super) fn day(micros: i64) -> String {
    match parts(micros) {
        Some(at) => format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day()),
        None => "at an unknown time".to_owned(),
    }
}

fn parts(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(micros.div_euclid(1_000_000)).ok()
}

/// How long something took.
pub(super) fn length(micros: i64) -> String {
    time(Duration::from_micros(micros.try_into().unwrap_or_default()))
}

/// Four to ten round lengths of time up to `most`, which is more than 0, beginning with 0.
pub(super) fn ticks(most: i64) -> Vec<i64> {
    const MINUTE: i64 = 60_000_000;
    const ROUND: [i64; 14] = [
        15_000_000,
        30_000_000,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        60 * MINUTE,
        120 * MINUTE,
        360 * MINUTE,
        720 * MINUTE,
        1_440 * MINUTE,
        2_880 * MINUTE,
    ];
    let fits = |step: &i64| most / step <= 8;
    let decimal = (0..8).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    let step = decimal.filter(|step| *step <= 10_000_000).chain(ROUND).find(fits).unwrap_or(most / 4 + 1);
    (0..=most / step).map(|at| at * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(moment(1_768_381_923_999_999), "2026-01-14 09:12:03 UTC");
        assert_eq!(moment(-1), "1969-12-31 23:59:59 UTC");
        assert_eq!(moment(i64::MAX), "at an unknown time");
    }

    #[test]
    fn ticks_are_few_and_round() {
        for most in [1, 7, 999, 1_400_000, 59_000_000, 3_600_000_000, 900_000_000_000, i64::MAX] {
            let ticks = ticks(most);
            assert!((2..=9).contains(&ticks.len()) && ticks[0] == 0, "{most}: {ticks:?}");
        }
        assert_eq!(
            ticks(1_400_000),
            [0, 200_000, 400_000, 600_000, 800_000, 1_000_000, 1_200_000, 1_400_000]
        );
    }
}
