//! The pictures of a history: what they say, that nothing in them overlaps, and that the pages do in a browser what they
//! are there for. `PICTURES=folder cargo test -p migrations-tests --test pictures render` writes some to be looked at.

#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod chromium;
mod hostile;
mod properties;
mod sample;
mod snapshots;
mod xml;

use std::fs;
use std::path::PathBuf;

#[test]
fn render() {
    let Some(folder) = std::env::var_os("PICTURES").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let reference = sample::reference();
    for (name, picture) in [
        ("reference", reference.clone()),
        ("state", sample::with_state(reference)),
        ("random", sample::random(1_000, 7)),
        ("chain", sample::chain(300)),
        ("loose", sample::loose(200)),
        ("small", sample::small()),
        ("hostile", hostile::picture()),
    ] {
        let begin = std::time::Instant::now();
        fs::write(folder.join(format!("{name}.svg")), picture.svg()).unwrap();
        let took = begin.elapsed();
        fs::write(folder.join(format!("{name}.html")), picture.html()).unwrap();
        fs::write(folder.join(format!("{name}.dot")), picture.dot()).unwrap();
        fs::write(folder.join(format!("{name}.mmd")), picture.mermaid()).unwrap();
        println!("{name}: SVG in {took:.1?}, all in {:.1?}", begin.elapsed());
    }
    for (name, timeline) in [("timeline", sample::timeline()), ("run", sample::one_run())] {
        fs::write(folder.join(format!("{name}.svg")), timeline.svg()).unwrap();
        fs::write(folder.join(format!("{name}.html")), timeline.html()).unwrap();
    }
}
