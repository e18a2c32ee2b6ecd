use super::*;

const CLIENT: &str = "open cli udp://h:1\n";

/// A script behind an open session, its first acts taken.
fn client(rest: &str) -> (Play, Vec<String>) {
    let mut play = Play::new(&format!("{CLIENT}{rest}"));
    assert_eq!(play.acts(), ["open 0 cli udp://h:1"]);
    let acts = play.opened(0);
    (play, acts)
}

#[test]
fn both_sides_of_a_conversation() {
    let mut play = Play::new(
        "listen srv udp://127.0.0.1:0\nopen cli udp://127.0.0.1:{port:srv}\nframe cli line\n\
         send cli \"ping {counter}\\r\\n\"\nexpect srv \"ping 1\\r\\n\"\nsend srv hex 6f 6b\n\
         expect cli \"ok\" within 2s\nsay \"你好\"\nend cli\nexpect srv end\nclose srv\n",
    );
    assert_eq!(play.acts(), ["listen 0 srv udp://127.0.0.1:0"]);
    assert_eq!(play.opened(0), ["open 1 cli udp://127.0.0.1:7000"]);
    assert_eq!(play.player.name(SessionId(1)), Some("cli"));
    assert_eq!(play.opened(1), ["frame 1 line", "send 1>0 ping 1\\r\\n"]);
    assert_eq!(play.message(0, 5, b"ping 1\r\n"), [""; 0], "the send is not done yet");
    assert_eq!(play.sent(1), ["send 0>5 ok"], "to the peer that spoke");
    assert_eq!(play.sent(0), [""; 0]);
    assert_eq!(play.message(1, 0, b"ok"), ["say 你好", "end 1>0"]);
    assert_eq!(play.then(0, 5, What::Ended), ["close 0", "met"]);
    assert_eq!(play.player.wakeup(), None);
    assert_eq!(play.acts(), [""; 0]);
}

#[test]
fn a_stream_is_read_as_far_as_it_was_matched() {
    let (mut play, acts) = client("expect \"ab\"\nexpect re /\\d+/\nexpect contains \"x\"\nexpect \"y\"\n");
    assert_eq!(acts, [""; 0]);
    assert_eq!(play.chunk(0, b"a"), [""; 0]);
    assert_eq!(play.chunk(0, b"b12"), [""; 0], "the number may go on");
    assert_eq!(play.chunk(0, b"3 and x"), [""; 0]);
    assert_eq!(play.chunk(0, b"y"), ["met"]);
}

#[test]
fn a_message_is_compared_whole() {
    let (mut play, _) = client("expect \"a\"\nexpect prefix \"b\"\nexpect \"c\"\n");
    assert_eq!(play.message(0, 0, b"a"), [""; 0]);
    assert_eq!(play.message(0, 0, b"b..."), [""; 0]);
    assert_eq!(play.message(0, 0, b"cc"), ["unmet 4: the message goes on after the 1 byte expected"]);
}

#[test]
fn what_differs_fails_at_once_and_what_is_missing_in_time() {
    let (mut play, _) = client("expect \"OK\\r\\n\" within 2s\n");
    assert_eq!(play.chunk(0, b"ERR"), ["unmet 2: the answer differs at byte 0: expected 4f, got 45"]);
    let (mut play, _) = client("expect \"OK\\r\\n\" within 2s\n");
    play.chunk(0, b"OK");
    assert_eq!(play.player.wakeup(), Some(Moment(2000 * MS)));
    assert_eq!(play.wake(), ["unmet 2: 2 bytes came within 2 s, 2 of 4 are missing"]);
    let (mut play, _) = client("timeout 300ms\nexpect \"OK\"\n");
    assert_eq!(play.wake(), ["unmet 3: nothing came within 300 ms"]);
    let (mut play, _) = client("expect re /^\\+CSQ/\n");
    assert_eq!(play.chunk(0, b"E"), ["unmet 2: 1 byte came, without a match"]);
    let (mut play, _) = client("expect contains \"z\"\n");
    play.chunk(0, b"abc");
    assert_eq!(play.wake(), ["unmet 2: 3 bytes came within 5 s, without a match"]);
}

