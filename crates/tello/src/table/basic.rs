//! What all drones know: beginning and end, settings, what can be read.

use super::{Answer, BARE, Form, Needs, Spec, Takes, Value, number, word};
use crate::sdk::Sdk;
use crate::table::Arg;

const fn read(name: &'static str, value: Value, en: &'static str, zh: &'static str) -> Spec {
    Spec { name, answer: Answer::Value(value), en, zh, ..BARE }
}

const NAME: Arg = Arg { name: "ssid", form: Form::Name };
const PASSWORD: Arg = Arg { name: "password", form: Form::Name };
const STICK: (f64, f64) = (-100.0, 100.0);

pub(super) const ROWS: &[Spec] = &[
    Spec {
        name: "command",
        en: "enter SDK mode: nothing else is understood before",
        zh: "进入 SDK 模式，此前不接受其他命令",
        ..BARE
    },
    Spec {
        name: "takeoff",
        needs: Needs::Ground,
        takes: Takes::About { usual: 6100, most: 20_000 },
        en: "take off and hover at about 80 cm",
        zh: "起飞，悬停在约 80 厘米处",
        ..BARE
    },
    Spec {
        name: "land",
        needs: Needs::Flying,
        takes: Takes::About { usual: 3700, most: 15_000 },
        en: "land; obeyed during a move too",
        zh: "降落；移动途中也有效",
        ..BARE
    },
    Spec {
        name: "emergency",
        answer: Answer::Nothing,
        en: "stop all motors at once: it falls",
        zh: "立即停转电机：会坠落",
        ..BARE
    },
    Spec {
        name: "stop", since: Sdk::V2_0, en: "stop the move and hover", zh: "停止移动并悬停", ..BARE
    },
    Spec { name: "streamon", en: "start the video stream", zh: "打开视频流", ..BARE },
    Spec { name: "streamoff", en: "stop the video stream", zh: "关闭视频流", ..BARE },
    Spec {
        name: "speed",
        args: &[number("x", 10.0, 100.0, "cm/s")],
        en: "set the speed of moves",
        zh: "设置移动速度",
        ..BARE
    },
    Spec {
        name: "rc",
        args: &[
            number("right", STICK.0, STICK.1, ""),
            number("forward", STICK.0, STICK.1, ""),
            number("up", STICK.0, STICK.1, ""),
            number("yaw", STICK.0, STICK.1, ""),
        ],
        answer: Answer::Nothing,
        en: "set the four sticks; they stay until the next rc",
        zh: "设置四个摇杆通道，保持到下一条 rc",
        ..BARE
    },
    Spec {
        name: "wifi",
        args: &[NAME, PASSWORD],
        until: Sdk::V2_0,
        en: "set name and password of its own network",
        zh: "设置自身 Wi-Fi 的名称和密码",
        ..BARE
    },
    Spec {
        name: "wifi",
        args: &[NAME, PASSWORD],
        since: Sdk::V3_0,
        answer: Answer::Reboots,
        en: "set name and password of its own network",
        zh: "设置自身 Wi-Fi 的名称和密码",
        ..BARE
    },
    read("battery?", Value::Battery, "battery in percent", "电量百分比"),
    read("speed?", Value::Speed, "speed of moves in cm/s", "移动速度，厘米/秒"),
    read("time?", Value::Time, "seconds with motors on", "电机运行秒数"),
    read("wifi?", Value::Wifi, "signal to noise of the Wi-Fi", "Wi-Fi 信噪比"),
    Spec { until: Sdk::V1_3, ..read("height?", Value::Height, "height in decimetres", "高度，分米") },
    Spec {
        until: Sdk::V1_3,
        ..read(
            "temp?",
            Value::Temperature,
            "lowest and highest temperature of the board",
            "主板最低和最高温度",
        )
    },
    Spec {
        until: Sdk::V1_3,
        ..read("attitude?", Value::Attitude, "pitch, roll and yaw in degrees", "俯仰、横滚、偏航角度")
    },
    Spec {
        until: Sdk::V1_3,
        ..read("baro?", Value::Barometer, "barometric height in metres", "气压高度，米")
    },
    Spec {
        until: Sdk::V1_3,
        ..read("acceleration?", Value::Acceleration, "acceleration in thousandths of g", "加速度，千分之一 g")
    },
    Spec {
        until: Sdk::V1_3,
        ..read("tof?", Value::Distance, "distance to the ground in millimetres", "离地距离，毫米")
    },
    Spec { since: Sdk::V2_0, ..read("sdk?", Value::Sdk, "version of the SDK", "SDK 版本") },
    Spec { since: Sdk::V2_0, ..read("sn?", Value::Serial, "serial number", "序列号") },
    Spec {
        since: Sdk::V3_0,
        ..read(
            "hardware?",
            Value::Hardware,
            "TELLO, or RMTT with the controller",
            "TELLO，带扩展控制器时为 RMTT",
        )
    },
    Spec {
        since: Sdk::V3_0,
        ..read("wifiversion?", Value::WifiVersion, "version of the Wi-Fi part", "Wi-Fi 版本")
    },
    Spec {
        since: Sdk::V3_0, ..read("ap?", Value::AccessPoint, "the network it joins", "要连接的网络")
    },
    Spec { since: Sdk::V3_0, ..read("ssid?", Value::Network, "its own network", "自身网络") },
    Spec {
        name: "ap",
        args: &[NAME, PASSWORD],
        since: Sdk::V2_0,
        answer: Answer::Reboots,
        en: "join a network, now and after each start",
        zh: "连接指定网络，重启后仍有效",
        ..BARE
    },
    Spec { name: "mon", since: Sdk::V2_0, en: "look for mission pads", zh: "打开挑战卡探测", ..BARE },
    Spec {
        name: "moff",
        since: Sdk::V2_0,
        en: "look for mission pads no more",
        zh: "关闭挑战卡探测",
        ..BARE
    },
    Spec {
        name: "mdirection",
        args: &[word("x", &["0", "1", "2"])],
        since: Sdk::V2_0,
        en: "look for pads below (0), ahead (1) or both (2)",
        zh: "探测方向：下视（0）、前视（1）或两者（2）",
        ..BARE
    },
    Spec {
        name: "downvision",
        args: &[word("x", &["0", "1"])],
        since: Sdk::V2_0,
        en: "video from the front camera (0) or the one below (1)",
        zh: "视频来自前置摄像头（0）或下视摄像头（1）",
        ..BARE
    },
    Spec {
        name: "port",
        args: &[number("state", 1025.0, 65535.0, ""), number("video", 1025.0, 65535.0, "")],
        since: Sdk::V3_0,
        en: "send state and video to these ports",
        zh: "设置状态和视频端口",
        ..BARE
    },
    Spec {
        name: "setfps",
        args: &[word("fps", &["high", "middle", "low"])],
        since: Sdk::V3_0,
        en: "30, 15 or 5 pictures a second",
        zh: "帧率 30、15 或 5",
        ..BARE
    },
    Spec {
        name: "setbitrate",
        args: &[word("rate", &["0", "1", "2", "3", "4", "5"])],
        since: Sdk::V3_0,
        en: "video in Mbit/s; 0 is for the drone to choose",
        zh: "视频码率 Mbit/s，0 为自动",
        ..BARE
    },
    Spec {
        name: "setresolution",
        args: &[word("size", &["high", "low"])],
        since: Sdk::V3_0,
        en: "720 or 480 lines",
        zh: "720P 或 480P",
        ..BARE
    },
    Spec {
        name: "wifisetchannel",
        args: &[number("n", 1.0, 13.0, "")],
        since: Sdk::V3_0,
        en: "channel of its own network",
        zh: "自身 Wi-Fi 信道",
        ..BARE
    },
    Spec {
        name: "multiwifi",
        args: &[NAME, PASSWORD],
        since: Sdk::V3_0,
        en: "a network of its own for many clients",
        zh: "供多个客户端连接的 Wi-Fi",
        ..BARE
    },
];
