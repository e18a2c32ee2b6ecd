//! Packets from interfaces, captured by this program and by tcpdump at once.

use std::path::Path;

use sockscope_testkit::peers;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::space;

use super::common::sockscope;
use super::tshark;

/// What happens on the loopback of an empty network, while both programs capture it.
const SCENE: &str = r#"
folder=$1 sockscope=$2
tcpdump -i lo -U -w "$folder/theirs.pcap" 'port 7000 or port 7001' 2>"$folder/theirs.err" & theirs=$!
"$sockscope" capture lo 'port 7000 or port 7001' --quiet --save "$folder/ours.pcapng" >/dev/null 2>"$folder/ours.err" & ours=$!
until grep -q listening "$folder/theirs.err" && grep -c ^ "$folder/ours.pcapng" >/dev/null 2>&1; do :; done
"$sockscope" echo tcp://127.0.0.1:7000 --once --quiet & echo=$!
until grep -q ' 0100007F:1B58 00000000:0000 0A ' /proc/net/tcp; do :; done
printf 'hello\n' | "$sockscope" talk tcp://127.0.0.1:7000 >/dev/null 2>&1
wait $echo
"$sockscope" send udp://127.0.0.1:7001 --encoding gbk 你好 --quiet >/dev/null 2>&1
"$sockscope" send 'udp://[::1]:7001' 'six' --quiet >/dev/null 2>&1
# The kernel hands both over in time; what is asked for is that it has.
until [ "$(tcpdump -r "$folder/theirs.pcap" udp 2>/dev/null | wc -l)" -ge 2 ]; do :; done
until [ "$("$sockscope" open "$folder/ours.pcapng" --list --filter udp 2>/dev/null | grep -c ' UDP ')" -ge 2 ]; do :; done
kill -INT $ours $theirs; wait $ours; status=$?; wait $theirs; exit $status
"#;

fn scene(folder: &Path) -> Option<Finished> {
    peers::peer("tcpdump")?;
    let program = sockscope(&[]);
    let args = ["-c", SCENE, "scene", folder.to_str()?, program.get_program().to_str()?];
    Some(Program::run(&mut space::alone("sh", &args)?))
}

fn opened(path: &Path, more: &[&str]) -> String {
    let args = [&["open", path.to_str().unwrap()], more].concat();
    Program::run(&mut sockscope(&args)).expect(0).text()
}

#[test]
fn what_tcpdump_captures_is_captured_and_told_alike() {
    let folder = tempfile::tempdir().unwrap();
    let Some(told) = scene(folder.path()) else { return };
    let [ours, theirs] = ["ours.pcapng", "theirs.pcap"].map(|name| folder.path().join(name));
    let said = std::fs::read_to_string(folder.path().join("ours.err")).unwrap();
    assert_eq!(told.code, Some(0), "{said}{}", told.err);
    let data = |path: &Path| {
        let lines = opened(path, &["--json"]);
        let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.map(|line| line["data"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(data(&ours), data(&theirs));
    assert!(
        tshark::same(&ours).is_none_or(|same| same > 100)
            && tshark::same(&theirs).is_none_or(|same| same > 100)
    );
    story(&ours);
    let list = opened(&ours, &["--encoding", "gbk", "--list"]);
    assert!(list.contains("→ 7001  len 4  你好"), "{list}");
}

/// The handshake is told, client, server, client, with its true numbers.
fn story(path: &Path) {
    let english = opened(path, &["--explain"]);
    let steps =
        ["── SYN seq 0", "SYN ACK seq 0 ack 1 ──", "── ACK seq 1 ack 1", "── PSH ACK seq 1 ack 1 len 6"];
    let places: Vec<_> = steps.iter().map(|step| english.find(step)).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{english}");
    let follow = opened(path, &["--follow", "tcp:0"]);
    assert!(follow.contains("  hello\\n\n") && follow.contains("← 127.0.0.1:7000"), "{follow}");
}