#[test]
fn an_open_ended_match_is_taken_when_no_more_comes() {
    let (mut play, _) = client("expect re /(\\d+)/ within 1s\nsend \"<{group:1}>\"\n");
    play.chunk(0, b"42");
    assert_eq!(play.wake(), ["send 0>0 <42>"]);
    let (mut play, _) = client("expect re /(\\d+)/\nsend \"<{group:1}>\"\n");
    play.chunk(0, b"42");
    assert_eq!(play.then(0, 0, What::Ended), ["send 0>0 <42>"]);
}

#[test]
fn the_end_is_expected_or_comes_too_soon() {
    let (mut play, _) = client("expect end\nexpect reset\n");
    assert_eq!(play.then(0, 0, What::Ended), [""; 0]);
    let reset = What::Closed { kind: Failure::Reset, why: "reset by the peer" };
    assert_eq!(play.then(0, 0, reset), ["met"]);
    let (mut play, _) = client("expect \"abc\"\n");
    play.chunk(0, b"a");
    assert_eq!(play.then(0, 0, What::Ended), ["unmet 2: the peer ended after 1 byte, 2 of 3 are missing"]);
    let (mut play, _) = client("expect \"abc\"\n");
    assert_eq!(play.then(0, 0, reset), ["unmet 2: cli is closed: reset by the peer"]);
    let (mut play, _) = client("expect end\n");
    assert_eq!(play.chunk(0, b"bye"), ["unmet 2: 3 bytes came, and should not have"]);
    let (mut play, _) = client("expect end within 1s\n");
    assert_eq!(play.wake(), ["unmet 2: that did not happen within 1 s"]);
    let (mut play, _) = client("expect reset\n");
    let ended = What::Closed { kind: Failure::Ended, why: "both sides have ended" };
    assert_eq!(play.then(0, 0, What::Ended), [""; 0], "it may be reset yet");
    assert_eq!(play.then(0, 0, ended), ["unmet 2: cli is closed: the peer has ended"]);
    let (mut play, acts) = client("wait 1s\nexpect end\nsend \"more\"\n");
    assert_eq!(acts, [""; 0]);
    play.then(0, 0, What::Ended);
    assert_eq!(play.wake(), ["send 0>0 more"], "a peer that has ended may still listen");
}

#[test]
fn silence_is_expected() {
    let (mut play, _) = client("expect nothing for 500ms\nsay \"quiet\"\n");
    assert_eq!(play.wake(), ["say quiet", "met"]);
    let (mut play, _) = client("expect nothing for 500ms\n");
    assert_eq!(play.chunk(0, b"hey"), ["unmet 2: 3 bytes came, and should not have"]);
    let (mut play, _) = client("wait 1s\nexpect nothing for 1ms\n");
    play.chunk(0, b"early");
    assert_eq!(play.wake(), ["unmet 3: 5 bytes came, and should not have"]);
}

#[test]
fn an_opening_succeeds_fails_or_takes_too_long() {
    let refused = What::Failed { kind: Failure::Refused, why: "connection refused" };
    let mut play = Play::new(CLIENT);
    play.acts();
    assert_eq!(play.then(0, 0, refused), ["unmet 1: cli could not be opened: connection refused"]);
    let mut play = Play::new(CLIENT);
    play.acts();
    assert_eq!(play.wake(), ["unmet 1: cli is not open after 5 s"]);
    let wanted = format!("{CLIENT}expect refused within 1s\n");
    let mut play = Play::new(&wanted);
    play.acts();
    assert_eq!(play.then(0, 0, refused), ["met"]);
    let mut play = Play::new(&wanted);
    play.acts();
    assert_eq!(play.opened(0), [""; 0]);
    assert_eq!(play.wake(), ["unmet 2: that did not happen within 1 s"]);
    let mut play = Play::new(&wanted);
    play.acts();
    let other = What::Failed { kind: Failure::Other, why: "no route to host" };
    assert_eq!(play.then(0, 0, other), ["unmet 2: cli could not be opened: no route to host"]);
}

