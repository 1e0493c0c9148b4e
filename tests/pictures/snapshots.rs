//! A small set, drawn in every way.

use migrations_core::cli::pictures::Kind;

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

#[test]
fn a_folder_is_drawn_with_all_that_is_known_of_it() {
    let picture = sample::reference();
    let node = |name: &str| picture.nodes.iter().find(|node| node.name == name).unwrap();
    let meetings = node("create_meetings_schema");
    assert_eq!((meetings.kind, meetings.destructive), (Kind::SqlWithRunner, false));
    assert!(meetings.sql.starts_with("BEGIN;") && meetings.sql.contains("-- @verify"), "without its header");
    assert!(!meetings.sql.contains("@rollback"));
    assert!(meetings.rollback.as_ref().unwrap().starts_with("DROP TABLE IF EXISTS meetings.notes;"));
    assert!(meetings.rollback.as_ref().unwrap().ends_with("meetings;"));
    assert_eq!(meetings.dependencies.len(), 3);
    let runner = node("meetings_to_id");
    assert_eq!((runner.kind, runner.sql.as_str()), (Kind::Runner, ""));
    assert!(runner.runner.as_ref().unwrap().contains("fn up"));
    assert!(node("remove_kanban_schema").destructive);
    let archived = node("standardize_turns_pk_to_id_stepwise");
    assert_eq!(archived.kind, Kind::Archived);
    assert_eq!(picture.nodes[archived.superseded_by.unwrap()].stem, "065_standardize_turns_pk_to_id");
}
