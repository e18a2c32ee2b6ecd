//! A picture of the stream as a PNG, with a decoder: Cisco's OpenH264, built from its source (feature `snapshot`).

use openh264::decoder::Decoder;
use openh264::formats::YUVSource;

/// Makes pictures of a stream.
pub struct Still(Decoder);

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Still").finish_non_exhaustive()
    }
}

impl Still {
    /// A decoder that has seen nothing.
    ///
    /// # Errors
    ///
    /// There is no memory for it; in words.
    pub fn new() -> Result<Self, String> {
        Decoder::new().map(Self).map_err(|error| error.to_string())
    }

    /// Takes a picture, the first one with its parameter sets ahead; as a PNG, once there is one to show.
    ///
    /// # Errors
    ///
    /// It is damaged; in words. The next may be whole.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let shown = self.0.decode(bytes).map_err(|error| error.to_string())?;
        let Some(shown) = shown else { return Ok(None) };
        let (width, height) = shown.dimensions();
        let mut pixels = vec![0; width * height * 3];
        shown.write_rgb8(&mut pixels);
        png(width as u32, height as u32, &pixels).map(Some).map_err(|error| error.to_string())
    }
}

fn png(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(out)
}
