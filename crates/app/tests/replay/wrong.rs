//! What is no recording, has nothing to send, or not all of it; and who does not answer.

use std::net::UdpSocket;

use sockscope_testkit::program::Program;

use super::common::sockscope;
use super::made::{Tape, pcap, tcp, udp};

const NOWHERE: &str = "udp://127.0.0.1:9";

#[test]
fn files_that_are_none_are_refused() {
    let told = Program::run(&mut sockscope(&["replay", "/no/such", NOWHERE])).expect(2);
    assert_eq!(told.err, "sockscope: cannot read /no/such: not found\n");
    let told = Tape::bytes(b"what I did on holiday\n").replay(&[NOWHERE]).expect(2);
    assert!(told.err.starts_with("sockscope: "), "{}", told.err);
    let told = Tape::bytes(b"").replay(&[NOWHERE]).expect(2);
    assert!(told.err.starts_with("sockscope: "), "{}", told.err);
}

#[test]
fn a_recording_without_payload_is_told() {
    let told = Tape::bytes(&pcap(&[(0, tcp(1, 2, 7, 0, 2, b""))])).replay(&[NOWHERE]).expect(2);
    assert!(told.err.contains("x.pcapng has no payload of UDP or TCP in 1 packet\n"), "{}", told.err);
}

#[test]
fn a_file_that_breaks_off_is_sent_as_far_as_it_goes() {
    let mut bytes = pcap(&[(0, udp(1, 2, b"one")), (1, udp(1, 2, b"two"))]);
    bytes.truncate(bytes.len() - 2);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = format!("udp://{}", socket.local_addr().unwrap());
    let told = Tape::bytes(&bytes).replay(&[&place]).expect(0);
    assert!(told.err.contains("the file ends within a packet"), "{}", told.err);
    assert!(told.err.contains("sent 1 message (3 B) in "), "{}", told.err);
}

#[test]
fn a_datagram_that_was_cut_is_not_sent_unless_asked() {
    let mut bytes = pcap(&[(0, udp(1, 2, b"hello"))]);
    let wire = bytes[24 + 12];
    // Three of its bytes were not recorded.
    bytes.truncate(bytes.len() - 3);
    bytes[24 + 8] = wire - 3;
    let tape = Tape::bytes(&bytes);
    let told = tape.replay(&[NOWHERE]).expect(2);
    let want = "3 bytes are missing in what is to be sent at packet 1: packets were recorded up to a length only; \
                --gaps skip sends what is there";
    assert!(told.err.contains(want), "{}", told.err);
    let told = tape.replay(&["--list", "--gaps", "skip"]).expect(0);
    assert!(
        told.text().contains("he") && told.err.contains("3 bytes missing in the recording, skipped"),
        "{}",
        told.err
    );
}

#[test]
fn nobody_listening_is_an_answer() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = socket.local_addr().unwrap();
    drop(socket);
    let tape = Tape::bytes(&pcap(&[(0, udp(1, 2, b"one")), (1, udp(2, 1, b"ONE"))]));
    for more in [&[][..], &["--expect"]] {
        let told = tape.replay(&[&[format!("udp://{place}").as_str()], more].concat()).expect(1);
        assert!(told.text().contains("nobody listens on that port"), "{}", told.text());
    }
    let told = tape.replay(&[&format!("tcp://{place}")]).expect(1);
    assert!(told.err.contains("sent 0 of 1 message (0 B)"), "{}", told.err);
}

#[test]
fn what_is_typed_wrong_is_told() {
    let tape = Tape::bytes(&pcap(&[(0, udp(1, 2, b"one"))]));
    for (args, why) in [
        (&[NOWHERE, "--conversation", "3"][..], "write its transport too: udp:3, tcp:0"),
        (&[NOWHERE, "--range", "7-3"], "packet 3 is before packet 7"),
        (&[NOWHERE, "--range", "0"], "write the first and the last packet"),
        (&[NOWHERE, "--speed", "0"], "a speed of 0 would never come to an end"),
        (&[NOWHERE, "--filter", "udp prt 9"], "prt"),
        (&[NOWHERE, "--set", "1"], "\"1\" sets nothing"),
        (&["udp://127.0.0.1:0"], "there is no port to send to"),
        (&[NOWHERE, "--from", "somebody"], "write an address, with or without a port"),
        (&[], "ENDPOINT"),
    ] {
        let told = tape.replay(args).expect(2);
        assert!(told.err.contains(why), "{args:?}: {}", told.err);
    }
}
