//! The camera's stream: made, cut into datagrams, and checked where it arrives.

mod bits;
mod canvas;
mod cut;
mod encode;
mod receive;
mod residual;
mod scene;
#[cfg(feature = "snapshot")]
mod still;
#[cfg(test)]
mod tests;

pub use canvas::{Canvas, Colour};
pub use cut::{FULL, cut, datagrams, units};
pub use encode::{Encoder, Planes, Unit};
pub use receive::{Picture, Receiver, Report};
pub use scene::Scene;
#[cfg(feature = "snapshot")]
pub use still::Still;
