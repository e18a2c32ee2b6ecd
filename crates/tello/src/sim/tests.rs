mod flights;
mod rows;

use super::*;
use crate::command::Command;

const CLIENT: &str = "192.168.10.2:9000";

fn at(millis: u64) -> Moment {
    Moment(millis * 1_000_000)
}

fn drone(sdk: Sdk) -> Drone {
    Drone::new(sdk, 1, Faults::default(), 1.0, 7)
}

/// Everything it says until then, its state aside.
fn said(drone: &mut Drone, until: u64) -> Vec<String> {
    let mut all = Vec::new();
    let until = at(until);
    loop {
        let now = drone.wakeup().map_or(until, |due| due.min(until));
        while let Some(say) = drone.next(now) {
            if say.kind == Kind::Answer {
                assert_eq!(say.to, CLIENT.parse().unwrap());
                all.push(say.bytes.escape_ascii().to_string());
            }
        }
        if now == until {
            return all;
        }
    }
}

/// What it answers within 50 ms.
fn ask(drone: &mut Drone, millis: u64, line: &str) -> Vec<String> {
    drone.hear(at(millis), CLIENT.parse().unwrap(), line.as_bytes());
    said(drone, millis + 50)
}

/// The state that comes next.
fn state(drone: &mut Drone, now: u64) -> String {
    let mut now = at(now);
    loop {
        while let Some(say) = drone.next(now) {
            if say.kind == Kind::State {
                assert_eq!(say.to, "192.168.10.2:8890".parse().unwrap());
                return String::from_utf8(say.bytes).unwrap();
            }
        }
        now = drone.wakeup().unwrap();
    }
}

#[test]
fn nothing_is_said_before_command() {
    let mut drone = drone(Sdk::V2_0);
    assert_eq!(ask(&mut drone, 0, "battery?"), [""; 0]);
    assert_eq!(drone.note(), Some(Note::Early(CLIENT.parse().unwrap())));
    assert_eq!(ask(&mut drone, 100, "command"), ["ok"]);
    assert_eq!(ask(&mut drone, 200, "command"), ["ok"]);
}

#[test]
fn every_read_is_answered_byte_for_byte() {
    let old = [
        ("battery?", "87\\r\\n"),
        ("speed?", "100.0\\r\\n"),
        ("time?", "0s\\r\\n"),
        ("wifi?", "90\\r\\n"),
        ("height?", "0dm\\r\\n"),
        ("temp?", "60~62C\\r\\n"),
        ("attitude?", "pitch:0;roll:0;yaw:0;\\r\\n"),
        ("acceleration?", "agx:-7.00;agy:3.00;agz:-998.00;\\r\\n"),
        ("tof?", "100mm\\r\\n"),
        ("sdk?", "unknown command: sdk?"),
        ("motoron", "unknown command: motoron"),
        ("EXT tof?", "unknown command: EXT tof?"),
    ];
    let new = [
        ("sdk?", "30"),
        ("sn?", "0TQDG7REDB0001"),
        ("hardware?", "RMTT"),
        ("EXT tof?", "tof 8192"),
        ("EXT version?", "esp32v1.0.33.1"),
        ("EXT led 255 0 0", "led ok"),
        ("EXT mled s r heart", "matrix ok"),
        ("EXT led 300 0 0", "led error"),
        ("EXT mled g rgb", "matrix error"),
        ("ap net password", "OK,drone will reboot in 3s"),
        ("Re0102 battery?", "Re0102 87\\r\\n"),
        ("Re0103 battery?", "Re0103 87\\r\\n"),
    ];
    for (sdk, rows) in [(Sdk::V1_3, &old[..]), (Sdk::V3_0, &new[..])] {
        let mut drone = drone(sdk);
        ask(&mut drone, 0, "command");
        for (at, (line, answer)) in (1..).zip(rows) {
            assert_eq!(ask(&mut drone, at * 100, line), [*answer], "{sdk} {line}");
        }
    }
    let mut drone = drone(Sdk::V2_0);
    ask(&mut drone, 0, "command");
    assert_eq!(ask(&mut drone, 100, "sdk?"), ["20"]);
}

