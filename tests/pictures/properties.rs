//! What holds of every picture.

use std::collections::HashSet;

use migrations_core::cli::pictures::{Kind, Node, Picture};
use proptest::prelude::*;

use crate::sample;
use crate::xml::{self, Element};

/// A node of the drawing: left, top, right and bottom.
type Box = [f64; 4];

/// Any migrations, each of which needs some of those before it; some lie in the archive.
fn pictures() -> impl Strategy<Value = Picture> {
    let node =
        (prop::collection::vec(any::<prop::sample::Index>(), 0..5), "[0-9]{0,3}_?[a-z_]{1,60}", 0..12_u8);
    prop::collection::vec(node, 0..40).prop_map(|nodes| {
        let count = nodes.len();
        let nodes = nodes.into_iter().enumerate().map(|(at, (needs, stem, kind))| Node {
            name: format!("{stem}_{at}"),
            stem,
            category: ["schema", "data"][at % 2].to_owned(),
            kind: if kind == 0 { Kind::Archived } else { Kind::Sql },
            superseded_by: needs.first().filter(|_| kind == 0).map(|index| index.index(count)),
            dependencies: needs.iter().filter(|_| at > 0 && kind > 0).map(|index| index.index(at)).collect(),
            ..Node::default()
        });
        Picture {
            title: "Any".to_owned(),
            nodes: nodes.collect(),
            categories: vec!["schema".to_owned(), "data".to_owned()],
        }
    })
}

/// The nodes of a drawing, by their places.
fn boxes(elements: &[Element]) -> Vec<Box> {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let mut boxes = Vec::new();
    for (at, element) in elements.iter().enumerate() {
        let Some(place) = element.attributes.get("id").and_then(|id| id.strip_prefix("node-")) else {
            continue;
        };
        assert_eq!(place.parse(), Ok(boxes.len()));
        let moved = element.attributes["transform"].trim_start_matches("translate(").trim_end_matches(')');
        let (x, y) = moved.split_once(' ').unwrap();
        let area = elements[at..].iter().find(|element| element.name == "rect").unwrap();
        let (width, height) = (number(&area.attributes["width"]), number(&area.attributes["height"]));
        boxes.push([number(x), number(y), number(x) + width, number(y) + height]);
    }
    boxes
}

/// The points through which a line goes, those that bend its curves left out.
fn points(way: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for command in way.split_inclusive(|c: char| c.is_ascii_alphabetic()).collect::<Vec<_>>().windows(2) {
        let letter = command[0].chars().last().unwrap();
        let numbers: Vec<f64> = command[1]
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        points.push(match letter {
            'H' => (numbers[0], points[points.len() - 1].1),
            _ => (numbers[numbers.len() - 2], numbers[numbers.len() - 1]),
        });
    }
    points
}

fn overlap(one: &Box, other: &Box) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

/// Checks all that can be seen in the drawing itself.
fn check(picture: &Picture) {
    let svg = picture.svg();
    assert_eq!(svg, picture.svg());
    let elements = xml::elements(&svg);
    let boxes = boxes(&elements);
    assert_eq!(boxes.len(), picture.nodes.len());
    for (at, one) in boxes.iter().enumerate() {
        assert!(boxes[at + 1..].iter().all(|other| !overlap(one, other)), "{at} and another: {one:?}");
    }
    for line in elements.iter().filter(|element| element.attributes.contains_key("data-from")) {
        let end = |key: &str| line.attributes[key].parse::<usize>().unwrap();
        let (from, to) = (&boxes[end("data-from")], &boxes[end("data-to")]);
        assert!(from[2] < to[0], "a line leads back: {line:?}");
        let points = points(&line.attributes["d"]);
        for step in points.windows(2) {
            assert!(step[0].0 <= step[1].0, "a line turns back: {line:?}");
            // A curve stays between its ends, which lie at the sides of two columns.
            let way = [step[0].0, step[0].1.min(step[1].1), step[1].0, step[0].1.max(step[1].1)];
            let hit = boxes.iter().find(|node| {
                way[0] + 0.2 < node[2] - 0.2 && node[0] + 0.2 < way[2] - 0.2 && overlap(&way, node)
            });
            assert!(hit.is_none(), "{line:?} goes through {hit:?}");
        }
        assert!((points[0].0 - from[2]).abs() < 0.2 && (points[points.len() - 1].0 - to[0]).abs() < 0.2);
    }
}

/// What can be reached from each node over the lines of a picture.
fn reached(picture: &Picture) -> HashSet<(usize, usize)> {
    let lines = xml::elements(&picture.svg());
    let end = |line: &Element, key: &str| line.attributes.get(key).map(|at| at.parse::<usize>().unwrap());
    let lines: Vec<(usize, usize)> =
        lines.iter().filter_map(|line| Some((end(line, "data-from")?, end(line, "data-to")?))).collect();
    closure(picture.nodes.len(), &lines)
}

fn closure(count: usize, pairs: &[(usize, usize)]) -> HashSet<(usize, usize)> {
    let mut closure: HashSet<(usize, usize)> = pairs.iter().copied().collect();
    for middle in 0..count {
        let before: Vec<usize> =
            closure.iter().filter(|(_, to)| *to == middle).map(|(from, _)| *from).collect();
        let behind: Vec<usize> =
            closure.iter().filter(|(from, _)| *from == middle).map(|(_, to)| *to).collect();
        closure.extend(before.iter().flat_map(|from| behind.iter().map(move |to| (*from, *to))));
    }
    closure
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_drawn_once_and_nothing_overlaps(picture in pictures()) {
        check(&picture);
    }

    #[test]
    fn the_lines_that_are_left_out_follow_from_the_others(picture in pictures()) {
        let mut all: Vec<(usize, usize)> = Vec::new();
        for (to, node) in picture.nodes.iter().enumerate() {
            all.extend(node.dependencies.iter().map(|from| (*from, to)));
            let successor = node.superseded_by.filter(|by| picture.nodes[*by].kind != Kind::Archived);
            all.extend(successor.map(|by| (to, by)));
        }
        prop_assert_eq!(reached(&picture), closure(picture.nodes.len(), &all));
    }
}

#[test]
fn so_it_is_with_large_sets() {
    for picture in [sample::reference(), sample::random(400, 3), sample::chain(120), sample::loose(120)] {
        check(&picture);
    }
}

#[test]
fn a_ring_is_drawn_without_the_line_that_closes_it() {
    let mut picture = sample::small();
    picture.nodes[0].dependencies = vec![0, 3, 99];
    picture.nodes[5].superseded_by = Some(99);
    check(&picture);
    assert_eq!(picture.html().matches("data-from").count(), 4);
}
