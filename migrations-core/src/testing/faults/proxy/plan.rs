//! What a proxy is to do, and what it has seen.

use super::super::point::{At, How, Point};

/// The fault that is to happen, and the conversation since it was asked for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    watching: bool,
    point: Option<Point>,
    conversation: Vec<Sent>,
    pub(super) reached: bool,
    pub(super) released: bool,
    /// How many messages of the answer have come, when the fault is about an answer and the message is on its way.
    answer: Option<usize>,
    /// The number of the server's process of the newest connection.
    pub(super) process: Option<i32>,
}

/// A message of the client, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Sent {
    pub(in super::super) bytes: usize,
    /// The text, when it is a query that may have several statements.
    pub(in super::super) query: Option<String>,
    /// How many messages the server sent before the client went on.
    pub(in super::super) answer: usize,
    /// Whether the server said that it is ready for the next one.
    pub(in super::super) is_answered: bool,
}

/// What to do with a message of the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Pass,
    Withhold,
    Strike(How),
}

impl Plan {
    /// Begins a conversation, on the connections that there are.
    pub(super) fn begin(&mut self, point: Option<Point>) {
        *self = Plan { watching: true, point, process: self.process, ..Plan::default() };
    }

    /// Ends the conversation; answers the messages of the client.
    pub(super) fn end(&mut self) -> Vec<Sent> {
        self.watching = false;
        self.point = None;
        self.released = true;
        std::mem::take(&mut self.conversation)
    }

    /// Counts a message of the client; answers the fault that is due with it.
    pub(super) fn sending(&mut self) -> Option<Point> {
        if !self.watching {
            return None;
        }
        self.conversation.push(Sent { bytes: 0, query: None, answer: 0, is_answered: false });
        self.point.filter(|point| point.message == self.conversation.len())
    }

    /// Notes what the newest message of the client is.
    pub(super) fn describe(&mut self, bytes: usize, query: Option<&str>) {
        if let Some(sent) = self.conversation.last_mut() {
            sent.bytes = bytes;
            sent.query = query.map(str::to_owned);
        }
    }

    /// Whether the newest message of the client is answered.
    pub(super) fn is_answered(&self) -> bool {
        self.conversation.last().is_some_and(|sent| sent.is_answered)
    }

    /// From now on the server answers the message that the fault is about.
    pub(super) fn await_answer(&mut self) {
        self.answer = Some(0);
    }

    /// Counts a message of the server; answers what to do with it.
    pub(super) fn answered(&mut self, is_last: bool) -> Delivery {
        if let Some(sent) = self.conversation.last_mut().filter(|_| self.watching) {
            sent.answer += 1;
            sent.is_answered |= is_last;
        }
        let (Some(point), Some(count)) = (self.point, &mut self.answer) else { return Delivery::Pass };
        *count += 1;
        let is_due = is_last || matches!(point.at, At::AfterAnswer(delivered) if *count > delivered);
        match point.at {
            _ if is_due => {
                self.answer = None;
                Delivery::Strike(point.how)
            }
            At::BeforeAnswer => Delivery::Withhold,
            _ => Delivery::Pass,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(at: At) -> Vec<Delivery> {
        let mut plan = Plan::default();
        plan.begin(Some(Point { message: 2, at, how: How::Close }));
        assert_eq!(plan.sending(), None);
        assert_eq!(plan.answered(true), Delivery::Pass);
        assert!(plan.sending().is_some());
        plan.await_answer();
        let mut answers = Vec::new();
        for is_last in [false, false, true] {
            answers.push(plan.answered(is_last));
            if matches!(answers.last(), Some(Delivery::Strike(_))) {
                break;
            }
        }
        answers
    }

    #[test]
    fn an_answer_is_withheld_until_it_is_there_in_full() {
        let strike = Delivery::Strike(How::Close);
        assert_eq!(answers(At::BeforeAnswer), [Delivery::Withhold, Delivery::Withhold, strike]);
    }

    #[test]
    fn an_answer_is_cut_behind_so_many_messages() {
        let strike = || Delivery::Strike(How::Close);
        assert_eq!(answers(At::AfterAnswer(1)), [Delivery::Pass, strike()]);
        assert_eq!(answers(At::AfterAnswer(9)), [Delivery::Pass, Delivery::Pass, strike()]);
    }

    #[test]
    fn a_conversation_is_what_the_client_has_sent_and_how_it_was_answered() {
        let mut plan = Plan { process: Some(7), ..Plan::default() };
        plan.begin(None);
        for query in ["SELECT 1", ""] {
            assert_eq!(plan.sending(), None);
            plan.describe(query.len(), Some(query));
            assert_eq!(plan.answered(false), Delivery::Pass);
        }
        assert!(!plan.is_answered());
        assert_eq!(plan.answered(true), Delivery::Pass);
        assert!(plan.is_answered());
        let sent = |query: &str, answer, is_answered| Sent {
            bytes: query.len(),
            query: Some(query.to_owned()),
            answer,
            is_answered,
        };
        assert_eq!(plan.end(), [sent("SELECT 1", 1, false), sent("", 2, true)]);
        assert_eq!((plan.sending(), plan.end(), plan.process), (None, Vec::new(), Some(7)));
    }
}
