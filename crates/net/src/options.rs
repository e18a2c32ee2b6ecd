//! Sets what an endpoint's options ask for, and reads back what the kernel really gave.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use socket2::{InterfaceIndexOrAddress, SockRef, Socket};
use sockscope_core::endpoint::{Join, Options};
use sockscope_core::event::Granted;

use crate::error::Error;
use crate::interfaces;

/// The receive buffer that a listener asks for when nothing else is said, in bytes: the usual default of
/// 212,992 holds 92 datagrams of an Ethernet frame, this one 3,640.
pub(crate) const RCVBUF: u32 = 4 << 20;

/// What must be set before binding.
pub(crate) fn before_bind(socket: &Socket, options: &Options) -> Result<(), Error> {
    if options.reuse == Some(true) {
        set("reuse", "yes", socket.set_reuse_address(true))?;
    }
    if let Some(name) = &options.iface {
        interfaces::index(name)?;
        let result = bind_device(socket, name);
        set("iface", name, result).map_err(|e| e.advise("binding to an interface may need root"))?;
    }
    Ok(())
}

/// What can be set on any bound socket. Returns where the kernel gave something else.
pub(crate) fn after_bind(raw: &SockRef<'_>, options: &Options, v6: bool) -> Result<Vec<Granted>, Error> {
    if let Some(ttl) = options.ttl {
        time_to_live(raw, ttl, v6)?;
    }
    if let Some(class) = options.tclass {
        let result = if v6 { raw.set_tclass_v6(class.into()) } else { raw.set_tos_v4(class.into()) };
        set("tclass", class, result)?;
    }
    if let Some(on) = options.broadcast {
        set("broadcast", yes(on), raw.set_broadcast(on))?;
    }
    if let Some(on) = options.loopback {
        set("loopback", yes(on), raw.set_multicast_loop_v4(on))?;
        if v6 {
            set("loopback", yes(on), raw.set_multicast_loop_v6(on))?;
        }
    }
    buffers(raw, options)
}

/// Sets the buffers. Returns where the kernel gave something else.
pub(crate) fn buffers(raw: &SockRef<'_>, options: &Options) -> Result<Vec<Granted>, Error> {
    let mut granted = Vec::new();
    if let Some(asked) = options.rcvbuf {
        set("rcvbuf", asked, raw.set_recv_buffer_size(asked as usize))?;
        granted.extend(differs("rcvbuf", asked, raw.recv_buffer_size()));
    }
    if let Some(asked) = options.sndbuf {
        set("sndbuf", asked, raw.set_send_buffer_size(asked as usize))?;
        granted.extend(differs("sndbuf", asked, raw.send_buffer_size()));
    }
    Ok(granted)
}

/// Sends multicast through one interface.
pub(crate) fn multicast_out(socket: &UdpSocket, index: u32, v6: bool) -> Result<(), Error> {
    let raw = SockRef::from(socket);
    let result = if v6 {
        raw.set_multicast_if_v6(index)
    } else {
        let address = interfaces::v4_address(index)
            .ok_or_else(|| Error::other("send multicast through", index, "it has no IPv4 address"))?;
        raw.set_multicast_if_v4(&address)
    };
    set("iface", index, result)
}

/// Joins every group that the options ask for, from every source that they name.
pub(crate) fn join_all(socket: &UdpSocket, options: &Options) -> Result<(), Error> {
    if options.join.is_empty() {
        return Ok(());
    }
    let raw = SockRef::from(socket);
    only_joined(&raw, is_v6(socket))?;
    for join in &options.join {
        let sources = options.source.iter().filter(|s| s.is_ipv4() == join.group.is_ipv4());
        let mut any = false;
        for source in sources {
            any = true;
            join_one(socket, join, Some(*source))?;
        }
        if !any {
            join_one(socket, join, None)?;
        }
    }
    Ok(())
}

