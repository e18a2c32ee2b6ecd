//! A command for each peer: what the peer sends it reads, what it writes the peer gets.

use std::io;
use std::process::{Child, Command, Stdio};

use sockscope_core::facts::Peer;
use sockscope_net::transport::Transport;

/// Starts the command of `words` with a socket as its standard input and output. It is told who the peer is
/// in `SOCKSCOPE_REMOTE_ADDR`, `_REMOTE_PORT`, `_LOCAL_ADDR`, `_LOCAL_PORT`, `_PROTO`, and under the names
/// that ncat has for them.
pub(crate) fn start(
    words: &[String],
    peer: Option<Peer>,
    local: Option<Peer>,
    endpoint: &str,
) -> io::Result<(Box<dyn Transport>, Child)> {
    let (program, args) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let (ours, theirs) = sockscope_net::open::pair(program)?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::from(theirs.try_clone()?)).stdout(Stdio::from(theirs));
    let proto = endpoint.split_once("://").map_or("", |(scheme, _)| scheme);
    for prefix in ["SOCKSCOPE", "NCAT"] {
        for (side, peer) in [("REMOTE", peer), ("LOCAL", local)] {
            let Some(peer) = peer else { continue };
            let address = peer.inet().map_or_else(|| peer.to_string(), |inet| inet.ip().to_string());
            command.env(format!("{prefix}_{side}_ADDR"), address);
            if let Some(inet) = peer.inet() {
                command.env(format!("{prefix}_{side}_PORT"), inet.port().to_string());
            }
        }
        command.env(format!("{prefix}_PROTO"), proto.to_uppercase());
    }
    let child = command.spawn()?;
    Ok((ours, child))
}
