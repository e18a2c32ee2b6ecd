//! Coefficients in CAVLC, of blocks whose neighbours have none (ITU-T H.264, 9.2; tables 9-5 and 9-7 to 9-10).

use super::bits::Writer;

/// Lengths and bits of `coeff_token` for nC 0 and 1: by total and by how many ones end it.
const TOKEN: [[(u8, u8); 4]; 17] = [
    [(1, 1), (0, 0), (0, 0), (0, 0)],
    [(6, 5), (2, 1), (0, 0), (0, 0)],
    [(8, 7), (6, 4), (3, 1), (0, 0)],
    [(9, 7), (8, 6), (7, 5), (5, 3)],
    [(10, 7), (9, 6), (8, 5), (6, 3)],
    [(11, 7), (10, 6), (9, 5), (7, 4)],
    [(13, 15), (11, 6), (10, 5), (8, 4)],
    [(13, 11), (13, 14), (11, 5), (9, 4)],
    [(13, 8), (13, 10), (13, 13), (10, 4)],
    [(14, 15), (14, 14), (13, 9), (11, 4)],
    [(14, 11), (14, 10), (14, 13), (13, 12)],
    [(15, 15), (15, 14), (14, 9), (14, 12)],
    [(15, 11), (15, 10), (15, 13), (14, 8)],
    [(16, 15), (15, 1), (15, 9), (15, 12)],
    [(16, 11), (16, 14), (16, 13), (15, 8)],
    [(16, 7), (16, 10), (16, 9), (16, 12)],
    [(16, 4), (16, 6), (16, 5), (16, 8)],
];

/// The same for chroma DC.
const CHROMA_TOKEN: [[(u8, u8); 4]; 5] = [
    [(2, 1), (0, 0), (0, 0), (0, 0)],
    [(6, 7), (1, 1), (0, 0), (0, 0)],
    [(6, 4), (6, 6), (3, 1), (0, 0)],
    [(6, 3), (7, 3), (7, 2), (6, 5)],
    [(6, 2), (8, 3), (8, 2), (7, 0)],
];

/// `total_zeros` by the total of coefficients from 1, and by how many zeros there are: lengths, then bits.
const ZEROS: [(&[u8], &[u8]); 15] = [
    (&[1, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9], &[1, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 1]),
    (&[3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6, 6], &[7, 6, 5, 4, 3, 5, 4, 3, 2, 3, 2, 3, 2, 1, 0]),
    (&[4, 3, 3, 3, 4, 4, 3, 3, 4, 5, 5, 6, 5, 6], &[5, 7, 6, 5, 4, 3, 4, 3, 2, 3, 2, 1, 1, 0]),
    (&[5, 3, 4, 4, 3, 3, 3, 4, 3, 4, 5, 5, 5], &[3, 7, 5, 4, 6, 5, 4, 3, 3, 2, 2, 1, 0]),
    (&[4, 4, 4, 3, 3, 3, 3, 3, 4, 5, 4, 5], &[5, 4, 3, 7, 6, 5, 4, 3, 2, 1, 1, 0]),
    (&[6, 5, 3, 3, 3, 3, 3, 3, 4, 3, 6], &[1, 1, 7, 6, 5, 4, 3, 2, 1, 1, 0]),
    (&[6, 5, 3, 3, 3, 2, 3, 4, 3, 6], &[1, 1, 5, 4, 3, 3, 2, 1, 1, 0]),
    (&[6, 4, 5, 3, 2, 2, 3, 3, 6], &[1, 1, 1, 3, 3, 2, 2, 1, 0]),
    (&[6, 6, 4, 2, 2, 3, 2, 5], &[1, 0, 1, 3, 2, 1, 1, 1]),
    (&[5, 5, 3, 2, 2, 2, 4], &[1, 0, 1, 3, 2, 1, 1]),
    (&[4, 4, 3, 3, 1, 3], &[0, 1, 1, 2, 1, 3]),
    (&[4, 4, 2, 1, 3], &[0, 1, 1, 1, 1]),
    (&[3, 3, 1, 2], &[0, 1, 1, 1]),
    (&[2, 2, 1], &[0, 1, 1]),
    (&[1, 1], &[0, 1]),
];

