//! What takes its time: filters, searches, conversations, files that grow.

use std::fs::OpenOptions;
use std::io::Write;

use sockscope::recording::{Index, Recording};

use super::given::{HEAD, file, key, look, packets, press, record, screen, small, status, view};
use crate::panes::key::Key;
use crate::panes::view::View;

fn type_in(view: &mut View, keys: &str) {
    for c in keys.chars() {
        view.press(key(c));
    }
}

#[test]
fn a_filter_leaves_what_it_admits_and_goes_again() {
    let mut view = small();
    press(&mut view, "6Gftcp src port 80\n");
    assert!(
        status(&mut view).contains("packet 6 of 14  filter: tcp src port 80 (2)"),
        "{}",
        status(&mut view)
    );
    press(&mut view, "j");
    assert_eq!((view.packet(), view.rows()), (Some(9), 2));
    press(&mut view, "9G");
    assert!(status(&mut view).contains("the filter does not admit packet 9"));
    press(&mut view, "10Gx");
    assert_eq!((view.packet(), view.rows()), (Some(9), 14));
    // One that admits none leaves the place to come back to.
    press(&mut view, "ftcp port 9\n");
    assert!(screen(&mut view).contains("no packet\n"));
    press(&mut view, "F\t\t+yx");
    assert_eq!(view.packet(), Some(9));
}

#[test]
fn a_filter_that_cannot_be_read_is_told_and_can_be_put_right() {
    let mut view = small();
    press(&mut view, "fudp prt 53\n");
    let shown = screen(&mut view);
    let lines: Vec<_> = shown.lines().rev().take(2).collect();
    assert_eq!(lines[0], "filter: udp prt 53");
    assert!(lines[1].contains("prt"), "{}", lines[1]);
    assert_eq!(view.draw().cursor, Some((12, 23)), "at the word that is wrong");
    view.press(Key::Char('x'));
    view.press(Key::Backspace);
    press(&mut view, "→o\n");
    assert!(status(&mut view).contains("filter: udp port 53 (1)"), "{}", screen(&mut view));
}

#[test]
fn esc_ends_a_filter_on_its_way_and_says_how_far_it_came() {
    let mut view = view(file(1000));
    while view.work() {}
    type_in(&mut view, "9000Gfarp\n");
    assert!(view.work() && view.work());
    assert!(status(&mut view).starts_with("filtering 14 %  packet 14 of 14000"), "{}", status(&mut view));
    type_in(&mut view, "⎋");
    assert!(status(&mut view).starts_with("the filter was ended after packet 2000; f begins it again"));
    assert!(!view.work() && view.rows() == 142);
    press(&mut view, "f\n");
    assert_eq!((view.rows(), view.packet()), (1000, Some(13)));
}

#[test]
fn text_is_searched_in_the_charset_and_bytes_as_such() {
    let mut view = small();
    press(&mut view, "/温度\n");
    assert_eq!(view.packet(), Some(1));
    press(&mut view, "/EXAMPLE.com\n");
    assert_eq!(view.packet(), Some(2));
    press(&mut view, "n");
    assert_eq!(view.packet(), Some(3));
    press(&mut view, "n");
    assert_eq!(view.packet(), Some(2));
    assert!(status(&mut view).starts_with("found after going on at the other end"));
    press(&mut view, "N");
    assert_eq!(view.packet(), Some(3));
    press(&mut view, "/hex:00 50 c3 50\n");
    assert_eq!(view.packet(), Some(5));
    assert_eq!(view.layers.node().unwrap().label, "Source port");
    press(&mut view, "/hex:zz\n");
    assert!(screen(&mut view).contains("'z' is no hex digit"), "{}", screen(&mut view));
    press(&mut view, "⎋/nothing like this\n");
    assert!(status(&mut view).starts_with("nothing like this is not found"));
    assert_eq!(view.packet(), Some(5));
}

#[test]
fn a_packet_that_is_not_known_yet_is_gone_to_when_it_is() {
    let mut view = view(file(5000));
    assert!(view.packets.is_more(), "the first part of a file is not all of it");
    type_in(&mut view, "70000G");
    assert!(status(&mut view).starts_with("goes to packet 70000 as soon as it is known"));
    while view.work() {}
    assert_eq!(view.packet(), Some(69_999));
    type_in(&mut view, "G");
    screen(&mut view);
    assert_eq!(view.packet(), Some(69_999));
}

#[test]
fn numbers_are_those_of_the_header_until_conversations_were_followed() {
    let mut view = view(file(1));
    let mut before = super::given::view(file(1));
    while view.work() {}
    let row = |view: &mut View| screen(view).lines().nth(5).unwrap().to_owned();
    assert!(row(&mut view).contains("seq 0 win"), "{}", row(&mut view));
    before.packets = {
        let recording = Recording::from_reader(std::io::Cursor::new(file(1)), "x").unwrap();
        crate::panes::packets::Packets::new(Index::new(recording))
    };
    before.packets.advance().unwrap();
    assert!(row(&mut before).contains("seq 1000 w"), "{}", row(&mut before));
}

#[test]
fn the_end_is_followed_while_the_file_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grows.pcap");
    let packets = packets();
    std::fs::write(&path, [HEAD, &record(0, &packets[0])].concat()).unwrap();
    let index = Index::new(Recording::open(path.to_str().unwrap()).unwrap());
    let mut view = View::new(index, look());
    view.begin().unwrap();
    press(&mut view, "G");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    for (number, packet) in packets.iter().enumerate().skip(1) {
        assert!(!view.look_again(), "nothing came");
        file.write_all(&record(number, packet)).unwrap();
        assert!(view.look_again());
        while view.work() {}
        screen(&mut view);
        assert_eq!(view.packet(), Some(number as u64));
    }
    press(&mut view, "k");
    file.write_all(&record(14, &packets[0])).unwrap();
    view.look_again();
    screen(&mut view);
    assert_eq!((view.packet(), view.packets.len()), (Some(12), 15), "who goes elsewhere stays there");
}

#[test]
fn what_is_no_recording_is_told_before_there_is_a_screen() {
    let recording = Recording::from_reader(&b"no recording at all, but text"[..], "x.txt").unwrap();
    assert!(View::new(Index::new(recording), look()).begin().is_err());
}

#[test]
fn a_flaw_in_the_file_is_on_the_last_line_and_on_its_page() {
    let mut bytes = file(1);
    bytes.truncate(bytes.len() - 3);
    let mut view = view(bytes);
    while view.work() {}
    assert!(status(&mut view).contains("1 flaw in the file (i)"), "{}", status(&mut view));
    press(&mut view, "i");
    assert!(screen(&mut view).contains("ends within"), "{}", screen(&mut view));
}
