//! Conversations through their public interface: segments made by hand, any at all, and whole traces beside tshark.

mod chaos;
mod explain;
mod follow;
mod given;
mod marks;
mod oracle;
mod peers;
mod stats;
mod trace;
mod world;
