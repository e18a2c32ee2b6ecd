//! Moves.

use super::{Answer, Arg, BARE, Form, Needs, Spec, Takes, number, word};
use crate::sdk::Sdk;

const FAR: &[Arg] = &[number("x", 20.0, 500.0, "cm")];

const fn way(name: &'static str, en: &'static str, zh: &'static str) -> Spec {
    Spec { name, args: FAR, needs: Needs::Flying, takes: Takes::Way, en, zh, ..BARE }
}

const FLYING: Spec = Spec { needs: Needs::Flying, ..BARE };
const PADS: Spec = Spec { needs: Needs::Pads, since: Sdk::V2_0, ..BARE };

const fn cm(name: &'static str) -> Arg {
    number(name, -500.0, 500.0, "cm")
}

const FAST: Arg = number("speed", 10.0, 100.0, "cm/s");
const ARC: Arg = number("speed", 10.0, 60.0, "cm/s");
const PAD: Arg = Arg { name: "pad", form: Form::Pad };

const ROUND: Spec = Spec { takes: Takes::Turn, ..FLYING };
const CLOCKWISE: (&str, &str) = ("turn clockwise", "顺时针旋转");
const COUNTER: (&str, &str) = ("turn counterclockwise", "逆时针旋转");
const GO: (&str, &str) = ("fly to a point: x forward, y left, z up", "飞往坐标点：x 向前，y 向左，z 向上");
const CURVE: (&str, &str) = (
    "fly an arc through one point to another, radius 0.5 to 10 m",
    "沿弧线经一点飞到另一点，半径 0.5 至 10 米",
);

const NEAR: Arg = number("x", 20.0, 500.0, "cm");
const NEAR_Y: Arg = number("y", 20.0, 500.0, "cm");
const NEAR_Z: Arg = number("z", 20.0, 500.0, "cm");
const LITTLE: Arg = number("x", 1.0, 360.0, "degrees");

pub(super) const ROWS: &[Spec] = &[
    way("up", "climb", "上升"),
    way("down", "sink", "下降"),
    way("left", "fly to the left", "向左飞"),
    way("right", "fly to the right", "向右飞"),
    way("forward", "fly ahead", "向前飞"),
    way("back", "fly backwards", "向后飞"),
    Spec {
        name: "cw",
        args: &[number("x", 1.0, 3600.0, "degrees")],
        until: Sdk::V1_3,
        en: CLOCKWISE.0,
        zh: CLOCKWISE.1,
        ..ROUND
    },
    Spec { name: "cw", args: &[LITTLE], since: Sdk::V2_0, en: CLOCKWISE.0, zh: CLOCKWISE.1, ..ROUND },
    Spec {
        name: "ccw",
        args: &[number("x", 1.0, 3600.0, "degrees")],
        until: Sdk::V1_3,
        en: COUNTER.0,
        zh: COUNTER.1,
        ..ROUND
    },
    Spec { name: "ccw", args: &[LITTLE], since: Sdk::V2_0, en: COUNTER.0, zh: COUNTER.1, ..ROUND },
    Spec {
        name: "flip",
        args: &[word("direction", &["l", "r", "f", "b"])],
        takes: Takes::About { usual: 2500, most: 10_000 },
        en: "flip left, right, forward or back; wants battery above about 50 %",
        zh: "向左、右、前、后翻滚；电量约需高于 50%",
        ..FLYING
    },
    Spec {
        name: "go",
        args: &[NEAR, NEAR_Y, NEAR_Z, FAST],
        until: Sdk::V1_3,
        takes: Takes::Straight,
        en: GO.0,
        zh: GO.1,
        ..FLYING
    },
    Spec {
        name: "go",
        args: &[cm("x"), cm("y"), cm("z"), FAST],
        since: Sdk::V2_0,
        takes: Takes::Straight,
        en: GO.0,
        zh: GO.1,
        ..FLYING
    },
    Spec {
        name: "curve",
        args: &[cm("x1"), cm("y1"), cm("z1"), cm("x2"), cm("y2"), cm("z2"), ARC],
        takes: Takes::Arc,
        en: CURVE.0,
        zh: CURVE.1,
        ..FLYING
    },
    Spec {
        name: "go",
        args: &[cm("x"), cm("y"), number("z", 0.0, 500.0, "cm"), FAST, PAD],
        takes: Takes::Straight,
        en: "fly to a point above a mission pad",
        zh: "飞往挑战卡坐标系中的点",
        ..PADS
    },
    Spec {
        name: "curve",
        args: &[
            cm("x1"),
            cm("y1"),
            number("z1", 0.0, 500.0, "cm"),
            cm("x2"),
            cm("y2"),
            number("z2", 0.0, 500.0, "cm"),
            ARC,
            PAD,
        ],
        takes: Takes::Arc,
        en: "fly an arc above a mission pad",
        zh: "在挑战卡坐标系中沿弧线飞行",
        ..PADS
    },
    Spec {
        name: "jump",
        args: &[
            cm("x"),
            cm("y"),
            number("z", 0.0, 500.0, "cm"),
            FAST,
            number("yaw", -360.0, 360.0, "degrees"),
            Arg { name: "from", form: Form::Pad },
            Arg { name: "to", form: Form::Pad },
        ],
        takes: Takes::Straight,
        en: "fly from one pad to a point where another is seen, and turn",
        zh: "从一张挑战卡飞到另一张上方并转向",
        ..PADS
    },
    Spec {
        name: "motoron",
        since: Sdk::V3_0,
        needs: Needs::Ground,
        en: "turn the motors slowly, to cool",
        zh: "低速转动电机散热",
        ..BARE
    },
    Spec {
        name: "motoroff",
        since: Sdk::V3_0,
        needs: Needs::Ground,
        en: "stop what motoron began",
        zh: "停止 motoron",
        ..BARE
    },
    Spec {
        name: "throwfly",
        since: Sdk::V3_0,
        needs: Needs::Ground,
        takes: Takes::About { usual: 5000, most: 15_000 },
        en: "fly when thrown within five seconds",
        zh: "五秒内抛出即起飞",
        ..BARE
    },
    Spec {
        name: "reboot", since: Sdk::V3_0, answer: Answer::Nothing, en: "start anew", zh: "重启", ..BARE
    },
];
