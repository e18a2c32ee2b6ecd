//! What is known of answers, row by row: those of hardware, control, set and read commands, and the controller's.

use super::*;

/// A row: SDKs, faults, what is sent before (in the air where it begins with `takeoff`), the line, and what is answered: at
/// once, or when it is done.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const ALL: &str = "1.3 2.0 3.0";
const NEW: &str = "2.0 3.0";
const FLY: &str = "takeoff";
const SILENT: &[&str] = &[];
const OK: &[&str] = &["ok"];
const MOTOR_STOP: &[&str] = &["error Motor stop"];
const OUT: &[&str] = &["out of range"];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Answers that are words.
    (ALL, "", "", "command", OK),
    (ALL, "battery=5", "", "takeoff", &["error"]),
    (ALL, "battery=0", "", "takeoff", MOTOR_STOP),
    (ALL, "", FLY, "takeoff", &["error"]),
    (ALL, "battery=40", FLY, "flip l", &["error"]),
    (ALL, "", "", "forward 50", MOTOR_STOP),
    (ALL, "", "", "land", MOTOR_STOP),
    (ALL, "", "takeoff+forward 300", "up 50", &["error Not joystick", "ok"]),
    (ALL, "", "takeoff+land", "up 50", &["error Auto land", "ok"]),
    (ALL, "", "takeoff+forward 300", "land", &["error Auto land", "ok"]),
    (ALL, "blind", FLY, "up 50", &["error No valid imu"]),
    (ALL, "blind", FLY, "land", OK),
    (ALL, "blind", FLY, "rc 0 0 0 0", SILENT),
    (NEW, "", FLY, "go 50 0 80 50 m1", &["error No valid marker"]),
    (NEW, "", FLY, "curve 50 50 80 0 100 80 50 m1", &["error No valid marker"]),
    (NEW, "", FLY, "jump 50 0 80 50 0 m1 m2", &["error No valid marker"]),
    (ALL, "heat=110", "", "takeoff", &["error, high temp"]),
    (ALL, "halted", FLY, "up 50", &["error enter stop"]),
    (ALL, "", FLY, "curve 50 50 50 100 100 100 30", &["error Radius is too large!"]),
    (ALL, "", "", "forward 10", OUT),
    (ALL, "", "", "Takeoff", &["unknown command: Takeoff"]),
    (ALL, "", "", "forward", &["unknown command: forward"]),
    (ALL, "", "", "forward 10 10", &["unknown command: forward 10 10"]),
    ("1.3", "", "", "stop", &["unknown command: stop"]),
    ("1.3 2.0", "", "", "motoron", &["unknown command: motoron"]),
    ("1.3 2.0", "", "", "EXT tof?", &["unknown command: EXT tof?"]),
    (ALL, "", "", "keepalive", &["unknown command: keepalive"]),
    (NEW, "", "takeoff+forward 300", "stop", &["forced stop", "ok"]),
    (ALL, "sink", FLY, "down 60", SILENT),
    // Control.
    (ALL, "", "", "takeoff", OK),
    (ALL, "double", "", "takeoff", &["ok", "ok"]),
    (ALL, "", FLY, "land", OK),
    (ALL, "", FLY, "emergency", SILENT),
    (NEW, "", "", "stop", OK),
    (ALL, "", "", "streamon", OK),
    (ALL, "", "", "streamoff", OK),
    (ALL, "", FLY, "up 20", OK),
    (ALL, "", FLY, "down 20", OK),
    (ALL, "", FLY, "left 500", OK),
    (ALL, "", FLY, "right 35.5", OK),
    (ALL, "", FLY, "forward 100", OK),
    (ALL, "", FLY, "back 19", OUT),
    (ALL, "", FLY, "up 501", OUT),
    (ALL, "", FLY, "cw 35.2", OK),
    (ALL, "", FLY, "cw -90", OK),
    (ALL, "", FLY, "ccw 720", OK),
    (ALL, "", FLY, "flip f", OK),
    (ALL, "", FLY, "go 20 20 20 10", OK),
    ("1.3", "", FLY, "go -50 0 50 50", OUT),
    (NEW, "", FLY, "go -50 0 50 50", OK),
    (NEW, "", FLY, "go 19 -19 0 50", OUT),
    (ALL, "", FLY, "go 50 50 50 101", OUT),
    (NEW, "", FLY, "curve 50 50 0 100 0 0 60", OK),
    (NEW, "", FLY, "curve 50 50 0 100 0 0 61", OUT),
    (NEW, "", "takeoff+mon", "go 50 0 80 50 m1", OK),
    (NEW, "", "takeoff+mon", "go 0 50 -1 50 m1", OUT),
    ("2.0", "", "takeoff+mon", "go 50 0 80 50 m-2", OUT),
    ("3.0", "", "takeoff+mon", "go 50 0 80 50 m-2", OK),
    (NEW, "", "takeoff+mon", "curve 50 50 80 0 100 80 50 m1", OK),
    (NEW, "", "takeoff+mon", "jump 100 0 80 50 90 m1 m2", OK),
    ("3.0", "", "", "motoron", OK),
    ("3.0", "", "", "motoroff", OK),
    ("3.0", "", FLY, "motoron", &["error"]),
    ("3.0", "", "", "throwfly", OK),
    ("3.0", "", "", "reboot", SILENT),
    (NEW, "", "", "downvision 1", OK),
    // Set.
    (ALL, "", "", "speed 10", OK),
    (ALL, "", "", "speed 101", OUT),
    (ALL, "", "", "rc 100 -100 0 0", SILENT),
    (ALL, "", "", "rc 101 0 0 0", SILENT),
    ("1.3 2.0", "", "", "wifi name secret", OK),
    ("3.0", "", "", "wifi name secret", &["OK,drone will reboot in 3s"]),
    (NEW, "", "", "ap name secret", &["OK,drone will reboot in 3s"]),
    (NEW, "", "", "mon", OK),
    (NEW, "", "", "moff", OK),
    (NEW, "", "", "mdirection 2", &["error"]),
    (NEW, "", "mon", "mdirection 2", OK),
    (NEW, "", "mon", "mdirection 3", OUT),
    ("3.0", "", "", "port 1025 65535", OK),
    ("3.0", "", "", "port 1024 11111", OUT),
    ("3.0", "", "", "setfps middle", OK),
    ("3.0", "", "", "setbitrate 5", OK),
    ("3.0", "", "", "setresolution low", OK),
    ("3.0", "", "", "wifisetchannel 6", OK),
    ("3.0", "", "", "multiwifi name secret", OK),
    // Read.
    (ALL, "", "", "battery?", &["87\\r\\n"]),
    (ALL, "", "", "speed?", &["100.0\\r\\n"]),
    (ALL, "", "", "time?", &["0s\\r\\n"]),
    (ALL, "", "", "wifi?", &["90\\r\\n"]),
    ("1.3", "", "", "height?", &["0dm\\r\\n"]),
    ("1.3", "", "", "temp?", &["60~62C\\r\\n"]),
    ("1.3", "", "", "attitude?", &["pitch:0;roll:0;yaw:0;\\r\\n"]),
    ("1.3", "", "", "acceleration?", &["agx:-7.00;agy:3.00;agz:-998.00;\\r\\n"]),
    ("1.3", "", "", "tof?", &["100mm\\r\\n"]),
    ("1.3", "", FLY, "height?", &["8dm\\r\\n"]),
    ("1.3", "", FLY, "tof?", &["800mm\\r\\n"]),
    (NEW, "", "", "height?", &["unknown command: height?"]),
    ("1.3", "", "", "sdk?", &["unknown command: sdk?"]),
    ("2.0", "", "", "sdk?", &["20"]),
    ("3.0", "", "", "sdk?", &["30"]),
    (NEW, "", "", "sn?", &["0TQDG7REDB0001"]),
    ("3.0", "", "", "hardware?", &["RMTT"]),
    ("3.0", "", "", "wifiversion?", &["wifiv1.3.0.0"]),
    ("3.0", "", "", "ssid?", &["RMTT-SIM 12345678"]),
    // The controller.
    ("3.0", "", "", "EXT led 255 0 128", &["led ok"]),
    ("3.0", "", "", "EXT led 256 0 0", &["led error"]),
    ("3.0", "", "", "EXT led br 2.5 1 2 3", &["led ok"]),
    ("3.0", "", "", "EXT led bl 10 1 2 3 4 5 6", &["led ok"]),
    ("3.0", "", "", "EXT mled g rbp0rbp0", &["matrix ok"]),
    ("3.0", "", "", "EXT mled l r 1 hello", &["matrix ok"]),
    ("3.0", "", "", "EXT mled u g 1 rrbb", &["matrix ok"]),
    ("3.0", "", "", "EXT mled s b heart", &["matrix ok"]),
    ("3.0", "", "", "EXT mled sg rrrr", &["matrix ok"]),
    ("3.0", "", "", "EXT mled sc", &["matrix ok"]),
    ("3.0", "", "", "EXT mled sl 255", &["matrix ok"]),
    ("3.0", "", "", "EXT tof?", &["tof 8192"]),
    ("3.0", "", "", "EXT version?", &["esp32v1.0.33.1"]),
    ("3.0", "", "", "Re0101 battery?", &["Re0101 87\\r\\n"]),
];

