use super::*;

fn wrong(line: &str, sdk: Sdk) -> (String, String) {
    let problem = Command::read(line, sdk).unwrap_err();
    let spot = problem.input[problem.span.clone()].to_owned();
    (problem.to_string(), spot)
}

#[test]
fn lines_are_read_by_the_table() {
    let read = |line, sdk| Command::read(line, sdk).unwrap();
    assert_eq!(read("takeoff", Sdk::V1_3).spec().name, "takeoff");
    assert_eq!(read(" forward 35.2\r\n", Sdk::V1_3).line(), "forward 35.2");
    assert_eq!(read("go 100 -50 30 40 m3", Sdk::V2_0).arg(4), Some("m3"));
    assert_eq!(read("go 100 -50 30 40", Sdk::V2_0).numbers(), [100.0, -50.0, 30.0, 40.0]);
    assert_eq!(read("EXT led br 1 0 0 255", Sdk::V3_0).spec().name, "EXT led br");
    assert_eq!(read("EXT led 1 0 255", Sdk::V3_0).spec().name, "EXT led");
    assert_eq!(read("EXT mled l r 1 two words", Sdk::V3_0).arg(2), Some("two words"));
    assert_eq!(read("EXT mled l g 1 rbp0", Sdk::V3_0).spec().name, "EXT mled l g");
    assert_eq!(read("jump 100 0 80 50 90 m1 m-2", Sdk::V3_0).arg(6), Some("m-2"));
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let of = |what: &str, spot: &str| (what.to_owned(), spot.to_owned());
    let v1 = Sdk::V1_3;
    assert_eq!(wrong("Takeoff", v1), of("unknown command \"Takeoff\"; did you mean takeoff?", "Takeoff"));
    assert_eq!(wrong("forwrd 50", v1), of("unknown command \"forwrd\"; did you mean forward?", "forwrd"));
    assert_eq!(wrong("forward", v1), of("x is missing; write forward x", ""));
    assert_eq!(wrong("land now", v1), of("\"now\" is too much; land stands alone", "now"));
    assert_eq!(wrong("forward far", v1), of("\"far\" is no number; x is 20 to 500 cm", "far"));
    assert_eq!(wrong("up 19.9", v1), of("19.9 is out of range; x is 20 to 500 cm", "19.9"));
    assert_eq!(wrong("forward  50", v1), of("two blanks in a row; words stand one blank apart", ""));
    assert_eq!(wrong("flip x", v1), of("\"x\" is not allowed here; direction is l, r, f or b", "x"));
    assert_eq!(wrong("", v1), of("no command; write one, as takeoff", ""));
    let newer = "\"sdk?\" is of SDK 2.0, and this is 1.3; choose another --sdk, if the drone has it";
    assert_eq!(wrong("sdk?", v1), of(newer, "sdk?"));
    let here = "that is hardly away from here; x, y or z is at least 20 cm";
    assert_eq!(wrong("go 10 -10 5 50", Sdk::V2_0), of(here, "10 -10 5 50"));
    let line = "the points lie on a line; an arc needs a point beside it";
    assert_eq!(wrong("curve 50 0 0 100 0 0 30", Sdk::V2_0).0, line);
    let small = "the radius is 20 cm; it has to be 50 to 1000 cm";
    assert_eq!(wrong("curve 20 20 0 40 0 0 30", Sdk::V2_0).0, small);
    assert!(Command::read("curve 100 100 0 200 0 0 30", Sdk::V2_0).is_ok());
    assert!(
        wrong("go 100 0 50 50 m9", Sdk::V2_0).0.starts_with("\"m9\" is not allowed here; pad is m1 to m8")
    );
}

#[test]
fn ranges_follow_the_sdk() {
    assert!(Command::read("cw 720", Sdk::V1_3).is_ok());
    assert!(Command::read("cw 720", Sdk::V2_0).is_err());
    assert!(Command::read("go -50 0 0 50", Sdk::V1_3).is_err());
    assert!(Command::find("go -50 0 0 50", Sdk::V1_3).is_ok());
    assert!(Command::read("go 50 0 0 50 m-1", Sdk::V2_0).is_err());
}

#[test]
fn hints_tell_what_is_missing() {
    let of = |line| hint(line, Sdk::V2_0);
    assert_eq!(of("forward").unwrap(), " x   x is 20 to 500 cm");
    assert_eq!(of("forward ").unwrap(), "x   x is 20 to 500 cm");
    assert_eq!(of("go 10").unwrap(), " y z speed   y is -500 to 500 cm");
    assert_eq!(of("takeo").unwrap(), "ff");
    assert_eq!(of("takeoff"), None);
    assert_eq!(of("s"), None);
    assert_eq!(of("nothing"), None);
}

#[test]
fn words_are_completed() {
    let of = |line| complete(line, Sdk::V3_0);
    assert_eq!(of("take"), ["takeoff"]);
    assert_eq!(of("flip "), ["b", "f", "l", "r"]);
    assert_eq!(of("EXT "), ["led", "mled", "tof?", "version?"]);
    assert_eq!(of("EXT led b"), ["bl", "br"]);
    assert_eq!(of("go 1 2 3 4 m-"), ["m-1", "m-2"]);
    assert!(of("").contains(&"land") && complete("EXT ", Sdk::V1_3).is_empty());
}
