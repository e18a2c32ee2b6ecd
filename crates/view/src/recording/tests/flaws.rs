//! Recordings as they should not be.

use super::build::Write;
use super::*;

const LITTLE: Order = Order::Little;

/// Two packets with something between them.
fn around(between: impl FnOnce(&mut Pcapng)) -> All {
    let mut file = Pcapng::new(LITTLE);
    file.packet(0, 1, b"first");
    between(&mut file);
    file.packet(0, 2, b"last");
    read(&file.bytes)
}

#[track_caller]
fn tells(all: &All, data: &[&[u8]], told: &[&str]) {
    assert_eq!((all.data(), all.told()), (data.to_vec(), told.iter().map(|s| (*s).to_owned()).collect()));
}

#[test]
fn what_is_no_recording_is_refused() {
    for (file, want) in [
        (&b""[..], "it is empty; "),
        (b"\x1f\x8b\x08\0", "it is neither pcap nor pcapng, but looks like gzip; "),
    ] {
        let problem = drive(&mut Scanner::new(), file, |_| file.len()).unwrap_err();
        assert!(problem.to_string().starts_with(want), "{problem}");
    }
}

#[test]
fn a_cut_tells_what_is_missing() {
    let mut file = Pcapng::new(LITTLE);
    file.packet(0, 1, b"first");
    let whole = file.bytes.len();
    file.packet(0, 1, b"second");
    tells(
        &read(&file.bytes[..whole + 30]),
        &[b"first"],
        &["at byte 88: the file ends within a packet block: 10 of 40 bytes are missing"],
    );
    tells(
        &read(&file.bytes[..whole + 3]),
        &[b"first"],
        &["at byte 88: the file ends within the header of a block: 9 of 12 bytes are missing"],
    );
    let mut file = Pcap::new(LITTLE, 0xa1b2_c3d4, 100, 1);
    file.packet(1, 2, b"abc");
    tells(
        &read(&file.bytes[..42]),
        &[],
        &["at byte 24: the file ends within a packet: 1 of 19 bytes are missing"],
    );
    tells(
        &read(&file.bytes[..7]),
        &[],
        &["at byte 0: the file ends within the file header: 17 of 24 bytes are missing"],
    );
}

#[test]
fn lengths_that_no_block_can_have_cost_that_block_only() {
    for len in [0_u32, 8, 13, 0x7fff_fffe, 0x8000_0000, u32::MAX, u32::MAX - 3] {
        let all = around(|file| {
            let at = file.bytes.len();
            file.packet(0, 1, b"lies");
            file.bytes[at + 4..at + 8].copy_from_slice(&len.to_le_bytes());
        });
        assert_eq!(all.data(), [&b"first"[..], b"last"], "{len}");
        assert_eq!(all.notes.len(), 2, "{len}");
        assert_eq!(all.notes[1], Note { at: 88, flaw: Flaw::Skipped(36) }, "{len}");
    }
}

#[test]
fn a_length_at_the_end_that_differs_is_told() {
    let all = around(|file| {
        file.packet(0, 1, b"odd");
        let at = file.bytes.len() - 4;
        file.bytes[at] += 4;
    });
    let told = "at byte 88: the block length 36 stands as 40 at its end; the first is used";
    tells(&all, &[b"first", b"odd", b"last"], &[told]);

    let all = around(|file| {
        file.packet(0, 1, b"odd");
        let at = file.bytes.len() - 32;
        file.bytes[at] += 4;
    });
    let told = [
        "at byte 88: the block length 40 stands as 6 at its end; looking for the next block that can be read",
        "at byte 88: 36 bytes were skipped up to the next that can be read",
    ];
    tells(&all, &[b"first", b"last"], &told);
}

