use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

fn compile(text: &str, target: &Target) -> Result<Program, Problem> {
    Filter::parse(text)?.compile(target, &mut numeric)
}

fn ethernet(text: &str) -> Program {
    let program =
        compile(text, &Target::file(LinkType::Ethernet)).unwrap_or_else(|problem| panic!("{problem}"));
    program.check().unwrap_or_else(|flaw| panic!("{text}: {flaw}\n{program}"));
    program
}

fn passes(program: &Program, packet: &[u8]) -> bool {
    program.run(packet, u32::try_from(packet.len()).unwrap()) > 0
}

/// TCP from port 1000 to this port, from 10.0.0.1 to 10.0.0.2, behind these tags.
fn tcp(port: u16, tags: &[u16]) -> Vec<u8> {
    let mut packet = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in tags {
        packet.extend([[0x81, 0], tag.to_be_bytes()].concat());
    }
    packet.extend([8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend([1000_u16.to_be_bytes(), port.to_be_bytes()].concat());
    packet.extend([0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x02, 0, 0, 0, 0, 0, 0]);
    packet
}

#[test]
fn a_filter_keeps_as_much_as_it_is_told() {
    let target = Target { keep: 96, ..Target::file(LinkType::Ethernet) };
    let program = compile("tcp dst port 80 and src host 10.0.0.1", &target).unwrap();
    assert_eq!(program.run(&tcp(80, &[]), 54), 96);
    assert_eq!(program.run(&tcp(81, &[]), 54), 0);
}

#[test]
fn nothing_at_all_admits_every_packet() {
    for text in ["", "  \n"] {
        assert!(passes(&ethernet(text), &[]));
    }
}

#[test]
fn a_program_is_short_and_reads_as_tcpdump_shows_one() {
    let shown = [
        "(000) ldh      [12]",
        "(001) jeq      #0x86dd          jt 2\tjf 6",
        "(002) ldb      [20]",
        "(003) jeq      #0x11            jt 4\tjf 6",
        "(004) ldh      [56]",
        "(005) jeq      #0x35            jt 15\tjf 6",
        "(006) ldh      [12]",
        "(007) jeq      #0x800           jt 8\tjf 16",
        "(008) ldb      [23]",
        "(009) jeq      #0x11            jt 10\tjf 16",
        "(010) ldh      [20]",
        "(011) jset     #0x1fff          jt 16\tjf 12",
        "(012) ldxb     4*([14]&0xf)",
        "(013) ldh      [x + 16]",
        "(014) jeq      #0x35            jt 15\tjf 16",
        "(015) ret      #262144",
        "(016) ret      #0",
    ];
    let program = ethernet("udp dst port 53").to_string();
    assert_eq!(program.lines().collect::<Vec<_>>(), shown);
}

#[test]
fn the_kernel_keeps_the_outer_tag_beside_the_packet() {
    for text in [
        "vlan",
        "vlan 5",
        "vlan 5 and tcp port 80",
        "vlan and vlan 7",
        "vlan and vlan 7 and tcp[2:2] = 80",
        "vlan and ip[len - 30] >= 0",
    ] {
        let socket = compile(text, &Target::socket(LinkType::Ethernet)).unwrap();
        socket.check().unwrap_or_else(|flaw| panic!("{text}: {flaw}\n{socket}"));
        let mut passed = 0;
        for tags in [&[5][..], &[6], &[0x2005, 7], &[5, 8], &[5, 7, 5]] {
            for port in [80, 81] {
                let (whole, rest) = (tcp(port, tags), tcp(port, &tags[1..]));
                let beside = Ancillary { vlan: Some(Some(tags[0])), ..Ancillary::default() };
                let inside = Ancillary { vlan: Some(None), ..Ancillary::default() };
                let wanted = passes(&ethernet(text), &whole);
                passed += u32::from(wanted);
                let len = u32::try_from(whole.len()).unwrap();
                assert_eq!(socket.run_with(&whole, len, &inside) > 0, wanted, "{text}, {tags:?}\n{socket}");
                assert_eq!(socket.run_with(&rest, len, &beside) > 0, wanted, "{text}, {tags:?}\n{socket}");
            }
        }
        assert!(passed > 0, "{text}");
        let untagged = Ancillary { vlan: Some(None), ..Ancillary::default() };
        assert_eq!(socket.run_with(&tcp(80, &[]), 54, &untagged), 0, "{text}");
    }
}

#[test]
fn a_socket_knows_more_than_a_file() {
    let sent = Ancillary { packet_type: Some(4), interface: Some(3), vlan: None };
    let came = Ancillary { packet_type: Some(0), interface: Some(2), vlan: None };
    for (text, first, second) in [
        ("outbound", true, false),
        ("inbound", false, true),
        ("ifindex 3", true, false),
        ("inbound or tcp", true, true),
    ] {
        let program = compile(text, &Target::socket(LinkType::Ethernet)).unwrap();
        assert_eq!(program.check(), Ok(()));
        assert_eq!(program.run_with(&tcp(1, &[]), 54, &sent) > 0, first, "{text}");
        assert_eq!(program.run_with(&tcp(1, &[]), 54, &came) > 0, second, "{text}");
        assert_eq!(program.run(&tcp(1, &[]), 54), 0, "{text}: what is not known rejects");
        assert!(compile(text, &Target::file(LinkType::Ethernet)).is_err(), "{text}");
    }
}

#[test]
fn both_operands_must_be_of_their_protocol() {
    // libpcap looks only for that of the left one.
    let program = ethernet("1 + tcp[13] = 3");
    assert!(passes(&program, &tcp(80, &[])));
    let mut udp = tcp(80, &[]);
    udp[23] = 17;
    assert!(!passes(&program, &udp));
}

#[test]
fn jumps_lead_as_far_as_they_must() {
    let many: Vec<_> = (1..150).map(|port| format!("tcp dst port {port}")).collect();
    for (text, last) in [(many.join(" or "), 149), (format!("not ({})", many.join(" or ")), 150)] {
        let program = ethernet(&text);
        assert!(program.instructions.len() > 1000, "{}", program.instructions.len());
        for port in [1, 2, 75, 149, 150] {
            let wanted = (port <= 149) == (last == 149);
            assert_eq!(passes(&program, &tcp(port, &[])), wanted, "port {port} of {last}");
        }
    }
}

#[test]
fn the_kernel_takes_only_so_many_instructions() {
    let many: Vec<_> = (1..2000).map(|port| format!("port {port}")).collect();
    let problem = compile(&many.join(" or "), &Target::file(LinkType::Ethernet)).unwrap_err();
    assert!(problem.to_string().ends_with("the kernel takes 4096: say less in one filter"), "{problem}");
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in [("(", ")"), ("not (", ")"), ("port (", ")"), ("ether[", "]")] {
        let text = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let problem = Filter::parse(&text).unwrap_err();
        assert!(["nested", "has no place"].iter().any(|word| problem.what.contains(word)), "{problem}");
    }
    let sum = format!("{}len > 5", "len + ".repeat(5000));
    assert!(Filter::parse(&sum).unwrap_err().what.contains("computes too much"));
    let nested = format!("{}len{} > 5", "len + (".repeat(40), ")".repeat(40));
    assert!(
        compile(&nested, &Target::file(LinkType::Ethernet)).unwrap_err().what.contains("nested too deeply")
    );
    let long = format!("{}tcp", "!".repeat(100_001));
    assert_eq!(ethernet(&long), ethernet("not tcp"));
}

#[test]
fn names_are_looked_up_by_whoever_compiles() {
    let mut asked = Vec::new();
    let mut resolve = |name: &str| {
        asked.push(name.to_owned());
        match name {
            "both" => Ok(vec![IpAddr::from([10, 0, 0, 1]), "fe80::1".parse().unwrap()]),
            "none" => Ok(Vec::new()),
            _ => Err("no such host".to_owned()),
        }
    };
    let target = Target::file(LinkType::Ethernet);
    let mut named = |text: &str| Filter::parse(text).unwrap().compile(&target, &mut resolve);
    assert_eq!(named("src both").unwrap(), ethernet("src 10.0.0.1 or fe80::1"));
    assert_eq!(named("ip host both").unwrap(), ethernet("ip host 10.0.0.1"));
    assert_eq!(named("ip6 host \\both").unwrap(), ethernet("ip6 host fe80::1"));
    assert_eq!(named("host none").unwrap_err().what, "\"none\" has no address");
    let problem = named("tcp and host nosuch.example").unwrap_err();
    assert_eq!((problem.what.as_str(), problem.span), ("\"nosuch.example\": no such host", 13..27));
    assert_eq!(asked, ["both", "both", "both", "none", "nosuch.example"]);
    assert!(compile("host both", &target).is_err());
}

#[test]
fn families_of_both_orders_are_ipv4_and_ipv6() {
    let program = compile("ip6", &Target::file(LinkType::Null)).unwrap();
    for family in [10_u32, 24, 28, 30] {
        assert!(passes(&program, &family.to_le_bytes()) && passes(&program, &family.to_be_bytes()));
    }
    assert!(!passes(&program, &2_u32.to_le_bytes()));
    let program = compile("ip", &Target::file(LinkType::Loop)).unwrap();
    assert!(passes(&program, &2_u32.to_be_bytes()) && !passes(&program, &2_u32.to_le_bytes()));
}

#[test]
fn broadcast_of_a_net_needs_its_mask() {
    let target = Target { netmask: Some([255, 255, 255, 0].into()), ..Target::file(LinkType::Ethernet) };
    let program = compile("ip broadcast", &target).unwrap();
    let mut packet = tcp(1, &[]);
    for (last, wanted) in [(255, true), (0, true), (7, false)] {
        packet[33] = last;
        assert_eq!(passes(&program, &packet), wanted, "{last}");
    }
    assert!(compile("ip broadcast", &Target::file(LinkType::Ethernet)).is_err());
}

#[test]
fn a_shift_is_the_same_in_the_kernel_and_here() {
    // The kernel would shift by the lowest five bits alone.
    for (text, wanted) in
        [("1 << tcp[2:2] = 0", true), ("2 >> (tcp[2:2] - 79) = 1", true), ("1 << tcp[2:2] = 65536", false)]
    {
        assert_eq!(passes(&ethernet(text), &tcp(80, &[])), wanted, "{text}");
    }
}

#[test]
fn no_offset_wraps_around_into_the_packet() {
    for text in [
        "ip[0xffffffff] >= 0",
        "ip[-1] >= 0",
        "ip[len - 55] >= 0",
        "tcp[len - 55] >= 0",
        "ether[0xfffff004] >= 0",
    ] {
        assert!(!passes(&ethernet(text), &tcp(80, &[])), "{text}");
        assert!(!passes(&ethernet(&format!("not {text}")), &tcp(80, &[])), "{text}");
    }
}

#[test]
fn every_problem_points_at_its_spot() {
    for (text, spot, said) in [
        ("tcp port 99999", "99999", "there is no port 99999; ports are 0 to 65535"),
        (
            "udp and prot 5",
            "prot",
            "nothing says what \"prot\" is; did you mean port? write host, net or port before it",
        ),
        ("(tcp or udp", "(", "this parenthesis is never closed; close it with )"),
        ("tcp or udp)", ")", "this parenthesis was never opened; leave it out, or open it with ("),
        (
            "port domian",
            "domian",
            "no port is known by the name \"domian\"; did you mean domain? else write its number",
        ),
        (
            "port 80-90",
            "80-90",
            "no port is known by the name \"80-90\"; write portrange for more than one port, and a number for each",
        ),
        ("vlan 5 and mpls 3", "mpls", "\"mpls\" is not built in; write ether proto 0x8847"),
        ("tcp[0", "[", "this bracket is never closed; close it with ]"),
        (
            "net 10.0.0.1/8",
            "10.0.0.1/8",
            "the address has bits behind the mask; make them 0, as in 10.0.0.0/8",
        ),
        (
            "host 1.2.3.400",
            "1.2.3.400",
            "1.2.3.400 is no IPv4 address; its parts are 0 to 255, as in 10.0.0.1",
        ),
        (
            "主机 10.0.0.1",
            "主",
            "\"主\" has no meaning in a filter; names are of letters, digits, hyphens and dots",
        ),
        ("tcp and len", "len", "this is a value and no test; compare it, as in len > 100"),
        ("tcp and", "", "the filter ends where a test such as tcp, host 10.0.0.1 or port 80 should follow"),
        ("tcp udp", "udp", "\"udp\" has no place here; and, or, or the end should stand here"),
        ("len / 0 = 1", "0", "this divides by zero; divide by something else"),
        (
            "ip and inbound",
            "inbound",
            "a file of EN10MB does not say the direction of a packet; say it while capturing",
        ),
    ] {
        let problem = compile(text, &Target::file(LinkType::Ethernet)).unwrap_err();
        assert_eq!(problem.to_string(), said, "{text}");
        assert_eq!(&problem.input[problem.span.clone()], spot, "{text}");
        assert_eq!(problem.input, text);
    }
}

#[test]
fn what_can_never_pass_is_refused() {
    for (text, link) in [
        ("arp", LinkType::Raw),
        ("1 = 2", LinkType::Ethernet),
        ("tcp and 5 > 6", LinkType::Ethernet),
        ("ether proto 5", LinkType::Null),
    ] {
        assert!(compile(text, &Target::file(link)).unwrap_err().what.starts_with("no packet of"), "{text}");
    }
    assert!(compile("arp or ip", &Target::file(LinkType::Raw)).is_ok());
    assert!(compile("not arp", &Target::file(LinkType::Raw)).is_ok());
}

#[test]
fn the_check_is_that_of_the_kernel() {
    let ret = (6, 0, 0, 1);
    for (lines, flaw) in [
        (vec![], Flaw::Length(0)),
        (vec![ret; 4097], Flaw::Length(4097)),
        (vec![(0x28, 0, 0, 12)], Flaw::End),
        (vec![(0xffff, 0, 0, 0), ret], Flaw::Unknown(0)),
        (vec![(0x68, 0, 0, 0), ret], Flaw::Unknown(0)),
        (vec![(0x15, 0, 1, 0), ret], Flaw::Jump(0)),
        (vec![(0x05, 0, 0, 1), ret], Flaw::Jump(0)),
        (vec![(0x34, 0, 0, 0), ret], Flaw::Division(0)),
        (vec![(0x64, 0, 0, 32), ret], Flaw::Shift(0)),
        (vec![(0x02, 0, 0, 16), ret], Flaw::Memory(0)),
        (vec![(0x60, 0, 0, 0), ret], Flaw::Memory(0)),
        (vec![(0x15, 1, 0, 0), (0x02, 0, 0, 0), (0x60, 0, 0, 0), ret], Flaw::Memory(2)),
        (vec![(0x20, 0, 0, 0xffff_ffff), ret], Flaw::Ancillary(0)),
    ] {
        let instructions = lines.iter().map(|&(code, jt, jf, k)| Instruction { code, jt, jf, k }).collect();
        assert_eq!(Program { instructions }.check(), Err(flaw));
    }
}

#[test]
fn every_word_is_said_once() {
    let mut words: Vec<_> =
        words::known().chain(MISSING.iter().flat_map(|(words, _)| words.iter().copied())).collect();
    words.extend(CONSTANTS.iter().map(|(name, _)| *name));
    let number = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), number);
}

proptest! {
    #[test]
    fn any_program_ends(instructions in prop::collection::vec((0_u16..0x100, any::<u8>(), any::<u8>(), any::<u32>()), 0..50), packet: Vec<u8>) {
        let instructions = instructions.iter().map(|&(code, jt, jf, k)| Instruction { code, jt, jf, k }).collect();
        let program = Program { instructions };
        program.run(&packet, 1000);
        let _ = (program.to_string(), program.check());
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_spot(text in "([a-z0-9.:()\\[\\]=<>&|!+*/%^ -]|tcp|port|host|and|or|not|len|vlan|10\\.0\\.0\\.1|::1){0,20}") {
        for link in LinkType::ALL {
            match compile(&text, &Target::socket(link)) {
                Ok(program) => prop_assert_eq!(program.check(), Ok(())),
                Err(problem) => {
                    let _ = (&problem.input[problem.span.clone()], problem.place());
                }
            }
        }
    }
}