#[test]
fn what_cannot_be_done_is_refused_as_hardware_refuses_it() {
    let mut drone = drone(Sdk::V2_0);
    ask(&mut drone, 0, "command");
    let cases = [
        ("forward 50", "error Motor stop"),
        ("land", "error Motor stop"),
        ("Takeoff", "unknown command: Takeoff"),
        ("forward", "unknown command: forward"),
        ("forward 10", "out of range"),
        ("go 10 10 10 50", "out of range"),
        ("curve 50 0 0 100 0 0 30", "error Radius is too large!"),
        ("speed 5", "out of range"),
    ];
    for (at, (line, answer)) in (1..).zip(cases) {
        assert_eq!(ask(&mut drone, at * 100, line), [answer], "{line}");
    }
    assert_eq!(ask(&mut drone, 2000, "rc 0 0 0 0"), [""; 0]);
    assert_eq!(ask(&mut drone, 2050, "rc 200 0 0 0"), [""; 0]);
    assert_eq!(ask(&mut drone, 2100, "emergency"), [""; 0]);
    assert_eq!(ask(&mut drone, 2200, "takeoff"), [""; 0]);
    assert_eq!(said(&mut drone, 8300), ["ok"]);
    assert_eq!(ask(&mut drone, 8400, "takeoff"), ["error"]);
    assert_eq!(ask(&mut drone, 8500, "go 100 0 80 50 m1"), ["error No valid marker"]);
    assert_eq!(ask(&mut drone, 8600, "forward 200"), [""; 0]);
    assert_eq!(ask(&mut drone, 8700, "up 50"), ["error Not joystick"]);
    assert_eq!(ask(&mut drone, 8800, "battery?"), ["87\\r\\n"]);
    assert_eq!(ask(&mut drone, 9000, "land"), ["error Auto land"]);
    assert_eq!(ask(&mut drone, 9100, "up 50"), ["error Auto land"]);
    assert_eq!(said(&mut drone, 13_000), ["ok"]);
}

#[test]
fn a_stop_is_answered_and_so_is_what_it_stops() {
    let mut drone = drone(Sdk::V2_0);
    ask(&mut drone, 0, "command");
    ask(&mut drone, 100, "takeoff");
    assert_eq!(said(&mut drone, 7000), ["ok"]);
    ask(&mut drone, 7000, "forward 300");
    let mut both = ask(&mut drone, 8000, "stop");
    both.sort();
    assert_eq!(both, ["forced stop", "ok"]);
    let place = drone.look(at(9000)).place;
    assert!(place[0] > 50.0 && place[0] < 250.0 && place[2] == 80.0, "{place:?}");
}

#[test]
fn copies_of_a_tagged_move_are_done_once_and_answered_when_it_is_finished() {
    let mut drone = drone(Sdk::V3_0);
    ask(&mut drone, 0, "command");
    ask(&mut drone, 100, "takeoff");
    said(&mut drone, 7000);
    for copy in 1..=3 {
        assert_eq!(ask(&mut drone, 7000 + copy * 50, &format!("Re010{copy} cw 60")), [""; 0]);
    }
    assert_eq!(said(&mut drone, 10_000), ["Re0101 ok", "Re0102 ok", "Re0103 ok"]);
    assert_eq!(ask(&mut drone, 10_000, "Re0104 cw 60"), ["Re0104 ok"]);
    assert_eq!(drone.look(at(12_000)).yaw.round() as i64, 60);
}

#[test]
fn it_lands_alone_after_fifteen_seconds() {
    let mut drone = drone(Sdk::V2_0);
    ask(&mut drone, 0, "command");
    ask(&mut drone, 100, "takeoff");
    assert_eq!(said(&mut drone, 21_000), ["ok"]);
    assert!(drone.look(at(21_000)).flies);
    assert_eq!(ask(&mut drone, 22_000, "up 50"), ["error Auto land"]);
    assert_eq!(said(&mut drone, 26_000), [""; 0]);
    assert!(!drone.look(at(26_000)).flies);
    assert!(std::iter::from_fn(|| drone.note()).any(|note| note == Note::Alone));
}

#[test]
fn sticks_stay_in_force_and_move_it() {
    let mut drone = drone(Sdk::V2_0);
    ask(&mut drone, 0, "command");
    ask(&mut drone, 100, "takeoff");
    said(&mut drone, 7000);
    ask(&mut drone, 7000, "rc 0 50 20 0");
    let look = drone.look(at(9000));
    assert_eq!(look.place.map(|axis| axis.round() as i64), [100, 0, 120]);
    ask(&mut drone, 9000, "rc 0 0 0 90");
    assert_eq!(drone.look(at(10_000)).yaw.round() as i64, 90);
}

#[test]
fn states_have_the_form_of_their_sdk() {
    let begin = |sdk: Sdk| {
        let mut drone = drone(sdk);
        ask(&mut drone, 0, "command");
        let state = state(&mut drone, 60);
        assert!(state.ends_with(";\r\n") && state.is_ascii() && state.contains("tof:10;h:0;"), "{state}");
        (state.split("pitch").next().unwrap().to_owned(), state.len())
    };
    assert_eq!(begin(Sdk::V1_3).0, "");
    assert!(begin(Sdk::V1_3).1 < 150);
    assert_eq!(begin(Sdk::V2_0).0, "mid:-1;x:0;y:0;z:0;mpry:0,0,0;");
    assert_eq!(begin(Sdk::V3_0).0, "mid:-2;x:-200;y:-200;z:-200;mpry:-2,-2,-2;");
    let mut drone = drone(Sdk::V3_0);
    ask(&mut drone, 0, "command");
    ask(&mut drone, 60, "mon");
    assert!(state(&mut drone, 120).starts_with("mid:-1;x:-100;y:-100;z:-100;mpry:-1,-1,-1;"));
}

