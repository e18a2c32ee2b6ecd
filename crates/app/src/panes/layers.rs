//! The layers of a packet: which of them are open, which one is chosen.

use std::collections::HashSet;

use sockscope::view::dissect::{Mark, Node};

use super::line::{Line, Paint};

/// The layers of a packet, of which some are open. What is open and chosen stays so from packet to packet, by name.
#[derive(Debug, Default)]
pub(super) struct Layers {
    nodes: Vec<Node>,
    /// The names of those that are open, behind those that they are part of.
    open: HashSet<String>,
    /// Which one is chosen.
    chosen: usize,
    /// The first that is shown, among those that can be.
    top: usize,
}

impl Layers {
    /// Takes those of another packet.
    pub(super) fn show(&mut self, nodes: Vec<Node>) {
        let path = self.path(self.chosen);
        self.nodes = nodes;
        // What is chosen stays so, or that what it was part of.
        self.chosen = 0;
        for node in 0..self.nodes.len() {
            let part = path
                .strip_prefix(&self.path(node))
                .is_some_and(|rest| matches!(rest.as_bytes(), [] | [0, ..]));
            if part && self.nodes[node].depth >= self.nodes[self.chosen].depth {
                self.chosen = node;
                if self.path(node) == path {
                    break;
                }
            }
        }
        self.reveal();
    }

    /// The chosen one.
    pub(super) fn node(&self) -> Option<&Node> {
        self.nodes.get(self.chosen)
    }

    /// The names of a node and those that it is part of.
    fn path(&self, node: usize) -> String {
        let Some(last) = self.nodes.get(node) else { return String::new() };
        let mut path = vec![last.label.as_ref()];
        let mut depth = last.depth;
        for node in self.nodes[..node].iter().rev() {
            if node.depth < depth {
                depth = node.depth;
                path.push(&node.label);
            }
        }
        path.reverse();
        path.join("\0")
    }

    fn has_parts(&self, node: usize) -> bool {
        self.nodes.get(node + 1).is_some_and(|next| next.depth > self.nodes[node].depth)
    }

    fn is_open(&self, node: usize) -> bool {
        self.open.contains(&self.path(node))
    }

    /// Those that can be seen.
    fn seen(&self) -> Vec<usize> {
        let mut seen = Vec::new();
        let mut below = None;
        for (at, node) in self.nodes.iter().enumerate() {
            if below.is_some_and(|depth| node.depth > depth) {
                continue;
            }
            seen.push(at);
            below = (self.has_parts(at) && !self.is_open(at)).then_some(node.depth);
        }
        seen
    }

    /// The one that a node is part of.
    fn around(&self, node: usize) -> Option<usize> {
        let depth = self.nodes.get(node)?.depth;
        self.nodes[..node].iter().rposition(|other| other.depth < depth)
    }

    /// Opens all that the chosen one is part of.
    fn reveal(&mut self) {
        let mut node = self.chosen;
        while let Some(around) = self.around(node) {
            self.open.insert(self.path(around));
            node = around;
        }
    }

    /// Goes up or down.
    pub(super) fn step(&mut self, by: isize) {
        let seen = self.seen();
        let at = seen.iter().position(|node| *node == self.chosen).unwrap_or(0);
        let at = at.saturating_add_signed(by).min(seen.len().saturating_sub(1));
        self.chosen = seen.get(at).copied().unwrap_or(0);
    }

    /// Opens the chosen one, or closes it if it is open.
    pub(super) fn turn(&mut self) {
        let path = self.path(self.chosen);
        if !self.open.remove(&path) && self.has_parts(self.chosen) {
            self.open.insert(path);
        }
    }

    /// Opens the chosen one; if it is open, goes into it.
    pub(super) fn enter(&mut self) {
        if self.has_parts(self.chosen) && !self.open.insert(self.path(self.chosen)) {
            self.chosen += 1;
        }
    }

    /// Closes the chosen one; if it is not open, goes to what it is part of.
    pub(super) fn leave(&mut self) {
        let path = self.path(self.chosen);
        if !(self.has_parts(self.chosen) && self.open.remove(&path)) {
            self.chosen = self.around(self.chosen).unwrap_or(self.chosen);
        }
    }

    /// Closes what the chosen one is part of.
    pub(super) fn close(&mut self) {
        self.chosen = self.around(self.chosen).unwrap_or(self.chosen);
        self.open.remove(&self.path(self.chosen));
    }

    /// Opens all.
    pub(super) fn open_all(&mut self) {
        let paths: Vec<_> = (0..self.nodes.len()).filter(|node| self.has_parts(*node)).collect();
        self.open.extend(paths.into_iter().map(|node| self.path(node)).collect::<Vec<_>>());
    }

    /// Closes all.
    pub(super) fn close_all(&mut self) {
        self.open.clear();
        while let Some(around) = self.around(self.chosen) {
            self.chosen = around;
        }
    }

    /// Chooses the smallest that has this byte.
    pub(super) fn choose(&mut self, buffer: usize, byte: usize) {
        let has = |node: &Node| node.buffer == buffer && node.range.contains(&byte);
        let smallest = |best: Option<usize>, (at, node): (usize, &Node)| match best {
            Some(best) if self.nodes[best].range.len() < node.range.len() => Some(best),
            _ => Some(at),
        };
        let found = self.nodes.iter().enumerate().filter(|(_, node)| has(node)).fold(None, smallest);
        if let Some(found) = found {
            self.chosen = found;
            self.reveal();
        }
    }

