//! A picture of cells: brightness for each 4x4 pixels, colour for each 8x8.

/// A colour: brightness, and how far it is blue and red (BT.601, limited range).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// From red, green and blue.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        let (r, g, b) = (red as i32, green as i32, blue as i32);
        let y = 16 + (66 * r + 129 * g + 25 * b + 128) / 256;
        let u = 128 + (-38 * r - 74 * g + 112 * b) / 256;
        let v = 128 + (112 * r - 94 * g - 18 * b) / 256;
        Self([y as u8, u as u8, v as u8])
    }
}

/// A picture of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    /// Brightness, and two planes of colour of half the width and height.
    cells: [Vec<u8>; 3],
}

impl Canvas {
    /// For a picture of so many pixels, multiples of 16; black.
    pub fn new(width: usize, height: usize) -> Self {
        let (width, height) = (width / 4, height / 4);
        let plane = |value: u8, part: usize| vec![value; width * height / part];
        Self { width, height, cells: [plane(16, 1), plane(128, 4), plane(128, 4)] }
    }

    /// Cells in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Paints a cell; its colour is that of the four that share it. Outside nothing happens.
    pub fn set(&mut self, x: i32, y: i32, Colour([bright, blue, red]): Colour) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width && y < self.height {
            self.cells[0][y * self.width + x] = bright;
            let half = y / 2 * (self.width / 2) + x / 2;
            (self.cells[1][half], self.cells[2][half]) = (blue, red);
        }
    }

    /// Paints a rectangle.
    pub fn fill(&mut self, (x, y): (i32, i32), (width, height): (i32, i32), colour: Colour) {
        for row in y..y + height {
            (x..x + width).for_each(|x| self.set(x, row, colour));
        }
    }

    pub(super) fn y(&self, x: usize, y: usize) -> u8 {
        self.cells[0][y * self.width + x]
    }

    pub(super) fn colour(&self, plane: usize, x: usize, y: usize) -> u8 {
        self.cells[1 + plane][y * (self.width / 2) + x]
    }

    /// Whether a macroblock is the same in another.
    pub(super) fn is_same(&self, other: &Self, column: usize, row: usize) -> bool {
        let same = |plane: usize, width: usize, side: usize| {
            (row * side..(row + 1) * side).all(|y| {
                let cells = y * width + column * side..y * width + (column + 1) * side;
                self.cells[plane][cells.clone()] == other.cells[plane][cells]
            })
        };
        same(0, self.width, 4) && same(1, self.width / 2, 2) && same(2, self.width / 2, 2)
    }
}
