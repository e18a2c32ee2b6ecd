//! JSON lines against the table that describes them, and against what they were made from.

use crate::given::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Map, Value};
use sockscope_core::charset::{Charset, Viewing};
use sockscope_core::connection::Connection;
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_core::framing::Frame;
use sockscope_view::json::Json;
use sockscope_view::schema::{self, Field, Kind, SHAPES, When};
use std::time::Duration;

/// The line as an object, after it was found to be of a shape in the table.
fn checked(line: &str) -> Map<String, Value> {
    let Value::Object(object) = serde_json::from_str(line).expect(line) else { panic!("{line}") };
    let kind = object["type"].as_str().unwrap();
    let shape = SHAPES
        .iter()
        .filter(|shape| shape.name == kind)
        .find(|shape| shape.fields[0].name != "state" || fits(&shape.fields[0], &object["state"]))
        .unwrap_or_else(|| panic!("no shape for {line}"));
    let fields: Vec<Field> = shape.head.iter().chain(shape.fields).copied().collect();
    check(&fields, &object, line);
    object
}

fn check(fields: &[Field], object: &Map<String, Value>, line: &str) {
    for (key, value) in object {
        let field = fields.iter().find(|field| field.name == key);
        let field = field.unwrap_or_else(|| panic!("{key} is not in the table: {line}"));
        assert!(fits(field, value), "{key} is not {:?}: {line}", field.kind);
    }
    for field in fields.iter().filter(|field| field.when == When::Always) {
        assert!(object.contains_key(field.name), "no {}: {line}", field.name);
    }
}

fn fits(field: &Field, value: &Value) -> bool {
    match field.kind {
        Kind::Is(word) => value == word,
        Kind::Version(number) => value == number,
        Kind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Kind::Text => value.is_string(),
        Kind::Whole => value.is_u64(),
        Kind::Number => value.as_f64().is_some_and(|number| number >= 0.0),
        Kind::True => value == true,
        Kind::Flag => value.is_boolean(),
        Kind::Texts => {
            value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string))
        }
        Kind::Base64 => value.as_str().is_some_and(|text| STANDARD.decode(text).is_ok()),
        Kind::Time => value.is_null() || value.as_str().is_some_and(is_time),
        Kind::Object(fields) => value.as_object().map(|object| check(fields, object, "")).is_some(),
        Kind::List(fields) => value.as_array().is_some_and(|list| {
            list.iter().for_each(|one| check(fields, one.as_object().unwrap(), ""));
            !list.is_empty()
        }),
    }
}

fn is_time(text: &str) -> bool {
    text.len() == "2026-01-02T03:04:05.123456789Z".len() && text.parse::<jiff::Timestamp>().is_ok()
}