/// Otherwise Linux hands over what any other program on the machine has joined as well
/// (`IP_MULTICAST_ALL`, ip(7)).
#[cfg(target_os = "linux")]
fn only_joined(raw: &SockRef<'_>, v6: bool) -> Result<(), Error> {
    set("join", "GROUP", raw.set_multicast_all_v4(false))?;
    if v6 { set("join", "GROUP", raw.set_multicast_all_v6(false)) } else { Ok(()) }
}

#[cfg(not(target_os = "linux"))]
fn only_joined(_: &SockRef<'_>, _: bool) -> Result<(), Error> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn bind_device(socket: &Socket, name: &str) -> std::io::Result<()> {
    socket.bind_device(Some(name.as_bytes()))
}

#[cfg(not(target_os = "linux"))]
fn bind_device(_: &Socket, _: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn join_one(socket: &UdpSocket, join: &Join, source: Option<IpAddr>) -> Result<(), Error> {
    let raw = SockRef::from(socket);
    let index = join.iface.as_deref().map(interfaces::index).transpose()?.unwrap_or(0);
    let result = match (join.group, source) {
        (IpAddr::V4(group), None) => raw.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(index)),
        (IpAddr::V6(group), None) => raw.join_multicast_v6(&group, index),
        (IpAddr::V4(group), Some(IpAddr::V4(source))) => {
            let address = interfaces::v4_address(index).unwrap_or(std::net::Ipv4Addr::UNSPECIFIED);
            raw.join_ssm_v4(&source, &group, &address)
        }
        (IpAddr::V6(group), Some(IpAddr::V6(source))) => join_source_v6(socket, group, source, index),
        _ => Ok(()),
    };
    result.map_err(|error| {
        let what = join.iface.as_ref().map_or_else(
            || format!("multicast group {}", join.group),
            |interface| format!("multicast group {} on {interface}", join.group),
        );
        Error::system("join", what, &error)
            .advise(format!("name an interface that can do multicast, like join={}%eth0", join.group))
    })
}

#[cfg(target_os = "linux")]
fn join_source_v6(
    socket: &UdpSocket,
    group: std::net::Ipv6Addr,
    source: std::net::Ipv6Addr,
    index: u32,
) -> std::io::Result<()> {
    crate::kernel::linux::join_source_v6(socket, group, source, index)
}

#[cfg(not(target_os = "linux"))]
fn join_source_v6(
    _: &UdpSocket,
    _: std::net::Ipv6Addr,
    _: std::net::Ipv6Addr,
    _: u32,
) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn time_to_live(raw: &SockRef<'_>, ttl: u8, v6: bool) -> Result<(), Error> {
    set("ttl", ttl, raw.set_ttl_v4(ttl.into()).and_then(|()| raw.set_multicast_ttl_v4(ttl.into())))?;
    if v6 {
        let hops = raw.set_unicast_hops_v6(ttl.into());
        set("ttl", ttl, hops.and_then(|()| raw.set_multicast_hops_v6(ttl.into())))?;
    }
    Ok(())
}

/// The kernel doubles the size of a buffer to cover its bookkeeping, and caps it (socket(7)).
fn differs(option: &'static str, asked: u32, got: std::io::Result<usize>) -> Option<Granted> {
    let got = got.ok()?;
    let asked = asked as usize;
    let why = match got {
        _ if got == asked => return None,
        _ if got == asked * 2 => "doubled, to cover its own bookkeeping",
        _ if got > asked * 2 => "the smallest it gives",
        _ if option == "rcvbuf" => "capped by net.core.rmem_max, then doubled for its own bookkeeping",
        _ => "capped by net.core.wmem_max, then doubled for its own bookkeeping",
    };
    Some(Granted { option, asked: asked.to_string(), got: got.to_string(), why })
}

fn set(option: &'static str, value: impl ToString, result: std::io::Result<()>) -> Result<(), Error> {
    result.map_err(|error| Error::system("set", format!("{option}={}", value.to_string()), &error))
}

fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

pub(crate) fn is_v6(socket: &UdpSocket) -> bool {
    socket.local_addr().is_ok_and(|local: SocketAddr| local.is_ipv6())
}
