//! Our filters against libpcap's: the same expressions over the same packets.

mod expressions;
mod given;
mod known;
mod machine;
mod oracle;
mod packets;
mod refused;
