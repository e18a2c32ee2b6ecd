//! `sockscope addrs`: this machine's interfaces and addresses.

use std::net::IpAddr;

use anyhow::bail;
use sockscope::interfaces::{self, Address, Interface};
use sockscope::view::json::Object;
use sockscope::view::schema;

use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this interface
    #[arg(value_name = "INTERFACE")]
    interface: Option<String>,
    /// One JSON object per address
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let all = interfaces::interfaces()?;
    let names: Vec<_> = all.iter().map(|i| i.name.clone()).collect();
    let wanted = |i: &Interface| args.interface.as_ref().is_none_or(|name| *name == i.name);
    let shown: Vec<_> = all.into_iter().filter(wanted).collect();
    if let (Some(name), true) = (&args.interface, shown.is_empty()) {
        bail!("there is no interface {name:?}; this machine has {}", names.join(", "));
    }
    let text: String = shown.iter().map(if args.json { lines } else { block }).collect();
    out::result(text.as_bytes())?;
    Ok(Verdict::Done)
}

/// An interface for people: a line about it, a line for each address.
fn block(interface: &Interface) -> String {
    let mut about = state(interface);
    about.extend(interface.mtu.map(|mtu| format!("mtu {mtu}")));
    about.extend(interface.mac.as_ref().map(|mac| format!("mac {mac}")));
    let head = format!("{:<12} {}\n", interface.name, about.join(", "));
    interface.addresses.iter().fold(head, |text, address| {
        let reach = match (address.broadcast, link_local(address.ip)) {
            (Some(everyone), _) => format!("   broadcast {everyone}"),
            (_, true) => format!("   write [{}%{}]", address.ip, interface.name),
            _ => String::new(),
        };
        text + &format!("  {}/{}{reach}\n", address.ip, address.prefix)
    })
}

fn state(interface: &Interface) -> Vec<String> {
    let words = [
        (interface.up, "up"),
        (!interface.up, "down"),
        (interface.up && !interface.running, "no carrier"),
        (interface.loopback, "loopback"),
        (interface.broadcast, "broadcast"),
        (interface.multicast, "multicast"),
    ];
    words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()).collect()
}

fn link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

/// One JSON object per address; an interface without addresses has one with none.
fn lines(interface: &Interface) -> String {
    let mut text = Vec::new();
    if interface.addresses.is_empty() {
        line(interface, None, &mut text);
    }
    for address in &interface.addresses {
        line(interface, Some(address), &mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn line(interface: &Interface, address: Option<&Address>, out: &mut Vec<u8>) {
    let mut object = Object::begin(out);
    object.number("v", schema::VERSION);
    object.text("type", "address");
    object.text("iface", &interface.name);
    object.fact("index", Some(interface.index));
    object.flag("up", interface.up);
    object.flag("running", interface.running);
    object.flag("is_loopback", interface.loopback);
    object.flag("can_broadcast", interface.broadcast);
    object.flag("can_multicast", interface.multicast);
    object.fact("mtu", interface.mtu);
    if let Some(mac) = &interface.mac {
        object.text("mac", mac);
    }
    if let Some(address) = address {
        object.text("address", &address.ip.to_string());
        object.fact("prefix", Some(address.prefix));
        if let Some(everyone) = address.broadcast {
            object.text("broadcast", &everyone.to_string());
        }
    }
    object.end();
    out.push(b'\n');
}
