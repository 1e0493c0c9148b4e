//! The messages of PostgreSQL's protocol, as far as faults need them.

use std::io::{self, Read, Write};

/// A message: a letter, its length, and its content.
#[derive(Debug)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

/// What a client begins with when it wants its connection encrypted: the codes of SSLRequest and GSSENCRequest.
const ENCRYPTION: [[u8; 4]; 2] = [80_877_103_u32.to_be_bytes(), 80_877_104_u32.to_be_bytes()];

/// The letter of the next message.
pub(super) fn letter(mut from: impl Read) -> io::Result<u8> {
    let mut letter = [0];
    from.read_exact(&mut letter)?;
    Ok(letter[0])
}

/// The first message of a client, which has no letter. A wish for encryption is declined: what is encrypted has no parts
/// that could be told apart.
pub(super) fn startup<S: Read + Write>(mut client: S) -> io::Result<Vec<u8>> {
    loop {
        let mut bytes = Vec::new();
        fill(&mut bytes, &mut client)?;
        if bytes.len() != 8 || !ENCRYPTION.iter().any(|code| bytes.ends_with(code)) {
            return Ok(bytes);
        }
        client.write_all(b"N")?;
    }
}

/// Appends a length, and the content of this length.
fn fill(bytes: &mut Vec<u8>, mut from: impl Read) -> io::Result<()> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    bytes.extend(length);
    let content = u64::from(u32::from_be_bytes(length)).saturating_sub(4);
    match from.take(content).read_to_end(bytes)? as u64 {
        read if read == content => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl Message {
    /// Reads the rest of a message whose letter has been read.
    pub(super) fn behind(letter: u8, from: impl Read) -> io::Result<Message> {
        let mut bytes = vec![letter];
        fill(&mut bytes, from)?;
        Ok(Message { bytes })
    }

    /// A query that may have several statements.
    fn query(text: &str) -> Message {
        let mut bytes = vec![b'Q'];
        bytes.extend((text.len() as u32 + 5).to_be_bytes());
        bytes.extend(text.bytes());
        bytes.push(0);
        Message { bytes }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text of a query that may have several statements.
    pub(super) fn as_query(&self) -> Option<&str> {
        let text = self.bytes.strip_prefix(b"Q")?.get(4..)?.strip_suffix(&[0])?;
        str::from_utf8(text).ok()
    }

    /// The query with a statement behind its `count` first ones that ends the server's process.
    pub(super) fn terminating_after(&self, count: usize) -> Option<Message> {
        let text = self.as_query()?;
        let last = migrations_text::statements(text).into_iter().nth(count.checked_sub(1)?)?;
        let (before, behind) = text.split_at(last.end);
        Some(Message::query(&format!("{before};\n{TERMINATE}{behind}")))
    }

    /// The number of the server's process, in the message that tells it.
    pub(super) fn process(&self) -> Option<i32> {
        let number = self.bytes.strip_prefix(b"K")?.get(4..8)?;
        Some(i32::from_be_bytes(number.try_into().ok()?))
    }
}

const TERMINATE: &str = "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_to_its_end_and_no_further() {
        let sent = [Message::query("SELECT 1").bytes(), Message::query("").bytes()].concat();
        let mut rest = sent.as_slice();
        let letter = letter(&mut rest).unwrap();
        let message = Message::behind(letter, &mut rest).unwrap();
        assert_eq!(message.as_query(), Some("SELECT 1"));
        assert_eq!(rest, Message::query("").bytes());
        assert!(Message::behind(b'Q', &rest[1..5]).is_err(), "it ends too early");
    }

    #[test]
    fn the_process_ends_behind_the_statement_that_is_asked_for() {
        let message = Message::query("/* a; */ BEGIN;\nSELECT ';' ; -- b;\nCOMMIT");
        let after = |count| message.terminating_after(count).map(|one| one.as_query().unwrap().to_owned());
        assert_eq!(after(2), Some(format!("/* a; */ BEGIN;\nSELECT ';';\n{TERMINATE} ; -- b;\nCOMMIT")));
        assert_eq!(after(3), Some(format!("/* a; */ BEGIN;\nSELECT ';' ; -- b;\nCOMMIT;\n{TERMINATE}")));
        assert_eq!((after(0), after(4)), (None, None));
    }

    #[test]
    fn encryption_is_declined() {
        let (mut client, proxy) = std::os::unix::net::UnixStream::pair().unwrap();
        let wish = [&8_u32.to_be_bytes()[..], &ENCRYPTION[0]].concat();
        let start = b"\0\0\0\x08\0\x03\0\0";
        client.write_all(&[&wish[..], start].concat()).unwrap();
        assert_eq!(startup(&proxy).unwrap(), start);
        assert_eq!(letter(&mut client).unwrap(), b'N');
    }
}
