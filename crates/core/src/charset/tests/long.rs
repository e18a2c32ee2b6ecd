//! Long streams, which are decoded by a table, against encoding_rs.

use encoding_rs::DecoderResult;
use proptest::prelude::*;

use super::super::{pairs, web};
use super::*;

/// What encoding_rs itself says of bytes, those that do not decode as `<HH>`.
fn wanted(bytes: &[u8]) -> String {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let (mut text, mut buffer, mut read) = (String::new(), [0; 256], 0);
    loop {
        let (result, taken, len) =
            decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut buffer, true);
        read += taken;
        text.push_str(str::from_utf8(&buffer[..len]).unwrap());
        match result {
            DecoderResult::InputEmpty => return text,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(len, after) => {
                let end = read - usize::from(after);
                let invalid = &bytes[end - usize::from(len)..end];
                invalid.iter().for_each(|bad| text.push_str(&format!("<{bad:02x}>")));
            }
        }
    }
}

/// The same by a stream that was long before.
fn appended(charset: Charset, chunks: &[&[u8]]) -> String {
    let mut decoder = Decoder::new(charset);
    let mut out = Vec::new();
    let invalid = |bad: &[u8], out: &mut Vec<u8>| {
        bad.iter().for_each(|bad| out.extend_from_slice(format!("<{bad:02x}>").as_bytes()));
    };
    decoder.append(&vec![b' '; web::LONG as usize], false, &mut out, invalid);
    assert_eq!(out.len() as u64, web::LONG);
    out.clear();
    for chunk in chunks {
        decoder.append(chunk, false, &mut out, invalid);
    }
    decoder.append(&[], true, &mut out, invalid);
    String::from_utf8(out).unwrap()
}

/// Says where two texts differ: they are too long to be shown.
fn assert_same(got: &str, want: &str, what: &str) {
    let at = got.chars().zip(want.chars()).position(|(got, want)| got != want);
    let near = |text: &str| text.chars().skip(at.unwrap_or(0).saturating_sub(2)).take(8).collect::<String>();
    assert!(got == want, "{what}: {:?} is not {:?}", near(got), near(want));
}

#[test]
fn the_table_says_what_encoding_rs_says() {
    let mut has = 0;
    for code in (0..=u16::MAX).map(u16::to_be_bytes) {
        let mut out = Vec::new();
        // So that the code is not among the last bytes, which are left alone.
        let taken = pairs::append(&[&code[..], b"12345678"].concat(), &mut out);
        let want = wanted(&code);
        if taken > 0 {
            let got = String::from_utf8(out).unwrap();
            assert!(got.starts_with(&want) || code[0].is_ascii(), "{code:02x?} {got} {want}");
            has += u32::from(!code[0].is_ascii());
        } else {
            let is_short = want.chars().count() == 1 && want.len() <= 3 && code[0] > 0x80;
            assert!(!is_short, "{code:02x?} {want} is not in the table");
        }
    }
    assert_eq!(has, 126 * 190, "every lead byte with every trail byte");
}

#[test]
fn every_character_comes_back_from_a_long_stream() {
    let gb18030 = charset("gb18030");
    let text: String =
        ('\0'..=char::MAX).filter(|c| encoded(gb18030, c.encode_utf8(&mut [0; 4])).is_ok()).collect();
    let bytes = encoded(gb18030, &text).unwrap();
    for chunk in [bytes.len(), 65_536, 4097, 129] {
        assert_same(&appended(gb18030, &bytes.chunks(chunk).collect::<Vec<_>>()), &text, "in chunks");
    }
}

#[test]
fn every_code_of_four_bytes_and_less_is_as_encoding_rs_has_it() {
    let mut bytes = Vec::new();
    for code in (0..=u16::MAX).map(u16::to_be_bytes) {
        // The letters end what the code may have begun.
        bytes.extend_from_slice(&[&code[..1], b"AB", &code, b"CD"].concat());
    }
    for first in 0x81..=0xFE {
        for (second, third) in
            (0x2F..=0x3A).flat_map(|second| (0x80..=0xFF).map(move |third| (second, third)))
        {
            bytes.extend_from_slice(&[first, second, third, b'.']);
            bytes.extend((0x2F..=0x3A).flat_map(|fourth| [first, second, third, fourth, b',']));
        }
    }
    assert_same(
        &appended(Charset::GBK, &bytes.chunks(65_536).collect::<Vec<_>>()),
        &wanted(&bytes),
        "all codes",
    );
}

/// Mostly whole characters of two bytes and runs of ASCII, with other bytes between.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => (0x81..=0xFE_u8, prop_oneof![0x40..=0x7E_u8, 0x80..=0xFE_u8]).prop_map(|(lead, trail)| vec![lead, trail]),
        3 => prop::collection::vec(0..=0x7F_u8, 1..20),
        1 => (0x81..=0xFE_u8, 0x30..=0x39_u8, 0x81..=0xFE_u8, 0x30..=0x39_u8).prop_map(|(a, b, c, d)| vec![a, b, c, d]),
        1 => prop::collection::vec(any::<u8>(), 1..5),
    ];
    prop::collection::vec(piece, 0..400).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_long_stream_is_the_same_however_it_is_cut(
        bytes in bytes(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([bytes.len()]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let chunks: Vec<&[u8]> = starts.zip(ends).map(|(start, end)| &bytes[start..end]).collect();
        prop_assert_eq!(appended(Charset::GBK, &chunks), wanted(&bytes));
    }
}

#[test]
fn what_is_appended_is_what_is_fed_in_every_charset() {
    for charset in Charset::all() {
        let mut bytes = Vec::new();
        charset.encode("aé你🦀.", &Unmappable::Skip, &mut bytes).unwrap();
        bytes.extend_from_slice(b"\xff\x80\x81");
        let mut want = String::new();
        charset.decode(&bytes, |piece| match piece {
            Piece::Text(text) => want.push_str(text),
            Piece::Invalid(bad) => bad.iter().for_each(|bad| want.push_str(&format!("<{bad:02x}>"))),
        });
        let mut out = Vec::new();
        Decoder::new(charset).append(&bytes, true, &mut out, |bad, out| {
            bad.iter().for_each(|bad| out.extend_from_slice(format!("<{bad:02x}>").as_bytes()));
        });
        assert_eq!(String::from_utf8(out).unwrap(), want, "{charset}");
    }
}
