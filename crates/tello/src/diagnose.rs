//! What is wrong, by what does or does not come: each thing that users suffer from, with its remedy.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sockscope::core::lang::Lang;
use sockscope::core::moment::Moment;

use crate::state::State;

/// State comes ten times a second; after so long without any, something is in its way.
const SILENCE: Duration = Duration::from_secs(2);

/// Percent of the battery below which a flight is near its end, and below which a drone refuses to take off or lands.
const LOW: [i32; 2] = [20, 10];

/// °C from which a drone may switch itself off.
const HOT: i32 = 90;

/// What an answer means to whoever flies.
#[derive(Debug)]
pub struct Meaning {
    /// How it begins.
    pub reply: &'static str,
    /// What it means and what to do, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// What refusals mean, those first that others begin like.
pub static MEANINGS: [Meaning; 11] = [
    meaning("error Motor stop", "the motors are off: takeoff first", "电机未启动：请先 takeoff"),
    meaning(
        "error Not joystick",
        "another move is under way, or it is too dark to hold the place: wait a second",
        "上一个动作还在进行，或光线太暗无法定位：请稍候",
    ),
    meaning(
        "error Auto land",
        "it is landing; what was under way is given up",
        "正在降落，未完成的动作已取消",
    ),
    meaning(
        "error No valid imu",
        "its camera below sees too little: more light, a floor with a pattern; rc and land still work",
        "下视相机看不清：请增加光线或换有纹理的地面；rc 和 land 仍可用",
    ),
    meaning(
        "error No valid marker",
        "the pad is not seen: mon first, and fly 30 to 120 cm above it",
        "看不到挑战卡：请先 mon，并在卡上方 30–120 厘米飞行",
    ),
    meaning("error, high temp", "it is too hot: switch it off for some minutes", "温度过高：请关机几分钟"),
    meaning("error Radius", "the arc's radius has to be 50 to 1000 cm", "圆弧半径须为 50–1000 厘米"),
    meaning("out of range", "an argument is outside its range", "参数超出范围"),
    meaning("unknown command", "the drone's firmware does not know it", "该固件不支持此命令"),
    meaning(
        "unactive",
        "it was never activated: once with the app, and with the internet",
        "尚未激活：请用手机应用联网激活",
    ),
    meaning(
        "error",
        "refused: battery low (takeoff about 10 %, flip 50 %), or flying already",
        "被拒绝：电量低（起飞约需 10%，翻滚 50%），或已在飞行",
    ),
];

const fn meaning(reply: &'static str, en: &'static str, zh: &'static str) -> Meaning {
    Meaning { reply, en, zh }
}

/// What an answer means, if it is a refusal that is known.
pub fn means(reply: &str) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| reply.starts_with(meaning.reply))
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagnosis {
    /// This machine has no address in the drone's network.
    WrongNetwork(IpAddr),
    /// The drone's machine is there, and says that nobody takes commands at that port.
    Refused(SocketAddr),
    /// Nothing was answered.
    NoAnswer(SocketAddr),
    /// Commands are answered, but no state comes to this port.
    NoState(u16),
    /// State came, and comes no more.
    Lost,
    /// Another program has the port for state.
    StatePortTaken(u16),
    /// Percent of the battery.
    LowBattery(i32),
    /// °C.
    Hot(i32),
    /// More than the one packet that comes after power-on.
    Binary,
}

