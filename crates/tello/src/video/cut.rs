//! Pictures to datagrams, as the camera sends them: 1460 bytes each and a shorter one at the end.

use super::encode::Unit;

/// Bytes of a datagram that is not the last of its picture.
pub const FULL: usize = 1460;

/// The datagrams of a picture. The parameter sets of a key frame go ahead, each by itself.
///
/// Whoever receives takes a datagram shorter than 1460 bytes as the end of a picture, so none may end on a full one: then
/// a zero byte stands behind it, which every byte stream may have there (ITU-T H.264, B.1).
pub fn datagrams(unit: &Unit) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = unit.sets.iter().flatten().cloned().collect();
    all.extend(cut(&unit.slice));
    all
}

/// The datagrams of some bytes.
pub fn cut(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = bytes.chunks(FULL).map(<[u8]>::to_vec).collect();
    if all.last().is_some_and(|last| last.len() == FULL) {
        all.push(vec![0]);
    }
    all
}

/// The pictures of a byte stream of somebody else, to be sent one by one: each ends where the next begins. Parameter sets and
/// what else stands before a picture belong to it.
pub fn units(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut units: Vec<Vec<u8>> = Vec::new();
    let mut begun: Vec<u8> = Vec::new();
    let mut has_slice = false;
    for nal in nals(stream) {
        let kind = nal.first().map_or(0, |header| header & 31);
        let is_slice = matches!(kind, 1 | 5);
        // Of a slice, whether it is the first of its picture: first_mb_in_slice is 0, a single bit.
        let first = is_slice && nal.get(1).is_some_and(|byte| byte & 0x80 != 0);
        if has_slice && (first || !is_slice) {
            units.push(std::mem::take(&mut begun));
            has_slice = false;
        }
        has_slice |= is_slice;
        begun.extend_from_slice(&[0, 0, 0, 1]);
        begun.extend_from_slice(nal);
    }
    if has_slice {
        units.push(begun);
    }
    units
}

/// The units of a byte stream without their start codes and the zeros behind them (B.1).
pub(super) fn nals(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts: Vec<usize> = memchr::memmem::find_iter(stream, &[0, 0, 1]).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([stream.len()]).collect();
    starts.into_iter().zip(ends).map(move |(start, end)| {
        let nal = &stream[start + 3..end];
        let kept = nal.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        &nal[..kept]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_picture_ends_on_a_full_datagram() {
        for (length, sizes) in [
            (1, vec![1]),
            (1459, vec![1459]),
            (1460, vec![1460, 1]),
            (1461, vec![1460, 1]),
            (2920, vec![1460, 1460, 1]),
        ] {
            let cut: Vec<_> = cut(&vec![7; length]).iter().map(Vec::len).collect();
            assert_eq!(cut, sizes);
        }
    }

    #[test]
    fn a_stream_is_taken_apart_where_pictures_begin() {
        let nal = |header: u8, rest: &[u8]| [&[0, 0, 0, 1, header][..], rest].concat();
        let (sets, key) = ([nal(0x67, &[1]), nal(0x68, &[2])].concat(), nal(0x65, &[0x88, 5]));
        let (second, more) = (nal(0x41, &[0x9a, 1]), nal(0x41, &[0x3a, 2]));
        let stream = [&sets[..], &key, &[0, 0], &second, &more, &sets, &key].concat();
        let expected =
            [[&sets[..], &key].concat(), [&second[..], &more].concat(), [&sets[..], &key].concat()];
        assert_eq!(units(&stream), expected);
        assert_eq!(units(b"no stream"), [b""; 0]);
    }
}
