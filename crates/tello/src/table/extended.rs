//! What the controller of a RoboMaster TT knows besides.

use super::{Answer, Arg, BARE, Form, Spec, Value, number, word};
use crate::sdk::Sdk;

const EXT: Spec = Spec { since: Sdk::V3_0, ..BARE };

const fn colour(name: &'static str) -> Arg {
    number(name, 0.0, 255.0, "")
}

const fn matrix(name: &'static str, args: &'static [Arg], en: &'static str, zh: &'static str) -> Spec {
    Spec { name, args, answer: Answer::Matrix, en, zh, ..EXT }
}

const INK: Arg = word("colour", &["r", "b", "p"]);
const PACE: Arg = number("t", 0.1, 2.5, "Hz");
const TEXT: Arg = Arg { name: "text", form: Form::Text(70) };
const PICTURE: Arg = Arg { name: "pixels", form: Form::Pixels(64) };
const BOOK: Arg = Arg { name: "pixels", form: Form::Pixels(196) };

pub(super) const ROWS: &[Spec] = &[
    Spec {
        name: "EXT led",
        args: &[colour("r"), colour("g"), colour("b")],
        answer: Answer::Led,
        en: "colour of the light",
        zh: "彩灯颜色",
        ..EXT
    },
    Spec {
        name: "EXT led br",
        args: &[PACE, colour("r"), colour("g"), colour("b")],
        answer: Answer::Led,
        en: "let the light breathe",
        zh: "彩灯呼吸",
        ..EXT
    },
    Spec {
        name: "EXT led bl",
        args: &[
            number("t", 0.1, 10.0, "Hz"),
            colour("r1"),
            colour("g1"),
            colour("b1"),
            colour("r2"),
            colour("g2"),
            colour("b2"),
        ],
        answer: Answer::Led,
        en: "let the light blink between two colours",
        zh: "彩灯双色闪烁",
        ..EXT
    },
    matrix("EXT mled g", &[PICTURE], "show a picture of 8 by 8", "显示 8x8 图案"),
    matrix("EXT mled l", &[INK, PACE, TEXT], "scroll text to the left", "文字向左滚动"),
    matrix("EXT mled r", &[INK, PACE, TEXT], "scroll text to the right", "文字向右滚动"),
    matrix("EXT mled u", &[INK, PACE, TEXT], "scroll text up", "文字向上滚动"),
    matrix("EXT mled d", &[INK, PACE, TEXT], "scroll text down", "文字向下滚动"),
    matrix("EXT mled l g", &[PACE, BOOK], "scroll a picture to the left", "图案向左滚动"),
    matrix("EXT mled r g", &[PACE, BOOK], "scroll a picture to the right", "图案向右滚动"),
    matrix("EXT mled u g", &[PACE, BOOK], "scroll a picture up", "图案向上滚动"),
    matrix("EXT mled d g", &[PACE, BOOK], "scroll a picture down", "图案向下滚动"),
    matrix(
        "EXT mled s",
        &[INK, Arg { name: "character", form: Form::Name }],
        "show a character, or heart",
        "显示一个字符或 heart",
    ),
    matrix("EXT mled sg", &[PICTURE], "the picture shown after the start", "设置开机图案"),
    matrix("EXT mled sc", &[], "no picture after the start", "清除开机图案"),
    matrix("EXT mled sl", &[colour("n")], "brightness", "亮度"),
    Spec {
        name: "EXT tof?",
        answer: Answer::Value(Value::ExtDistance),
        en: "distance ahead in millimetres",
        zh: "前方距离，毫米",
        ..EXT
    },
    Spec {
        name: "EXT version?",
        answer: Answer::Value(Value::ExtVersion),
        en: "version of the controller",
        zh: "扩展控制器版本",
        ..EXT
    },
];
