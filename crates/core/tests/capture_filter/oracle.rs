//! libpcap's compiler, through tcpdump.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sockscope_core::capture_filter::{Filter, Instruction, LinkType, Program, Target, numeric};
use sockscope_testkit::peers::peer;

use crate::expressions::expression;
use crate::given::Given;
use crate::machine::{End, run};
use crate::packets::{Packet, corpus};

/// A file of packets and the program that filters it.
pub(crate) struct Tcpdump {
    program: PathBuf,
    pub(crate) file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Tcpdump {
    /// `None` after telling that it is not there.
    pub(crate) fn new(link: LinkType, packets: &[Packet]) -> Option<Self> {
        let program = peer("tcpdump")?;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("packets.pcap");
        write(&file, link, packets);
        Some(Self { program, file, _folder: folder })
    }

    fn output(&self, options: &[&str], expression: &str) -> Output {
        let mut command = Command::new(&self.program);
        command.args(["-n", "-r"]).arg(&self.file).args(options).args(["--", expression]);
        command.output().expect("tcpdump runs")
    }

    /// The program of an expression, or what is wrong with that. `-O` in `options` leaves the optimiser out.
    pub(crate) fn compile(&self, options: &[&str], expression: &str) -> Result<Program, String> {
        let options = [options, &["-ddd"]].concat();
        let output = self.output(&options, expression);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8(output.stdout).expect("text");
        Ok(Program { instructions: text.lines().skip(1).map(instruction).collect() })
    }

    /// The program as tcpdump shows it.
    pub(crate) fn shown(&self, expression: &str) -> String {
        String::from_utf8(self.output(&["-d"], expression).stdout).expect("text")
    }

    /// The packets of the file that tcpdump itself lets pass, its optimiser left out, as a file.
    pub(crate) fn passed(&self, expression: &str) -> Vec<u8> {
        let output = self.output(&["-O", "-w", "-"], expression);
        assert!(output.status.success(), "{expression}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

fn instruction(line: &str) -> Instruction {
    let numbers: Vec<u32> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
    let small = |at: usize| u8::try_from(numbers[at]).expect("a short jump");
    Instruction { code: numbers[0] as u16, jt: small(1), jf: small(2), k: numbers[3] }
}

/// A pcap file (<https://www.tcpdump.org/manpages/pcap-savefile.5.html>).
fn write(path: &Path, link: LinkType, packets: &[Packet]) {
    let mut file = fs::File::create(path).expect("a file");
    file.write_all(&pcap(link, (0..).zip(packets))).expect("it is written");
}

/// The number of each packet is its time.
fn pcap<'a>(link: LinkType, packets: impl Iterator<Item = (u32, &'a Packet)>) -> Vec<u8> {
    let mut out = Vec::new();
    for number in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, u32::from(link.number())] {
        out.extend(u32::to_le_bytes(number));
    }
    for (at, packet) in packets {
        let len = u32::try_from(packet.bytes.len()).expect("a short packet");
        for number in [at, 0, len, packet.wire_len] {
            out.extend(u32::to_le_bytes(number));
        }
        out.extend(&packet.bytes);
    }
    out
}

/// How often packets passed and did not.
#[derive(Debug, Default)]
struct Tally {
    expressions: u32,
    /// Expressions that let some packets pass and not all.
    telling: u32,
    /// Packets that only the optimised program decides, where the others miss a byte.
    missed: u32,
    /// Expressions that libpcap or we refuse, most since they can be seen to reject all packets.
    never: u32,
}

const EACH: u32 = 120;

fn compared(link: LinkType, seed: u64) {
    let packets = corpus(link, seed, 400);
    let Some(tcpdump) = Tcpdump::new(link, &packets) else { return };
    let mut given = Given::new(seed + 1);
    let mut tally = Tally::default();
    for _ in 0..EACH {
        one(&tcpdump, link, &packets, &expression(link, &mut given), &mut tally);
    }
    assert_eq!(tally.expressions, EACH);
    assert!(tally.telling * 2 > EACH, "{link:?}, seed {seed}: {tally:?}");
    assert!(tally.never * 3 < EACH, "{link:?}, seed {seed}: {tally:?}");
}

/// One expression over all packets: exactly those pass that libpcap lets pass.
fn one(tcpdump: &Tcpdump, link: LinkType, packets: &[Packet], text: &str, tally: &mut Tally) {
    tally.expressions += 1;
    let plain = match tcpdump.compile(&["-O"], text) {
        Ok(plain) => plain,
        Err(why) => {
            // It takes the offset of what is divided or shifted by for the divisor itself.
            let offset = ["division by zero", "modulus by zero", "shift by more than 31 bits"];
            assert!(offset.iter().any(|offset| why.contains(offset)), "{link:?}: {text}: {why}");
            tally.never += 1;
            return;
        }
    };
    let read = Filter::parse(text);
    let ours = match read.and_then(|filter| filter.compile(&Target::file(link), &mut numeric)) {
        Ok(ours) => ours,
        Err(problem) => {
            // Divisors and shifts that are computed from numbers are looked at here only. What can be seen never
            // to pass is refused by the optimiser of libpcap too.
            let computed =
                ["this divides by zero", "this shifts by more than 31 bits"].contains(&problem.what.as_str());
            assert!(computed || tcpdump.compile(&[], text).is_err(), "{link:?}: {text}: {problem}");
            tally.never += 1;
            return;
        }
    };
    ours.check().unwrap_or_else(|flaw| panic!("{link:?}: {text}: {flaw}\n{ours}"));
    let best = tcpdump.compile(&[], text);
    tally.never += u32::from(best.is_err());
    let mut passed = 0;
    for (at, packet) in packets.iter().enumerate() {
        let (wanted, got) = (run(&plain, packet), run(&ours, packet));
        assert_eq!(kept(got), kept(wanted), "{link:?}: {text}: packet {at}: {packet:02x?}\n{ours}\n{plain}");
        assert_eq!(
            ours.run(&packet.bytes, packet.wire_len),
            kept(got),
            "{link:?}: {text}: packet {at}\n{ours}"
        );
        let best = best.as_ref().map_or(0, |best| kept(run(best, packet)));
        if best != kept(got) {
            assert_eq!(wanted, End::Fault, "{link:?}: {text}: packet {at}: {packet:02x?}\n{ours}");
            tally.missed += 1;
        }
        passed += usize::from(kept(got) > 0);
    }
    tally.telling += u32::from(passed > 0 && passed < packets.len());
}

fn kept(end: End) -> u32 {
    match end {
        End::Kept(keep) => keep,
        End::Fault => 0,
    }
}

#[test]
fn ethernet_as_libpcap() {
    compared(LinkType::Ethernet, 1);
}

#[test]
fn more_ethernet_as_libpcap() {
    compared(LinkType::Ethernet, 7);
}

#[test]
fn null_as_libpcap() {
    compared(LinkType::Null, 2);
}

#[test]
fn loop_as_libpcap() {
    compared(LinkType::Loop, 3);
}

#[test]
fn raw_as_libpcap() {
    compared(LinkType::Raw, 4);
}

#[test]
fn cooked_as_libpcap() {
    compared(LinkType::LinuxSll, 5);
}

#[test]
fn cooked_again_as_libpcap() {
    compared(LinkType::LinuxSll2, 6);
}

#[test]
fn tcpdump_itself_lets_the_same_packets_pass() {
    for (seed, link) in (20..).zip(LinkType::ALL) {
        let packets = corpus(link, seed, 300);
        let Some(tcpdump) = Tcpdump::new(link, &packets) else { return };
        let mut given = Given::new(seed);
        for _ in 0..15 {
            let text = expression(link, &mut given);
            let filter = Filter::parse(&text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
            let Ok(program) = filter.compile(&Target::file(link), &mut numeric) else { continue };
            let passes = |(_, packet): &(u32, &Packet)| program.run(&packet.bytes, packet.wire_len) > 0;
            let ours = pcap(link, (0..).zip(&packets).filter(passes));
            let theirs = tcpdump.passed(&text);
            // Behind the header of the file, in which only the way of counting may differ.
            assert!(ours[24..] == theirs[24..], "{link:?}, seed {seed}: {text}\n{program}");
        }
    }
}

#[test]
fn programs_are_shown_as_tcpdump_shows_them() {
    let Some(tcpdump) = Tcpdump::new(LinkType::Ethernet, &[]) else { return };
    let mut given = Given::new(40);
    for _ in 0..40 {
        let text = expression(LinkType::Ethernet, &mut given);
        if let Ok(program) = tcpdump.compile(&[], &text) {
            assert_eq!(program.to_string(), tcpdump.shown(&text), "{text}");
        }
    }
}
