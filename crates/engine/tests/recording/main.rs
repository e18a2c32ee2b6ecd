//! Recordings in files: of our own making, and as Wireshark's tools write and read them.

mod files;
mod made;
mod wireshark;
