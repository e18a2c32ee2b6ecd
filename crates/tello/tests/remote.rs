//! A drone flown by calls, over real sockets, with a simulated one ten times as fast as in truth.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::channel;
use std::thread;

use sockscope::bus::{Bus, Sink};
use sockscope::core::event::Event;
use sockscope::core::moment::Now;
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope_tello::Tello;
use sockscope_tello::client::Ports;
use sockscope_tello::pilot::{Flying, Ways};
use sockscope_tello::remote::Failure;
use sockscope_tello::sdk::Sdk;
use sockscope_tello::sim::faults::Faults;
use sockscope_tello::sim::{self, Drone, Simulator};

/// Tells where the simulated drone takes commands.
struct Opened(std::sync::mpsc::Sender<SocketAddr>);

impl Sink for Opened {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> std::io::Result<()> {
        if let Event::Opened(opened) = event {
            let local = opened.local.as_ref().and_then(|local| local.to_string().parse().ok());
            local.into_iter().for_each(|local| self.0.send(local).unwrap());
        }
        Ok(())
    }

    fn idle(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Plays with a simulated drone; what it heard.
fn with_drone(play: impl FnOnce(SocketAddr, Ports)) -> Vec<String> {
    let state = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let drone = Drone::new(Sdk::V2_0, 0, Faults::default(), 10.0, 1).telling(state);
    let (tell, heard) = channel();
    let (opened, address) = channel();
    let stop = Stop::new().unwrap();
    let (flag, waker) = (stop.flag(), stop.waker().unwrap());
    let there = thread::spawn(move || {
        let told = move |_: Now, _: usize, event: sim::Event<'_>| {
            if let sim::Event::Heard(_, bytes) = event {
                tell.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
            }
        };
        let anywhere = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let simulator = Simulator::new(vec![(anywhere, drone)], Box::new(told)).unwrap();
        let plan = Plan::new(Place::Guided(Box::new(simulator)));
        drive::run(plan, &mut Bus::new().with(Opened(opened)), &stop).unwrap();
    });
    play(address.recv().unwrap(), Ports { state, at: Ipv4Addr::LOCALHOST.into(), ..Ports::default() });
    flag.store(true, std::sync::atomic::Ordering::Relaxed);
    std::io::Write::write_all(&mut &waker, &[0]).unwrap();
    there.join().unwrap();
    heard.iter().collect()
}

#[test]
fn calls_return_what_the_drone_answers() {
    let heard = with_drone(|drone, ports| {
        let tello = Tello::connect_with(drone, Ways::default(), ports).unwrap();
        assert_eq!(tello.send("battery?"), Ok("87".to_owned()));
        assert_eq!(tello.send("up 50"), Err(Failure::Refused("error Motor stop".to_owned())));
        let Err(Failure::Wrong(problem)) = tello.send("up 5") else { panic!("5 is too little") };
        assert_eq!(problem.to_string(), "5 is out of range; x is 20 to 500 cm");
        assert_eq!(tello.send("takeoff"), Ok("ok".to_owned()));
        assert_eq!(tello.send("rc 0 0 0 0"), Ok(String::new()));
        while tello.flying() != Flying::Yes || tello.state().is_none() {
            thread::yield_now();
        }
        assert_eq!(tello.send("land"), Ok("ok".to_owned()));
    });
    assert_eq!(heard, ["command", "battery?", "up 50", "takeoff", "rc 0 0 0 0", "land"]);
}

#[test]
fn what_is_dropped_in_the_air_lands() {
    let heard = with_drone(|drone, ports| {
        let tello = Tello::connect_with(drone, Ways::default(), ports).unwrap();
        tello.send("takeoff").unwrap();
    });
    assert_eq!(heard, ["command", "takeoff", "land"]);
}

#[test]
fn a_drone_that_is_not_there_is_an_error() {
    let nobody = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let ways = Ways { tries: 1, ..Ways::default() };
    let ports = Ports { state: 0, at: Ipv4Addr::LOCALHOST.into(), ..Ports::default() };
    let error = Tello::connect_with(nobody.local_addr().unwrap(), ways, ports).unwrap_err();
    assert_eq!(error, Failure::NoAnswer);
}
