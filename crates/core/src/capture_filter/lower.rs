//! What a filter says, for a known link: primitives to tests.

use std::net::IpAddr;
use std::ops::Range;

use super::assemble::{ACCEPT, Assembler, REJECT};
use super::branch::{Branch, Step, Test};
use super::check::LONGEST;
use super::code::*;
use super::link::{From, IPV4, IPV6, LinkType, MOVED, Places};
use super::program::Program;
use super::table::{Layer, Proto};
use super::tree::{Address, Dir, Node, Primitive};
use super::{Source, Target};
use crate::problem::Problem;

/// Looks up the addresses of a name.
pub(super) type Resolve<'a> = &'a mut dyn FnMut(&str) -> Result<Vec<IpAddr>, String>;

/// A filter on its way to a program, from left to right: `vlan` changes what stands behind it.
struct Lower<'a> {
    text: &'a str,
    target: &'a Target,
    resolve: Resolve<'a>,
    places: Places,
    /// Whether a `vlan` was met.
    tagged: bool,
}

/// Makes a program of a filter.
pub(super) fn program(
    text: &str,
    root: Option<&Node>,
    target: &Target,
    resolve: Resolve<'_>,
) -> Result<Program, Problem> {
    let places = Places::new(target.link);
    let mut lower = Lower { text, target, resolve, places, tagged: false };
    let branch = root.map_or(Ok(Branch::Always(true)), |root| lower.node(root))?;
    if branch.constant() == Some(false) {
        let what = format!("no packet of {} can pass this filter", target.link.name());
        return Err(Problem::whole(text, what, "leave out what cannot be so"));
    }
    let mut out = Assembler::new();
    if lower.places.moved {
        out.plain(LD | IMM, 0);
        out.plain(ST, MOVED);
    }
    branch.write(&mut out, ACCEPT, REJECT);
    let instructions = out.finish(target.keep);
    if instructions.len() > LONGEST {
        let what = format!("the filter makes a program of {} instructions", instructions.len());
        return Err(Problem::whole(
            text,
            what,
            format!("the kernel takes {LONGEST}: say less in one filter"),
        ));
    }
    Ok(Program { instructions })
}

