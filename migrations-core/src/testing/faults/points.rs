//! The points of a conversation at which faults can happen.

use super::point::{At, How, Point};
use super::proxy::Sent;

/// Every fault that the conversation gives occasion to; with those that kill a process, if there is one to be killed.
pub(super) fn all(conversation: &[Sent], kill: bool) -> Vec<Point> {
    let numbered = conversation.iter().zip(1..);
    numbered
        .flat_map(|(sent, message)| {
            places(sent, kill).into_iter().map(move |(at, how)| Point { message, at, how })
        })
        .collect()
}

fn places(sent: &Sent, kill: bool) -> Vec<(At, How)> {
    let half = At::AfterByte(sent.bytes / 2);
    let mut places = vec![(At::Before, How::Close), (At::Before, How::Reset), (At::Before, How::Silence)];
    let mut bytes = vec![1, sent.bytes / 2, sent.bytes.saturating_sub(1)];
    bytes.dedup();
    places.extend(bytes.into_iter().map(|count| (At::AfterByte(count), How::Close)));
    places.extend([(half, How::Reset), (At::After, How::Close)]);
    places.extend(statements(sent).into_iter().map(|at| (at, How::Terminate)));
    if sent.is_answered {
        places.extend([(At::BeforeAnswer, How::Close), (At::BeforeAnswer, How::Silence)]);
        places.extend((1..sent.answer).map(|count| (At::AfterAnswer(count), How::Close)));
    }
    if kill {
        places.extend([(At::Before, How::Kill), (At::After, How::Kill)]);
        places.extend(sent.is_answered.then_some((At::BeforeAnswer, How::Kill)));
    }
    places
}

/// The border behind each statement; a statement that must run alone has none, but can be met while it runs.
fn statements(sent: &Sent) -> Vec<At> {
    let Some(query) = &sent.query else { return Vec::new() };
    match &migrations_text::statements(query)[..] {
        [only] if migrations_rules::must_run_alone(&query[only.clone()]) => vec![At::Running],
        statements => (1..=statements.len()).map(At::AfterStatement).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminations(query: &str) -> Vec<String> {
        let sent = Sent { bytes: 20, query: Some(query.to_owned()), answer: 3, is_answered: true };
        let points = all(&[sent], false);
        let terminations = points.iter().filter(|point| point.how == How::Terminate);
        terminations.map(|point| point.at.to_string()).collect()
    }

    #[test]
    fn there_is_a_border_behind_each_statement() {
        assert_eq!(
            terminations("BEGIN; SELECT 1; COMMIT"),
            ["after statement 1", "after statement 2", "after statement 3"]
        );
        assert_eq!(terminations("SELECT 1"), ["after statement 1"]);
        assert_eq!(terminations("/* nothing */"), [""; 0]);
    }

    #[test]
    fn a_statement_that_must_run_alone_is_met_while_it_runs() {
        assert_eq!(terminations("/* a */ CREATE INDEX CONCURRENTLY i ON t (a)"), ["running"]);
    }

    #[test]
    fn a_message_is_hit_at_its_borders_inside_and_in_its_answer() {
        let sent = |query: Option<&str>, is_answered| Sent {
            bytes: 20,
            query: query.map(str::to_owned),
            answer: 3,
            is_answered,
        };
        let texts = |conversation: &[Sent], kill| -> Vec<String> {
            all(conversation, kill).iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            texts(&[sent(Some("SELECT 1"), true)], true),
            [
                "message 1/before/close",
                "message 1/before/reset",
                "message 1/before/silence",
                "message 1/after byte 1/close",
                "message 1/after byte 10/close",
                "message 1/after byte 19/close",
                "message 1/after byte 10/reset",
                "message 1/after/close",
                "message 1/after statement 1/terminate",
                "message 1/before answer/close",
                "message 1/before answer/silence",
                "message 1/after answer 1/close",
                "message 1/after answer 2/close",
                "message 1/before/kill",
                "message 1/after/kill",
                "message 1/before answer/kill",
            ]
        );
        let unanswered = texts(&[sent(None, true), sent(None, false)], true).split_off(15);
        assert_eq!(unanswered[0], "message 2/before/close");
        assert_eq!(unanswered[unanswered.len() - 2..], ["message 2/before/kill", "message 2/after/kill"]);
        assert!(!texts(&[sent(None, true)], false).iter().any(|text| text.ends_with("kill")));
    }
}