    /// As many rows as there is room for, the chosen one among them. `focused`: whether keys move here.
    pub(super) fn draw(&mut self, width: usize, height: usize, focused: bool) -> Vec<Line> {
        let seen = self.seen();
        let at = seen.iter().position(|node| *node == self.chosen).unwrap_or(0);
        self.top = self.top.clamp((at + 1).saturating_sub(height), at);
        self.top = self.top.min(seen.len().saturating_sub(height));
        let rows = seen.iter().skip(self.top).take(height);
        rows.map(|node| self.row(*node, width, focused)).collect()
    }

    fn row(&self, at: usize, width: usize, focused: bool) -> Line {
        let node = &self.nodes[at];
        let sign = match (self.has_parts(at), self.is_open(at)) {
            (false, _) => " ",
            (true, false) => "+",
            (true, true) => "-",
        };
        let paint = match (node.mark, node.depth) {
            (Some(Mark::Bad | Mark::Stop), _) => Paint::Error,
            (Some(Mark::Note), _) => Paint::Warning,
            (None, 0) => Paint::Title,
            (None, _) => Paint::Plain,
        };
        let chosen = at == self.chosen;
        let mut line = Line::of(Paint::Plain, if chosen { ">" } else { " " });
        line.put(Paint::Note, &format!("{}{sign} ", "  ".repeat(node.depth.into())));
        line.put(paint, &node.label);
        if !node.value.is_empty() {
            line.put(if node.mark.is_some() { paint } else { Paint::Plain }, &format!(": {}", node.value));
        }
        match (chosen, focused) {
            (true, true) => line.cut(width).bar(Paint::Chosen, width),
            (true, false) => line.cut(width).bar(Paint::Title, width),
            _ => line.cut(width),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(depth: u16, label: &'static str, range: std::ops::Range<usize>) -> Node {
        Node { depth, buffer: 0, range, label: label.into(), value: String::new(), mark: None }
    }

    fn layers() -> Layers {
        let mut layers = Layers::default();
        layers.show(vec![
            node(0, "IP", 0..20),
            node(1, "Flags", 6..7),
            node(2, "More", 6..7),
            node(1, "Source", 12..16),
            node(0, "UDP", 20..28),
            node(1, "Port", 20..22),
        ]);
        layers
    }

    fn seen(layers: &mut Layers) -> String {
        let rows = layers
            .draw(20, 10, true)
            .iter()
            .map(|line| line.text().trim_end().to_owned())
            .collect::<Vec<_>>();
        rows.join("|")
    }

    #[test]
    fn layers_are_opened_and_closed() {
        let mut layers = layers();
        assert_eq!(seen(&mut layers), ">+ IP| + UDP");
        layers.enter();
        assert_eq!(seen(&mut layers), ">- IP|   + Flags|     Source| + UDP");
        layers.enter();
        layers.turn();
        assert_eq!(seen(&mut layers), " - IP|>  - Flags|       More|     Source| + UDP");
        layers.step(1);
        layers.leave();
        layers.leave();
        assert_eq!(seen(&mut layers), " - IP|>  + Flags|     Source| + UDP");
        layers.close();
        assert_eq!(seen(&mut layers), ">+ IP| + UDP");
        layers.open_all();
        layers.step(9);
        assert_eq!(seen(&mut layers), " - IP|   - Flags|       More|     Source| - UDP|>    Port");
        layers.close_all();
        assert_eq!(seen(&mut layers), " + IP|>+ UDP");
    }

    #[test]
    fn a_byte_chooses_its_smallest_field_and_opens_what_that_is_part_of() {
        let mut layers = layers();
        layers.choose(0, 6);
        assert_eq!(seen(&mut layers), " - IP|   - Flags|>      More|     Source| + UDP");
        layers.choose(0, 25);
        assert_eq!(layers.node().unwrap().label, "UDP");
        layers.choose(1, 6);
        assert_eq!(layers.node().unwrap().label, "UDP", "of another buffer");
    }

    #[test]
    fn what_is_chosen_stays_so_in_the_next_packet() {
        let mut layers = layers();
        layers.choose(0, 21);
        layers.show(vec![node(0, "IP", 0..20), node(0, "UDP", 20..28), node(1, "Port", 20..22)]);
        assert_eq!(layers.node().unwrap().label, "Port");
        layers.show(vec![node(0, "IP", 0..20), node(0, "UDP", 20..28)]);
        assert_eq!(layers.node().unwrap().label, "UDP");
        layers.show(vec![node(0, "ARP", 0..20)]);
        assert_eq!(seen(&mut layers), ">  ARP");
        layers.show(Vec::new());
        layers.step(1);
        layers.enter();
        layers.leave();
        assert_eq!((seen(&mut layers), layers.node()), (String::new(), None));
    }

    #[test]
    fn the_chosen_one_is_always_in_sight() {
        let mut layers = layers();
        layers.open_all();
        for (by, first) in [(5, " - UDP"), (-3, ">      More"), (-2, ">- IP")] {
            layers.step(by);
            assert_eq!(layers.draw(20, 2, false)[0].text().trim_end(), first);
        }
    }
}
