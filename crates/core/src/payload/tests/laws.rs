//! Laws that hold of every payload.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::checksum::Algorithm;

fn shape() -> impl Strategy<Value = String> {
    prop_oneof![
        (
            select(vec!["u8", "u16", "u32", "u64"]),
            select(vec!["", "be", "le"]),
            select(vec!["", ",hex", ",HEX"])
        )
            .prop_map(|(width, order, radix)| format!("{width}{order}{radix}")),
        (select(vec!["dec", "hex", "HEX"]), 1..=32).prop_map(|(radix, least)| format!("{radix},0{least}")),
        Just("dec".to_owned()),
    ]
}

fn cover() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec!["before", "after", "all"]).prop_map(str::to_owned),
        (0..9u32).prop_map(|from| format!("{from}..")),
        (0..9u32).prop_map(|to| format!("..{to}")),
        (0..9u32, 0..9u32).prop_map(|(from, more)| format!("{from}..{}", from + more)),
    ]
}

fn field() -> impl Strategy<Value = String> {
    let checksums: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
    prop_oneof![
        (shape(), 0..256u64, any::<u64>())
            .prop_map(|(shape, from, step)| format!("{{counter:{shape},from={from},step={step}}}")),
        select(vec![
            "{time}",
            "{time:%H:%M, %% %:z\\n\u{1}\n{}",
            "{counter}",
            "{len}",
            "{group:1}",
            "{group:value}"
        ])
        .prop_map(str::to_owned),
        (select(vec!["unix", "unix-ms", "unix-us", "unix-ns"]), shape())
            .prop_map(|(unit, shape)| format!("{{time:{unit},{shape}}}")),
        (1..99u32).prop_map(|length| format!("{{random:{length}}}")),
        (shape(), cover()).prop_map(|(shape, cover)| format!("{{len:{shape},{cover}}}")),
        (select(checksums), select(vec!["be", "le", "hex", "HEX", "le,hex", "dec"]), cover())
            .prop_map(|(name, shape, cover)| format!("{{{name}:{shape},{cover}}}")),
    ]
}

fn payload() -> impl Strategy<Value = Payload> {
    let piece = prop_oneof![
        any::<String>().prop_map(|text| Payload::plain(&text)),
        "[\\\\{}a-fx0-9u\\r\\n\\t\\x00\\x1b\u{202e}你😀]{0,8}".prop_map(|text| Payload::plain(&text)),
        vec(any::<u8>(), 0..8).prop_map(Payload::bytes),
        field().prop_map(|notation| Payload::text(&notation).unwrap()),
    ];
    vec(piece, 0..6).prop_map(|payloads| {
        let mut whole = Payload::bytes(Vec::new());
        for piece in payloads.into_iter().flat_map(|payload| payload.pieces) {
            whole.push(piece.content, 0..0);
        }
        whole
    })
}

/// Messages without the places that a problem points at, which differ with what was written.
fn outcome(payload: &Payload, counter: u64) -> Result<Vec<u8>, String> {
    nth(payload, counter).map_err(|problem| problem.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_printed_reads_back(payload in payload(), counter: u64) {
        let printed = payload.to_string();
        let again = Payload::text(&printed).unwrap();
        prop_assert_eq!(&again, &payload, "{}", printed);
        prop_assert_eq!(outcome(&again, counter), outcome(&payload, counter));
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn plain_text_is_itself(text: String) {
        prop_assert_eq!(nth(&Payload::plain(&text), 0).unwrap(), text.as_bytes());
    }

    #[test]
    fn any_input_is_read_or_refused(
        input in prop_oneof![any::<String>(), "[\\\\{}a-z0-9xu:.,% \\n*|<>-]{0,40}", "([0-9a-f]{0,9}[: |*\\n]{0,4}){0,12}"]
    ) {
        for result in [Payload::text(&input), Payload::hex(&input)] {
            match result {
                Ok(payload) => drop(outcome(&payload, 3)),
                // The place can be shown, so the span lies on characters.
                Err(problem) => drop((problem.place(), input[problem.span].len())),
            }
        }
    }

    #[test]
    fn bytes_in_every_spelling(bytes in vec(any::<u8>(), 0..70), upper: bool) {
        let spelled = |prefix: &str, between: &str| {
            let digits = bytes.iter().map(|b| if upper { format!("{prefix}{b:02X}") } else { format!("{prefix}{b:02x}") });
            digits.collect::<Vec<_>>().join(between)
        };
        for hex in [
            spelled("", ""), spelled("", " "), spelled("", ":"), spelled("", "-"), spelled("", ","), spelled("", "\n"),
            spelled("0x", ", "), spelled("\\x", ""), spelled("0x", " "), format!("{{ {} }}", spelled("0x", ",")),
            format!("{{{}}}", spelled("", ", ")), format!("0x{}", spelled("", "")),
        ] {
            if hex != "0x" {
                prop_assert_eq!(nth(&Payload::hex(&hex).unwrap(), 0).unwrap(), &bytes[..], "{}", hex);
            }
        }
    }

    #[test]
    fn bytes_in_every_dump(bytes in vec(prop_oneof![any::<u8>(), select(&b"0123abcdef  |<>.*"[..])], 1..70)) {
        for dump in [xxd(&bytes), hexdump(&bytes), od(&bytes), tshark(&bytes)] {
            let read = Payload::hex(&dump).and_then(|payload| nth(&payload, 0));
            prop_assert_eq!(read.unwrap(), &bytes[..], "{}", dump);
        }
    }
}

fn shown(row: &[u8]) -> String {
    row.iter().map(|&b| if (b' '..=b'~').contains(&b) { char::from(b) } else { '.' }).collect()
}

fn rows(bytes: &[u8], write: impl Fn(usize, &[u8]) -> String) -> String {
    bytes.chunks(16).enumerate().map(|(n, row)| write(16 * n, row) + "\n").collect()
}

fn spaced(row: &[u8]) -> String {
    row.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

fn xxd(bytes: &[u8]) -> String {
    rows(bytes, |at, row| {
        let groups: Vec<String> = row.chunks(2).map(|two| spaced(two).replace(' ', "")).collect();
        format!("{at:08x}: {:39}  {}", groups.join(" "), shown(row))
    })
}

fn hexdump(bytes: &[u8]) -> String {
    let rows = rows(bytes, |at, row| {
        let halves: Vec<String> = row.chunks(8).map(spaced).collect();
        format!("{at:08x}  {:48}  |{}|", halves.join("  "), shown(row))
    });
    format!("{rows}{:08x}\n", bytes.len())
}

fn od(bytes: &[u8]) -> String {
    let rows = rows(bytes, |at, row| format!("{at:06x} {:47}  >{}<", spaced(row), shown(row)));
    format!("{rows}{:06x}\n", bytes.len())
}

fn tshark(bytes: &[u8]) -> String {
    rows(bytes, |at, row| format!("{at:04x}  {:47}   {}", spaced(row), shown(row)))
}
