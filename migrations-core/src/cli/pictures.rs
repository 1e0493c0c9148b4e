//! Pictures of a history: which migration needs which, and when each was applied. Plain data in, text out.

mod data;
mod dot;
mod highlight;
mod layout;
mod markup;
mod mermaid;
mod page;
mod palette;
mod svg;
pub mod timeline;

use std::time::Duration;

pub use timeline::Timeline;

/// The migrations of a folder and what they need, to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// What the picture is called.
    pub title: String,
    /// The migrations in execution order; behind them what is kept or known, but not run.
    pub nodes: Vec<Node>,
    /// The categories, in the order in which they get their colours.
    pub categories: Vec<String>,
}

/// One migration of a picture.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The identity of the migration.
    pub name: String,
    /// Number and name.
    pub stem: String,
    /// The category; empty for the unnamed one.
    pub category: String,
    /// The path of the file.
    pub path: String,
    /// What it is for.
    pub purpose: String,
    /// What the file says, but for its header and the section of the rollback.
    pub sql: String,
    /// The code that accompanies it, or that it consists of.
    pub runner: Option<String>,
    /// The statements that undo it.
    pub rollback: Option<String>,
    /// What its header says about undoing it.
    pub rollback_note: String,
    /// Why it cannot be undone.
    pub irreversible: Option<String>,
    /// What must have run before, as places in [`Picture::nodes`].
    pub dependencies: Vec<usize>,
    /// What took the place of an archived one, as a place in [`Picture::nodes`].
    pub superseded_by: Option<usize>,
    /// What it consists of.
    pub kind: Kind,
    /// Whether it destroys rows.
    pub destructive: bool,
    /// What a database says about it; `None` where none was asked.
    pub state: Option<State>,
}

/// What a migration consists of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// SQL alone.
    #[default]
    Sql,
    /// Rust alone.
    Runner,
    /// SQL, accompanied by Rust.
    SqlWithRunner,
    /// A file of the archive, which is never run.
    Archived,
    /// Nothing: a database has it, and the folder does not.
    Unknown,
}

/// What a database says about a migration.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It is not applied.
    Pending,
    /// It is applied.
    Applied(Application),
    /// It is applied, and its file has changed since.
    Changed(Application),
}

/// When, by whom and how fast a migration was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// When, as it is to be shown.
    pub at: String,
    /// By which role.
    pub by: String,
    /// How long it took.
    pub duration: Duration,
}

/// A line between two nodes, by their places; it always leads from what is older to what is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link {
    from: usize,
    to: usize,
    /// It leads from a file of the archive to what took its place.
    superseded: bool,
}

impl Picture {
    /// As an image: SVG that follows the reader's choice of light or dark.
    pub fn svg(&self) -> String {
        svg::image(self)
    }

    /// As a page by itself, to be looked around in, with the text of every migration.
    pub fn html(&self) -> String {
        page::of(self)
    }

    /// As a flowchart of Mermaid, which GitHub draws where it stands in a page of Markdown.
    pub fn mermaid(&self) -> String {
        mermaid::of(self)
    }

    /// As a graph of Graphviz.
    pub fn dot(&self) -> String {
        dot::of(self)
    }

    /// The colour of a node, as a place in the palette; `None` for what does not run.
    fn colour(&self, node: &Node) -> Option<usize> {
        let runs = !matches!(node.kind, Kind::Archived | Kind::Unknown);
        runs.then(|| self.categories.iter().position(|category| *category == node.category)).flatten()
    }

    /// The nodes so that each stands behind what it follows.
    fn order(&self) -> Vec<usize> {
        let archived = |at: &usize| self.nodes[*at].kind == Kind::Archived;
        let (mut order, run): (Vec<usize>, Vec<usize>) = (0..self.nodes.len()).partition(archived);
        order.extend(run);
        order
    }

    /// The lines to draw: without those that follow from others, and without those of a ring.
    fn links(&self) -> Vec<Link> {
        let order = self.order();
        let mut links = Vec::new();
        for &to in &order {
            let node = &self.nodes[to];
            let needs = node.dependencies.iter().filter(|from| **from < to && node.kind != Kind::Archived);
            links.extend(needs.map(|&from| Link { from, to, superseded: false }));
            let successor = node.superseded_by.filter(|by| {
                node.kind == Kind::Archived && self.nodes.get(*by).is_some_and(|by| by.kind != Kind::Archived)
            });
            links.extend(successor.map(|by| Link { from: to, to: by, superseded: true }));
        }
        layout::reduced(&order, &links)
    }
}

impl Node {
    /// Whether it is code, or has code beside it.
    fn has_code(&self) -> bool {
        matches!(self.kind, Kind::Runner | Kind::SqlWithRunner)
    }

    /// What a reader who cannot see the picture is told.
    fn label(&self) -> String {
        let mut words = vec![self.stem.replacen('_', " ", usize::from(self.number().is_some()))];
        if !self.category.is_empty() {
            words.push(self.category.clone());
        }
        words.extend(self.signs().map(|sign| sign.meaning().to_owned()));
        words.extend(self.state_word().map(str::to_owned));
        words.join(", ")
    }

    /// The digits before the name.
    fn number(&self) -> Option<&str> {
        let (digits, _) = self.stem.split_once('_')?;
        (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
    }

    /// What it says beside its name, in one word: that it does not run, or how it stands in the database.
    fn state_word(&self) -> Option<&'static str> {
        match (self.kind, &self.state) {
            (Kind::Archived, _) => Some("archived"),
            (Kind::Unknown, _) => Some("unknown"),
            (_, Some(State::Pending)) => Some("pending"),
            (_, Some(State::Applied(_))) => Some("applied"),
            (_, Some(State::Changed(_))) => Some("changed"),
            (_, None) => None,
        }
    }

    fn signs(&self) -> impl Iterator<Item = Sign> {
        let borne = [
            (Sign::Code, self.has_code()),
            (Sign::Destructive, self.destructive),
            (Sign::Irreversible, self.irreversible.is_some()),
        ];
        borne.into_iter().filter(|(_, borne)| *borne).map(|(sign, _)| sign)
    }
}

/// A small mark on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Code,
    Destructive,
    Irreversible,
}

impl Sign {
    const ALL: [Sign; 3] = [Sign::Code, Sign::Destructive, Sign::Irreversible];

    fn meaning(self) -> &'static str {
        match self {
            Sign::Code => "runs code",
            Sign::Destructive => "destroys rows",
            Sign::Irreversible => "irreversible",
        }
    }
}
