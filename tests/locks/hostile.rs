//! Text that nobody would write: no panic, and no lock on what is not there.

use migrations_rules::locks;
use migrations_text::statements;

use crate::corpus;

#[test]
fn every_beginning_of_a_statement_is_read() {
    let mut read = 0;
    for case in corpus::cases() {
        let text = &case.statement;
        let beginnings: Vec<_> = (0..=text.len()).map(|end| 0..end).collect();
        let found = locks(text, beginnings.iter().cloned());
        let endings = locks(text, beginnings.iter().map(|range| range.end..text.len()));
        for lock in found.locks.iter().chain(&endings.locks) {
            assert!(lock.statement < beginnings.len());
            assert!(!lock.relation.to_string().is_empty(), "{text}");
        }
        read += beginnings.len();
    }
    assert!(read > 10_000, "{read}");
}

#[test]
fn words_may_be_lost() {
    for case in corpus::cases() {
        let words: Vec<&str> = case.statement.split_inclusive([' ', '(', ')', '.', '"']).collect();
        for lost in 0..words.len() {
            let rest = [&words[..lost], &words[lost + 1..]].concat().concat();
            let _ = locks(&rest, statements(&rest));
        }
    }
}