impl Diagnosis {
    /// In words, with the remedy.
    pub fn words(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::WrongNetwork(drone) if zh => {
                format!("网络不对：本机没有与 {drone} 同网段的地址；请连接无人机的 Wi-Fi（TELLO-…）")
            }
            Self::WrongNetwork(drone) => {
                format!("wrong network: this machine has no address beside {drone}; join the drone's Wi-Fi, TELLO-…")
            }
            Self::Refused(drone) if zh => format!("{drone} 没有无人机：端口被拒绝；地址对吗？已开机吗？"),
            Self::Refused(drone) => {
                format!("no drone at {drone}: the port is refused there; is the address right?")
            }
            Self::NoAnswer(drone) if zh => format!(
                "{drone} 无回复：已开机吗？Wi-Fi 对吗？防火墙是否拦截？手机应用连接着吗？（应用与 SDK 不能同时使用）"
            ),
            Self::NoAnswer(drone) => format!(
                "no answer from {drone}: is it switched on, is this its Wi-Fi, does a firewall stop UDP, is the app connected? (app and SDK exclude each other)"
            ),
            Self::NoState(port) if zh => {
                format!("有回复但收不到状态：可能是防火墙拦截 UDP {port}（如 sudo ufw allow {port}/udp）")
            }
            Self::NoState(port) => format!(
                "commands are answered but no state comes: suspect a firewall that stops UDP {port} (sudo ufw allow {port}/udp)"
            ),
            Self::Lost if zh => "2 秒没有状态：距离太远、已关机或换了网络".to_owned(),
            Self::Lost => "no state for 2 s: too far away, switched off, or another network".to_owned(),
            Self::StatePortTaken(port) if zh => {
                format!("端口 {port} 被占用：关闭其他 Tello 程序后才能看到电量和高度（ss -ulpn 可查是谁）")
            }
            Self::StatePortTaken(port) => format!(
                "port {port} is taken: no battery and height until the other Tello program ends (ss -ulpn tells which)"
            ),
            Self::LowBattery(percent) if zh => format!("电量低：{percent}%，请降落"),
            Self::LowBattery(percent) => format!("battery low: {percent} %, land soon"),
            Self::Hot(degrees) if zh => format!("过热：{degrees} °C，可能自动关机"),
            Self::Hot(degrees) => format!("hot: {degrees} °C, it may switch itself off"),
            Self::Binary if zh => {
                "有程序在用手机应用的二进制协议（应用、TelloPy 等）：重启无人机后才能再用文本命令".to_owned()
            }
            Self::Binary => {
                "somebody uses the app's binary protocol (the app, TelloPy): text is understood again after a power cycle"
                    .to_owned()
            }
        }
    }
}

/// Looks for what is wrong with one drone, and tells each thing once until it is right again.
#[derive(Debug)]
pub struct Doctor {
    drone: SocketAddr,
    state_port: u16,
    /// When it was in SDK mode.
    entered: Option<Moment>,
    state: Option<Moment>,
    silent: bool,
    /// How many limits the battery is below, and whether it is hot.
    low: usize,
    hot: bool,
    /// Packets of the app's protocol.
    binary: u32,
    /// Nobody takes state: of that more was told already.
    deaf: bool,
    refused: bool,
    found: VecDeque<Diagnosis>,
}

impl Doctor {
    /// Whoever looks after a drone that sends state to a port. `own` are the addresses of this machine with the lengths of
    /// their prefixes.
    pub fn new(drone: SocketAddr, state_port: u16, own: &[(IpAddr, u8)]) -> Self {
        let beside =
            drone.ip().is_loopback() || own.iter().any(|(ip, prefix)| is_beside(*ip, *prefix, drone.ip()));
        let mut found = VecDeque::new();
        found.extend((!beside).then(|| Diagnosis::WrongNetwork(drone.ip())));
        Self {
            drone,
            state_port,
            entered: None,
            state: None,
            silent: false,
            low: 0,
            hot: false,
            binary: 0,
            deaf: false,
            refused: false,
            found,
        }
    }

    /// It is in SDK mode.
    pub fn entered(&mut self, now: Moment) {
        self.entered.get_or_insert(now);
    }

    /// A command was not answered however often it was sent.
    pub fn unanswered(&mut self) {
        if !self.refused {
            self.found.push_back(Diagnosis::NoAnswer(self.drone));
        }
    }

    /// The port for state is somebody else's.
    pub fn deaf(&mut self) {
        self.deaf = true;
        self.found.push_back(Diagnosis::StatePortTaken(self.state_port));
    }

    /// The drone's machine said that the port is closed.
    pub fn refused(&mut self) {
        if !std::mem::replace(&mut self.refused, true) {
            self.found.push_back(Diagnosis::Refused(self.drone));
        }
    }

    /// A packet of the app's protocol came; one is usual after power-on.
    pub fn binary(&mut self) {
        self.binary += 1;
        if self.binary == 2 {
            self.found.push_back(Diagnosis::Binary);
        }
    }

    /// It told its state.
    pub fn told(&mut self, now: Moment, state: &State) {
        (self.state, self.silent, self.refused) = (Some(now), false, false);
        if let Some(battery) = state.battery {
            let low = LOW.iter().filter(|limit| battery <= **limit).count();
            if low > std::mem::replace(&mut self.low, low) {
                self.found.push_back(Diagnosis::LowBattery(battery));
            }
        }
        if let Some(heat) = state.temperature[1] {
            // Not again with each degree up and down.
            let hot = heat >= if self.hot { HOT - 3 } else { HOT };
            if hot && !std::mem::replace(&mut self.hot, hot) {
                self.found.push_back(Diagnosis::Hot(heat));
            }
            self.hot = hot;
        }
    }

