use proptest::prelude::*;

use super::*;

fn seen(text: &str) -> Seen<'_> {
    Seen {
        dir: Some(Direction::Rx),
        peer: Some(Peer::Inet("10.0.0.1:7000".parse().unwrap())),
        number: Some(3),
        session: "plc",
        bytes: text.as_bytes(),
        flawed: false,
        is_warning: false,
        text: Charset::UTF_8,
    }
}

fn admits(filter: &str, seen: &Seen<'_>) -> bool {
    Filter::parse(filter).unwrap_or_else(|problem| panic!("{filter}: {problem}")).admits(seen)
}

#[test]
fn each_test_admits_what_it_says() {
    let good = seen("OK 温度\r\n");
    for (filter, admitted) in [
        ("rx", true),
        ("tx", false),
        ("warning", false),
        ("bad", false),
        ("peer 10.0.0.1", true),
        ("peer 10.0.0.1:7000", true),
        ("peer 10.0.0.1:7001", false),
        ("peer ::ffff:10.0.0.1", true),
        ("peer [::1]:7000", false),
        ("peer @name", false),
        ("#3", true),
        ("#4", false),
        ("socket plc", true),
        ("socket pl", false),
        ("text 温度", true),
        ("text ok", false),
        ("text \"K \\u{6e29}\"", true),
        ("hex 0d0a", true),
        ("hex 0d 0a and rx", true),
        ("hex 0D:0A", true),
        ("hex 0a0d", false),
        ("len = 11", true),
        ("len==11", true),
        ("len>11", false),
        ("len >= 11 and len < 1k", true),
        ("len != 11", false),
        ("len <= 10", false),
    ] {
        assert_eq!(admits(filter, &good), admitted, "{filter}");
        assert_eq!(admits(&format!("not ({filter})"), &good), !admitted, "{filter}");
    }
}

#[test]
fn a_warning_is_no_message() {
    let warning = Seen { dir: None, is_warning: true, bytes: b"", ..seen("") };
    for filter in ["rx", "tx", "len < 5", "len = 0", "bad"] {
        assert!(!admits(filter, &warning), "{filter}");
    }
    assert!(admits("warning", &warning) && admits("not rx", &warning) && admits("socket plc", &warning));
    assert!(admits("bad", &Seen { flawed: true, ..seen("x") }));
}

#[test]
fn words_bind_as_people_expect() {
    for (written, canonical) in [
        ("rx or tx and bad", "rx or tx and bad"),
        ("(rx or tx) and bad", "(rx or tx) and bad"),
        ("!rx&&(tx||bad)", "not rx and (tx or bad)"),
        ("not (rx and (tx and bad))", "not (rx and tx and bad)"),
        ("((rx))", "rx"),
        ("not not rx", "not not rx"),
        ("text and and text or", "text and and text or"),
        ("text \"(\"", "text \"(\""),
        ("hex 0D 0A or len>4096", "hex 0d0a or len > 4KiB"),
        ("peer [::1]", "peer ::1"),
        ("socket 我的", "socket 我的"),
    ] {
        assert_eq!(Filter::parse(written).unwrap().to_string(), canonical, "{written}");
    }
    assert!(admits("tx and bad or rx", &seen("")));
    assert!(!admits("tx and (bad or rx)", &seen("")));
}

#[test]
fn text_is_looked_for_in_characters_not_in_bytes() {
    // In GBK the second byte of 牛 and the first of 逼 make another character.
    let mut gbk = Vec::new();
    Charset::GBK.encode("牛逼", &crate::charset::Unmappable::Refuse, &mut gbk).unwrap();
    let across = Charset::GBK;
    let mut middle = String::new();
    across.decode(&gbk[1..3], |piece| {
        if let crate::charset::Piece::Text(text) = piece {
            middle.push_str(text);
        }
    });
    assert!(!middle.is_empty());
    let seen = Seen { bytes: &gbk, text: Charset::GBK, ..seen("") };
    assert!(admits("text 牛逼", &seen));
    assert!(!Needle::Text(middle).is_in(&gbk, Charset::GBK));
    assert!(Needle::Text("b".into()).is_in(b"a\xffb", Charset::GBK));
    assert!(!Needle::Text("ab".into()).is_in(b"a\xffb", Charset::GBK));
}

fn told(filter: &str) -> String {
    let problem = Filter::parse(filter).unwrap_err();
    format!("{problem}\n{}", problem.place().unwrap_or_default())
}

#[test]
fn problems_point_at_the_spot() {
    let tests = "rx tx warning bad peer socket text hex len #N";
    assert_eq!(told(""), format!("something to test is missing; write one of {tests}\n"));
    assert_eq!(
        told("rx and waring"),
        format!(
            "unknown test \"waring\"; did you mean warning? tests are {tests}\n  rx and waring\n         ^^^^^^"
        )
    );
    assert_eq!(
        told("rx tx"),
        "\"tx\" follows without a word between; write and or or before it\n  rx tx\n     ^^"
    );
    assert_eq!(told("(rx"), "\"(\" is not closed; add a \")\"\n  (rx\n  ^");
    assert_eq!(told("rx)"), "\")\" closes nothing; leave it out\n  rx)\n    ^");
    assert_eq!(
        told("len 100"),
        "len stands without a comparison; write it like len > 100\n  len 100\n      ^"
    );
    assert!(told("len > 4KB").starts_with("unknown unit \"KB\""));
    assert!(told("len > 4KB").ends_with("\n  len > 4KB\n         ^^"));
    assert!(told("hex 0d0").starts_with("\"0d0\" is no byte in hex"));
    assert!(told("peer foo").starts_with("\"foo\" is no peer's address"));
    assert!(told("#0").starts_with("\"#0\" is no number of a peer"));
    assert!(told("text \"a\\q\"").ends_with("\n  text \"a\\q\"\n         ^^"));
    assert!(told("text \"a").starts_with("the quote is not closed"));
    assert!(told("text").starts_with("text to look for is missing"));
    assert!(told(&"(".repeat(100_000)).starts_with("this is nested too deep"));
    assert!(told(&"not ".repeat(100_000)).starts_with("this is nested too deep"));
}

fn tests() -> impl Strategy<Value = Test> {
    let who = prop_oneof![
        (any::<IpAddr>(), any::<Option<u16>>()).prop_map(|(ip, port)| Who::At(ip.to_canonical(), port)),
        "[/@][^\\x00]{0,8}".prop_map(Who::Shown),
    ];
    let order = prop::sample::select(Order::ALL.map(|(_, order)| order).to_vec());
    let leaf = prop_oneof![
        Just(Test::Direction(Direction::Rx)),
        Just(Test::Direction(Direction::Tx)),
        Just(Test::Warning),
        Just(Test::Bad),
        who.prop_map(Test::Peer),
        (1..u32::MAX).prop_map(Test::Number),
        any::<String>().prop_map(Test::Socket),
        any::<String>().prop_map(|text| Test::Has(Needle::Text(text))),
        prop::collection::vec(any::<u8>(), 1..5).prop_map(|bytes| Test::Has(Needle::Hex(bytes))),
        (order, any::<u64>()).prop_map(|(order, len)| Test::Len(order, len)),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|test| Test::Not(Box::new(test))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Test::all),
            prop::collection::vec(inner, 1..4).prop_map(Test::any),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_shown_reads_the_same(test in tests()) {
        let filter = Filter(test);
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn anything_is_read_or_told(text in "[a-z0-9#()!&|\"\\\\ <>=你]{0,24}") {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(problem) => {
                prop_assert!(problem.span.end <= text.len());
                let _ = problem.place();
            }
        }
    }
}
