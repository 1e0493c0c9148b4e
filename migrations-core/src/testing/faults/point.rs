//! Where a fault strikes, and how; each has a text from which it can be repeated.

use std::fmt;
use std::str::FromStr;

/// A fault during a migration, by its coordinates.
///
/// Its text names it, so that one can be repeated alone with [`Faults::only_fault`](super::Faults::only_fault).
///
/// ```
/// use migrations_core::testing::faults::{At, Fault, How};
///
/// let fault: Fault = "021_create_users/message 3/after statement 7/terminate".parse()?;
/// assert_eq!(fault.migration, "021_create_users");
/// assert_eq!((fault.point.message, fault.point.at), (3, At::AfterStatement(7)));
/// assert_eq!(fault.point.how, How::Terminate);
/// assert_eq!(fault.to_string(), "021_create_users/message 3/after statement 7/terminate");
/// # Ok::<(), migrations_core::testing::faults::UnknownFault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The file name of the migration that is hit.
    pub migration: String,
    /// Where it is hit, and how.
    pub point: Point,
}

/// A point in a conversation with a server, and what happens there. A [`Proxy`](super::Proxy) makes it happen.
///
/// ```
/// use migrations_core::testing::faults::{At, How, Point};
///
/// let in_doubt = Point { message: 1, at: At::BeforeAnswer, how: How::Close };
/// assert_eq!(in_doubt.to_string(), "message 1/before answer/close");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// The client's message, counted from 1; what is sent to connect and to say goodbye does not count.
    pub message: usize,
    /// Where in the message, or in its answer.
    pub at: At,
    /// What happens.
    pub how: How,
}

/// Where in a message of the client, or in its answer, a fault strikes.
///
/// ```
/// use migrations_core::testing::faults::At;
///
/// assert_eq!(At::AfterStatement(7).to_string(), "after statement 7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum At {
    /// Before any of it is passed on.
    Before,
    /// When so many of its bytes are passed on.
    AfterByte(usize),
    /// When all of it is passed on, and nothing of the answer.
    After,
    /// Inside the server, behind so many statements of the message; only with [`How::Terminate`].
    AfterStatement(usize),
    /// Inside the server, while the message's only statement waits for others; only with [`How::Terminate`].
    Running,
    /// When the server has answered in full, and nothing of the answer is delivered.
    BeforeAnswer,
    /// When so many messages of the answer are delivered.
    AfterAnswer(usize),
    /// So many microseconds after the message is passed on; only with [`How::Kill`].
    AfterMicroseconds(u64),
}

/// What happens when a fault strikes.
///
/// ```
/// use migrations_core::testing::faults::How;
///
/// assert_eq!(How::Terminate.to_string(), "terminate");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum How {
    /// The server's process of the connection ends.
    Terminate,
    /// Both sides of the connection are closed in order.
    Close,
    /// The client's connection is reset; only with [`At::Before`] and [`At::AfterByte`].
    ///
    /// The standard library cannot ask for this (`SO_LINGER`). The proxy leaves a part of the message unread instead and
    /// closes, which makes the system reset the connection.
    Reset,
    /// Nothing passes any more while both connections stay open; after 50 ms they are closed.
    Silence,
    /// As a silence, in which the process of the client is killed.
    Kill,
}

/// The kinds of faults.
///
/// ```
/// use migrations_core::testing::faults::Kind;
///
/// assert_eq!(Kind::ALL.len(), 11);
/// assert_eq!(Kind::ClosedAfter.to_string(), "closed after a message");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The server's process ends after a statement.
    Terminated,
    /// The server's process ends while a statement that must run alone waits for others.
    TerminatedRunning,
    /// The connection is closed before a message is passed on.
    ClosedBefore,
    /// The connection is closed inside the bytes of a message.
    ClosedInside,
    /// The connection is closed when a message is passed on, so that its commit is in doubt.
    ClosedAfter,
    /// The connection is closed when a message is done, and its answer is withheld.
    AnswerWithheld,
    /// The connection is closed inside an answer.
    AnswerCut,
    /// The connection is reset.
    Reset,
    /// The connection falls silent.
    Silence,
    /// The process of the client is killed at the border of a message.
    Killed,
    /// The process of the client is killed at a random moment.
    KilledAnywhere,
}

/// A text that names no fault.
///
/// ```
/// use migrations_core::testing::faults::Fault;
///
/// let error = "the third one".parse::<Fault>().unwrap_err();
/// assert!(error.to_string().starts_with("`the third one` names no fault"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no fault; `021_create_users/message 3/after statement 7/terminate` would")]
pub struct UnknownFault(String);

