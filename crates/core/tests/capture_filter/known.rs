//! Names that libpcap gets from the system's tables.

use sockscope_core::capture_filter::{
    CONSTANTS, Filter, LinkType, NUMBERS, PRIMITIVES, SERVICES, Target, numeric,
};

use crate::oracle::Tcpdump;

/// Our program and that of libpcap, which are the same for the shortest expressions.
fn same(tcpdump: &Tcpdump, text: &str, number: &str) {
    let named = tcpdump.compile(&["-O"], text).unwrap_or_else(|why| panic!("{text}: {why}"));
    let by_number = tcpdump.compile(&["-O"], number).unwrap_or_else(|why| panic!("{number}: {why}"));
    assert_eq!(named, by_number, "{text} is {number}");
}

#[test]
fn ports_have_their_usual_names() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for service in SERVICES {
        let proto = service.proto.map(|proto| format!("{proto} ")).unwrap_or_default();
        same(&tcpdump, &format!("port {}", service.name), &format!("{proto}port {}", service.port));
    }
}

#[test]
fn protocols_have_their_usual_names() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for (name, number) in NUMBERS.iter().filter(|(name, _)| *name != "icmp6") {
        same(&tcpdump, &format!("proto \\{name}"), &format!("proto {number}"));
    }
}

#[test]
fn constants_have_their_numbers() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for (name, number) in CONSTANTS {
        same(&tcpdump, &format!("ether[0] = {name}"), &format!("ether[0] = {number}"));
    }
}

#[test]
fn every_example_is_one_of_libpcap_too() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    for primitive in PRIMITIVES {
        let target = Target { netmask: Some([255, 0, 0, 0].into()), ..Target::socket(LinkType::Ethernet) };
        let filter = Filter::parse(primitive.example).unwrap_or_else(|problem| panic!("{problem}"));
        filter
            .compile(&target, &mut numeric)
            .unwrap_or_else(|problem| panic!("{}: {problem}", primitive.example));
        let live = ["inbound", "outbound", "ifindex", "ip broadcast"];
        if !live.iter().any(|word| primitive.example.starts_with(word)) {
            tcpdump
                .compile(&["-O"], primitive.example)
                .unwrap_or_else(|why| panic!("{}: {why}", primitive.example));
        }
    }
}
