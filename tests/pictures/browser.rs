//! The pages in a real browser. `SHOTS=folder` keeps what it looked like.

use std::fs;
use std::path::PathBuf;

use migrations_core::cli::pictures::Picture;

use crate::chromium::Chromium;
use crate::{hostile, sample};

/// A browser on a page; its file goes with it.
struct Page {
    browser: Chromium,
    file: PathBuf,
}

impl Page {
    /// Opens the page; says why not where there is no browser.
    fn open(name: &str, html: &str) -> Option<Page> {
        let Some(mut browser) = Chromium::start() else {
            println!("skipped: neither Chromium nor Chrome is installed");
            return None;
        };
        let file =
            std::env::temp_dir().join(format!("migrations-picture-{}-{name}.html", std::process::id()));
        fs::write(&file, html).unwrap();
        browser.open(&file, 1440, 900);
        Some(Page { browser, file })
    }

    fn count(&mut self, selector: &str) -> u64 {
        self.browser.value(&format!("document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
    }

    fn text(&mut self, expression: &str) -> String {
        self.browser.value(&format!("String({expression})")).as_str().unwrap().to_owned()
    }

    fn scale(&mut self) -> f64 {
        self.browser.value("view.scale").as_f64().unwrap()
    }

    /// The name on the panel, or `none` when there is no panel.
    fn selected(&mut self) -> String {
        self.text("panel.hidden ? 'none' : panel.querySelector('h2').textContent")
    }

    /// The selector of the node with that name.
    fn node(&mut self, name: &str) -> String {
        format!("#{}", self.text(&format!("byName.get({name:?}).node.id")))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let complaints = self.browser.complaints();
            assert!(complaints.is_empty(), "{complaints:#?}");
        }
        fs::remove_file(&self.file).unwrap_or_default();
    }
}

fn open(name: &str, picture: &Picture) -> Option<Page> {
    Page::open(name, &picture.html())
}

#[test]
fn a_click_shows_what_is_known_and_what_belongs_together() {
    let Some(mut page) = open("click", &sample::with_state(sample::reference())) else { return };
    page.browser.shoot("state-light");
    assert_eq!(page.count(".dim"), 0);
    let node = page.node("create_meetings_schema");
    page.browser.click(&node);
    page.browser.shoot("selected-light");
    assert_eq!(page.selected(), "010 create_meetings_schema");
    let panel = page.text("panel.textContent");
    for part in [
        "Create the schema meetings",
        "sql/schema-creation/010_create_meetings_schema.sql",
        "Applied 2026-01-14",
        "by app, in",
        "Accompanied by code",
        "001_create_client_mgmt_schema",
        "DROP TABLE IF EXISTS meetings.notes;",
        "CREATE TABLE IF NOT EXISTS meetings.meetings",
    ] {
        assert!(panel.contains(part), "{part}: {panel}");
    }
    assert!(page.count("#panel pre .k") > 20 && page.count("#panel pre .s") > 5);
    assert_eq!(page.count(".node.selected"), 1);
    assert!(page.count(".node.dim") > 10 && page.count(".line.related") > 3);
    assert_eq!(page.text("byName.get('create_users_table').node.classList.contains('dim')"), "false");
    assert_eq!(page.text("byName.get('create_llms_tables').node.classList.contains('dim')"), "true");
    assert_eq!(page.text("location.hash"), "#create_meetings_schema");

    page.browser.click("#panel a[data-name=create_users_table]");
    assert_eq!(page.selected(), "002 create_users_table");
    page.browser.press("Escape");
    assert_eq!((page.selected(), page.count(".dim")), ("none".to_owned(), 0));
    assert_eq!(
        page.text("document.activeElement.getAttribute('aria-label')").split(',').next(),
        Some("002 create_users_table")
    );
    page.browser.click(&node);
    page.browser.click("#panel .close");
    assert_eq!(page.selected(), "none");

    let hidden = page.node("meetings_to_id");
    page.browser.click(&hidden);
    let (seen, panel) = (page.browser.middle(&hidden), page.browser.middle("#panel"));
    assert!(seen.0 < panel.0 - 230.0, "a node under the panel comes out");
}

#[test]
fn a_search_finds_names_numbers_purposes_and_sql() {
    let Some(mut page) = open("search", &sample::reference()) else { return };
    let found = |page: &mut Page, words: &str| {
        page.browser.press("/");
        page.browser.value("search.value = ''");
        page.browser.write(words);
        let first = page.text("matches[0]?.name");
        (page.text("found.textContent"), first)
    };
    assert_eq!(found(&mut page, "010").1, "create_meetings_schema");
    assert_eq!(found(&mut page, "062_create").1, "create_meeting_files_table");
    assert_eq!(found(&mut page, "goldenhorde").1, "create_users_goldenhorde");
    assert_eq!(
        found(&mut page, "ck_agenda_items_minutes"),
        ("1 of 56".to_owned(), "create_meetings_schema".to_owned())
    );
    page.browser.shoot("search-light");
    assert_eq!(page.count(".node.dim"), 55);
    assert_eq!(found(&mut page, "no such thing anywhere").0, "0 of 56");
    found(&mut page, "create schema");
    page.browser.press("Enter");
    let first = page.selected();
    page.browser.press("Enter");
    assert_ne!(page.selected(), first);
    page.browser.press("Escape");
    assert_eq!(page.text("search.value + found.textContent"), "");
    page.browser.press("Escape");
    page.browser.press("Escape");
    assert_eq!((page.selected(), page.count(".dim")), ("none".to_owned(), 0));
}

#[test]
fn it_can_be_moved_and_zoomed() {
    let Some(mut page) = open("zoom", &sample::reference()) else { return };
    let fitted = page.scale();
    let node = page.node("create_meetings_schema");
    let middle = page.browser.middle(&node);
    page.browser.wheel(middle, -200.0);
    let wheeled = page.scale();
    assert!(wheeled > fitted * 1.2);
    let still = page.browser.middle(&node);
    assert!(
        (still.0 - middle.0).abs() < 1.5 && (still.1 - middle.1).abs() < 1.5,
        "it grows around the pointer"
    );
    page.browser.drag((300.0, 100.0), (360.0, 150.0));
    let moved = page.browser.middle(&node);
    assert!((moved.0 - still.0 - 60.0).abs() < 1.5 && (moved.1 - still.1 - 50.0).abs() < 1.5);
    assert_eq!(page.selected(), "none", "to drag is not to click");
    page.browser.click("#in");
    assert!(page.scale() > wheeled);
    page.browser.press("-");
    page.browser.press("-");
    assert!(page.scale() < wheeled);
    page.browser.press("0");
    assert!((page.scale() - fitted).abs() < 1e-9);
    page.browser.press("+");
    page.browser.click("#fit");
    assert!((page.scale() - fitted).abs() < 1e-9);
}

#[test]
fn the_keyboard_does_everything() {
    let Some(mut page) = open("keyboard", &sample::small()) else { return };
    page.browser.value("document.getElementById('in').focus()");
    page.browser.press("Tab");
    page.browser.press("Tab");
    assert_eq!(page.text("document.activeElement.id"), "node-1");
    page.browser.press("Enter");
    assert_eq!(page.selected(), "002 create_users");
    assert_eq!(page.text("document.activeElement.localName"), "h2");
    page.browser.press("Escape");
    assert_eq!(page.text("document.activeElement.id"), "node-1");
    assert_eq!(
        page.text("document.activeElement.getAttribute('aria-label')"),
        "002 create_users, schema, runs code"
    );
}

#[test]
fn a_category_of_the_legend_stands_out() {
    let Some(mut page) = open("legend", &sample::small()) else { return };
    page.browser.click("#legend button[data-category=data]");
    assert_eq!(page.count(".node.dim"), 4);
    page.browser.click("#legend button[data-category=data]");
    assert_eq!(page.count(".node.dim"), 0);
}

#[test]
fn it_is_readable_in_the_dark_and_on_paper() {
    let Some(mut page) = open("dark", &sample::reference()) else { return };
    let ground = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(page.text(ground), "rgb(255, 255, 255)");
    page.browser.shoot("reference-light");
    page.browser.emulate("dark", "screen");
    assert_eq!(page.text(ground), "rgb(21, 24, 30)");
    page.browser.shoot("reference-dark");
    let node = page.node("replace_files_with_context");
    page.browser.click(&node);
    page.browser.shoot("selected-dark");
    page.browser.emulate("dark", "print");
    assert_eq!(page.text(ground), "rgb(255, 255, 255)");
    assert_eq!(page.text("getComputedStyle(panel).display"), "none");
}

#[test]
fn a_thousand_migrations_are_no_burden() {
    let Some(mut page) = open("thousand", &sample::random(1_000, 7)) else { return };
    page.browser.shoot("thousand");
    assert_eq!(page.count(".node[tabindex]"), 1_000);
    let began = std::time::Instant::now();
    page.browser.press("/");
    page.browser.write("number 500");
    page.browser.press("Enter");
    assert_eq!(page.selected().split(' ').next(), Some("500"));
    assert!(page.scale() >= 0.7, "what is found is brought near");
    println!("searched and selected in {:.1?}, the pauses of the test included", began.elapsed());
    page.browser.press("Escape");
    page.browser.shoot("thousand-selected");
    page.browser.press("Escape");
    page.browser.emulate("dark", "screen");
    page.browser.press("0");
    page.browser.shoot("thousand-dark");
}

#[test]
fn of_a_long_chain_one_reads_the_beginning() {
    let Some(mut page) = open("chain", &sample::chain(120)) else { return };
    assert!(page.scale() > 0.5);
    let first = page.browser.middle("#node-0");
    assert!(first.0 > 0.0 && first.0 < 300.0 && first.1 > 60.0 && first.1 < 860.0, "{first:?}");
    page.browser.shoot("chain");
    page.browser.press("0");
    assert!(page.scale() < 0.1);
}

#[test]
fn what_is_written_in_files_does_nothing() {
    let Some(mut page) = open("hostile", &hostile::picture()) else { return };
    page.browser.click("#node-0");
    assert!(
        page.text("panel.textContent")
            .contains("</script></template></pre><script>window.pwned = 1</script>")
    );
    page.browser.shoot("hostile");
    assert_eq!(page.text("window.pwned"), "undefined");
    assert_eq!((page.count("script"), page.count("img")), (1, 0));
    let Some(mut page) = Page::open("hostile-timeline", &hostile::timeline().html()) else { return };
    assert_eq!((page.text("window.pwned"), page.count("script")), ("undefined".to_owned(), 1));
}

/// The policy by itself: a script that got into the page all the same, and a picture from elsewhere, do nothing.
#[test]
fn the_policy_forbids_other_scripts_and_the_network() {
    let html = sample::small().html().replace(
        "<main>",
        "<main><script>window.pwned = 1</script><img src=\"http://localhost:9/a.png\" onerror=\"window.pwned = 2\">",
    );
    let Some(mut page) = Page::open("policy", &html) else { return };
    assert_eq!(page.text("window.pwned"), "undefined");
    let complaints = page.browser.complaints().join("\n");
    assert!(
        complaints.contains("Content Security Policy") && !complaints.contains("ERR_CONNECTION"),
        "{complaints}"
    );
    // What was forbidden is written to the console, as it should be.
    page.browser.open(&page.file.clone(), 800, 600);
    fs::write(&page.file, "<p>").unwrap();
    page.browser.open(&page.file.clone(), 800, 600);
}

#[test]
fn the_timeline_finds_a_migration() {
    let Some(mut page) = Page::open("timeline", &sample::timeline().html()) else { return };
    page.browser.shoot("timeline-light");
    page.browser.press("/");
    page.browser.write("rolled back");
    assert_eq!(page.text("found.textContent"), "1 of 57");
    assert_eq!(page.count(".entry.dim"), 56);
    page.browser.press("Escape");
    assert_eq!(page.count(".entry.dim"), 0);
    page.browser.emulate("dark", "screen");
    page.browser.shoot("timeline-dark");
    page.browser.value("document.querySelector('#run-4').scrollIntoView()");
    page.browser.shoot("timeline-dark-below");
    page.browser.click("#timeline a");
    let Some(mut page) = Page::open("run", &sample::one_run().html()) else { return };
    page.browser.shoot("run-light");
}
