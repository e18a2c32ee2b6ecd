//! `sockscope capture`: who may, what it gives up, what it tells apart, and what it could not keep.

mod common;

use std::process::Command;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::peers;
use sockscope_testkit::program::Program;
use sockscope_testkit::space;

/// This program in a network of its own.
fn alone(args: &[&str]) -> Option<Command> {
    space::alone(sockscope(&[]).get_program(), args)
}

/// A script in a network of its own; `$0` is this program.
fn script(text: &str) -> Option<Command> {
    space::alone("sh", &["-c", text, sockscope(&[]).get_program().to_str().unwrap()])
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn who_may_not_is_told_how_to_get_the_right() {
    let program = sockscope(&[]).get_program().to_owned();
    let Some(mut command) = space::alone_as_nobody(program, &["capture", "lo"]) else { return };
    let told = Program::run(&mut command).expect(2);
    assert!(told.err.contains("cannot capture on lo: "), "{}", told.err);
    assert!(told.err.contains("sudo setcap cap_net_raw+ep /"), "{}", told.err);
}

#[test]
fn what_cannot_be_captured_says_why() {
    for (args, why) in [
        (
            &["capture", "nope"][..],
            "cannot use interface nope: there is no such interface; this machine has lo",
        ),
        (&["capture", "lo", "udp", "prot", "7"], "unknown word \"prot\"; did you mean port?"),
        (&["capture", "lo", "port 99999"], "99999"),
        (&["capture", ","], "there is no interface to capture on"),
    ] {
        let Some(mut command) = alone(args) else { return };
        let told = Program::run(&mut command).expect(2);
        assert!(told.err.contains(why), "{}", told.err);
    }
}

#[test]
fn once_its_sockets_are_open_it_has_no_rights_but_those_over_files() {
    let Some(mut command) = alone(&["capture", "lo", "--for", "20s"]) else { return };
    let program = Program::start(&mut command);
    program.says("capturing on lo");
    // The program follows the shell in the same process.
    let end = std::time::Instant::now() + sockscope_testkit::PATIENCE;
    let rights = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            u64::from_str_radix(line.trim(), 16).unwrap()
        };
        let rights = [of("CapEff:"), of("CapPrm:")];
        if rights.iter().all(|rights| rights & !0xf == 0) || std::time::Instant::now() > end {
            break rights;
        }
        std::thread::yield_now();
    };
    assert!(rights.iter().all(|rights| rights & !0xf == 0), "{rights:x?}");
    program.interrupt();
    program.finish().expect(0);
}

/// Two hosts joined by a cable, one of them captured: what leaves it is told apart from what comes.
#[test]
fn what_leaves_and_what_comes_is_told_apart() {
    let text = r#"
unshare -n sleep 60 & there=$!
trap 'kill $there' EXIT
until [ "$(readlink /proc/$there/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add here type veth peer name there netns $there || exit 77
ip addr add 192.0.2.1/24 dev here && ip link set here up
nsenter -t $there -n ip addr add 192.0.2.2/24 dev there
nsenter -t $there -n ip link set there up
nsenter -t $there -n "$0" echo udp://192.0.2.2:7000 --quiet --count 1 & echo=$!
"$0" capture here 'udp port 7000' --json --count 2 2>/dev/null & capture=$!
until grep -q ' 0003 ' /proc/net/packet; do :; done
until nsenter -t $there -n grep -q :1B58 /proc/$there/net/udp; do :; done
"$0" send udp://192.0.2.2:7000 hello --wait 5s --answers 1 --quiet >/dev/null || exit 1
wait $echo; wait $capture
"#;
    let Some(mut command) = script(text) else { return };
    let told = Program::run(&mut command);
    if told.code == Some(77) {
        return peers::skip("this machine allows no veth");
    }
    let told = told.expect(0);
    let packets: Vec<_> = lines(&told.text()).into_iter().filter(|line| line["type"] == "message").collect();
    assert_eq!(packets.len(), 2, "{}{}", told.text(), told.err);
    assert_eq!((&packets[0]["outgoing"], &packets[1]["outgoing"]), (&Value::Bool(true), &Value::Null));
    assert!(packets.iter().all(|packet| packet["iface"] == "here" && packet["t_src"] == "kernel"));
}

/// What is not taken in time is dropped by the kernel, and counted: nothing is lost in silence.
#[test]
fn what_was_dropped_is_counted() {
    const ALL: u64 = 4_000;
    let text = r#"
"$0" capture lo 'udp port 7000' --json --ring 1KiB --idle 2s 2>/dev/null & capture=$!
until grep -q ' 0003 ' /proc/net/packet; do :; done
kill -STOP $capture
head -c 4000000 /dev/zero | "$0" send udp://127.0.0.1:7000 --cut 1000 --one-by-one --quiet >/dev/null 2>&1
kill -CONT $capture; wait $capture
"#;
    let Some(mut command) = script(text) else { return };
    let told = Program::run(&mut command).expect(0);
    let all = lines(&told.text());
    let count = |kind: &str| all.iter().filter(|line| line["type"] == kind).count() as u64;
    let dropped: u64 = all
        .iter()
        .filter(|line| line["code"] == "capture_drop")
        .map(|line| line["count"].as_u64().unwrap())
        .sum();
    assert!(dropped > 0, "{}", told.err);
    assert_eq!(count("message") + dropped, ALL);
    let closed = all.last().unwrap();
    assert_eq!(closed["totals"]["dropped"], dropped);
}

/// With the secrets that one end wrote down, tshark reads what was captured of a TLS session.
#[test]
#[cfg(feature = "tls")]
fn what_is_captured_of_tls_can_be_read_with_its_secrets() {
    let text = r#"
"$0" capture lo 'tcp port 7000' --quiet --save "$1/x.pcapng" >/dev/null 2>&1 & capture=$!
until grep -q ' 0003 ' /proc/net/packet; do :; done
"$0" listen tls://127.0.0.1:7000 --self-signed --once --quiet >/dev/null 2>&1 & listen=$!
until grep -q ' 0100007F:1B58 00000000:0000 0A ' /proc/net/tcp; do :; done
"$0" send tls://127.0.0.1:7000 --insecure --keylog "$1/keys" 'a secret' --quiet >/dev/null || exit 1
wait $listen
until "$0" open "$1/x.pcapng" --list 2>/dev/null | grep -q FIN; do :; done
kill -INT $capture; wait $capture
"#;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (recording, secrets) = (path("x.pcapng"), format!("tls.keylog_file:{}", path("keys")));
    let read = ["-r", &recording, "-d", "tcp.port==7000,tls", "-T", "fields", "-e", "data.data"];
    let Some(mut blind) = peers::command("tshark", &read) else { return };
    let mut told = peers::command("tshark", &[&read[..], &["-o", &secrets]].concat()).unwrap();
    let program = sockscope(&[]).get_program().to_str().unwrap().to_owned();
    let Some(mut scene) = space::alone("sh", &["-c", text, &program, &path("")]) else { return };
    Program::run(&mut scene).expect(0);
    let secret = "6120736563726574";
    assert!(!Program::run(&mut blind).expect(0).text().contains(secret));
    assert!(Program::run(&mut told).expect(0).text().contains(secret));
}
