//! Keys that move, mark and choose.

use super::given::{look, press, screen, small, status};
use crate::panes::act::Turn;
use crate::panes::key::Key;
use crate::panes::view::Pane;

#[test]
fn the_list_is_moved_about_in() {
    let mut view = small();
    for (keys, packet) in
        [("j", 1), ("↓↓", 3), ("k", 2), ("G", 13), ("b", 6), (" ", 13), ("g", 0), ("12g", 11), ("3G", 2)]
    {
        press(&mut view, keys);
        screen(&mut view);
        assert_eq!(view.packet(), Some(packet), "{keys}");
    }
    press(&mut view, ":7\n");
    assert_eq!(view.packet(), Some(6));
    press(&mut view, "99G");
    assert!(status(&mut view).starts_with("there is no packet 99; the last one is 14"));
    press(&mut view, ":x\n");
    assert!(screen(&mut view).contains("a packet has a number from 1 on; write one, or Esc"));
    press(&mut view, "⎋");
    assert_eq!((view.packet(), view.prompt.is_none()), (Some(6), true));
}

#[test]
fn what_does_not_fit_is_slid_into_sight() {
    let mut view = small();
    press(&mut view, "10G→→→→→→→");
    assert!(screen(&mut view).contains(" .1 200 OK\\r\\n\\r\\n你好，世界…"), "{}", screen(&mut view));
    press(&mut view, "←←←←←←←");
    assert!(screen(&mut view).contains(" Info\n"));
}

#[test]
fn a_byte_chooses_its_field_and_a_field_its_bytes() {
    let mut view = small();
    press(&mut view, "\t\t");
    assert_eq!(view.pane, Pane::Bytes);
    press(&mut view, "↓↓→→→");
    assert_eq!(view.layers.node().unwrap().label, "Source port");
    press(&mut view, "y");
    assert!(status(&mut view).starts_with("d4 31  "));
    press(&mut view, "\n↓y");
    assert!(status(&mut view).starts_with("1f 90  "));
    assert_eq!(view.pane, Pane::Layers);
    press(&mut view, "\t\t\tgy");
    assert!(status(&mut view).starts_with("no bytes are chosen"), "{}", status(&mut view));
}

#[test]
fn panes_are_turned_and_zoomed() {
    let mut view = small();
    view.press(Key::BackTab);
    assert_eq!(view.pane, Pane::Bytes);
    press(&mut view, "z");
    let shown = screen(&mut view);
    assert!(
        shown.starts_with("━━ Bytes: 46, byte 0 (0x0); text in gbk ━") && !shown.contains("Source"),
        "{shown}"
    );
    press(&mut view, "z\t");
    assert!(screen(&mut view).contains("Source"));
}

#[test]
fn marks_are_gone_to_one_after_the_other() {
    let mut view = small();
    press(&mut view, "'");
    assert!(status(&mut view).starts_with("no packet is marked here"));
    press(&mut view, "jm6Gm14Gm'");
    assert_eq!(view.packet(), Some(1));
    press(&mut view, "''");
    assert_eq!(view.packet(), Some(13));
    assert!(screen(&mut view).contains("\n> 14*0.016042 "), "{}", screen(&mut view));
    assert!(status(&mut view).contains("3 marked"));
    press(&mut view, "m'm");
    assert!(status(&mut view).contains("1 marked"));
}

#[test]
fn times_and_charsets_come_one_after_the_other() {
    let mut view = small();
    press(&mut view, "jt");
    assert!(screen(&mut view).contains(">  2 11:04:05.001234 "), "{}", screen(&mut view));
    press(&mut view, "t");
    assert!(screen(&mut view).contains(">  2 0.001234 ") && screen(&mut view).contains("   3 0.001234 "));
    press(&mut view, "tEutf-8\n");
    assert!(screen(&mut view).contains("len 24  \\xc4\\…"), "{}", screen(&mut view));
    press(&mut view, "e");
    assert!(status(&mut view).starts_with("text is shown in gbk"));
    assert!(screen(&mut view).contains("1· ··你好，"), "{}", screen(&mut view));
    press(&mut view, "Ekoi9\n");
    assert!(screen(&mut view).contains("did you mean koi8?"), "the nearest is told: {}", screen(&mut view));
    assert_eq!(look().charset_name(), "gbk");
}

#[test]
fn q_and_esc_leave_from_the_top_down() {
    let mut view = small();
    press(&mut view, "?");
    assert!(screen(&mut view).starts_with("━━ Keys ━"));
    press(&mut view, "q");
    assert!(screen(&mut view).starts_with(" No."));
    press(&mut view, "8GF");
    assert!(
        screen(&mut view).starts_with("━━ TCP 10.0.0.1:50000 → 10.0.0.2:80: 27 bytes →, 31 bytes ←"),
        "{}",
        screen(&mut view)
    );
    press(&mut view, "⎋/abc");
    assert_eq!(view.press(Key::Esc), Turn::On);
    assert_eq!(view.press(Key::Esc), Turn::Quit);
    assert_eq!(view.press(Key::Char('q')), Turn::Quit);
    press(&mut view, "?/");
    assert_eq!(view.press(Key::Ctrl('c')), Turn::Quit);
    press(&mut view, "⎋⎋");
    assert_eq!((view.press(Key::Ctrl('z')), view.press(Key::Ctrl('l'))), (Turn::Suspend, Turn::Redraw));
    view.press(Key::Char('Q'));
    assert!(status(&mut view).starts_with("Q means nothing here; ? tells all keys"));
}
