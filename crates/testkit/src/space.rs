//! An empty network of one's own: a fresh network namespace with nothing but a loopback interface.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::Uid;

use crate::peers;

/// A command that runs a program in an empty network, or `None` after telling that a test is skipped
/// because this machine does not allow it.
pub fn alone(program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    peers::peer("ip")?;
    unshare(as_root("-n", "-rn"), "ip link set lo up && exec \"$0\" \"$@\"", program, args)
}

/// The same as a user without any rights, and without an interface that is up.
pub fn alone_as_nobody(program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    if !Uid::effective().is_root() {
        // Who is nobody in a new user namespace has no rights there.
        return unshare("-Un", "exec \"$0\" \"$@\"", program, args);
    }
    peers::peer("setpriv")?;
    let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\"";
    unshare("-n", script, program, args)
}

/// A command that runs a program where names are those of the file `hosts` (hosts(5)), in the network of
/// this machine; `None` as [`alone`] says.
pub fn with_hosts(hosts: &Path, program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    let hosts = hosts.to_str().unwrap();
    let script = format!("mount --bind '{hosts}' /etc/hosts && exec \"$0\" \"$@\"");
    unshare(as_root("-m", "-rm"), &script, program, args)
}

/// What `root` needs to say, or anybody else who becomes root of a namespace of his own.
fn as_root(root: &'static str, other: &'static str) -> &'static str {
    if Uid::effective().is_root() { root } else { other }
}

/// Runs a script in namespaces that `how` says, options of unshare(1).
fn unshare(how: &str, script: &str, program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    let unshare = peers::peer("unshare")?;
    let mut trial = Command::new(&unshare);
    trial.args([how, "true"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !trial.status().is_ok_and(|status| status.success()) {
        peers::skip(&format!("this machine does not allow unshare {how}"));
        return None;
    }
    let mut command = Command::new(unshare);
    command.args([how, "sh", "-c", script]).arg(program).args(args);
    Some(command)
}