impl Point {
    /// The kind of fault that this is.
    ///
    /// ```
    /// use migrations_core::testing::faults::{At, How, Kind, Point};
    ///
    /// let point = Point { message: 1, at: At::BeforeAnswer, how: How::Close };
    /// assert_eq!(point.kind(), Kind::AnswerWithheld, "committed, and the client does not know");
    /// ```
    pub fn kind(&self) -> Kind {
        match (self.how, self.at) {
            (How::Terminate, At::Running) => Kind::TerminatedRunning,
            (How::Terminate, _) => Kind::Terminated,
            (How::Reset, _) => Kind::Reset,
            (How::Silence, _) => Kind::Silence,
            (How::Kill, At::AfterMicroseconds(_)) => Kind::KilledAnywhere,
            (How::Kill, _) => Kind::Killed,
            (How::Close, At::Before) => Kind::ClosedBefore,
            (How::Close, At::AfterByte(_)) => Kind::ClosedInside,
            (How::Close, At::BeforeAnswer) => Kind::AnswerWithheld,
            (How::Close, At::AfterAnswer(_)) => Kind::AnswerCut,
            (How::Close, _) => Kind::ClosedAfter,
        }
    }
}

impl Kind {
    /// Every kind.
    ///
    /// ```
    /// use migrations_core::testing::faults::Kind;
    ///
    /// // Without a process there is nothing to kill.
    /// let needs_none = |kind: &Kind| !matches!(kind, Kind::Killed | Kind::KilledAnywhere);
    /// let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(needs_none).collect();
    /// assert_eq!(kinds.len(), 9);
    /// ```
    pub const ALL: [Kind; 11] = [
        Kind::Terminated,
        Kind::TerminatedRunning,
        Kind::ClosedBefore,
        Kind::ClosedInside,
        Kind::ClosedAfter,
        Kind::AnswerWithheld,
        Kind::AnswerCut,
        Kind::Reset,
        Kind::Silence,
        Kind::Killed,
        Kind::KilledAnywhere,
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.migration, self.point)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "message {}/{}/{}", self.message, self.at, self.how)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Before => f.write_str("before"),
            At::AfterByte(bytes) => write!(f, "after byte {bytes}"),
            At::After => f.write_str("after"),
            At::AfterStatement(statements) => write!(f, "after statement {statements}"),
            At::Running => f.write_str("running"),
            At::BeforeAnswer => f.write_str("before answer"),
            At::AfterAnswer(messages) => write!(f, "after answer {messages}"),
            At::AfterMicroseconds(microseconds) => write!(f, "after {microseconds} us"),
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            How::Terminate => "terminate",
            How::Close => "close",
            How::Reset => "reset",
            How::Silence => "silence",
            How::Kill => "kill",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Terminated => "terminated after a statement",
            Kind::TerminatedRunning => "terminated in a statement",
            Kind::ClosedBefore => "closed before a message",
            Kind::ClosedInside => "closed inside a message",
            Kind::ClosedAfter => "closed after a message",
            Kind::AnswerWithheld => "answer withheld",
            Kind::AnswerCut => "closed inside an answer",
            Kind::Reset => "reset",
            Kind::Silence => "silence",
            Kind::Killed => "killed at a message",
            Kind::KilledAnywhere => "killed at a random moment",
        })
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Fault, UnknownFault> {
        let fault = text.split_once('/').and_then(|(migration, point)| {
            Some(Fault { migration: migration.to_owned(), point: point.parse().ok()? })
        });
        fault.ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

impl FromStr for Point {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Point, UnknownFault> {
        point(text).ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

fn point(text: &str) -> Option<Point> {
    let mut parts = text.split('/');
    let message = parts.next()?.strip_prefix("message ")?.parse().ok()?;
    let point = Point { message, at: at(parts.next()?)?, how: how(parts.next()?)? };
    parts.next().is_none().then_some(point)
}

fn at(text: &str) -> Option<At> {
    match text.split(' ').collect::<Vec<_>>()[..] {
        ["before"] => Some(At::Before),
        ["after"] => Some(At::After),
        ["running"] => Some(At::Running),
        ["before", "answer"] => Some(At::BeforeAnswer),
        ["after", "byte", bytes] => bytes.parse().map(At::AfterByte).ok(),
        ["after", "statement", statements] => statements.parse().map(At::AfterStatement).ok(),
        ["after", "answer", messages] => messages.parse().map(At::AfterAnswer).ok(),
        ["after", microseconds, "us"] => microseconds.parse().map(At::AfterMicroseconds).ok(),
        _ => None,
    }
}

fn how(text: &str) -> Option<How> {
    let all = [How::Terminate, How::Close, How::Reset, How::Silence, How::Kill];
    all.into_iter().find(|how| how.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_fault_leads_back_to_it() {
        let places = [
            At::Before,
            At::AfterByte(9),
            At::After,
            At::AfterStatement(9),
            At::Running,
            At::BeforeAnswer,
            At::AfterAnswer(9),
            At::AfterMicroseconds(9),
        ];
        for at in places {
            for how in [How::Terminate, How::Close, How::Reset, How::Silence, How::Kill] {
                let fault =
                    Fault { migration: "001_create_shop".to_owned(), point: Point { message: 12, at, how } };
                assert_eq!(fault.to_string().parse(), Ok(fault));
            }
        }
    }

    #[test]
    fn other_texts_name_no_fault() {
        for text in ["", "a", "a/message 1", "a/message x/before/close", "a/message 1/after byte/close"] {
            assert!(
                text.parse::<Fault>().unwrap_err().to_string().starts_with(&format!("`{text}` names no"))
            );
        }
    }
}