#[test]
fn a_length_beyond_the_end_does_not_hide_what_follows() {
    for len in [1000_u32, 1 << 20, LONGEST as u32] {
        let all = around(|file| {
            let at = file.bytes.len();
            file.packet(0, 1, b"lies");
            file.bytes[at + 4..at + 8].copy_from_slice(&len.to_le_bytes());
        });
        assert_eq!(all.notes[0], Note { at: 88, flaw: Flaw::Beyond(len.into()) });
        tells(
            &all,
            &[b"first", b"last"],
            &[&all.told()[0], "at byte 88: 36 bytes were skipped up to the next that can be read"],
        );
    }
}

#[test]
fn lengths_that_are_no_multiple_of_4_are_read_with_padding_or_without() {
    let ragged = |padding: &[u8]| {
        around(|file| {
            let len = file.u32(35);
            let numbers = [0, 0, 1, 3, 3].map(|n| file.u32(n)).concat();
            file.bytes.extend([&file.u32(6)[..], &len, &numbers, b"abc", padding, &len].concat());
        })
    };
    let told = "at byte 88: the block length 35 is no multiple of 4; read nevertheless";
    tells(&ragged(b""), &[b"first", b"abc", b"last"], &[told]);
    tells(&ragged(b"\0"), &[b"first", b"abc", b"last"], &[told]);
}

#[test]
fn a_block_too_long_is_passed_over_without_being_held() {
    let len = LONGEST as u32 + 16;
    let mut file = Pcapng::new(LITTLE);
    let start = file.bytes.len() as u64;
    file.bytes.extend([file.u32(0xbad), file.u32(len)].concat());
    let mut rest = Pcapng::empty(LITTLE);
    rest.bytes.extend(rest.u32(len));
    rest.packet(0, 1, b"last");

    let mut scanner = Scanner::new();
    scanner.set_size(start + u64::from(len) + rest.bytes.len() as u64 - 4);
    while scanner.at() < start {
        scanner.step(&file.bytes[scanner.at() as usize..], false).unwrap();
    }
    let note = Item::Note(Note { at: start, flaw: Flaw::Long(len.into()) });
    let mut step = || scanner.step(&file.bytes[start as usize..], false);
    assert_eq!(step(), Ok(Step::Need(12)));
    let head = [&file.bytes[start as usize..], &[0; 4]].concat();
    assert_eq!(scanner.step(&head, false), Ok(Step::Took { len: 0, item: note }));
    assert_eq!(scanner.step(&head, false), Ok(Step::Skip(u64::from(len) - 4)));
    assert_eq!(scanner.step(&rest.bytes, true), Ok(Step::Skip(4)));
    let Ok(Step::Took { item: Item::Packet(packet), .. }) = scanner.step(&rest.bytes[4..], true) else {
        panic!()
    };
    assert_eq!(packet.data(&rest.bytes[4..]), b"last");
}

#[test]
fn captured_lengths_beyond_what_is_there_or_allowed_are_told() {
    tells(
        &around(|file| file.enhanced(0, 1, (9, 9), b"abcd", &[])),
        &[b"first", b"abcd", b"last"],
        &["at byte 88: 9 bytes are said to be captured, but the block has 4; these are given"],
    );
    tells(
        &around(|file| file.enhanced(0, 1, (4, 3), b"abcd", &[])),
        &[b"first", b"abcd", b"last"],
        &["at byte 88: 4 bytes are captured of 3 on the wire; all are given"],
    );
    tells(
        &around(|file| {
            file.interface(1, 2, &[]);
            file.packet(1, 1, b"abc");
        }),
        &[b"first", b"abc", b"last"],
        &["at byte 108: 3 bytes are captured, over the snap length 2; all are given"],
    );
}

#[test]
fn packets_without_a_described_interface_have_no_time() {
    let all = around(|file| {
        file.packet(3, 1, b"odd");
        file.block(6, b"short");
        file.block(5, &[0; 4]);
    });
    let told = [
        "at byte 88: interface 3 was not described before; its times are not known",
        "at byte 124: 20 bytes are too few for a packet block; left out",
        "at byte 144: 16 bytes are too few for statistics of an interface; left out",
    ];
    tells(&all, &[b"first", b"odd", b"last"], &told);
    assert_eq!((all.packets[1].packet.interface, all.packets[1].packet.time), (None, None));
}

