//! The camera of a simulated drone: the built-in picture that shows how it flies, or a film from a file.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sockscope::core::moment::Moment;

use super::Look;
use super::state::attitude;
use crate::sdk::VIDEO_PORT;
use crate::video::{self, Canvas, Encoder, Scene};

/// From `streamon` to the first picture.
const WARM_UP: Duration = Duration::from_millis(1000);

/// A film: byte streams of pictures, one after the other (Annex B).
pub type Film = Arc<[Vec<u8>]>;

/// A camera.
pub(super) struct Camera {
    /// Where pictures go to.
    pub(super) port: u16,
    /// Pictures a second.
    pub(super) rate: u32,
    /// Pixels.
    pub(super) size: (usize, usize),
    pub(super) film: Option<Film>,
    /// When the next picture is due; absent while it is off.
    pub(super) next: Option<Moment>,
    frame: u32,
    built: Option<(Canvas, Encoder)>,
}

impl fmt::Debug for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Camera").field("port", &self.port).field("next", &self.next).finish_non_exhaustive()
    }
}

impl Default for Camera {
    fn default() -> Self {
        Self { port: VIDEO_PORT, rate: 30, size: (960, 720), film: None, next: None, frame: 0, built: None }
    }
}

impl Camera {
    /// Switches it on; nothing changes if it is on.
    pub(super) fn on(&mut self, now: Moment) {
        self.next.get_or_insert(now + WARM_UP);
    }

    /// Switches it off; it begins with a key frame when it is on again.
    pub(super) fn off(&mut self) {
        (self.next, self.built, self.frame) = (None, None, 0);
    }

    /// The datagrams of a picture, where one is due. What nobody could have taken in time is left out.
    pub(super) fn picture(&mut self, now: Moment, look: impl FnOnce() -> Look) -> Option<Vec<Vec<u8>>> {
        let due = self.next.filter(|due| *due <= now)?;
        let step = Duration::from_secs(1) / self.rate;
        self.next = Some(if now - due < step { due + step } else { now + step });
        self.frame += 1;
        if let Some(film) = self.film.as_ref().filter(|film| !film.is_empty()) {
            return Some(video::cut(&film[(self.frame - 1) as usize % film.len()]));
        }
        let look = look();
        let (pitch, roll) = attitude(&look);
        let scene = Scene {
            pitch: pitch as f64,
            roll: roll as f64,
            yaw: look.yaw,
            height: look.place[2],
            battery: look.battery,
            frame: self.frame,
        };
        // Another size begins with a key frame of its own.
        self.built.take_if(|(canvas, _)| (canvas.width() * 4, canvas.height() * 4) != self.size);
        let (canvas, encoder) = self.built.get_or_insert_with(|| {
            let canvas = Canvas::new(self.size.0, self.size.1);
            let encoder = Encoder::new(&canvas);
            (canvas, encoder)
        });
        scene.paint(canvas);
        Some(video::datagrams(&encoder.next(canvas)))
    }
}
