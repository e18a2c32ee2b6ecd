use std::fmt::Write as _;

use super::*;
use unicode_width::UnicodeWidthStr;

/// What an expectation that is not met looks like, without colours.
fn shown(line: &str, setting: &str, what: &[What<'_>]) -> String {
    let mut play = Play::new(&format!("open plc udp://192.0.2.1:502\n{setting}{line}\n"));
    play.acts();
    play.opened(0);
    for what in what {
        play.player.happened(&Happening { session: SessionId(0), peer: 0, what: *what });
    }
    let mut act = play.player.next(at(0));
    if act.is_none() {
        play.now = play.player.wakeup().unwrap().0 / MS;
        act = play.player.next(at(play.now));
    }
    let Some(Act::Finish(Verdict::Unmet(unmet))) = act else { panic!("{act:?}") };
    let mut out = Vec::new();
    unmet.write(&mut Unmet::plain, &mut out);
    let text = String::from_utf8(out).unwrap();
    for line in text.lines().skip(1) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
        assert_eq!(line, line.trim_end());
    }
    text
}

fn chunk(bytes: &[u8]) -> What<'_> {
    What::Received { bytes, whole: false }
}

fn message(bytes: &[u8]) -> What<'_> {
    What::Received { bytes, whole: true }
}

#[test]
fn both_sides_side_by_side() {
    let mut all = String::new();
    let mut add = |text: String| writeln!(all, "{text}").unwrap();
    let answer = "expect hex 00 01 00 00 00 07 01 03 04 00 2a 01 ?? within 2s";
    add(shown(answer, "", &[chunk(b"\x00\x01\x00\x00\x00\x03\x01\x83\x02")]));
    add(shown(answer, "", &[chunk(b"\x00\x01\x00\x00\x00\x07\x01\x03\x04")]));
    add(shown(answer, "", &[]));
    add(shown("expect \"OK\\r\\n\"", "", &[chunk(b"ERROR\r\n")]));
    add(shown("expect \"OK\\r\\n\"", "", &[message(b"OK\r\n+CSQ: 18,99\r\n")]));
    add(shown("expect \"温度=36度，湿度=40%\"", "", &[message("温度=38度，湿度=40%".as_bytes())]));
    let gbk = b"\xce\xc2\xb6\xc8=38\xb6\xc8\xff";
    add(shown("expect \"温度=36度\\r\\n\"", "encoding gbk\n", &[message(gbk)]));
    add(shown("expect re /^\\+CSQ: (\\d+)/", "", &[message("错误: 没有信号 no signal\r\n".as_bytes())]));
    add(shown("expect end", "", &[chunk(b"bye\x1b[2J")]));
    let reset = What::Closed { kind: Failure::Reset, why: "connection reset by peer" };
    add(shown("expect \"OK\\r\\n\"", "", &[chunk(b"O"), reset]));
    insta::assert_snapshot!(all);
}

#[test]
fn long_comparisons_tell_what_they_leave_out() {
    let hex = (0..400).map(|n| format!("{:02x} ", n % 256)).collect::<String>();
    let mut got: Vec<u8> = (0..400).map(|n| (n % 256) as u8).collect();
    got[150] = 0;
    let text = shown(&format!("expect hex {hex}"), "", &[message(&got)]);
    insta::assert_snapshot!(text.split_once('\n').unwrap().1);
    let text = shown("expect re /^x/", "", &[message(&got)]);
    assert!(text.ends_with("  …      5 rows more\n"), "{text}");
}

#[test]
fn paint_gets_every_part_by_its_tone() {
    let mut play = Play::new("open a udp://h:1\nexpect \"ab\"\n");
    play.acts();
    play.opened(0);
    play.player.happened(&Happening { session: SessionId(0), peer: 0, what: chunk(b"aX") });
    let Some(Act::Finish(Verdict::Unmet(unmet))) = play.player.next(at(0)) else { panic!() };
    let mut differs = Vec::new();
    let mut paint = |tone, text: &str, out: &mut Vec<u8>| {
        if tone == Tone::Differs {
            differs.push(text.to_owned());
        }
        Unmet::plain(tone, text, out);
    };
    unmet.write(&mut paint, &mut Vec::new());
    assert_eq!(differs, ["62", "b", "58", "X", "^^", "^^"]);
}