impl Lower<'_> {
    fn problem(&self, span: &Range<usize>, what: impl Into<String>, remedy: &str) -> Problem {
        Problem::new(self.text, span.clone(), what, remedy)
    }

    fn node(&mut self, node: &Node) -> Result<Branch, Problem> {
        match node {
            Node::Chain(all) => {
                let all = all.iter().map(|(join, node)| Ok((*join, self.node(node)?)));
                all.collect::<Result<_, Problem>>().map(Branch::Chain)
            }
            Node::Not(inner) => self.node(inner).map(Branch::not),
            Node::Compare(relation, left, right) => {
                let full = |_| {
                    let remedy = "compare parts of it by themselves, joined by and";
                    Problem::whole(self.text, "the values are nested too deeply for the kernel", remedy)
                };
                self.places.relation(*relation, left, right).map_err(full)
            }
            Node::Primitive(primitive, span) => self.primitive(primitive, span),
        }
    }

    fn primitive(&mut self, primitive: &Primitive, span: &Range<usize>) -> Result<Branch, Problem> {
        let places = self.places;
        Ok(match primitive {
            Primitive::Proto(proto) if proto.layer == Layer::Link => {
                let what = format!("{} alone is no test", proto.word);
                return Err(self.problem(span, what, "write what of it, as in ether host or ether[0]"));
            }
            Primitive::Proto(proto) => places.proto(proto),
            Primitive::Address { proto, dir, is } => return self.address(*proto, *dir, is, span),
            Primitive::Mac { dir, is } => {
                self.ethernet(span, "addresses")?;
                dir.of(|first| places.mac(if first { 6 } else { 0 }, *is))
            }
            Primitive::Port { proto, dir, low, high } => places.ports(*proto, *dir, *low, *high),
            Primitive::EtherType(kind) => places.carries(*kind),
            Primitive::Number { proto, is } => {
                let wanted = |ip: &u32| proto.is_none_or(|proto| proto.layer == Layer::Network(*ip as u16));
                let ips = [IPV4, IPV6].into_iter().filter(wanted);
                Branch::any(ips.map(|ip| places.number(ip, *is)).collect())
            }
            Primitive::Broadcast(proto) => return self.broadcast(*proto, span),
            Primitive::Multicast(proto) => return self.multicast(*proto, span),
            Primitive::Less(most) => length(JGT, *most).not(),
            Primitive::Greater(least) => length(JGE, *least),
            Primitive::Vlan(tag) => return self.vlan(*tag, span),
            Primitive::Outbound => return self.outbound(span),
            Primitive::Inbound => return self.outbound(span).map(Branch::not),
            Primitive::Interface(number) => return self.interface(*number, span),
        })
    }

    fn ethernet(&self, span: &Range<usize>, what: &str) -> Result<(), Problem> {
        if self.target.link == LinkType::Ethernet {
            return Ok(());
        }
        let what = format!("{} has no {what} of Ethernet", self.target.link.name());
        Err(self.problem(span, what, "only packets with a header of Ethernet have"))
    }

    fn address(
        &mut self,
        proto: Option<Proto>,
        dir: Dir,
        is: &Address,
        span: &Range<usize>,
    ) -> Result<Branch, Problem> {
        let name = match is {
            Address::V4(address, mask) => return Ok(self.places.v4(proto, dir, *address, *mask)),
            Address::V6(address, mask) => return Ok(self.places.v6(dir, *address, *mask)),
            Address::Name(name) => name,
        };
        let found = (self.resolve)(name).map_err(|why| self.problem(span, format!("{name:?}: {why}"), ""))?;
        let places = self.places;
        let tests = found.iter().filter_map(|address| match address {
            IpAddr::V4(address) if proto.is_none_or(|proto| proto.word != "ip6") => {
                Some(places.v4(proto, dir, u32::from(*address), u32::MAX))
            }
            IpAddr::V6(address) if proto.is_none_or(|proto| proto.word == "ip6") => {
                Some(places.v6(dir, *address, u128::MAX))
            }
            _ => None,
        });
        let tests: Vec<_> = tests.collect();
        if tests.is_empty() {
            let of = proto.map(|proto| format!(" of {}", proto.word)).unwrap_or_default();
            return Err(self.problem(span, format!("{name:?} has no address{of}"), "write an address"));
        }
        Ok(Branch::any(tests))
    }

    fn broadcast(&self, proto: Option<Proto>, span: &Range<usize>) -> Result<Branch, Problem> {
        let places = self.places;
        match proto.map(|proto| proto.layer) {
            None | Some(Layer::Link) => {
                self.ethernet(span, "broadcast")?;
                Ok(places.mac(0, [0xff; 6]))
            }
            Some(Layer::Network(kind)) if u32::from(kind) == IPV4 => {
                let Some(mask) = self.target.netmask else {
                    let remedy = "name the address, as in dst host 10.0.0.255 or 255.255.255.255";
                    return Err(self.problem(span, "the mask of the network is not known here", remedy));
                };
                let host = !u32::from(mask);
                let is = |k| places.masked(From::Payload, 16, W, host, k);
                Ok(Branch::all(vec![places.carries(IPV4), Branch::any(vec![is(0), is(host)])]))
            }
            _ => Err(self.problem(
                span,
                "only ether and ip have broadcast",
                "write ether broadcast or ip broadcast",
            )),
        }
    }

    fn multicast(&self, proto: Option<Proto>, span: &Range<usize>) -> Result<Branch, Problem> {
        let places = self.places;
        match proto.map(|proto| proto.layer) {
            None | Some(Layer::Link) => {
                self.ethernet(span, "multicast")?;
                Ok(places.compare(From::Link, 0, B, JSET, 1))
            }
            Some(Layer::Network(kind)) if u32::from(kind) == IPV4 => {
                Ok(Branch::all(vec![places.carries(IPV4), places.compare(From::Payload, 16, B, JGE, 224)]))
            }
            Some(Layer::Network(kind)) if u32::from(kind) == IPV6 => {
                Ok(Branch::all(vec![places.carries(IPV6), places.equal(From::Payload, 24, B, 255)]))
            }
            _ => Err(self.problem(
                span,
                "only ether, ip and ip6 have multicast",
                "write ether, ip or ip6 before it",
            )),
        }
    }

    fn vlan(&mut self, tag: Option<u32>, span: &Range<usize>) -> Result<Branch, Problem> {
        self.ethernet(span, "VLAN")?;
        let places = self.places;
        let kinds = [0x8100, 0x88a8, 0x9100].map(|kind| places.carries(kind));
        let here = |kinds: [Branch; 3]| {
            let tagged = Branch::any(kinds.to_vec());
            let is = tag.map(|tag| places.masked(From::Payload, 0, H, 0xfff, tag));
            Branch::all([tagged].into_iter().chain(is).collect())
        };
        let first = !self.tagged;
        self.tagged = true;
        if first && self.target.source == Source::Socket {
            self.places.moved = true;
            return Ok(taken_out(tag, here(behind_move(kinds))));
        }
        self.places.kind += 4;
        self.places.payload += 4;
        Ok(here(kinds))
    }

    /// What this machine sent.
    fn outbound(&self, span: &Range<usize>) -> Result<Branch, Problem> {
        const OUTGOING: u32 = 4;
        match self.target.link {
            LinkType::LinuxSll => Ok(self.places.equal(From::Link, 0, H, OUTGOING)),
            LinkType::LinuxSll2 => Ok(self.places.equal(From::Link, 10, B, OUTGOING)),
            _ => self.asked(PACKET_TYPE, OUTGOING, span, "the direction of a packet"),
        }
    }

    fn interface(&self, number: u32, span: &Range<usize>) -> Result<Branch, Problem> {
        match self.target.link {
            LinkType::LinuxSll2 => Ok(self.places.equal(From::Link, 4, W, number)),
            _ => self.asked(INTERFACE, number, span, "the interface of a packet"),
        }
    }

    /// What only the kernel knows.
    fn asked(&self, k: u32, is: u32, span: &Range<usize>, what: &str) -> Result<Branch, Problem> {
        if self.target.source == Source::Socket {
            return Ok(beside(k, JEQ, is));
        }
        let what = format!("a file of {} does not say {what}", self.target.link.name());
        Err(self.problem(span, what, "say it while capturing"))
    }
}

