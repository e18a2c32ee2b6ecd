//! Names, numbers and addresses behind a qualifier.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::lex::{Lexeme, Token};
use super::parse::{Kind, Qualifier};
use super::pieces::Parser;
use super::table::{Layer, NUMBERS, PROTOS, Proto, SERVICES};
use super::tree::{Address, Dir, Node, Primitive};
use super::words::Word;
use crate::near::nearest;
use crate::problem::Problem;

impl Parser<'_> {
    /// One name, number or address of what `qualifier` says.
    pub(super) fn id(&mut self, qualifier: Qualifier) -> Result<Node, Problem> {
        // A protocol may stand by itself where only the name of one can stand.
        if let (Kind::Number, Token::Word(Word::Proto(proto))) = (qualifier.kind, self.peek()) {
            let name = proto.word;
            let span = self.next().span;
            return self.named_number(name, qualifier, span);
        }
        let is = matches!(
            self.peek(),
            Token::Name(_) | Token::Number(_) | Token::Dotted(..) | Token::Ip6(_) | Token::Mac(_)
        );
        if !is {
            return Err(self.unexpected(qualifier.kind.wanted()));
        }
        let Lexeme { token, span } = self.next();
        match token {
            Token::Name(name) => self.name(&name, qualifier, span),
            Token::Number(number) => {
                if qualifier.kind == Kind::Net && self.peek() == &Token::Sign("/") {
                    return Err(self.problem(span, "a net with a length has a dot", "write 10.0/8 for 10/8"));
                }
                self.number(number, qualifier, span)
            }
            Token::Dotted(address, bits) => self.dotted(address, bits, qualifier, span),
            Token::Ip6(address) => self.ip6(address, qualifier, span),
            Token::Mac(is) => self.mac(is, qualifier, span),
            _ => Err(self.unexpected(qualifier.kind.wanted())),
        }
    }

    fn name(&mut self, name: &str, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        match qualifier.kind {
            Kind::Unsaid | Kind::Host if qualifier.proto.is_some_and(|proto| proto.layer == Layer::Link) => {
                let what = format!("{name:?} is no address of Ethernet");
                Err(self.problem(span, what, "write one as 02:00:00:00:00:01"))
            }
            Kind::Unsaid | Kind::Host => self.address(Address::Name(name.to_owned()), qualifier, span),
            Kind::Net => {
                let remedy = "nets have no names here: write one as 10.0.0.0/8";
                Err(self.problem(span, format!("{name:?} is no net"), remedy))
            }
            Kind::Port => {
                let (port, proto) = self.service(name, &span)?;
                self.ports(port, port, self.agreed(proto, name, qualifier, &span)?, qualifier, span)
            }
            Kind::Portrange => self.range(name, qualifier, span),
            Kind::Number => self.named_number(name, qualifier, span),
        }
    }

    /// A number without dots: it may be a port, a protocol, a host or a net.
    pub(super) fn number(
        &self,
        number: u32,
        qualifier: Qualifier,
        span: Range<usize>,
    ) -> Result<Node, Problem> {
        match qualifier.kind {
            Kind::Port | Kind::Portrange => {
                let Ok(port) = u16::try_from(number) else {
                    return Err(self.problem(
                        span,
                        format!("there is no port {number}"),
                        "ports are 0 to 65535",
                    ));
                };
                self.ports(port, port, qualifier.proto, qualifier, span)
            }
            Kind::Number => self.proto_number(number, qualifier, span),
            Kind::Net => {
                // As far left as it goes: 10 is 10.0.0.0/8, and 172.16 as a number is 172.16.0.0/16.
                let shift = if number == 0 { 0 } else { number.leading_zeros() / 8 * 8 };
                self.address(Address::V4(number << shift, u32::MAX << shift), qualifier, span)
            }
            Kind::Unsaid | Kind::Host => self.address(Address::V4(number, u32::MAX), qualifier, span),
        }
    }

    fn dotted(
        &mut self,
        address: u32,
        bits: u32,
        qualifier: Qualifier,
        span: Range<usize>,
    ) -> Result<Node, Problem> {
        self.addressable(qualifier, &span)?;
        let found = match self.peek() {
            Token::Sign("/") => {
                self.next();
                let len = self.prefix(32)?;
                Some(u32::MAX.checked_shl(32 - len).unwrap_or_default())
            }
            Token::Word(Word::Mask) => {
                self.next();
                let Token::Dotted(mask, _) = *self.peek() else {
                    return Err(self.unexpected("a mask such as 255.255.255.0"));
                };
                self.next();
                Some(mask)
            }
            _ => None,
        };
        let span = self.since(span.start);
        let Some(mask) = found else {
            let mask = u32::MAX << (32 - bits);
            return self.address(Address::V4(address, mask), qualifier, span);
        };
        self.masked(qualifier, &span, address & !mask != 0)?;
        self.address(Address::V4(address, mask), qualifier, span)
    }

    fn ip6(&mut self, address: Ipv6Addr, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        self.addressable(qualifier, &span)?;
        if !self.sign("/") {
            return self.address(Address::V6(address, u128::MAX), qualifier, span);
        }
        let len = self.prefix(128)?;
        let mask = u128::MAX.checked_shl(128 - len).unwrap_or_default();
        let span = self.since(span.start);
        if len != 128 || qualifier.kind == Kind::Net {
            self.masked(qualifier, &span, u128::from(address) & !mask != 0)?;
        }
        self.address(Address::V6(address, mask), qualifier, span)
    }

    fn prefix(&mut self, most: u32) -> Result<u32, Problem> {
        let span = self.span();
        let len = self.bare()?;
        if len <= most {
            return Ok(len);
        }
        Err(self.problem(
            span,
            format!("a prefix of {len} bits is too long"),
            format!("it has at most {most}"),
        ))
    }

    /// A mask is for nets, and nothing may stand behind it.
    fn masked(&self, qualifier: Qualifier, span: &Range<usize>, rest: bool) -> Result<(), Problem> {
        if qualifier.kind != Kind::Net {
            return Err(self.problem(span.clone(), "only a net has a mask", "write net before it"));
        }
        if rest {
            let what = "the address has bits behind the mask";
            return Err(self.problem(span.clone(), what, "make them 0, as in 10.0.0.0/8"));
        }
        Ok(())
    }

    fn addressable(&self, qualifier: Qualifier, span: &Range<usize>) -> Result<(), Problem> {
        let (word, remedy) = match qualifier.kind {
            Kind::Port => ("port", "write a port, or host before the address"),
            Kind::Portrange => ("range of ports", "write two ports as 6000-6008"),
            Kind::Number => ("protocol", "write a number or a name such as \\tcp"),
            _ => return Ok(()),
        };
        Err(self.problem(span.clone(), format!("an address is no {word}"), remedy))
    }

    fn mac(&self, is: [u8; 6], qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        let link = qualifier.proto.is_some_and(|proto| proto.layer == Layer::Link);
        if !link || !matches!(qualifier.kind, Kind::Unsaid | Kind::Host) {
            let what = "this is an address of Ethernet";
            return Err(self.problem(span, what, "write ether host, ether src or ether dst before it"));
        }
        Ok(Node::Primitive(Primitive::Mac { dir: qualifier.dir.unwrap_or(Dir::Either), is }, span))
    }

    fn address(&self, is: Address, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        let words: &[&str] = match is {
            Address::V4(..) => &["ip", "arp", "rarp"],
            Address::V6(..) => &["ip6"],
            Address::Name(_) => &["ip", "ip6", "arp", "rarp"],
        };
        if let Some(proto) = qualifier.proto.filter(|proto| !words.contains(&proto.word)) {
            let what = format!("{} has no such address", proto.word);
            let remedy =
                format!("{} have; join others with and, as in tcp and host 10.0.0.1", words.join(", "));
            return Err(self.problem(span, what, remedy));
        }
        let dir = qualifier.dir.unwrap_or(Dir::Either);
        Ok(Node::Primitive(Primitive::Address { proto: qualifier.proto, dir, is }, span))
    }

    fn service(&self, name: &str, span: &Range<usize>) -> Result<(u16, Option<&'static str>), Problem> {
        if let Some(service) = SERVICES.iter().find(|service| service.name == name) {
            return Ok((service.port, service.proto));
        }
        let near = nearest(name, SERVICES.iter().map(|service| service.name));
        let remedy = match near {
            Some(near) => format!("did you mean {near}? else write its number"),
            None if name.contains('-') => {
                "write portrange for more than one port, and a number for each".to_owned()
            }
            None => "write its number".to_owned(),
        };
        Err(self.problem(span.clone(), format!("no port is known by the name {name:?}"), remedy))
    }

    /// The protocol that both the qualifier and the name of a port allow.
    fn agreed(
        &self,
        named: Option<&'static str>,
        name: &str,
        qualifier: Qualifier,
        span: &Range<usize>,
    ) -> Result<Option<Proto>, Problem> {
        match (qualifier.proto, named) {
            (Some(proto), Some(named)) if proto.word != named => {
                let what = format!("the port {name} is one of {named}");
                Err(self.problem(span.clone(), what, format!("write its number for {}", proto.word)))
            }
            (Some(proto), _) => Ok(Some(proto)),
            (None, named) => Ok(PROTOS.iter().find(|proto| Some(proto.word) == named)),
        }
    }

    fn ports(
        &self,
        low: u16,
        high: u16,
        proto: Option<Proto>,
        qualifier: Qualifier,
        span: Range<usize>,
    ) -> Result<Node, Problem> {
        if let Some(proto) = proto.filter(|proto| !["tcp", "udp", "sctp"].contains(&proto.word)) {
            let what = format!("{} has no ports", proto.word);
            return Err(self.problem(span, what, "tcp, udp and sctp have"));
        }
        let dir = qualifier.dir.unwrap_or(Dir::Either);
        Ok(Node::Primitive(Primitive::Port { proto, dir, low, high }, span))
    }

    /// `6000-6008`, in either order, with names or numbers.
    fn range(&self, text: &str, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        let end = |text: &str| match text.parse::<u32>() {
            Ok(number) => u16::try_from(number).ok().map(|port| (port, None)),
            Err(_) => self.service(text, &span).ok(),
        };
        // Names have hyphens too: the one that has a port at each side is meant.
        let cut =
            text.match_indices('-').find_map(|(at, _)| Some((end(&text[..at])?, end(&text[at + 1..])?)));
        let Some(((a, first), (b, second))) = cut else {
            let what = format!("{text:?} is no range of ports");
            return Err(self.problem(span, what, "write two ports of 0 to 65535 as 6000-6008"));
        };
        let named = if first == second { first } else { None };
        let proto = self.agreed(named, text, qualifier, &span)?;
        self.ports(a.min(b), a.max(b), proto, qualifier, span)
    }

    fn named_number(&self, name: &str, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        let link = qualifier.proto.is_some_and(|proto| proto.layer == Layer::Link);
        let ether = || {
            PROTOS
                .iter()
                .filter_map(|proto| match proto.layer {
                    Layer::Network(number) => Some((proto.word, u32::from(number))),
                    _ => None,
                })
                .chain([("loopback", 0x9000)])
        };
        let inside = || NUMBERS.iter().map(|(name, number)| (*name, u32::from(*number)));
        let known: Vec<(&str, u32)> = if link { ether().collect() } else { inside().collect() };
        if let Some((_, number)) = known.iter().find(|(known, _)| *known == name) {
            return self.proto_number(*number, qualifier, span);
        }
        let near = nearest(name, known.iter().map(|(name, _)| *name));
        let remedy =
            near.map_or_else(|| "write its number".to_owned(), |near| format!("did you mean {near}?"));
        Err(self.problem(span, format!("no protocol is known by the name {name:?}"), remedy))
    }

    fn proto_number(&self, number: u32, qualifier: Qualifier, span: Range<usize>) -> Result<Node, Problem> {
        let primitive = match qualifier.proto {
            Some(proto) if proto.layer == Layer::Link => match number {
                0..=0xffff => Primitive::EtherType(number),
                _ => {
                    let what = format!("there is no protocol {number} of Ethernet");
                    return Err(self.problem(span, what, "they are 0 to 65535"));
                }
            },
            Some(proto) if !["ip", "ip6"].contains(&proto.word) => {
                let what = format!("{} says no protocol", proto.word);
                return Err(self.problem(
                    span,
                    what,
                    "ether, ip and ip6 do; proto alone is of both ip and ip6",
                ));
            }
            proto => match u8::try_from(number) {
                Ok(is) => Primitive::Number { proto, is },
                Err(_) => {
                    let what = format!("there is no protocol {number} of IP");
                    return Err(self.problem(span, what, "they are 0 to 255"));
                }
            },
        };
        Ok(Node::Primitive(primitive, span))
    }
}

impl Kind {
    fn wanted(self) -> &'static str {
        match self {
            Self::Unsaid | Self::Host => "a host such as 10.0.0.1",
            Self::Net => "a net such as 10.0.0.0/8",
            Self::Port => "a port such as 80",
            Self::Portrange => "a range of ports such as 6000-6008",
            Self::Number => "a protocol such as \\tcp or 6",
        }
    }
}
