//! Names, texts and SQL that would like to be more than text.

use migrations_core::cli::pictures::timeline::{Entry, Event};
use migrations_core::cli::pictures::{Node, Picture, Timeline};

use crate::xml;

pub(crate) const HOSTILE: &str = "</script></template></pre><script>window.pwned = 1</script><img src=x onerror=\"window.pwned = 2\">\
     ' \" ` & &amp; ]]> --> \\ \\N %% #quot; ]:::x \u{0}\u{1b}[31m\u{202e}\u{fffe}\r\n${1} <!-- ";

/// Everything in it is hostile.
pub(crate) fn picture() -> Picture {
    let text = || HOSTILE.to_owned();
    let node = Node {
        name: text(),
        stem: format!("001_{HOSTILE}"),
        category: text(),
        path: text(),
        purpose: text(),
        sql: format!("SELECT '{HOSTILE}'; -- {HOSTILE}\n/* {HOSTILE}"),
        runner: Some(text()),
        rollback: Some(text()),
        rollback_note: text(),
        irreversible: None,
        ..Node::default()
    };
    let other =
        Node { name: "other".to_owned(), irreversible: Some(text()), dependencies: vec![0], ..node.clone() };
    Picture { title: text(), nodes: vec![node, other], categories: vec![text()] }
}

/// The same.
pub(crate) fn timeline() -> Timeline {
    let text = || HOSTILE.to_owned();
    let entry = Entry {
        name: text(),
        stem: text(),
        category: text(),
        shown: text(),
        by: text(),
        build: text(),
        ..Entry::default()
    };
    let odd = Entry { at: i64::MIN, duration: std::time::Duration::MAX, run: Some(text()), ..entry.clone() };
    let late = Entry { at: i64::MAX, event: Event::RolledBack, ..entry.clone() };
    Timeline { title: text(), entries: vec![entry, odd, late], categories: vec![text()] }
}

#[test]
fn no_text_becomes_markup() {
    for svg in [picture().svg(), timeline().svg()] {
        let elements = xml::elements(&svg);
        assert!(
            elements.iter().all(|element| !["script", "img", "template"].contains(&element.name.as_str()))
        );
    }
    for html in [picture().html(), timeline().html()] {
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("</script").count(), 1);
        assert_eq!(html.matches("<img").count(), 0);
        assert_eq!(html.matches("<template").count(), html.matches("</template>").count());
        assert!(html.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
        assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    }
}

#[test]
fn mermaid_sees_only_letters_and_numbers_of_characters() {
    let text = picture().mermaid();
    let node = text.lines().find(|line| line.contains("m0[")).unwrap();
    let label = node.split_once("[\"").unwrap().1.rsplit_once("\"]").unwrap().0;
    assert!(!label.contains(['"', '`', '[', '(', '\\', '%', '\'']), "{label}");
    assert!(label.contains("#60;#47;script#62;") || label.contains("#60;/script#62;"), "{label}");
}

/// Graphviz itself says whether it can read it, where it is installed.
#[test]
fn graphviz_reads_what_is_written_for_it() {
    let draw = |dot: &str| {
        let folder = std::env::temp_dir().join(format!("migrations-dot-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("graph.dot"), dot).unwrap();
        let drawn = std::process::Command::new("dot").arg("-Tsvg").arg(folder.join("graph.dot")).output();
        std::fs::remove_dir_all(folder).unwrap();
        drawn
    };
    for picture in [crate::sample::reference(), crate::sample::small(), picture()] {
        let Ok(drawn) = draw(&picture.dot()) else {
            return println!("skipped: Graphviz's program `dot` is not installed");
        };
        assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
        let svg = String::from_utf8(drawn.stdout).unwrap();
        let nodes = svg.matches("class=\"node\"").count();
        assert_eq!(nodes, picture.nodes.len() + picture.categories.len(), "{svg}");
    }
}
