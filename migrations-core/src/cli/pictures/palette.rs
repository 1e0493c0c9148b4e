//! Colours that people with any kind of colour vision tell apart, after Okabe and Ito.

use std::fmt::Write;

type Colour = [u8; 3];

/// Without black, which is the text, and with a darker yellow, which is seen on white.
const COLOURS: [Colour; 7] = [
    [0x00, 0x72, 0xb2],
    [0xe6, 0x9f, 0x00],
    [0x00, 0x9e, 0x73],
    [0xcc, 0x79, 0xa7],
    [0xd5, 0x5e, 0x00],
    [0x56, 0xb4, 0xe9],
    [0xb5, 0xa4, 0x10],
];

const GREY: Colour = [0x8a, 0x8f, 0x98];
const LIGHT: Colour = [0xff, 0xff, 0xff];
const DARK: Colour = [0x15, 0x18, 0x1e];

/// How many colours there are; more categories begin again with the first.
pub(super) const COUNT: usize = COLOURS.len();

/// The line and the area of a node, on white.
pub(super) fn on_white(place: Option<usize>) -> (String, String) {
    let colour = colour(place);
    (hex(colour), hex(mixed(colour, LIGHT, 16)))
}

/// The rules of the classes `c0`, `c1` … and `none`. Not by variables of CSS, which not every viewer of SVG knows.
pub(super) fn rules(dark: bool) -> String {
    let mut rules = String::new();
    let (ground, share) = if dark { (DARK, 30) } else { (LIGHT, 16) };
    let classes = (0..COUNT).map(|at| (format!("c{at}"), Some(at))).chain([("none".to_owned(), None)]);
    for (class, place) in classes {
        let (line, area) = (colour(place), mixed(colour(place), ground, share));
        let (line, area) = (hex(line), hex(area));
        let _ = writeln!(rules, ".{class} .box{{fill:{area};stroke:{line}}}.{class} .bar{{fill:{line}}}");
    }
    rules
}

/// The rules with which a page fills a node that is too small to be read.
pub(super) fn blocks() -> String {
    let block = |at: usize| format!(".c{at}{{--block:{}}}\n", hex(colour(Some(at))));
    (0..COUNT).map(block).collect()
}

/// The class of a place in the palette.
pub(super) fn class(place: Option<usize>) -> String {
    place.map_or_else(|| "none".to_owned(), |place| format!("c{}", place % COUNT))
}

fn colour(place: Option<usize>) -> Colour {
    place.map_or(GREY, |place| COLOURS[place % COUNT])
}

/// So many parts of a hundred of a colour on a ground.
fn mixed(colour: Colour, ground: Colour, share: u16) -> Colour {
    let mix = |at: usize| (u16::from(colour[at]) * share + u16::from(ground[at]) * (100 - share)) / 100;
    [mix(0), mix(1), mix(2)].map(|part| u8::try_from(part).unwrap_or(u8::MAX))
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
