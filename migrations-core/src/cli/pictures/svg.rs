//! A picture as SVG: the graph alone, for the page, and with title and legend, as an image.

mod label;
mod legend;

use std::fmt::Write;

use super::layout::{self, Drawing, Point, Size};
use super::markup::{escaped, number};
use super::{Kind, Link, Node, Picture, Sign, State, palette};
pub(super) use legend::{laid_out, meanings, sized, swatch};

/// How the graph looks, in a page too.
pub(super) const STYLE: &str = include_str!("svg/graph.css");
pub(super) const DARK_STYLE: &str = include_str!("svg/dark.css");

/// The arrow heads of the lines.
fn markers() -> String {
    let marker = |id: &str| {
        format!(
            "<marker id=\"{id}\" class=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.8 7.5 4 0 7.2z\"/></marker>"
        )
    };
    format!("<defs>{}{}</defs>\n", marker("arrow"), marker("related-arrow"))
}

const PADDING: f64 = 24.0;

/// The graph with its size.
pub(super) struct Graph {
    pub(super) markup: String,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The rules of the style sheet for light and dark.
pub(super) fn style() -> String {
    format!(
        "{STYLE}{}@media screen and (prefers-color-scheme: dark) {{\n{DARK_STYLE}{}}}\n",
        palette::rules(false),
        palette::rules(true)
    )
}

/// The picture as a file by itself.
pub(super) fn image(picture: &Picture) -> String {
    let graph = graph(picture);
    let legend = legend::of(picture, (graph.width - 2.0 * PADDING).max(640.0));
    let (top, width) = (54.0 + legend.height, graph.width.max(legend.width + 2.0 * PADDING));
    let height = top + graph.height;
    let title = escaped(&picture.title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         aria-label=\"{title}\">\n<title>{title}</title>\n<style>\n{style}</style>\n\
         <rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>\n\
         <text class=\"title\" x=\"{PADDING}\" y=\"36\">{title}</text>\n\
         <g transform=\"translate({PADDING} 54)\">\n{legend}</g>\n\
         <g transform=\"translate(0 {top})\">\n{graph}</g>\n</svg>\n",
        w = number(width),
        h = number(height),
        top = number(top),
        style = style(),
        legend = legend.markup,
        graph = graph.markup,
    )
}

/// Lines and nodes.
pub(super) fn graph(picture: &Picture) -> Graph {
    let labels = label::all(&picture.nodes);
    let sizes: Vec<Size> = labels.iter().map(|label| label.size).collect();
    let (order, links) = (picture.order(), picture.links());
    let drawing = layout::drawing(&sizes, &order, &links);
    let mut markup = markers();
    write_lines(&mut markup, &drawing, &links);
    write_nodes(&mut markup, picture, &drawing, &labels);
    Graph { markup, width: drawing.width + 2.0 * PADDING, height: drawing.height + 2.0 * PADDING }
}

fn write_lines(markup: &mut String, drawing: &Drawing, links: &[Link]) {
    markup.push_str("<g class=\"lines\">\n");
    for (link, points) in links.iter().zip(&drawing.lines) {
        let class = if link.superseded { "line superseded" } else { "line" };
        let _ = writeln!(
            markup,
            "<path class=\"{class}\" data-from=\"{}\" data-to=\"{}\" d=\"{}\"/>",
            link.from,
            link.to,
            way(points)
        );
    }
    markup.push_str("</g>\n");
}

/// Straight through the columns, curved between them.
fn way(points: &[Point]) -> String {
    let mut way = String::new();
    for (at, point) in points.iter().enumerate() {
        let (x, y) = (number(point.x + PADDING), number(point.y + PADDING));
        let _ = match at {
            0 => write!(way, "M{x} {y}"),
            _ if at % 2 == 0 => write!(way, "H{x}"),
            _ => {
                let from = points[at - 1];
                let middle = number((from.x + point.x) / 2.0 + PADDING);
                write!(way, "C{middle} {} {middle} {y} {x} {y}", number(from.y + PADDING))
            }
        };
    }
    way
}

fn write_nodes(markup: &mut String, picture: &Picture, drawing: &Drawing, labels: &[label::Label]) {
    markup.push_str("<g class=\"nodes\">\n");
    for (at, ((node, label), corner)) in picture.nodes.iter().zip(labels).zip(&drawing.nodes).enumerate() {
        let colour = palette::class(picture.colour(node));
        let _ = write!(
            markup,
            "<g class=\"node {colour} {}\" id=\"node-{at}\" transform=\"translate({} {})\" aria-label=\"{}\">",
            state_class(node),
            number(corner.x + PADDING),
            number(corner.y + PADDING),
            escaped(&node.label())
        );
        write_node(markup, node, label);
        markup.push_str("</g>\n");
    }
    markup.push_str("</g>\n");
}

fn write_node(markup: &mut String, node: &Node, label: &label::Label) {
    let (width, height) = (number(label.size.width), number(label.size.height));
    let purpose = if node.purpose.is_empty() { String::new() } else { format!("\n{}", node.purpose) };
    let _ = write!(
        markup,
        "<title>{}</title><rect class=\"box\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
         <path class=\"bar\" d=\"M6 0v{height}a6 6 0 0 1-6-6V6a6 6 0 0 1 6-6z\"/>",
        escaped(&format!("{}{purpose}", node.label()))
    );
    for (at, line) in label.lines.iter().enumerate() {
        let y = number(label.first_line + label::LINE * at as f64);
        let _ = write!(markup, "<text class=\"name\" x=\"{}\" y=\"{y}\">", label::LEFT);
        match (at, line.split_once(' ')) {
            (0, Some((digits, rest))) => {
                let _ =
                    write!(markup, "<tspan class=\"number\">{}</tspan> {}", escaped(digits), escaped(rest));
            }
            _ => markup.push_str(&escaped(line)),
        }
        markup.push_str("</text>");
    }
    let far = escaped(node.number().unwrap_or("·"));
    let middle = (number(label.size.width / 2.0 + 3.0), number(label.size.height / 2.0 + 9.0));
    let _ = write!(markup, "<text class=\"far\" x=\"{}\" y=\"{}\">{far}</text>", middle.0, middle.1);
    let mut x = label.size.width - 10.0;
    if let Some(mark) = state_mark(node) {
        let _ = write!(
            markup,
            "<g class=\"sign {}\" transform=\"translate({} 0)\">{mark}</g>",
            state_class(node),
            number(x)
        );
        x -= 17.0;
    }
    for sign in node.signs() {
        let _ =
            write!(markup, "<g class=\"sign\" transform=\"translate({} 0)\">{}</g>", number(x), drawn(sign));
        x -= 17.0;
    }
}

fn state_class(node: &Node) -> &'static str {
    node.state_word().unwrap_or("stateless")
}

