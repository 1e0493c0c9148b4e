//! A small set, drawn in every way.

use crate::sample;

#[test]
fn mermaid() {
    insta::assert_snapshot!(sample::small().mermaid());
}

#[test]
fn dot() {
    insta::assert_snapshot!(sample::small().dot());
}

#[test]
fn svg() {
    insta::assert_snapshot!(sample::small().svg());
}

#[test]
fn timeline() {
    insta::assert_snapshot!(sample::one_run().svg());
}
