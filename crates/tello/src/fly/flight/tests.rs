use super::*;

fn flight(text: &str) -> Flight {
    Flight::new(Script::read(text, Sdk::V2_0).unwrap(), 1, Moment(0))
}

fn at(seconds: u64) -> Moment {
    Moment(seconds * 1_000_000_000)
}

/// What it wants to be sent.
fn order(flight: &mut Flight, now: Moment) -> String {
    match flight.next(now) {
        Some(Do::Order(command)) => command.line().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_script_is_flown_to_its_end() {
    let mut flight = flight("takeoff\nrepeat 2\nforward 100\nend\nsay done\nwait 2s\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    assert!(flight.next(at(1)).is_none());
    flight.answered(at(6), "ok");
    for second in [9, 12] {
        assert_eq!(order(&mut flight, at(second - 3)), "forward 100");
        flight.answered(at(second), "ok");
    }
    assert!(matches!(flight.next(at(12)), Some(Do::Say(words)) if words == "done"));
    assert!(flight.next(at(12)).is_none());
    assert_eq!(flight.wakeup(), Some(at(14)));
    assert_eq!(order(&mut flight, at(14)), "land");
    flight.answered(at(18), "ok");
    assert!(matches!(flight.next(at(18)), Some(Do::Finish)));
    assert!(flight.is_over() && flight.next(at(19)).is_none());
    let report = flight.report();
    assert_eq!((report.took, report.failed.as_ref()), (Duration::from_secs(18), None));
    let places: Vec<_> = report.track.iter().map(|point| point.place[0] as i32).collect();
    assert_eq!(places, [0, 0, 100, 200, 200]);
    let told: Vec<_> = report.steps.iter().map(|done| (done.line, done.took.as_secs())).collect();
    assert_eq!(told, [(1, 6), (3, 3), (3, 3), (5, 0), (6, 2), (7, 4)]);
}

#[test]
fn a_failure_lands_once_whatever_is_answered() {
    let mut flight = flight("takeoff\nforward 100\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    flight.answered(at(6), "ok");
    assert_eq!(order(&mut flight, at(6)), "forward 100");
    flight.refused(at(7), "error No valid imu");
    assert_eq!(order(&mut flight, at(7)), "land");
    flight.refused(at(22), "no answer");
    assert!(matches!(flight.next(at(22)), Some(Do::Finish)));
    let failed = (2, "forward 100: error No valid imu".to_owned());
    assert_eq!(flight.report().failed, Some(failed));
    assert_eq!(flight.report().steps.last().unwrap().answer, "no answer");
}

#[test]
fn on_the_ground_a_failure_just_ends() {
    let mut flight = flight("battery?\ntakeoff\nland\n");
    assert_eq!(order(&mut flight, at(0)), "battery?");
    flight.refused(at(3), "no answer");
    assert!(matches!(flight.next(at(3)), Some(Do::Finish)));
}

#[test]
fn a_take_off_without_an_answer_may_have_been_one() {
    let mut flight = flight("takeoff\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    flight.refused(at(20), "no answer");
    assert_eq!(order(&mut flight, at(20)), "land");
}

#[test]
fn states_are_waited_for_and_expected() {
    let state = |text: &str| State::read(text.as_bytes()).unwrap();
    let mut flight = flight("takeoff\nuntil h > 40 within 8s\nexpect bat > 20\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    flight.answered(at(6), "ok");
    assert!(flight.next(at(6)).is_none());
    assert_eq!(flight.wakeup(), Some(at(14)));
    flight.state(state("h:30;bat:19;"));
    assert!(flight.next(at(7)).is_none());
    flight.state(state("h:50;bat:19;"));
    assert_eq!(order(&mut flight, at(8)), "land");
    let failed = (3, "expected bat > 20, and bat is 19".to_owned());
    assert_eq!(flight.report().failed, Some(failed));
    let mut late = self::flight("takeoff\nuntil tof < 20 within 2s\nland\n");
    assert_eq!(order(&mut late, at(0)), "takeoff");
    late.answered(at(6), "ok");
    assert!(late.next(at(6)).is_none());
    assert_eq!(order(&mut late, at(8)), "land");
    let failed = (2, "tof < 20 did not come within 2s: no state has come".to_owned());
    assert_eq!(late.report().failed, Some(failed));
}

#[test]
fn drones_wait_for_each_other_and_do_only_what_is_theirs() {
    let mut flight = flight("takeoff\nbarrier\n@2 flip l\n@1 flip r\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    flight.answered(at(6), "ok");
    assert!(matches!(flight.next(at(6)), Some(Do::Barrier)));
    assert!(flight.waits() && flight.next(at(7)).is_none());
    flight.released();
    assert_eq!(order(&mut flight, at(8)), "flip r");
}

#[test]
fn whoever_aborts_lands() {
    let mut flight = flight("takeoff\nwait 10s\nland\n");
    assert_eq!(order(&mut flight, at(0)), "takeoff");
    flight.answered(at(6), "ok");
    assert!(flight.next(at(6)).is_none());
    flight.abort("stopped");
    assert_eq!(order(&mut flight, at(7)), "land");
    flight.abort("stopped again");
    flight.answered(at(11), "ok");
    assert!(matches!(flight.next(at(11)), Some(Do::Finish)));
    assert_eq!(flight.report().failed, Some((2, "stopped".to_owned())));
}