fn one_line(event: &Event<'_>) -> String {
    let text = shown(&mut Json::new(None), event);
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn a_message_tells_everything_that_is_known() {
    let mut facts = from("127.0.0.1:54321");
    facts.local = Some([127, 0, 0, 1].into());
    facts.interface = 1.try_into().ok();
    (facts.ttl, facts.tclass) = (Some(64), Some(0));
    (facts.cut_from, facts.drops) = (Some(10), Some(3));
    facts.answer_after = Some(Duration::from_nanos(123_400));
    let mut json = Json::new(Some(Viewing::Chosen(Charset::UTF_8)));
    let line = String::from_utf8(Given::received(b"a\"\xff\n", facts).through(5, &mut json)).unwrap();
    checked(&line);
    assert_eq!(
        line,
        concat!(
            r#"{"v":1,"type":"message","seq":5,"t":"2026-01-02T12:00:01.123456789Z","socket":1,"#,
            r#""dir":"rx","unit":"datagram","peer":"127.0.0.1:54321","local":"127.0.0.1:8080","iface":"lo","ttl":64,"#,
            r#""tclass":0,"t_src":"kernel","len":4,"wire_len":10,"drops":3,"rtt_us":123.4,"#,
            r#""data":"YSL/Cg==","text":"a\"\\xff\n","charset":"utf-8","invalid":1}"#,
            "\n"
        )
    );
}

#[test]
fn a_guessed_charset_is_told_as_a_guess() {
    let mut json = Json::new(Some(Viewing::find("auto", "zh_CN.UTF-8").unwrap()));
    let gbk = Given::received(b"\xc4\xe3\xba\xc3", from("127.0.0.1:54321")).through(1, &mut json);
    let object = checked(std::str::from_utf8(&gbk).unwrap());
    assert_eq!((object["text"].as_str(), object["charset"].as_str()), (Some("你好"), Some("gbk")));
    assert_eq!(object["guess"], true);
    let utf8 = Given::received("你好".as_bytes(), from("127.0.0.1:54321")).through(2, &mut json);
    assert!(!checked(std::str::from_utf8(&utf8).unwrap()).contains_key("guess"));
}

#[test]
fn what_is_unknown_is_absent() {
    let given = Given { local: None, ..Given::sent(b"", Facts::default()) };
    let line = String::from_utf8(given.through(1, &mut Json::new(None))).unwrap();
    checked(&line);
    let want =
        r#"{"v":1,"type":"message","seq":1,"t":null,"socket":1,"dir":"tx","unit":"datagram","len":0,"data":""}"#.to_owned();
    assert_eq!(line, want + "\n");
}

#[test]
fn a_socket_tells_what_the_kernel_gave() {
    let granted = [Granted {
        option: "rcvbuf",
        asked: "4194304".to_owned(),
        got: "425984".to_owned(),
        why: "limit: net.core.rmem_max",
    }];
    let opened = Opened { granted: &granted, ..opened(Purpose::Listen, "127.0.0.1:8080", None) };
    let object = checked(&one_line(&Event::Opened(opened)));
    assert_eq!(object["kind"], "udp");
    assert_eq!(object["local"], "127.0.0.1:8080");
    assert_eq!(object["granted"][0]["got"], "425984");
    assert!(!object.contains_key("remote"));
}

#[test]
fn a_closed_socket_tells_totals_and_pace() {
    let pace = Pace {
        asked: Duration::from_millis(500),
        min: Duration::from_micros(499_900),
        mean: Duration::from_nanos(500_020_001),
        max: Duration::from_micros(500_300),
        missed: 2,
    };
    let totals = Totals { rx_messages: 3, rx_bytes: 8, ..Totals::default() };
    let object = checked(&one_line(&closed(End::Count, totals, Some(pace))));
    assert_eq!(object["why"], "count");
    assert_eq!(object["totals"]["rx_bytes"], 8);
    assert_eq!(object["pace"]["mean_us"], 500_020.001);
    assert_eq!(object["pace"]["missed"], 2);
}

#[test]
fn a_warning_has_the_code_of_its_trouble() {
    let (peer, reporter) = (Some(peer("10.0.0.9:7")), Some(peer("10.0.0.1:0")));
    let fault = Fault::TooLong { mtu: 1400 };
    let object = checked(&one_line(&warning(Trouble::Fault { peer, fault, reporter })));
    assert_eq!((object["code"].as_str(), object["mtu"].as_u64()), (Some("too_long"), Some(1400)));
    assert_eq!(object["reporter"], "10.0.0.1:0");
}

#[test]
fn a_peer_that_comes_tells_where_and_how() {
    let connection = connection();
    let opened = Opened { name: Some("plc"), ..joined(peer("127.0.0.1:51234"), Some(&connection)) };
    let object = checked(&one_line(&Event::Opened(opened)));
    assert_eq!(
        (&object["kind"], &object["purpose"], &object["unit"]),
        (&"tcp".into(), &"accept".into(), &"chunk".into())
    );
    assert_eq!(
        (&object["parent"], &object["number"], &object["name"]),
        (&1.into(), &2.into(), &"plc".into())
    );
    assert_eq!(
        object["connection"].to_string(),
        serde_json::from_str::<Value>(
            r#"{"connect_us":120,"tries":2,"through":["socks5://127.0.0.1:1080"],"pid":1234,"uid":0,"gid":7,
            "tls":{"version":"TLS 1.3","cipher":"TLS_AES_128_GCM_SHA256","group":"X25519","alpn":"h2",
            "sni":"a.example","verified":false,"certificate":{
            "sha256":"e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442",
            "names":["a.example","b.example"],"expires":"2027-01-01T12:00:00.000000000Z","chain":2}},
            "shown":{"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
            "names":["localhost"],"chain":1},"subprotocol":"chat"}"#
        )
        .unwrap()
        .to_string()
    );
    let unknown = Connection::default();
    let object = checked(&one_line(&Event::Opened(joined(unix("@app"), Some(&unknown)))));
    assert_eq!((&object["remote"], &object["connection"]), (&"@app".into(), &Value::Object(Map::new())));
}