#[test]
fn a_send_waits_for_the_kernel_and_for_a_peer() {
    let (mut play, acts) = client("send \"a\"\nsend file image.bin\n");
    assert_eq!(acts, ["send 0>0 a"]);
    assert_eq!(play.sent(0), ["file 0>0 image.bin"]);
    assert_eq!(play.wake(), ["unmet 3: cli could not send for 5 s"]);
    let mut play = Play::new("listen srv udp://:0\nsend \"welcome\"\n");
    play.acts();
    assert_eq!(play.opened(0), [""; 0]);
    assert_eq!(play.then(0, 9, What::Joined), ["send 0>9 welcome"]);
    let mut play = Play::new("listen srv udp://:0\nend within\n".replace(" within", "").as_str());
    play.acts();
    play.opened(0);
    assert_eq!(play.wake(), ["unmet 2: nobody has spoken to srv for 5 s"]);
}

#[test]
fn peers_of_one_session_are_read_in_order_and_answered_each() {
    let mut play = Play::new(
        "listen srv udp://:0\nrepeat 2\nexpect re /^hello (.)$/\nsend \"hi {group:1} {counter}\"\ndone\n",
    );
    play.acts();
    play.opened(0);
    assert_eq!(play.message(0, 1, b"hello A"), ["send 0>1 hi A 1"]);
    play.message(0, 2, b"hello B");
    play.message(0, 3, b"hello C");
    assert_eq!(play.sent(0), ["send 0>2 hi B 2"]);
    assert_eq!(play.sent(0), ["met"]);
}

#[test]
fn loops_in_loops() {
    let mut play = Play::new("repeat 2\nsay \"a\"\nrepeat 2\nsay \"b{counter}\"\ndone\ndone\n");
    assert_eq!(play.acts(), ["say a", "say b1", "say b2", "say a", "say b3", "say b4", "met"]);
    let mut play = Play::new("repeat 2\nopen a udp://h:1\nclose a\ndone\n");
    assert_eq!(play.acts(), ["open 0 a udp://h:1"]);
    assert_eq!(play.opened(0), ["close 0", "open 1 a udp://h:1"]);
    let late = What::Closed { kind: Failure::Reset, why: "late" };
    assert_eq!(play.then(0, 0, late), [""; 0], "what happens to the first one is of the past");
    assert_eq!(play.opened(1), ["close 1", "met"]);
}

#[test]
fn what_comes_to_a_closed_session_counts_for_nothing() {
    let (mut play, acts) = client("close\nopen cli udp://h:2\nexpect nothing for 1s\n");
    assert_eq!(acts, ["close 0", "open 1 cli udp://h:2"]);
    assert_eq!(play.opened(1), [""; 0]);
    assert_eq!(play.chunk(0, b"late"), [""; 0]);
    assert_eq!(play.wake(), ["met"]);
}

#[test]
fn a_long_loop_without_acts_lets_others_have_their_turn() {
    let mut play = Play::new("repeat 1000000\nwait 0s\ndone\n");
    assert_eq!(play.acts(), [""; 0]);
    assert_eq!(play.player.wakeup(), Some(Moment(0)));
}

#[test]
fn random_bytes_follow_the_seed() {
    let seeded = read("seed 42\nsay \"{random:4}\"\n");
    assert!(seeded.is_random());
    assert_eq!(seeded.seed(), Some(42));
    let say = |seed| Player::new(seeded.clone(), seed, 0).next(at(0));
    assert_eq!(say(1), say(2));
}

#[test]
fn a_group_that_took_no_part_is_told_when_it_is_sent() {
    let (mut play, _) = client("expect re /^a(b)?c/\nsend \"{group:1}\"\n");
    let told = play.chunk(0, b"ac");
    assert!(told[0].starts_with("unmet 3: group 1 took no part in the match"), "{told:?}");
}

#[test]
fn what_a_script_says_is_text_even_if_it_came_otherwise() {
    let (mut play, _) = client("encoding gbk\nexpect re /^(..)(.)$/s\nsay \"{group:1},{group:2}\"\n");
    assert_eq!(play.message(0, 0, b"\xc4\xe3\xff"), ["say 你,\\xff", "met"]);
}

