//! One file of a recording, of which every write leaves whole blocks.

use std::fs::{self, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use sockscope_core::problem::Problem;
use sockscope_net::holder;

use crate::error::words;

/// A file of a recording.
#[derive(Debug)]
pub(super) struct File {
    file: fs::File,
    /// Its length, as far as it is blocks.
    len: u64,
    /// Whether it can be cut back to that: pipes cannot.
    regular: bool,
}

impl File {
    /// Something that takes bytes, and keeps what it has taken.
    pub(super) fn stream(file: fs::File) -> Self {
        Self { file, len: 0, regular: false }
    }

    /// Opens a file, which must be new unless it is to be gone on with. Returns how many bytes of an unfinished block
    /// were cut off its end as well.
    ///
    /// # Errors
    ///
    /// It is there already, cannot be written, another program writes to it, or it is no recording.
    pub(super) fn open(path: &Path, append: bool) -> Result<(Self, u64), Problem> {
        let known = fs::metadata(path).ok();
        let is_pipe = |data: &fs::Metadata| data.file_type().is_fifo() || data.file_type().is_char_device();
        if known.as_ref().is_some_and(is_pipe) {
            let file = OpenOptions::new().write(true).open(path).map_err(|error| unwritable(path, &error))?;
            return Ok((Self::stream(file), 0));
        }
        if append && known.is_some() {
            return Self::go_on(path);
        }
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|error| unwritable(path, &error))?;
        // Another that is told to go on with this file finds out that it is written.
        file.try_lock().map_err(|_| held(path))?;
        Ok((Self { file, len: 0, regular: true }, 0))
    }

    /// Opens a file to write behind what it holds.
    fn go_on(path: &Path) -> Result<(Self, u64), Problem> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        let mut file = file.map_err(|error| unwritable(path, &error))?;
        file.try_lock().map_err(|_| held(path))?;
        if holder::writes(path).is_some() {
            return Err(held(path));
        }
        let length = file.metadata().map_err(|error| unwritable(path, &error))?.len();
        let len = blocks(&file).map_err(|error| unwritable(path, &error))?;
        if len == 0 && length > 0 {
            let what = format!("{} is no pcapng recording", path.display());
            return Err(Problem::whole("", what, "choose another name"));
        }
        let result = file.set_len(len).and_then(|()| file.seek(SeekFrom::Start(len)));
        result.map_err(|error| unwritable(path, &error))?;
        Ok((Self { file, len, regular: true }, length - len))
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Writes whole blocks.
    ///
    /// # Errors
    ///
    /// Not all could be written; the file ends with the last block that could. How many packets those before it are is
    /// told with the error.
    pub(super) fn write(&mut self, blocks: &[u8]) -> Result<(), (u64, io::Error)> {
        let mut gone = 0;
        while gone < blocks.len() {
            match self.file.write(&blocks[gone..]) {
                Ok(0) => return Err(self.cut_back(&blocks[..gone], ErrorKind::WriteZero.into())),
                Ok(more) => gone += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.cut_back(&blocks[..gone], error)),
            }
        }
        self.len += gone as u64;
        Ok(())
    }

    /// Takes away the part of a block that was written.
    fn cut_back(&mut self, written: &[u8], error: io::Error) -> (u64, io::Error) {
        let (len, packets) = whole(written);
        self.len += len as u64;
        if self.regular {
            // The error that counts is the first one.
            let _ = self.file.set_len(self.len);
        }
        (packets, error)
    }
}

/// How many of these bytes are whole blocks, and how many of those are packets.
fn whole(bytes: &[u8]) -> (usize, u64) {
    const PACKET: u8 = 6;
    let (mut end, mut packets) = (0, 0);
    while let Some(&[a, b, c, d]) = bytes.get(end + 4..end + 8) {
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if length < 12 || end + length > bytes.len() {
            break;
        }
        packets += u64::from(bytes[end] == PACKET);
        end += length;
    }
    (end, packets)
}

/// How many bytes at the beginning of a file are whole blocks; none where it is no recording.
fn blocks(file: &fs::File) -> io::Result<u64> {
    const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
    let (mut reader, length) = (BufReader::with_capacity(1 << 20, file), file.metadata()?.len());
    let (mut end, mut big) = (0, false);
    let mut head = [0; 12];
    while end + 12 <= length {
        reader.read_exact(&mut head)?;
        let word = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
        if word(0) == SECTION {
            big = word(8) == [0x1a, 0x2b, 0x3c, 0x4d];
        } else if end == 0 {
            return Ok(0);
        }
        let size = if big { u32::from_be_bytes(word(4)) } else { u32::from_le_bytes(word(4)) };
        if size < 12 || size % 4 != 0 || end + u64::from(size) > length {
            break;
        }
        end += u64::from(size);
        reader.seek_relative(i64::from(size) - 12)?;
    }
    Ok(end)
}

fn held(path: &Path) -> Problem {
    let by = holder::writes(path).unwrap_or_else(|| "another program".to_owned());
    Problem::whole("", format!("{} is being written by {by}", path.display()), "choose another name")
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    if error.kind() == ErrorKind::AlreadyExists {
        return is_there(path);
    }
    Problem::whole("", format!("cannot write {}: {}", path.display(), words(error)), "")
}

/// The refusal of a file that would be written over.
pub fn is_there(path: &Path) -> Problem {
    let remedy = "choose another name, remove it, or add --append";
    Problem::whole("", format!("{} is there already", path.display()), remedy)
}
