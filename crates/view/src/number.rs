//! Numbers as decimal digits, without the formatting machinery.

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Appends `n` in decimal.
#[inline]
pub(crate) fn decimal(n: u64, out: &mut Vec<u8>) {
    match n {
        0..10 => out.push(b'0' + n as u8),
        10..100 => {
            let at = n as usize * 2;
            out.extend_from_slice(&[PAIRS[at], PAIRS[at + 1]]);
        }
        _ => aligned(n, 0, out),
    }
}

/// Appends `n` in decimal, right-aligned in at least `width` columns, of which there are at most [`MOST`].
#[inline]
pub(crate) fn aligned(n: u64, width: usize, out: &mut Vec<u8>) {
    let mut text = [b' '; 2 * MOST];
    let start = fill(n, &mut text).min(MOST.saturating_sub(width));
    let end = out.len() + MOST - start;
    // A length that is known beforehand takes no call; what is too much goes again.
    out.extend_from_slice(&text[start..start + MOST]);
    out.truncate(end);
}

/// Appends the last `N` digits of `n`, zeros included.
#[inline]
pub(crate) fn digits<const N: usize>(mut n: u32, out: &mut Vec<u8>) {
    let mut text = [b'0'; N];
    let (first, pairs) = text.as_rchunks_mut();
    for pair in pairs.iter_mut().rev() {
        let at = (n % 100) as usize * 2;
        *pair = [PAIRS[at], PAIRS[at + 1]];
        n /= 100;
    }
    if let [digit] = first {
        *digit += (n % 10) as u8;
    }
    out.extend_from_slice(&text);
}

/// Appends a number of thousandths as a number with up to three decimals: 1500 gives `1.5`.
#[inline]
pub(crate) fn thousandths(n: u64, out: &mut Vec<u8>) {
    decimal(n / 1000, out);
    let mut rest = (n % 1000) as u32;
    if rest > 0 {
        out.push(b'.');
        let mut place = 100;
        while rest > 0 {
            out.push(b'0' + (rest / place) as u8);
            rest %= place;
            place /= 10;
        }
    }
}

/// Appends `n` and a noun, with an `s` unless `n` is one: `3 messages`.
pub(crate) fn counted(n: u64, noun: &str, out: &mut Vec<u8>) {
    decimal(n, out);
    out.push(b' ');
    out.extend_from_slice(noun.as_bytes());
    if n != 1 {
        out.push(b's');
    }
}

/// Appends `count` spaces.
#[inline]
pub(crate) fn spaces(count: usize, out: &mut Vec<u8>) {
    let end = out.len() + count;
    if count <= MOST {
        out.extend_from_slice(&[b' '; MOST]);
    }
    out.resize(end, b' ');
}

/// Digits of the largest number.
const MOST: usize = 20;

/// Writes the digits of `n` so that they end in the middle of `digits`; returns where they begin.
#[inline]
fn fill(mut n: u64, digits: &mut [u8; 2 * MOST]) -> usize {
    let mut at = MOST;
    while n >= 100 {
        let pair = (n % 100) as usize * 2;
        n /= 100;
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if n >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[n as usize * 2..n as usize * 2 + 2]);
    } else {
        at -= 1;
        digits[at] = b'0' + n as u8;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        for n in [0, 9, 10, 99, 100, 101, 12_345, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            assert_eq!(text(|out| decimal(n, out)), n.to_string());
            assert_eq!(text(|out| aligned(n, 5, out)), format!("{n:>5}"));
        }
    }

    #[test]
    fn thousandths_drop_trailing_zeros() {
        for (n, want) in [(0, "0"), (1, "0.001"), (1500, "1.5"), (20, "0.02"), (500_020, "500.02")] {
            assert_eq!(text(|out| thousandths(n, out)), want);
        }
    }

    #[test]
    fn fixed_digits_keep_their_zeros() {
        assert_eq!(text(|out| digits::<2>(7, out)), "07");
        assert_eq!(text(|out| digits::<9>(123, out)), "000000123");
        assert_eq!(text(|out| digits::<9>(987_654_321, out)), "987654321");
        assert_eq!(text(|out| digits::<1>(12, out)), "2");
        assert_eq!(text(|out| counted(1, "byte", out)), "1 byte");
    }
}