#[test]
fn too_much_unread_is_told() {
    let (mut play, _) = client("wait 1h\n");
    let chunk = vec![0; 32 << 20];
    assert_eq!(play.chunk(0, &chunk), [""; 0]);
    assert_eq!(play.chunk(0, &chunk), [""; 0]);
    assert_eq!(play.chunk(0, b"1"), ["unmet 2: more than 64 MiB came that no line of the script has read"]);
}

#[test]
fn a_listener_waits_for_the_next_peer_when_one_has_ended() {
    let mut play =
        Play::new("listen s tcp://127.0.0.1:0\nexpect \"a\"\nexpect \"b\" within 1s\nsend \"c\"\n");
    play.acts();
    play.opened(0);
    play.then(0, 1, What::Joined);
    assert_eq!(play.then(0, 1, What::Received { bytes: b"a", whole: false }), [""; 0]);
    assert_eq!(play.then(0, 1, What::Closed { kind: Failure::Ended, why: "both sides have ended" }), [""; 0]);
    play.then(0, 2, What::Joined);
    assert_eq!(play.then(0, 2, What::Received { bytes: b"b", whole: false }), ["send 0>2 c"]);

    let mut play = Play::new("listen s tcp://127.0.0.1:0\nexpect \"a\"\nexpect \"b\" within 1s\n");
    play.acts();
    play.opened(0);
    play.then(0, 1, What::Received { bytes: b"a", whole: false });
    assert_eq!(play.then(0, 1, What::Ended), [""; 0]);
    assert_eq!(play.wake(), ["unmet 3: the peer ended without a word"]);
}

#[test]
fn what_could_not_be_sent_and_frames_that_are_broken_end_it() {
    let mut play = Play::new("open a udp://127.0.0.1:1\nsend \"x\"\n");
    play.acts();
    play.opened(0);
    assert_eq!(play.then(0, 0, What::Unsent { why: "too long" }), ["unmet 2: a could not send: too long"]);

    let mut play = Play::new("open a udp://127.0.0.1:1\nexpect contains \"x\"\nexpect contains \"y\"\n");
    play.acts();
    play.opened(0);
    play.message(0, 0, b"x");
    play.player.happened(&Happening {
        session: SessionId(0),
        peer: 0,
        what: What::Received { bytes: b"y", whole: true },
    });
    let acts = play.then(0, 0, What::Flawed { why: "no check behind the content" });
    assert_eq!(acts, ["unmet 3: the frame that came is broken: no check behind the content"]);
}

#[test]
fn a_framing_is_read_with_the_script() {
    let mut play = Play::new("open a udp://127.0.0.1:1\nframe a line\nframe none\n");
    play.acts();
    assert_eq!(play.opened(0), ["frame 0 line", "frame 0 none", "met"]);
    assert_eq!((play.player.done(), play.player.place()), (3, None));
    let problem =
        Script::parse("open a udp://127.0.0.1:1\nframe a lien\n", "t", &Args::default()).unwrap_err();
    assert!(
        problem.to_string().starts_with("t:2: unknown framing \"lien\"; did you mean line?"),
        "{problem}"
    );
    assert_eq!(&problem.input[problem.span], "lien");
}

#[test]
fn steps_are_listed_as_they_stand_in_loops() {
    let script =
        read("repeat 2\n  say \"a\"\n  repeat 3\n say \"b\"\n done\ndone\nencoding gbk\nsay \"c\"\n");
    let steps: Vec<_> =
        script.steps().map(|(line, depth, source)| format!("{line}/{depth} {source}")).collect();
    let want = [
        "1/0 repeat 2",
        "2/1 say \"a\"",
        "3/1 repeat 3",
        "4/2 say \"b\"",
        "5/1 done",
        "6/0 done",
        "8/0 say \"c\"",
    ];
    assert_eq!(steps, want);
    assert_eq!(script.charset(), Some(Charset::find("gbk").unwrap()));
}
