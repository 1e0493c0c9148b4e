//! Histories to draw.

use std::path::Path;
use std::time::Duration;

use migrations_core::cli::pictures::timeline::{Entry, Event};
use migrations_core::cli::pictures::{Application, Kind, Node, Picture, State, Timeline};
use migrations_tests::random::Random;

const CATEGORIES: [&str; 4] = ["schema", "data", "features", "cleanup"];

/// The reference system.
pub(crate) fn reference() -> Picture {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    Picture::of("The reference system", &migrations_rules::check(&root, "migrations"))
}

/// The same as a database may have it: the last are pending, one has changed, one has no file.
pub(crate) fn with_state(mut picture: Picture) -> Picture {
    let last = picture.nodes.iter().filter(|node| node.kind != Kind::Archived).count();
    for (at, node) in picture.nodes.iter_mut().enumerate().take(last) {
        let application = Application {
            at: format!("2026-01-14 09:12:{:02}+00", at % 60),
            by: "app".to_owned(),
            duration: Duration::from_micros(1_700 + at as u64 * 331),
        };
        node.state = Some(match at {
            17 => State::Changed(application),
            _ if at + 6 >= last => State::Pending,
            _ => State::Applied(application),
        });
    }
    let state = picture.nodes[0].state.clone();
    let name = "forgotten_index".to_owned();
    picture.nodes.push(Node { stem: name.clone(), name, kind: Kind::Unknown, state, ..Node::default() });
    picture
}

/// One of everything.
pub(crate) fn small() -> Picture {
    let node = |stem: &str, category: &str, dependencies: &[usize]| {
        Node {
        name: stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned(),
        stem: stem.to_owned(),
        category: category.to_owned(),
        path: format!("sql/{category}/{stem}.sql"),
        purpose: format!("Purpose of {stem}."),
        sql: "BEGIN;\nCREATE TABLE shop.users (id bigint PRIMARY KEY, name text DEFAULT 'it''s'); -- users\nCOMMIT;".to_owned(),
        rollback: Some("DROP TABLE IF EXISTS shop.users;".to_owned()),
        rollback_note: "drop it.".to_owned(),
        dependencies: dependencies.to_vec(),
        ..Node::default()
    }
    };
    let nodes = vec![
        node("001_create_shop", "schema", &[]),
        Node {
            kind: Kind::SqlWithRunner,
            runner: Some("fn after() {}".to_owned()),
            ..node("002_create_users", "schema", &[0])
        },
        Node { destructive: true, ..node("003_move_names_of_all_users_into_people", "data", &[0, 1]) },
        Node {
            irreversible: Some("the names are gone".to_owned()),
            rollback: None,
            ..node("004_drop_names", "cleanup", &[2])
        },
        Node {
            kind: Kind::Runner,
            sql: String::new(),
            runner: Some("fn up() {}".to_owned()),
            ..node("fill_orders", "runners", &[0])
        },
        Node { kind: Kind::Archived, superseded_by: Some(2), ..node("003_move_names_stepwise", "data", &[]) },
    ];
    Picture {
        title: "The shop".to_owned(),
        nodes,
        categories: ["schema", "data", "cleanup", "runners"].map(str::to_owned).to_vec(),
    }
}

/// So many migrations, each of which needs up to three of those before it, of the near ones most.
pub(crate) fn random(count: usize, seed: u64) -> Picture {
    let mut random = Random::new(seed);
    let mut below = |bound: usize| random.below(bound as u64) as usize;
    let nodes = (0..count).map(|at| {
        let needed = if at == 0 { 0 } else { below(4) };
        let mut dependencies: Vec<usize> =
            (0..needed).map(|_| if below(4) == 0 { below(at) } else { at - 1 - below(at.min(60)) }).collect();
        dependencies.sort_unstable();
        dependencies.dedup();
        let words = ["create", "users", "orders", "index", "context", "meetings", "drop", "status", "column"];
        let name = format!("{}_{}_{}_{at}", words[below(9)], words[below(9)], words[below(9)]);
        Node {
            stem: format!("{at:03}_{name}"),
            category: CATEGORIES[below(4)].to_owned(),
            path: format!("sql/{name}.sql"),
            purpose: format!("Do what number {at} does."),
            sql: "CREATE TABLE IF NOT EXISTS shop.users (id bigint PRIMARY KEY);\n".repeat(1 + below(60)),
            destructive: below(20) == 0,
            name,
            dependencies,
            ..Node::default()
        }
    });
    Picture {
        title: format!("{count} migrations"),
        nodes: nodes.collect(),
        categories: CATEGORIES.map(str::to_owned).to_vec(),
    }
}

/// Each needs the one before it.
pub(crate) fn chain(count: usize) -> Picture {
    let mut picture = random(count, 1);
    for (at, node) in picture.nodes.iter_mut().enumerate() {
        node.dependencies = at.checked_sub(1).into_iter().collect();
    }
    picture
}

/// None needs another.
pub(crate) fn loose(count: usize) -> Picture {
    let mut picture = random(count, 1);
    picture.nodes.iter_mut().for_each(|node| node.dependencies.clear());
    picture
}

const SECOND: i64 = 1_000_000;
const BEGIN: i64 = 1_768_381_923 * SECOND;

/// The reference system, applied in one run.
pub(crate) fn one_run() -> Timeline {
    let mut timeline = timeline();
    timeline.title = "The first run".to_owned();
    timeline.entries.retain(|entry| entry.run.as_deref() == Some("first"));
    timeline
}

/// The reference system, applied in several runs; one thing was adopted, one rolled back and applied again.
pub(crate) fn timeline() -> Timeline {
    let picture = reference();
    let mut at = BEGIN;
    let mut entries = Vec::new();
    let migrations: Vec<&Node> = picture.nodes.iter().filter(|node| node.kind != Kind::Archived).collect();
    let mut enter = |node: &Node, event: Event, run: &str, after: i64, took: i64| {
        at += after + took;
        entries.push(Entry {
            name: node.name.clone(),
            stem: node.stem.clone(),
            category: node.category.clone(),
            event,
            at,
            shown: format!("at {at}"),
            duration: Duration::from_micros(took.unsigned_abs()),
            by: "app".to_owned(),
            build: "meetings 1.4.0".to_owned(),
            run: Some(run.to_owned()),
        });
    };
    for (place, node) in migrations.iter().enumerate() {
        let took = 1_500 + (place as i64 * 7_919) % 23_000;
        match place {
            0..3 => enter(node, Event::Adopted, "adopted", 900, 0),
            3 => enter(node, Event::Applied, "first", 86_400 * SECOND, took),
            4..34 => enter(node, Event::Applied, "first", 800, took),
            34 => enter(node, Event::Applied, "second", 9 * 86_400 * SECOND, 2_400 * SECOND),
            35 => enter(node, Event::Applied, "second", 20_000, took),
            36 => enter(node, Event::Applied, "third", 64 * 86_400 * SECOND, took * 9),
            37..50 => enter(node, Event::Applied, "third", 700, took * 9),
            50 => enter(node, Event::Applied, "last", 4_000 * SECOND, took),
            _ => enter(node, Event::Applied, "last", 700, took),
        }
    }
    enter(migrations[54], Event::RolledBack, "undo", 3_600 * SECOND, 4_100);
    enter(migrations[54], Event::Applied, "again", 86_400 * SECOND, 5_300);
    Timeline {
        title: "When the reference system was migrated".to_owned(),
        entries,
        categories: picture.categories,
    }
}