/// What a node that needs a look wears on its corner.
fn state_mark(node: &Node) -> Option<&'static str> {
    match (&node.state, node.kind) {
        (Some(State::Changed(_)), _) => Some(CHANGED),
        (_, Kind::Unknown) => Some(UNKNOWN),
        _ => None,
    }
}

const CHANGED: &str = "<circle r=\"7\"/><path d=\"M-3.2-1.6h6.4M-3.2 1.6h6.4M1.8-3.8-1.8 3.8\"/>";
const UNKNOWN: &str = "<circle r=\"7\"/><path d=\"M-2.2-1.6a2.2 2.2 0 1 1 3 2Q0 1 0 2M0 3.6v.6\"/>";

/// A sign, around its middle.
pub(super) fn drawn(sign: Sign) -> &'static str {
    match sign {
        Sign::Code => "<circle r=\"7\"/><path d=\"M-1.6-2.8-4 0l2.4 2.8M1.6-2.8 4 0 1.6 2.8\"/>",
        Sign::Destructive => "<circle r=\"7\"/><path d=\"M0-4.2v5M0 3.4v.8\"/>",
        Sign::Irreversible => "<circle r=\"7\"/><path d=\"M-2.9-2.9 2.9 2.9M2.9-2.9-2.9 2.9\"/>",
    }
}
