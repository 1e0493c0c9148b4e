//! The syntax tree of a statement, with ways up as well as down.

use crate::syntax::{Kind, Node, Tree};

/// The nodes of a statement, each with the node that it lies in.
pub(super) struct Nodes<'t> {
    text: &'t str,
    nodes: &'t [Node],
    parents: Vec<usize>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    all: &'t Nodes<'t>,
    pub(super) index: usize,
}

impl<'t> Nodes<'t> {
    pub(super) fn new(text: &'t str, tree: &'t Tree) -> Nodes<'t> {
        let mut parents = Vec::with_capacity(tree.nodes.len());
        let mut open: Vec<usize> = Vec::new();
        for (index, node) in tree.nodes.iter().enumerate() {
            open.truncate(node.depth);
            parents.push(open.last().copied().unwrap_or(index));
            open.push(index);
        }
        Nodes { text, nodes: &tree.nodes, parents }
    }

    pub(super) fn iter(&'t self) -> impl Iterator<Item = At<'t>> {
        (0..self.nodes.len()).map(|index| At { all: self, index })
    }

    pub(super) fn root(&'t self) -> Option<At<'t>> {
        self.iter().next()
    }
}

impl<'t> At<'t> {
    fn node(self) -> &'t Node {
        &self.all.nodes[self.index]
    }

    pub(super) fn kind(self) -> Kind {
        self.node().kind
    }

    /// What is written there.
    pub(super) fn written(self) -> &'t str {
        &self.all.text[self.node().range.clone()]
    }

    pub(super) fn parent(self) -> Option<At<'t>> {
        let index = self.all.parents[self.index];
        (index != self.index).then_some(At { index, ..self })
    }

    /// What it lies in, the innermost first.
    pub(super) fn ancestors(self) -> impl Iterator<Item = At<'t>> {
        std::iter::successors(self.parent(), |at| at.parent())
    }

    /// What lies in it, at any depth.
    pub(super) fn descendants(self) -> impl Iterator<Item = At<'t>> {
        let depth = self.node().depth;
        let below = self.index + 1..self.all.nodes.len();
        below.map(move |index| At { index, ..self }).take_while(move |at| at.node().depth > depth)
    }

    /// What lies directly in it.
    pub(super) fn children(self) -> impl Iterator<Item = At<'t>> {
        let depth = self.node().depth + 1;
        self.descendants().filter(move |at| at.node().depth == depth)
    }

    pub(super) fn child(self, kind: Kind) -> Option<At<'t>> {
        self.children().find(|at| at.kind() == kind)
    }

    pub(super) fn has(self, kind: Kind) -> bool {
        self.child(kind).is_some()
    }

    pub(super) fn find(self, kind: Kind) -> Option<At<'t>> {
        self.descendants().find(|at| at.kind() == kind)
    }
}