#[test]
fn options_times_and_versions_that_cannot_be_are_told() {
    let all = around(|file| file.enhanced(0, 1, (4, 4), b"abcd", b"\x01\0\xff\0"));
    tells(
        &all,
        &[b"first", b"abcd", b"last"],
        &["at byte 88: the options are broken; those before are kept"],
    );
    let all = around(|file| file.packet(0, u64::MAX, b"late"));
    let told = "at byte 88: its time lies outside of the years 1970 to 2554; left out";
    tells(&all, &[b"first", b"late", b"last"], &[told]);
    assert_eq!(all.packets[1].packet.time, None);
    let mut file = Pcapng::new(LITTLE);
    file.bytes[12] = 7;
    tells(&read(&file.bytes), &[], &["at byte 0: version 7.0 is not known; read as the version that is"]);
}

#[test]
fn a_section_without_a_magic_is_lost_up_to_the_next_block() {
    let all = around(|file| {
        let at = file.bytes.len();
        file.section(&[]);
        file.bytes[at + 8] = 0;
    });
    let told = [
        "at byte 88: a section has the byte-order magic 0x1a2b3c00, which is none",
        "at byte 88: 28 bytes were skipped up to the next that can be read",
    ];
    tells(&all, &[b"first", b"last"], &told);
    let mut file = Pcapng::new(LITTLE);
    file.bytes[8] = 0;
    let told = [
        "at byte 0: a section has the byte-order magic 0x1a2b3c00, which is none",
        "at byte 0: from here on, 48 bytes cannot be read",
    ];
    tells(&read(&file.bytes), &[], &told);
}

#[test]
fn packets_of_pcap_that_cannot_be_are_passed_over() {
    let around = |between: &dyn Fn(&mut Pcap)| {
        let mut file = Pcap::new(LITTLE, 0xa1b2_c3d4, 100, 1);
        file.packet(1000, 1, b"first");
        between(&mut file);
        for second in [1001, 1002, 1003] {
            file.packet(second, 2, b"last");
        }
        read(&file.bytes)
    };
    let last: [&[u8]; 3] = [b"last"; 3];
    let with = |data: &[&'static [u8]]| [data, &last].concat();
    tells(
        &around(&|file| file.record([1000, 1, u32::MAX, 60], b"odd")),
        &with(&[b"first"]),
        &[
            "at byte 45: a captured length of 4294967295 is not believed; looking for the next packet",
            "at byte 45: 19 bytes were skipped up to the next that can be read",
        ],
    );
    tells(
        &around(&|file| file.record([1000, 2_000_000, 101, 60], &[b'x'; 101])),
        &with(&[b"first", &[b'x'; 101]]),
        &[
            "at byte 45: 101 bytes are captured, over the snap length 100; all are given",
            "at byte 45: 101 bytes are captured of 60 on the wire; all are given",
            "at byte 45: the fraction of its second is 2000000, a second or more; added as it is",
        ],
    );
    tells(
        &around(&|file| file.record([1000, 1, 110, 110], b"odd")),
        &with(&[b"first"]),
        &[
            "at byte 45: a captured length of 110 is not believed; looking for the next packet",
            "at byte 45: 19 bytes were skipped up to the next that can be read",
        ],
    );
}

#[test]
fn files_of_pcap_may_be_joined() {
    let mut file = Pcap::new(LITTLE, 0xa1b2_c3d4, 100, 1);
    file.packet(1, 1, b"one");
    let mut other = Pcap::new(LITTLE, 0xa1b2_c3d4, 100, 101);
    other.packet(2, 1, b"two");
    file.bytes.extend(other.bytes);
    let all = read(&file.bytes);
    let told =
        "at byte 43: another file header stands here, as where files were joined; it holds from here on";
    tells(&all, &[b"one", b"two"], &[told]);
    assert_eq!(all.interfaces()[1].link, Link::Raw);
    assert_eq!(all.packets[1].packet.interface, Some(1));
}
