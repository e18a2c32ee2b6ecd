//! Filters are read or refused at a spot; a program is one that the kernel takes, for every link, and ends on any
//! packet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::capture_filter::{Ancillary, Filter, Instruction, LinkType, Program, Target};
use sockscope_core::problem::Problem;

fuzz_target!(|input: (&str, &[u8], Vec<(u16, u8, u8, u32)>)| {
    let (text, packet, instructions) = input;
    match Filter::parse(text) {
        Ok(filter) => LinkType::ALL.into_iter().for_each(|link| compiled(&filter, link, packet)),
        Err(problem) => shows(problem),
    }
    let instructions = instructions.into_iter().map(|(code, jt, jf, k)| Instruction { code, jt, jf, k });
    let program = Program { instructions: instructions.collect() };
    let _ = (program.run(packet, 0), program.check(), program.to_string());
});

fn compiled(filter: &Filter, link: LinkType, packet: &[u8]) {
    let wire_len = u32::try_from(packet.len()).unwrap_or(u32::MAX);
    for target in [Target::file(link), Target::socket(link)] {
        let mut resolve = |name: &str| match name.len() % 3 {
            0 => Err("unknown".to_owned()),
            _ => Ok(vec![[10, 0, 0, 1].into(), [0xfe80, 0, 0, 0, 0, 0, 0, 1].into()]),
        };
        match filter.compile(&target, &mut resolve) {
            Ok(program) => {
                assert_eq!(program.check(), Ok(()), "{program}");
                let beside = Ancillary { packet_type: Some(4), interface: Some(1), vlan: Some(Some(5)) };
                for keep in [program.run(packet, wire_len), program.run_with(packet, wire_len, &beside)] {
                    assert!(keep == 0 || keep == target.keep, "{keep} is kept");
                }
            }
            Err(problem) => shows(problem),
        }
    }
}

fn shows(problem: Problem) {
    let _ = (problem.place(), &problem.input[problem.span]);
}