fn length(jump: u16, k: u32) -> Branch {
    Branch::Test(Test { steps: vec![Step::Plain(LD | LEN, 0)], jump, k })
}

fn beside(k: u32, jump: u16, is: u32) -> Branch {
    Branch::Test(Test { steps: vec![Step::Plain(LD | ABS | W, k)], jump, k: is })
}

/// The same tests, but what stands behind a tag is moved before the first of them is made.
fn behind_move(mut kinds: [Branch; 3]) -> [Branch; 3] {
    if let Branch::Test(test) = &mut kinds[0] {
        let moved = [Step::Plain(LD | MEM, MOVED), Step::Plain(ALU | ADD | K, 4), Step::Plain(ST, MOVED)];
        test.steps.splice(0..0, moved);
    }
    kinds
}

/// The kernel takes the outer tag out of most packets and keeps it beside them; else it is where it was.
fn taken_out(tag: Option<u32>, here: Branch) -> Branch {
    let out = || beside(VLAN_TAG_PRESENT, JEQ, 1);
    let is = tag.map(|tag| {
        let steps = vec![Step::Plain(LD | ABS | W, VLAN_TAG), Step::Plain(ALU | AND | K, 0xfff)];
        Branch::Test(Test { steps, jump: JEQ, k: tag })
    });
    let taken = Branch::all([out()].into_iter().chain(is).collect());
    Branch::any(vec![taken, Branch::all(vec![out().not(), here])])
}