#[test]
fn moves_above_pads_end_where_the_pads_say() {
    let mut drone = drone(Sdk::V2_0);
    assert_eq!(ask(&mut drone, 0, "command"), ["ok"]);
    assert_eq!(ask(&mut drone, 100, "mdirection 0"), ["error"], "nobody looks for pads yet");
    ask(&mut drone, 200, "takeoff");
    said(&mut drone, 7000);
    ask(&mut drone, 7000, "mon");
    assert_eq!(ask(&mut drone, 7100, "mdirection 0"), ["ok"]);
    ask(&mut drone, 7200, "right 20");
    said(&mut drone, 10_000);
    assert!(state(&mut drone, 10_000).starts_with("mid:1;x:0;y:-20;z:80;mpry:0,0,0;"));
    // Not from where it is, as a move without a pad would, but from the middle of the pad.
    ask(&mut drone, 10_200, "go 30 30 100 50 m1");
    assert_eq!(said(&mut drone, 16_000), ["ok"]);
    assert_eq!(drone.look(at(16_000)).place, [30.0, 30.0, 100.0]);
    assert_eq!(ask(&mut drone, 16_100, "go 0 0 100 50 m3"), ["error No valid marker"]);
    ask(&mut drone, 16_200, "jump 100 0 80 50 90 m1 m2");
    assert_eq!(said(&mut drone, 22_000), ["ok"]);
    let look = drone.look(at(22_000));
    assert_eq!((look.place, look.yaw), ([100.0, 0.0, 80.0], 90.0));
    ask(&mut drone, 22_100, "jump 40 0 80 50 0 m2 m5");
    assert_eq!(said(&mut drone, 27_000), ["error No valid marker"], "m5 is not seen from there");
    ask(&mut drone, 27_100, "curve 0 50 80 -100 0 80 30 m2");
    assert_eq!(said(&mut drone, 40_000), ["ok"]);
    assert_eq!(drone.look(at(40_000)).place.map(|axis| axis.round() as i64), [0, 0, 80]);
    assert_eq!(ask(&mut drone, 40_100, "mdirection 1"), ["ok"]);
    assert_eq!(ask(&mut drone, 40_200, "go 0 0 80 50 m1"), ["error No valid marker"], "it looks ahead");
}

/// The video that it sends until then.
fn filmed(drone: &mut Drone, until: u64) -> (crate::video::Report, Vec<u8>, Vec<SocketAddr>) {
    let (mut receiver, mut stream, mut to) = (crate::video::Receiver::default(), Vec::new(), Vec::new());
    while let Some(now) = drone.wakeup().filter(|due| *due <= at(until)) {
        while let Some(say) = drone.next(now) {
            if say.kind == Kind::Video {
                receiver.take(now, &say.bytes);
                to.push(say.to);
            }
        }
        stream.extend(std::iter::from_fn(|| receiver.picture()).flat_map(|picture| picture.bytes));
    }
    to.dedup();
    (receiver.report(), stream, to)
}

#[test]
fn the_camera_films_from_a_second_after_streamon_until_streamoff() {
    let mut drone = drone(Sdk::V3_0);
    ask(&mut drone, 0, "command");
    assert_eq!(ask(&mut drone, 100, "streamon"), ["ok"]);
    assert_eq!(filmed(&mut drone, 1099).0.datagrams, 0);
    let (report, _, to) = filmed(&mut drone, 3099);
    assert_eq!((report.frames, report.keys, report.is_whole()), (60, 2, true), "{report}");
    assert_eq!(to, ["192.168.10.2:11111".parse().unwrap()]);
    assert_eq!(ask(&mut drone, 3100, "port 9001 9002"), ["ok"]);
    assert_eq!(ask(&mut drone, 3200, "setfps low"), ["ok"]);
    assert_eq!(ask(&mut drone, 3300, "setresolution low"), ["ok"]);
    let (report, _, to) = filmed(&mut drone, 5300);
    assert_eq!((report.frames, report.keys), (10, 1), "a key frame in the other size");
    assert_eq!(to, ["192.168.10.2:9002".parse().unwrap()]);
    assert_eq!(ask(&mut drone, 5400, "streamoff"), ["ok"]);
    assert_eq!(filmed(&mut drone, 9000).0.datagrams, 0);
}

#[test]
fn a_film_is_shown_over_and_over() {
    let film: Film =
        [vec![0, 0, 0, 1, 0x65, 0x88, 1], [&[0, 0, 0, 1, 0x41, 0x9a][..], &[7; 1454]].concat()].into();
    let mut drone = drone(Sdk::V1_3).showing(Film::clone(&film));
    ask(&mut drone, 0, "command");
    ask(&mut drone, 100, "streamon");
    let (report, stream, _) = filmed(&mut drone, 1200);
    assert_eq!((report.frames, report.datagrams), (4, 6));
    assert_eq!(stream, [&film[0][..], &film[1], &[0], &film[0], &film[1], &[0]].concat());
}
