//! A network of the drone's own, joined to this one by a cable: the drone is at its true address there, and programs
//! here, which bind the same ports, fly it as they are. The kernel takes all of it away when this program ends.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsRawFd;
use std::process::{Command, Output, id};

use anyhow::{anyhow, bail};
use nix::sched::{CloneFlags, setns, unshare};
use sockscope::interfaces;

/// The drone's address, as all drones have it.
pub(super) const DRONE: Ipv4Addr = Ipv4Addr::new(192, 168, 10, 1);

/// A cable between this network and the drone's.
#[derive(Debug)]
pub(super) struct Cable {
    /// The address of this machine at its end.
    pub(super) client: Ipv4Addr,
    outside: File,
}

/// What this network calls its end of the cable.
const CABLE: &str = "tello";

/// The network in which this thread is.
const HERE: &str = "/proc/thread-self/ns/net";

/// Takes this thread into a network of its own, where a drone can have each of the addresses, and joins it to the one
/// before, which gets the address behind them.
///
/// # Errors
///
/// The addresses are somebody's already, or this may not be done.
pub(super) fn enter(first: Ipv4Addr, count: u32) -> anyhow::Result<Cable> {
    let [.., last] = first.octets();
    // One more for this machine, and the last one is for everybody.
    let room = 254_u32.saturating_sub(last.into());
    if last == 0 || count > room {
        bail!(
            "{count} drones from {first} on and this machine behind them do not fit in one network: at most {room} do"
        );
    }
    let addresses: Vec<Ipv4Addr> = (0..=count).map(|number| (u32::from(first) + number).into()).collect();
    is_free(&addresses)?;
    let (client, drones) = addresses.split_last().expect("at least two addresses");
    let outside =
        File::open(HERE).map_err(|error| anyhow!("cannot look at the network of this program: {error}"))?;
    unshare(CloneFlags::CLONE_NEWNET).map_err(|error| anyhow!(
        "cannot make a network namespace ({error}), which needs the right CAP_NET_ADMIN: run it with sudo, or everything, the clients too, in a network of your own: unshare -rn",
    ))?;
    let end = format!("/proc/{}/fd/{}", id(), outside.as_raw_fd());
    ip("link set lo up")?;
    ip(&format!("link add drone type veth peer name {CABLE} netns {end}"))?;
    for drone in drones {
        ip(&format!("addr add {drone}/24 dev drone"))?;
    }
    ip("link set drone up")?;
    let inside = File::open(HERE)?;
    setns(&outside, CloneFlags::CLONE_NEWNET)?;
    ip(&format!("addr add {client}/24 dev {CABLE}"))?;
    ip(&format!("link set {CABLE} up"))?;
    setns(&inside, CloneFlags::CLONE_NEWNET)?;
    Ok(Cable { client: *client, outside })
}

impl Cable {
    /// Takes this thread back, and the cable away. Without it the kernel does so, some time after the end.
    ///
    /// # Errors
    ///
    /// It is gone already, or nobody lets us.
    pub(super) fn pull(self) -> anyhow::Result<()> {
        setns(&self.outside, CloneFlags::CLONE_NEWNET)?;
        ip(&format!("link del {CABLE}"))
    }
}

/// Whether this machine has nothing in that network yet: a true drone, perhaps.
fn is_free(addresses: &[Ipv4Addr]) -> anyhow::Result<()> {
    for interface in interfaces::interfaces()? {
        let taken = interface.addresses.iter().find_map(|address| match address.ip {
            IpAddr::V4(ip) if ip.octets()[..3] == addresses[0].octets()[..3] => Some(ip),
            _ => None,
        });
        if let Some(ip) = taken {
            let name = interface.name;
            bail!(
                "{name} has the address {ip}, in the drone's own network already: leave that network, or give the drone another address with --bind"
            );
        }
    }
    Ok(())
}

/// Runs ip(8), which is where the network is.
fn ip(line: &str) -> anyhow::Result<()> {
    let Output { status, stderr, .. } = Command::new("ip")
        .args(line.split(' '))
        .output()
        .map_err(|error| anyhow!("cannot run ip, of the package iproute2, which --netns needs: {error}"))?;
    if !status.success() {
        bail!("ip {line}: {}", String::from_utf8_lossy(&stderr).trim());
    }
    Ok(())
}
