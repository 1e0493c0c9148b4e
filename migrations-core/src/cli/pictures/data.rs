//! What a picture is made of: a checked folder, and what a database says about it.

use std::collections::HashMap;

use migrations_rules::{Archived, Migration, Set};

use super::{Application, Kind, Node, Picture, State};
use crate::set::{MigrationSet, slice};
use crate::status::{Record, Status};

impl Picture {
    /// The picture of a folder. What is wrong with it does not matter here.
    pub fn of(title: &str, set: &Set) -> Picture {
        let places: HashMap<&str, usize> =
            set.migrations.iter().enumerate().map(|(at, m)| (m.file_name.name.as_str(), at)).collect();
        let migrations = set.migrations.iter().map(Node::of);
        let archived = set.archived.iter().map(|archived| Node::archived(archived, &places));
        Picture {
            title: title.to_owned(),
            nodes: migrations.chain(archived).collect(),
            categories: set.categories.clone(),
        }
    }

    /// Enters what a database says about the set that is drawn.
    pub fn enter<M: MigrationSet>(&mut self, status: &Status<M>) {
        for entry in &status.migrations {
            self.enter_state(entry.migration.facts().name, State::new(entry.record.as_ref(), entry.changed));
        }
        for record in &status.unknown {
            self.enter_unknown(record);
        }
    }

    /// Enters what a database says about the migration of that name.
    pub fn enter_state(&mut self, name: &str, state: State) {
        let named = |node: &&mut Node| node.kind != Kind::Archived && node.name == name;
        if let Some(node) = self.nodes.iter_mut().find(named) {
            node.state = Some(state);
        }
    }

    /// Enters what a database has and the folder has not: the file may lie in the archive by now.
    pub fn enter_unknown(&mut self, record: &Record) {
        let state = Some(State::new(Some(record), false));
        match self.nodes.iter_mut().find(|node| node.kind == Kind::Archived && node.name == record.name) {
            Some(archived) => archived.state = state,
            None => self.nodes.push(Node {
                name: record.name.clone(),
                stem: record.name.clone(),
                kind: Kind::Unknown,
                state,
                ..Node::default()
            }),
        }
    }
}

impl State {
    /// What the history's entry of a migration means, or that there is none.
    pub fn new(record: Option<&Record>, changed: bool) -> State {
        let application = record.map(|record| Application {
            at: record.applied_at.clone(),
            by: record.applied_by.clone(),
            duration: record.duration,
        });
        match application {
            None => State::Pending,
            Some(application) if changed => State::Changed(application),
            Some(application) => State::Applied(application),
        }
    }
}

impl Node {
    fn of(migration: &Migration) -> Node {
        let text = migration.text.as_str();
        let is_sql = migration.kind == migrations_rules::Kind::Sql;
        let companion = migration.companion.as_ref().map(|companion| companion.text.as_str().to_owned());
        Node {
            name: migration.file_name.name.clone(),
            stem: migration.file_name.stem(),
            category: migration.category.clone(),
            path: migration.path.clone(),
            purpose: migration.purpose(),
            sql: if is_sql { without_header(before_rollback(migration)).to_owned() } else { String::new() },
            kind: match (is_sql, &companion) {
                (false, _) => Kind::Runner,
                (true, Some(_)) => Kind::SqlWithRunner,
                (true, None) => Kind::Sql,
            },
            runner: if is_sql { companion } else { Some(text.to_owned()) },
            rollback: migration
                .rollback
                .as_ref()
                .map(|all| slice(text, all.iter().map(|statement| &statement.range)).to_owned()),
            rollback_note: migration.rollback_note(),
            irreversible: migration.irreversible(),
            dependencies: migration.dependencies.clone(),
            superseded_by: None,
            destructive: migration.destroys_rows(),
            state: None,
        }
    }

    fn archived(archived: &Archived, places: &HashMap<&str, usize>) -> Node {
        Node {
            name: archived.file_name.name.clone(),
            stem: archived.file_name.stem(),
            category: archived.category.clone().unwrap_or_default(),
            path: archived.path.clone(),
            purpose: archived.purpose(),
            sql: archived.text.as_str().to_owned(),
            superseded_by: archived
                .superseded_by
                .as_ref()
                .and_then(|by| places.get(by.name.as_str()))
                .copied(),
            kind: Kind::Archived,
            ..Node::default()
        }
    }
}

/// The text up to the section of the rollback, if this is the last one.
fn before_rollback(migration: &Migration) -> &str {
    let text = migration.text.as_str();
    let Some(first) = migration.rollback.as_ref().and_then(|all| all.first()) else { return text };
    let others = migration.verify.iter().map(|verification| &verification.statement);
    let is_last = migration.body.iter().chain(others).all(|other| other.range.end <= first.range.start);
    let marker = text[..first.range.start].rfind("-- @rollback").filter(|_| is_last);
    marker.map_or(text, |marker| text[..marker].trim_end())
}

/// The text behind the comment lines with which it begins, whose facts are shown by themselves.
fn without_header(text: &str) -> &str {
    let is_header = |line: &&str| line.starts_with("--") && !line.contains("@");
    let header: usize = text.split_inclusive('\n').take_while(is_header).map(str::len).sum();
    text[header..].trim_start_matches('\n').trim_end()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn record(name: &str) -> Record {
        Record {
            name: name.to_owned(),
            checksum: String::new(),
            applied_at: "2026-01-14 09:12:03+00".to_owned(),
            applied_by: "app".to_owned(),
            duration: Duration::from_millis(7),
        }
    }

    fn node(name: &str, kind: Kind) -> Node {
        Node { name: name.to_owned(), stem: name.to_owned(), kind, ..Node::default() }
    }

    #[test]
    fn what_a_database_says_is_entered_by_name() {
        let nodes = vec![
            node("a", Kind::Sql),
            node("b", Kind::Sql),
            node("c", Kind::Sql),
            node("old", Kind::Archived),
        ];
        let mut picture = Picture { nodes, ..Picture::default() };
        picture.enter_state("a", State::new(Some(&record("a")), false));
        picture.enter_state("b", State::new(Some(&record("b")), true));
        picture.enter_state("c", State::new(None, false));
        picture.enter_state("old", State::Pending);
        picture.enter_unknown(&record("old"));
        picture.enter_unknown(&record("lost"));
        let words: Vec<_> =
            picture.nodes.iter().map(|node| (node.name.as_str(), node.state_word())).collect();
        assert_eq!(
            words,
            [
                ("a", Some("applied")),
                ("b", Some("changed")),
                ("c", Some("pending")),
                ("old", Some("archived")),
                ("lost", Some("unknown")),
            ]
        );
        let application = Application {
            at: "2026-01-14 09:12:03+00".to_owned(),
            by: "app".to_owned(),
            duration: Duration::from_millis(7),
        };
        assert_eq!(picture.nodes[3].state, Some(State::Applied(application)));
    }
}
