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
    match &migrations_rules::statements(query)[..] {
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
        assert_eq!(terminations("/* nothing */"), [""; 0]);
    }

    #[test]
    fn a_statement_that_must_run_alone_is_met_while_it_runs() {
        assert_eq!(terminations("/* a */ CREATE INDEX CONCURRENTLY i ON t (a)"), ["running"]);
    }

    #[test]
    fn an_answer_is_cut_between_its_messages() {
        let sent = Sent { bytes: 5, query: None, answer: 3, is_answered: true };
        let points = all(&[sent], true).into_iter().map(|point| point.to_string()).collect::<Vec<_>>();
        assert!(points.contains(&"message 1/after answer 2/close".to_owned()));
        assert!(!points.contains(&"message 1/after answer 3/close".to_owned()));
        assert!(points.contains(&"message 1/after/kill".to_owned()));
    }
}
