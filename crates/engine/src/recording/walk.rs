//! A recording from its beginning to its end.

use sockscope_view::recording::Item;

use super::Recording;
use super::window::{Next, Window};
use crate::error::Error;

/// One thing in a recording.
#[derive(Debug)]
pub struct Piece<'a> {
    /// Where it begins: bytes from the beginning of the file, unpacked.
    pub at: u64,
    /// What it is.
    pub item: Item,
    /// The bytes that it was read from; ranges in the item are of these.
    pub bytes: &'a [u8],
}

/// Goes through a recording once. What the file gains meanwhile is read too, until the end is met.
///
/// ```no_run
/// use sockscope::recording::{Recording, Walk};
/// use sockscope::view::recording::Item;
///
/// let mut walk = Walk::new(Recording::open("x.pcapng")?);
/// let mut total = 0;
/// while let Some(piece) = walk.next()? {
///     if let Item::Packet(packet) = &piece.item {
///         total += packet.data(piece.bytes).len();
///     }
/// }
/// # Ok::<(), sockscope::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Walk {
    recording: Recording,
    window: Window,
}

impl Walk {
    /// Stands at the beginning of a recording.
    pub fn new(recording: Recording) -> Self {
        Self { recording, window: Window::new() }
    }

    /// What comes next, until its end.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no recording.
    #[expect(clippy::should_implement_trait, reason = "what it gives lies in its own buffer, until the next")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Piece<'_>>, Error> {
        match self.window.next(&mut self.recording, true)? {
            Next::Item(at, item, range) => Ok(Some(Piece { at, item, bytes: self.window.bytes(range) })),
            Next::Waiting | Next::End => Ok(None),
        }
    }

    /// Stands at the beginning again. What was wrong with how it is packed is not told once more.
    pub fn again(self) -> Self {
        Self::new(self.recording)
    }

    /// The recording that it goes through.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Where it is: bytes from the beginning of the file, unpacked.
    pub fn at(&self) -> u64 {
        self.window.scanner.at()
    }
}
