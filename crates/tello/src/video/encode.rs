//! Pictures to H.264: Constrained Baseline, CAVLC, blocks of one colour.
//!
//! A picture is made of cells of 4x4 pixels. Each macroblock is predicted from its neighbours' mean and carries what of DC
//! differs (Intra_16x16); one that did not change is skipped. There is no filter, so that what a decoder shows is known
//! to the last bit: it is what the next prediction is made from.

use super::bits::Writer;
use super::canvas::Canvas;
use super::residual;

/// Quantizer: with it a level of luma DC is 0.625 of brightness, and a macroblock of one colour comes out exact.
const QP: u32 = 24;

/// What a level of luma DC, and of chroma DC, is in 64ths of brightness (8.5.10, 8.5.11 at this quantizer).
const LUMA: i32 = 40;
const CHROMA: i32 = 80;

/// Frames are numbered with so many bits.
pub(super) const NUMBER_BITS: u32 = 8;

/// From one key frame to the next, in frames.
const KEY: u32 = 30;

/// An encoder.
#[derive(Debug)]
pub struct Encoder {
    columns: usize,
    rows: usize,
    /// What a decoder shows.
    shown: Planes,
    last: Option<Canvas>,
    number: u32,
    key: u32,
}

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Of a key frame: the two parameter sets, each behind a start code.
    pub sets: Option<[Vec<u8>; 2]>,
    /// The slice, behind a start code.
    pub slice: Vec<u8>,
}

/// Brightness, and two of colour with half the width and height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    /// Pixels in a row of each.
    pub widths: [usize; 3],
    /// Pixels, row by row.
    pub pixels: [Vec<u8>; 3],
}

impl Encoder {
    /// For pictures of a canvas's size.
    pub fn new(canvas: &Canvas) -> Self {
        let (columns, rows) = (canvas.width() / 4, canvas.height() / 4);
        let plane = |side: usize| vec![128; columns * side * rows * side];
        Self {
            columns,
            rows,
            shown: Planes {
                widths: [columns * 16, columns * 8, columns * 8],
                pixels: [plane(16), plane(8), plane(8)],
            },
            last: None,
            number: 0,
            key: 0,
        }
    }

    /// What a decoder shows after the last picture.
    pub fn shown(&self) -> &Planes {
        &self.shown
    }

    /// The next picture; every thirtieth is a key frame.
    pub fn next(&mut self, canvas: &Canvas) -> Unit {
        let key = self.number == 0 || self.last.is_none();
        let mut out = Writer::default();
        self.header(&mut out, key);
        let mut skipped = 0;
        for at in 0..self.columns * self.rows {
            let (column, row) = (at % self.columns, at / self.columns);
            if self.last.as_ref().filter(|_| !key).is_some_and(|last| last.is_same(canvas, column, row)) {
                skipped += 1;
                continue;
            }
            if !key {
                out.ue(std::mem::take(&mut skipped));
            }
            self.block(&mut out, canvas, (column, row), key);
        }
        if skipped > 0 {
            out.ue(skipped);
        }
        let slice = nal(if key { 0x65 } else { 0x41 }, &out.end());
        self.key += u32::from(key);
        self.number = (self.number + 1) % KEY;
        self.last = Some(canvas.clone());
        Unit { sets: key.then(|| self.sets()), slice }
    }

    /// Sequence and picture parameter set (7.3.2.1, 7.3.2.2).
    fn sets(&self) -> [Vec<u8>; 2] {
        let mut sequence = Writer::default();
        // Profile 66 with constraints 0 and 1, level 3.1.
        [66, 0b1100_0000, 31].into_iter().for_each(|byte| sequence.put(8, byte));
        // Number of the set, bits of frame numbers, order as decoded, one reference, no gaps, size, whole frames.
        [0, NUMBER_BITS - 4, 2, 1].into_iter().for_each(|value| sequence.ue(value));
        sequence.put(1, 0);
        sequence.ue(self.columns as u32 - 1);
        sequence.ue(self.rows as u32 - 1);
        // Frames only, 8x8 inference, no cropping, no usability information.
        sequence.put(4, 0b1100);
        let mut picture = Writer::default();
        [0, 0].into_iter().for_each(|value| picture.ue(value));
        picture.put(2, 0);
        [0, 0, 0].into_iter().for_each(|value| picture.ue(value));
        picture.put(3, 0);
        picture.se(QP as i32 - 26);
        [0, 0].into_iter().for_each(|value| picture.se(value));
        // The slice says that there is no filter.
        picture.put(3, 0b100);
        [nal(0x67, &sequence.end()), nal(0x68, &picture.end())]
    }

    /// Slice header (7.3.3).
    fn header(&self, out: &mut Writer, key: bool) {
        out.ue(0);
        out.ue(if key { 7 } else { 5 });
        out.ue(0);
        out.put(NUMBER_BITS, self.number);
        if key {
            // Neighbours have different numbers.
            out.ue(self.key % 2);
            out.put(2, 0);
        } else {
            // One reference, in its order, and no marking.
            out.put(3, 0);
        }
        out.se(0);
        out.ue(1);
    }

    /// A macroblock (7.3.5).
    fn block(&mut self, out: &mut Writer, canvas: &Canvas, (column, row): (usize, usize), key: bool) {
        let (luma, f) = self.luma(canvas, column, row);
        let chroma = [1, 2].map(|plane| self.chroma(canvas, plane, column, row));
        let coloured = chroma.iter().flatten().any(|level| *level != 0);
        // DC prediction is mode 2.
        out.ue(1 + 2 + if coloured { 4 } else { 0 } + if key { 0 } else { 5 });
        out.ue(0);
        out.se(0);
        residual::put(out, &luma);
        if coloured {
            chroma.iter().for_each(|levels| residual::put(out, levels));
        }
        self.show(column, row, f);
    }