    /// The next thing that is wrong.
    pub fn next(&mut self, now: Moment) -> Option<Diagnosis> {
        if self.wakeup().is_some_and(|due| due <= now) {
            self.silent = true;
            self.found.push_back(match self.state {
                None => Diagnosis::NoState(self.state_port),
                Some(_) => Diagnosis::Lost,
            });
        }
        self.found.pop_front()
    }

    /// When to ask again.
    pub fn wakeup(&self) -> Option<Moment> {
        let since = self.state.or(self.entered).filter(|_| !self.silent && !self.deaf)?;
        Some(since + SILENCE)
    }
}

/// Whether an address is in the network of another, whose prefix has so many bits.
fn is_beside(own: IpAddr, prefix: u8, other: IpAddr) -> bool {
    match (own, other) {
        (IpAddr::V4(own), IpAddr::V4(other)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            (u32::from(own) ^ u32::from(other)) & mask == 0
        }
        _ => own.is_ipv6() && other.is_ipv6(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment(millis * 1_000_000)
    }

    fn doctor() -> Doctor {
        Doctor::new("192.168.10.1:8889".parse().unwrap(), 8890, &[("192.168.10.2".parse().unwrap(), 24)])
    }

    fn found(doctor: &mut Doctor, millis: u64) -> Vec<Diagnosis> {
        std::iter::from_fn(|| doctor.next(at(millis))).collect()
    }

    fn state(text: &str) -> State {
        State::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn whoever_is_in_another_network_is_told_at_once() {
        let drone = "192.168.10.1:8889".parse().unwrap();
        let mut away = Doctor::new(drone, 8890, &[("192.168.1.7".parse().unwrap(), 24)]);
        assert_eq!(found(&mut away, 0), [Diagnosis::WrongNetwork(drone.ip())]);
        assert_eq!(found(&mut doctor(), 0), []);
        let mut wide = Doctor::new(drone, 8890, &[("192.168.1.7".parse().unwrap(), 16)]);
        assert_eq!(found(&mut wide, 0), []);
    }

    #[test]
    fn a_state_that_does_not_come_is_told_once() {
        let mut doctor = doctor();
        assert_eq!(doctor.wakeup(), None, "nobody speaks yet");
        doctor.entered(at(100));
        assert_eq!((found(&mut doctor, 2099), doctor.wakeup()), (vec![], Some(at(2100))));
        assert_eq!(found(&mut doctor, 2100), [Diagnosis::NoState(8890)]);
        assert_eq!((found(&mut doctor, 9000), doctor.wakeup()), (vec![], None));
        doctor.told(at(9100), &state("bat:50;"));
        assert_eq!(found(&mut doctor, 11_100), [Diagnosis::Lost]);
    }

    #[test]
    fn a_port_that_is_taken_explains_why_no_state_comes() {
        let mut doctor = doctor();
        doctor.deaf();
        doctor.entered(at(0));
        assert_eq!(found(&mut doctor, 5000), [Diagnosis::StatePortTaken(8890)]);
    }

    #[test]
    fn each_limit_is_told_once() {
        let mut doctor = doctor();
        for (battery, told) in [
            (21, vec![]),
            (20, vec![Diagnosis::LowBattery(20)]),
            (19, vec![]),
            (9, vec![Diagnosis::LowBattery(9)]),
        ] {
            doctor.told(at(0), &state(&format!("bat:{battery};")));
            assert_eq!(found(&mut doctor, 0), told);
        }
        for (heat, told) in [
            (89, vec![]),
            (90, vec![Diagnosis::Hot(90)]),
            (89, vec![]),
            (91, vec![]),
            (80, vec![]),
            (90, vec![Diagnosis::Hot(90)]),
        ] {
            doctor.told(at(0), &state(&format!("temph:{heat};")));
            assert_eq!(found(&mut doctor, 0), told, "{heat}");
        }
    }

    #[test]
    fn one_packet_of_the_app_is_usual_and_two_are_not() {
        let mut doctor = doctor();
        doctor.binary();
        assert_eq!(found(&mut doctor, 0), []);
        doctor.binary();
        assert_eq!(found(&mut doctor, 0), [Diagnosis::Binary]);
    }

    #[test]
    fn a_refusal_by_the_machine_says_more_than_no_answer() {
        let mut doctor = doctor();
        doctor.refused();
        doctor.unanswered();
        assert_eq!(found(&mut doctor, 0), [Diagnosis::Refused("192.168.10.1:8889".parse().unwrap())]);
    }

    #[test]
    fn the_longest_beginning_counts() {
        assert!(means("error Motor stop").unwrap().en.contains("takeoff first"));
        assert!(means("error").unwrap().en.contains("battery"));
        assert!(means("unknown command: motoron").is_some() && means("ok").is_none());
    }
}