#[test]
fn each_row_is_answered_as_it_says() {
    for (sdks, faults, before, line, answers) in ROWS {
        for sdk in sdks.split(' ').map(|sdk| sdk.parse::<Sdk>().unwrap()) {
            let faults = if faults.is_empty() { Faults::default() } else { Faults::read(faults).unwrap() };
            let mut drone = Drone::new(sdk, 1, faults, 1.0, 7);
            let mut now = 100;
            assert_eq!(ask(&mut drone, 0, "command"), ["ok"]);
            for line in before.split('+').filter(|line| !line.is_empty()) {
                ask(&mut drone, now, line);
                // What moves goes on while the line is sent.
                now += if line == "takeoff" { 7000 } else { 500 };
                said(&mut drone, now);
            }
            drone.hear(at(now), CLIENT.parse().unwrap(), line.as_bytes());
            let mut told = said(&mut drone, now + 13_000);
            told.sort();
            let mut answers = answers.to_vec();
            answers.sort_unstable();
            assert_eq!(told, answers, "SDK {sdk}, {before:?}, {line}");
        }
    }
}

#[test]
fn what_was_never_activated_says_so_and_nothing_else() {
    let mut drone = Drone::new(Sdk::V3_0, 1, Faults::read("unactive").unwrap(), 1.0, 7);
    assert_eq!(ask(&mut drone, 0, "command"), ["unactive"]);
    assert_eq!(ask(&mut drone, 100, "battery?"), [""; 0]);
}

#[test]
fn no_command_of_the_table_is_without_a_row() {
    for spec in crate::table::commands() {
        let has = ROWS.iter().any(|(sdks, .., line, _)| {
            sdks.split(' ').any(|sdk| {
                Command::find(line, sdk.parse().unwrap())
                    .is_ok_and(|command| std::ptr::eq(command.spec(), spec))
            })
        });
        // Their like has one.
        let like = [
            "baro?",
            "ap?",
            "EXT mled r",
            "EXT mled d",
            "EXT mled r g",
            "EXT mled d g",
            "EXT mled l g",
            "EXT mled u",
        ];
        assert!(has || like.contains(&spec.name), "{}", spec.syntax());
    }
}