    /// Levels of luma DC in scanning order, and what they make of each 4x4 block.
    fn luma(&self, canvas: &Canvas, column: usize, row: usize) -> ([i32; 16], [u8; 16]) {
        let mean = self.mean(0, 16, (column * 16, row * 16), (column > 0, row > 0));
        let wanted: [i32; 16] = std::array::from_fn(|at| {
            (i32::from(canvas.y(column * 4 + at % 4, row * 4 + at / 4)) - mean) * 64
        });
        let sums = hadamard(wanted);
        // The transform there and back is 16 times what it was.
        let levels = sums.map(|sum| rounded(sum, 16 * LUMA));
        let made = hadamard(levels).map(|level| clip(mean + ((level * LUMA + 32) >> 6)));
        (SCAN.map(|at| levels[at]), made)
    }

    /// Levels of chroma DC; what they make is shown at once.
    fn chroma(&mut self, canvas: &Canvas, plane: usize, column: usize, row: usize) -> [i32; 4] {
        let corner = |at: usize| (column * 8 + at % 2 * 4, row * 8 + at / 2 * 4);
        let has = (column > 0, row > 0);
        // Which neighbours count depends on the place (8.3.4.1 to 8.3.4.3).
        let counts = |at: usize| match (at, has) {
            (1, (_, true)) => (false, true),
            (2, (true, _)) => (true, false),
            _ => has,
        };
        let at_edge = |at: usize| (at.is_multiple_of(2), at < 2);
        let mean: [i32; 4] = std::array::from_fn(|at| {
            let (left, top) = counts(at);
            let (x, y) = corner(at);
            // The neighbours are those of the macroblock.
            let x = if at_edge(at).0 { x } else { x - 4 };
            let y = if at_edge(at).1 { y } else { y - 4 };
            self.chroma_mean(plane, (x, y), corner(at), (left, top))
        });
        let wanted: [i32; 4] = std::array::from_fn(|at| {
            let colour = canvas.colour(plane - 1, column * 2 + at % 2, row * 2 + at / 2);
            (i32::from(colour) - mean[at]) * 64
        });
        let square = |[a, b, c, d]: [i32; 4]| [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d];
        let levels = square(wanted).map(|sum| rounded(sum, 4 * CHROMA));
        let made = square(levels);
        for at in 0..4 {
            let colour = clip(mean[at] + ((made[at] * CHROMA + 32) >> 6));
            self.fill(plane, corner(at), colour);
        }
        levels
    }

    /// The mean of the column to the left and the row above, of those that are there; 128 where none is.
    fn mean(&self, plane: usize, side: usize, (x, y): (usize, usize), (left, top): (bool, bool)) -> i32 {
        self.edges(plane, side, ((x, y), (x, y)), (left, top))
    }

    fn chroma_mean(
        &self,
        plane: usize,
        edge: (usize, usize),
        corner: (usize, usize),
        has: (bool, bool),
    ) -> i32 {
        self.edges(plane, 4, (edge, corner), has)
    }

    fn edges(
        &self,
        plane: usize,
        side: usize,
        ((left_of, above), (x, y)): ((usize, usize), (usize, usize)),
        (left, top): (bool, bool),
    ) -> i32 {
        let (width, pixels) = (self.shown.widths[plane], &self.shown.pixels[plane]);
        let mut sum = 0;
        if left {
            sum += (y..y + side).map(|y| i32::from(pixels[y * width + left_of - 1])).sum::<i32>();
        }
        if top {
            let start = (above - 1) * width + x;
            sum += pixels[start..start + side].iter().copied().map(i32::from).sum::<i32>();
        }
        let count = side as i32 * (i32::from(left) + i32::from(top));
        if count == 0 { 128 } else { (sum + count / 2) / count }
    }

    /// Shows what became of a macroblock's luma.
    fn show(&mut self, column: usize, row: usize, made: [u8; 16]) {
        for (at, value) in made.into_iter().enumerate() {
            self.fill(0, (column * 16 + at % 4 * 4, row * 16 + at / 4 * 4), value);
        }
    }

    fn fill(&mut self, plane: usize, (x, y): (usize, usize), value: u8) {
        let width = self.shown.widths[plane];
        for row in y..y + 4 {
            self.shown.pixels[plane][row * width + x..][..4].fill(value);
        }
    }
}

/// Scanning order of a 4x4 block, by rows.
const SCAN: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// The transform of DC values of a macroblock (8.5.10), its own inverse but for a factor of 16.
fn hadamard(values: [i32; 16]) -> [i32; 16] {
    let line = |[a, b, c, d]: [i32; 4]| [a + b + c + d, a + b - c - d, a - b - c + d, a - b + c - d];
    let mut out = values;
    for row in 0..4 {
        let made = line([out[row * 4], out[row * 4 + 1], out[row * 4 + 2], out[row * 4 + 3]]);
        out[row * 4..][..4].copy_from_slice(&made);
    }
    for column in 0..4 {
        let made = line([out[column], out[column + 4], out[column + 8], out[column + 12]]);
        (0..4).for_each(|row| out[column + row * 4] = made[row]);
    }
    out
}

fn rounded(value: i32, by: i32) -> i32 {
    let half = if value < 0 { -by / 2 } else { by / 2 };
    (value + half) / by
}

fn clip(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// A unit of the network abstraction layer behind a start code; no other start code can be seen in it (7.4.1).
fn nal(header: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 1, header];
    let mut zeros = 0;
    for byte in payload {
        if zeros == 2 && *byte <= 3 {
            out.push(3);
            zeros = 0;
        }
        out.push(*byte);
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
    }
    out
}
