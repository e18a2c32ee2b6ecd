//! What a probe looks at besides what a judge does: things that only whoever asks can know.

use crate::judge::{Finding, Party, Rule};

const fn check(name: &'static str, en: &'static str, zh: &'static str) -> Rule {
    Rule { name, party: Party::Drone, en, zh }
}

/// All checks of a probe; their names are none of [`crate::judge::RULES`].
pub static CHECKS: [Rule; 25] = [
    check("alive", "command is answered", "command 得到回复"),
    check("address", "answers and state come from the drone's address", "回复与状态来自无人机的地址"),
    check("state-first", "no state comes before command", "command 之前不发送状态"),
    check(
        "state-period",
        "states come 100 ms apart, never more than 300 ms",
        "状态间隔 100 毫秒，绝不超过 300 毫秒",
    ),
    check(
        "state-profile",
        "state has the pads where its SDK has, and below 150 bytes where it has none",
        "状态按 SDK 版本含挑战卡字段，不含时短于 150 字节",
    ),
    check("state-goes-on", "state goes on after landing and emergency", "降落和 emergency 之后继续发送状态"),
    check("tof-floor", "tof is 10 on the floor", "在地面上 tof 为 10"),
    check("motor-time", "time counts while the motors run, and only then", "time 只在电机运转时计时"),
    check(
        "back-to-back",
        "command and streamon in one go are both answered ok",
        "连续发送的 command 与 streamon 均回复 ok",
    ),
    check("read-form", "what is read has the form that hardware gives it", "读取结果的格式与真机一致"),
    check("read-agrees", "what is read agrees with the state", "读取结果与状态一致"),
    check(
        "land-ground",
        "land on the ground is answered with error Motor stop",
        "在地面上 land 回复 error Motor stop",
    ),
    check(
        "tagged",
        "each copy of a tagged command is answered with its tag",
        "带标签命令的每个副本都以该标签回复",
    ),
    check("takes-off", "takeoff is answered once it hovers", "悬停后才回复 takeoff"),
    check("takeoff-air", "takeoff in the air is answered with error", "在空中 takeoff 回复 error"),
    check("moved", "a move is answered once state shows that it was made", "状态显示移动完成后才回复"),
    check("in-time", "a short move is answered within 7 s", "短距离移动在 7 秒内得到回复"),
    check("turns-back", "cw with a negative number turns the other way", "负的 cw 反向旋转"),
    check(
        "range-words",
        "what is out of range in the air is answered with out of range",
        "空中超出范围的参数回复 out of range",
    ),
    check(
        "marker",
        "a pad that is not looked for is answered with error No valid marker",
        "未探测挑战卡时回复 error No valid marker",
    ),
    check(
        "busy",
        "a move during a move is answered with error Not joystick",
        "移动途中的移动命令回复 error Not joystick",
    ),
    check("read-moving", "what is read during a move is answered at once", "移动途中的读取命令立即得到回复"),
    check("stop-moving", "stop is obeyed during a move", "移动途中 stop 有效"),
    check(
        "comes-down",
        "land is obeyed, during a move too, and answered on the ground",
        "land 在移动途中也有效，落地后回复",
    ),
    check("alone", "it lands by itself after 15 s without a command", "15 秒无命令后自行降落"),
];

/// What became of the checks so far.
#[derive(Debug)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn new() -> Self {
        Self(vec![Finding::default(); CHECKS.len()])
    }

    /// Looks at a check, which a datagram broke in so many words or kept.
    pub(super) fn look(&mut self, name: &str, number: u64, broken: Option<String>) {
        let index = CHECKS.iter().position(|check| check.name == name).expect("a row of the table");
        let finding = &mut self.0[index];
        finding.seen += 1;
        if let Some(how) = broken {
            finding.broken += 1;
            finding.first.get_or_insert((number, how));
        }
    }

    /// In the order of [`CHECKS`].
    pub(super) fn end(self) -> Vec<Finding> {
        self.0
    }
}