#[test]
fn a_frame_tells_what_its_framing_found_out() {
    let line = |flaw, checked| {
        let mut given = Given { unit: Unit::Frame, ..Given::chunk(b"ab") };
        given.messages[0].1.frame = Some(Frame { wire: 3, flaw, checked });
        checked_frame(&String::from_utf8(given.through(1, &mut Json::new(None))).unwrap())
    };
    assert_eq!(line(None, true), r#"{"wire_len":3,"checked":true}"#);
    let why = bad_check().to_string();
    assert_eq!(
        line(Some(bad_check()), false),
        format!(r#"{{"wire_len":3,"flaw":"bad_check","why":"{why}"}}"#)
    );
}

fn checked_frame(line: &str) -> String {
    checked(line);
    let (_, rest) = line.split_once(r#""frame":"#).unwrap();
    rest.split_once(r#","data""#).unwrap().0.to_owned()
}

#[test]
fn a_half_close_tells_which_half() {
    let object = checked(&one_line(&ended(Direction::Rx)));
    assert_eq!(
        (&object["state"], &object["dir"], &object["number"]),
        (&"half_closed".into(), &"rx".into(), &2.into())
    );
    assert_eq!(object["peer"], "127.0.0.1:51234");
}

#[test]
fn the_state_of_a_connection_tells_all_of_it() {
    let connection = connection();
    let object = checked(&one_line(&state(&connection)));
    assert_eq!(
        one_line(&state(&connection)).split_once(r#""tcp":"#).unwrap().1,
        concat!(
            r#"{"state":"ESTABLISHED","rtt_us":120,"rtt_deviation_us":30,"cwnd":10,"mss":1448,"#,
            r#""retransmits":1,"unacknowledged":2,"peer_window":65535},"unread":3,"unacknowledged":2896,"#,
            r#""queued":5,"totals":{"rx_messages":3,"rx_bytes":12,"tx_messages":1,"tx_bytes":4,"cut":0,"#,
            r#""dropped":0,"ignored":0,"faults":0,"not_sent":0,"flawed":0,"peers":0}}"#,
            "\n"
        )
    );
    assert_eq!((&object["type"], &object["connection"]["tries"]), (&"state".into(), &2.into()));
    let Event::Closed(plain) = closed(End::Broken(Break::Reset), Totals::default(), None) else {
        unreachable!()
    };
    let object = checked(&one_line(&Event::Closed(Closed { inside: inside(), ..plain })));
    assert_eq!((&object["why"], &object["tcp"]["rtt_us"]), (&"reset".into(), &120.into()));
    assert_eq!((&object["unread"], &object["unacknowledged"]), (&3.into(), &2896.into()));
}

#[test]
fn what_is_repeated_is_that_of_each_message() {
    let mut json = Json::new(None);
    let mut line = |given: &Given| {
        let line = String::from_utf8(given.through(1, &mut json)).unwrap();
        let fresh = String::from_utf8(given.through(1, &mut Json::new(None))).unwrap();
        assert_eq!(line, fresh);
        checked(&line)
    };
    let plain = || Given::chunk(b"1");
    assert_eq!(line(&plain())["number"], 2);
    assert_eq!(line(&Given { unit: Unit::Frame, ..plain() })["unit"], "frame");
    let mut other = plain();
    other.messages[0].1.number = 3.try_into().ok();
    assert_eq!(line(&other)["number"], 3);
    other.messages[0].1.number = None;
    assert!(!line(&other).contains_key("number"));
    for name in ["/tmp/\"quoted\"", "@a\\b", "", "/tmp/\u{202e}\n"] {
        other.messages[0].1.peer = Some(unix(name));
        assert_eq!(line(&other)["peer"], unix(name).to_string());
    }
    assert_eq!(line(&Given { local: Some(unix("/run/\"a\"")), ..plain() })["local"], "/run/\"a\"");
}

#[test]
fn a_broken_connection_has_the_code_of_its_break() {
    let what = Trouble::Broken { peer: None, how: Break::BrokenPipe, why: String::new(), unsent: 7 };
    let object = checked(&one_line(&warning(what)));
    assert_eq!((&object["code"], &object["unsent"]), (&"broken_pipe".into(), &7.into()));
    assert!(!object.contains_key("why") && !object.contains_key("peer"));
}

#[test]
fn an_address_is_a_line_of_no_run() {
    let line = concat!(
        r#"{"v":1,"type":"address","iface":"lo","index":1,"up":true,"running":true,"is_loopback":true,"#,
        r#""can_broadcast":false,"can_multicast":false,"mtu":65536,"address":"127.0.0.1","prefix":8}"#
    );
    checked(line);
    let markdown = schema::markdown();
    assert!(markdown.contains("Of the fields above it has `v` and `type` only.\n"), "{markdown}");
}

#[test]
fn the_schema_is_json_and_has_a_shape_for_every_row_of_the_table() {
    let schema: Value = serde_json::from_str(&schema::json_schema()).unwrap();
    let shapes = schema["oneOf"].as_array().unwrap();
    assert_eq!(shapes.len(), SHAPES.len());
    for (made, shape) in shapes.iter().zip(SHAPES) {
        assert_eq!(made["properties"]["type"]["const"], shape.name);
        assert_eq!(made["additionalProperties"], false);
        for field in shape.fields.iter().chain(shape.head) {
            assert!(made["properties"][field.name].is_object(), "{}", field.name);
            let required = made["required"].as_array().unwrap().contains(&field.name.into());
            assert_eq!(required, field.when == When::Always, "{}", field.name);
        }
    }
    let markdown = schema::markdown();
    assert!(markdown.contains("| `totals.rx_bytes` | integer | always | payload bytes received |\n"));
    assert!(markdown.contains("| `granted[].why` | string | always | why they differ |\n"));
}

proptest! {
    #[test]
    fn any_message_is_of_its_shape_and_comes_back_whole(given in any_given(), seq in 0..1_u64 << 53, text: bool) {
        let charset = text.then_some(Viewing::Chosen(Charset::UTF_8));
        let out = String::from_utf8(given.through(seq, &mut Json::new(charset))).unwrap();
        prop_assert_eq!(out.lines().count(), given.messages.len());
        for (number, (line, (bytes, facts))) in out.lines().zip(&given.messages).enumerate() {
            let object = checked(line);
            prop_assert_eq!(&object["seq"], seq + number as u64);
            prop_assert_eq!(&object["len"], bytes.len());
            prop_assert_eq!(&STANDARD.decode(object["data"].as_str().unwrap()).unwrap(), bytes);
            prop_assert_eq!(object.contains_key("text"), text);
            prop_assert_eq!(object["t"].is_null(), facts.time.is_none());
            prop_assert!(!line.chars().any(char::is_control));
            if let (true, Ok(sent)) = (text, std::str::from_utf8(bytes)) {
                prop_assert_eq!(&object["text"], sent);
            }
        }
    }

    #[test]
    fn any_warning_is_of_its_shape(what in any_trouble()) {
        let code = what.code();
        prop_assert_eq!(&checked(&one_line(&warning(what)))["code"], code);
    }

    #[test]
    fn any_socket_is_of_its_shape(
        purpose in any_purpose(), endpoint: String, remote in proptest::option::of(any_peer()),
        why in any_end(), count in 0..1_u64 << 53,
    ) {
        let plain = opened(purpose, "0.0.0.0:0", None);
        checked(&one_line(&Event::Opened(Opened { endpoint: &endpoint, remote, ..plain })));
        let totals = Totals { dropped: count, ..Totals::default() };
        let object = checked(&one_line(&closed(why, totals, None)));
        prop_assert_eq!(&object["totals"]["dropped"], count);
    }
}
