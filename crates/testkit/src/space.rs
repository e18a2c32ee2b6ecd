//! An empty network of one's own: a fresh network namespace with nothing but a loopback interface.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::Uid;

use crate::peers;

/// A command that runs a program in an empty network, or `None` after telling that a test is skipped
/// because this machine does not allow it.
pub fn alone(program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    run_in("ip link set lo up && exec \"$0\" \"$@\"", program, args)
}

/// The same as a user without any rights.
pub fn alone_as_nobody(program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    peers::peer("setpriv")?;
    let drop = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\"";
    if !Uid::effective().is_root() {
        peers::skip("only root can become nobody");
        return None;
    }
    run_in(&format!("ip link set lo up && {drop}"), program, args)
}

/// A command that runs a program where names are those of the file `hosts` (hosts(5)), in the network of
/// this machine; `None` as [`alone`] says.
pub fn with_hosts(hosts: &Path, program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    let hosts = hosts.to_str().unwrap();
    let script = format!("mount --bind '{hosts}' /etc/hosts && exec \"$0\" \"$@\"");
    unshare("m", &script, program, args)
}

fn run_in(script: &str, program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    peers::peer("ip")?;
    unshare("n", script, program, args)
}

/// Runs a script in a namespace of `kind`, an option of unshare(1).
fn unshare(kind: &str, script: &str, program: impl AsRef<OsStr>, args: &[&str]) -> Option<Command> {
    let unshare = peers::peer("unshare")?;
    let how = if Uid::effective().is_root() { format!("-{kind}") } else { format!("-r{kind}") };
    let mut trial = Command::new(&unshare);
    trial.args([&how, "true"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !trial.status().is_ok_and(|status| status.success()) {
        peers::skip(&format!("this machine does not allow unshare {how}"));
        return None;
    }
    let mut command = Command::new(unshare);
    command.args([&how, "sh", "-c", script]).arg(program).args(args);
    Some(command)
}
