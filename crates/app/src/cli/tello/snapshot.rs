//! A picture of a drone's video that is to be kept, by whoever has a decoder.

#[cfg(not(feature = "snapshot"))]
pub(super) use without::Snapshot;

#[cfg(feature = "snapshot")]
pub(super) use with::Snapshot;

#[cfg(feature = "snapshot")]
mod with {
    use std::fs::File;
    use std::io::Write;
    use std::path::Path;

    use sockscope_tello::onlooker::Enough;
    use sockscope_tello::video::Still;

    use crate::cli::tello::watch::begin;
    use crate::out;

    /// The first picture that can be shown, and the file for it.
    pub(in crate::cli::tello) struct Snapshot {
        file: File,
        failed: bool,
        still: Still,
    }

    impl Snapshot {
        pub(in crate::cli::tello) fn begin(path: &Path) -> anyhow::Result<Self> {
            let still = Still::new().map_err(anyhow::Error::msg)?;
            Ok(Self { file: begin(path)?, failed: false, still })
        }

        /// Takes a picture with what goes ahead of it; whether it is done with.
        pub(in crate::cli::tello) fn take(&mut self, ahead: &[u8], bytes: &[u8]) -> bool {
            let Ok(Some(png)) = self.still.take(&[ahead, bytes].concat()) else { return false };
            if let Err(error) = self.file.write_all(&png) {
                out::talk(&format!("the picture cannot be written: {error}\n"));
                self.failed = true;
            }
            true
        }

        pub(in crate::cli::tello) fn end(&self) -> Enough {
            if self.failed { Enough::Failed } else { Enough::Yes }
        }
    }
}

#[cfg(not(feature = "snapshot"))]
mod without {
    use std::path::Path;

    use anyhow::bail;
    use sockscope_tello::onlooker::Enough;

    /// There is none.
    pub(in crate::cli::tello) enum Snapshot {}

    impl Snapshot {
        pub(in crate::cli::tello) fn begin(path: &Path) -> anyhow::Result<Self> {
            bail!(
                "--snapshot needs a sockscope that was built with the feature snapshot; another way: sockscope tello video -o - | ffmpeg -i - -frames:v 1 {}",
                path.display()
            );
        }

        pub(in crate::cli::tello) fn take(&mut self, _ahead: &[u8], _bytes: &[u8]) -> bool {
            match *self {}
        }

        pub(in crate::cli::tello) fn end(&self) -> Enough {
            match *self {}
        }
    }
}