/// The same for chroma DC.
const CHROMA_ZEROS: [(&[u8], &[u8]); 3] =
    [(&[1, 2, 3, 3], &[1, 1, 1, 0]), (&[1, 2, 2], &[1, 1, 0]), (&[1, 1], &[1, 0])];

/// `run_before` by how many zeros are left, from 1, seven and more together: lengths, then bits.
const RUNS: [(&[u8], &[u8]); 7] = [
    (&[1, 1], &[1, 0]),
    (&[1, 2, 2], &[1, 1, 0]),
    (&[2, 2, 2, 2], &[3, 2, 1, 0]),
    (&[2, 2, 2, 3, 3], &[3, 2, 1, 1, 0]),
    (&[2, 2, 3, 3, 3, 3], &[3, 2, 3, 2, 1, 0]),
    (&[2, 3, 3, 3, 3, 3, 3], &[3, 0, 1, 3, 2, 5, 4]),
    (&[3, 3, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
];

/// Writes coefficients in scanning order: 16 of luma DC, or 4 of chroma DC.
pub(super) fn put(out: &mut Writer, levels: &[i32]) {
    let chroma = levels.len() == 4;
    // The highest comes first, with the zeros that stand before it.
    let mut found: [(i32, usize); 16] = [(0, 0); 16];
    let (mut total, mut run) = (0, 0);
    for level in levels {
        if *level == 0 {
            run += 1;
        } else {
            found[total] = (*level, std::mem::take(&mut run));
            total += 1;
        }
    }
    let found = &mut found[..total];
    found.reverse();
    let ones = found.iter().take(3).take_while(|(level, _)| level.abs() == 1).count();
    let (length, bits) = if chroma { CHROMA_TOKEN[total][ones] } else { TOKEN[total][ones] };
    out.put(length.into(), bits.into());
    for (level, _) in &found[..ones] {
        out.put(1, u32::from(*level < 0));
    }
    put_levels(out, found, ones);
    let mut zeros: usize = found.iter().map(|(_, run)| run).sum();
    if total == 0 {
        return;
    }
    if total < levels.len() {
        let (lengths, bits) = if chroma { CHROMA_ZEROS[total - 1] } else { ZEROS[total - 1] };
        out.put(lengths[zeros].into(), bits[zeros].into());
    }
    for (_, run) in &found[..total - 1] {
        if zeros == 0 {
            break;
        }
        let (lengths, bits) = RUNS[zeros.min(7) - 1];
        out.put(lengths[*run].into(), bits[*run].into());
        zeros -= run;
    }
}

/// Writes what the ones at the end leave (9.2.2.1 the other way round).
fn put_levels(out: &mut Writer, found: &[(i32, usize)], ones: usize) {
    let mut suffix = u32::from(found.len() > 10 && ones < 3);
    for (index, (level, _)) in found.iter().enumerate().skip(ones) {
        let mut code = if *level > 0 { 2 * level - 2 } else { -2 * level - 1 } as u32;
        if index == ones && ones < 3 {
            code -= 2;
        }
        let (prefix, length, rest) = match suffix {
            0 if code < 14 => (code, 0, 0),
            0 if code < 30 => (14, 4, code - 14),
            0 => (15, 12, code - 30),
            _ if code < 15 << suffix => (code >> suffix, suffix, code & ((1 << suffix) - 1)),
            _ => (15, 12, code - (15 << suffix)),
        };
        out.put(prefix, 0);
        out.put(1, 1);
        out.put(length, rest);
        suffix = suffix.max(1);
        if level.unsigned_abs() > 3 << (suffix - 1) && suffix < 6 {
            suffix += 1;
        }
    }
}
