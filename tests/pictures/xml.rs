//! Just enough of XML to see that a document is well formed and to find its elements.

use std::collections::HashMap;

/// One element: its name and its attributes, as they are written.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: HashMap<String, String>,
}

/// The elements of a document in the order in which they begin.
///
/// Panics where the document is not well formed.
pub(crate) fn elements(document: &str) -> Vec<Element> {
    let (mut elements, mut open): (Vec<Element>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at]);
        let end = rest[at..].find('>').unwrap_or_else(|| panic!("a tag is left open: {}", &rest[at..]));
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed));
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let element = element(tag);
        if !is_empty {
            open.push(element.name.clone());
        }
        elements.push(element);
    }
    assert_eq!(open, [] as [String; 0]);
    check_text(rest);
    elements
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{tag}");
    let mut attributes = HashMap::new();
    while !rest.trim().is_empty() {
        let (key, value) = rest.split_once("=\"").unwrap_or_else(|| panic!("{tag}"));
        let (value, behind) = value.split_once('"').unwrap_or_else(|| panic!("{tag}"));
        check_text(value);
        assert!(
            key.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b':'),
            "{tag}"
        );
        assert!(attributes.insert(key.trim().to_owned(), value.to_owned()).is_none(), "{key} twice in {tag}");
        rest = behind;
    }
    Element { name: name.to_owned(), attributes }
}

fn check_text(text: &str) {
    assert!(!text.contains(['<', '>']) || text.contains('{'), "{text}");
    assert!(text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{text:?}");
    for entity in text.split('&').skip(1) {
        let name = entity.split(';').next().unwrap_or_default();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "&{name}");
    }
}
