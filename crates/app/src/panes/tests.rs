//! The whole of it without a terminal: keys go in, screens come out.

mod given;
mod moving;
mod waiting;

use given::{press, screen, small};

fn at(size: (usize, usize), keys: &str) -> String {
    let mut view = small();
    view.size = size;
    press(&mut view, keys);
    screen(&mut view)
}

#[test]
fn the_first_screen() {
    insta::assert_snapshot!("first_80x24", at((80, 24), ""));
    insta::assert_snapshot!("first_100x30", at((100, 30), ""));
    insta::assert_snapshot!("first_40x12", at((40, 12), ""));
}

#[test]
fn a_field_of_a_packet() {
    insta::assert_snapshot!("field_100x30", at((100, 30), "jjj\t↓↓↓→↓↓↓"));
    insta::assert_snapshot!("bytes_80x24", at((80, 24), "j\t\tG"));
}

#[test]
fn a_segment_sent_again_and_a_datagram_put_together() {
    insta::assert_snapshot!("again_100x30", at((100, 30), "9G\t→"));
    insta::assert_snapshot!("whole_100x30", at((100, 30), "13G\tG↑"));
}

#[test]
fn a_conversation_on_a_page() {
    insta::assert_snapshot!("follow_80x24", at((80, 24), "8GF"));
}

#[test]
fn help_and_what_is_known_of_the_file() {
    insta::assert_snapshot!("help_80x24", at((80, 24), "?"));
    insta::assert_snapshot!("about_80x24", at((80, 24), "i"));
}

#[test]
fn too_small_a_screen_says_so() {
    assert_eq!(at((39, 12), "").trim_end(), "40x12 is needed, not 39x12");
    assert_eq!(at((10, 1), "?j\t"), "40x12 is …");
    assert_eq!(at((0, 0), "?j\t"), "");
}

#[test]
fn a_screen_has_its_size_whatever_is_pressed() {
    let mut view = given::view(given::file(40));
    let keys: Vec<char> = "\t\t\n\n⎋⎋→→←←↑↓↓ bgGkjzl+-nNxmF'teyihq019:/fE5u你".chars().collect();
    let mut rng = 42_u64;
    let mut next = |most: usize| {
        rng = rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (rng >> 33) as usize % most
    };
    for _ in 0..6000 {
        if next(50) == 0 {
            view.size = (next(130), next(50));
        }
        view.press(given::key(keys[next(keys.len())]));
        view.work();
        let frame = view.draw();
        assert_eq!(frame.lines.len(), view.size.1);
        for line in &frame.lines {
            assert!(line.columns() <= view.size.0, "{:?}: {}", view.size, line.text());
        }
        assert!(frame.cursor.is_none_or(|(column, row)| column < view.size.0 && row < view.size.1));
    }
}
