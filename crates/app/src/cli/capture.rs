//! `sockscope capture`: packets from an interface, as they are.

use std::net::Ipv4Addr;

use sockscope::core::capture_filter::{Filter, LinkType, Target};
use sockscope::core::charset::Viewing;
use sockscope::core::problem::Problem;
use sockscope::plan::{Place, Plan, Wish};
use sockscope::{capture, drive, interfaces, resolve};

use super::args::Ends;
use super::look::{self, Look};
use super::serve;
use crate::exit::Verdict;
use crate::signals;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The interface: lo, eth0; several with commas, as `sockscope addrs` lists them
    #[arg(value_name = "IFACE")]
    interface: String,
    /// Only these packets: 'udp port 8080 and host 10.0.0.1', as tcpdump has it (docs/capture-filters.md)
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Packets for others too, where the network brings them; only where you may
    #[arg(long, short)]
    promiscuous: bool,
    /// Memory for packets that wait to be shown and recorded
    #[arg(long, value_name = "SIZE", default_value = "8MiB", value_parser = serve::size)]
    ring: usize,
    /// Charset to show text in: gbk, utf-8, …, or auto to guess
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    look: Look,
}

pub(crate) fn run(mut args: Args) -> anyhow::Result<Verdict> {
    let viewing = args.encoding.as_deref().map(|label| Viewing::find(label, &look::locale())).transpose()?;
    let filter = Filter::parse(&args.filter.join(" "))?;
    let wishes = args.interfaces()?.into_iter().map(|interface| args.wish(interface, &filter));
    let wishes = wishes.collect::<anyhow::Result<_>>()?;
    let mut plan = Plan::new(Place::Capture { wishes, give_up_rights: true });
    plan.limits = args.ends.limits();
    args.look.set_captured();
    let stop = signals::stop()?;
    let (mut bus, saving) = args.look.bus(viewing.as_ref(), look::SLIM)?;
    saving.end(drive::run(plan, &mut bus, &stop))
}

impl Args {
    /// The interfaces, each once.
    fn interfaces(&self) -> Result<Vec<String>, Problem> {
        let mut names: Vec<String> = Vec::new();
        for name in self.interface.split(',').filter(|name| !name.is_empty()) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        if names.is_empty() {
            return Err(Problem::whole("", "there is no interface to capture on", "write one, such as lo"));
        }
        Ok(names)
    }

    /// What is wanted of one interface.
    fn wish(&self, interface: String, filter: &Filter) -> anyhow::Result<Wish> {
        let number = capture::link(&interface)?;
        let link = LinkType::from_number(number).expect("the filter knows all links that can be captured");
        let mut target = Target::socket(link);
        if let Some(snap) = self.look.snap() {
            target.keep = snap;
        }
        target.netmask = netmask(&interface);
        let mut names = |name: &str| resolve::addresses(name).map_err(|error| error.why());
        let filter = filter.compile(&target, &mut names)?;
        Ok(Wish { interface, filter, promiscuous: self.promiscuous, buffer: self.ring })
    }
}

/// The mask of an interface's first IPv4 network.
fn netmask(interface: &str) -> Option<Ipv4Addr> {
    let all = interfaces::interfaces().ok()?;
    let addresses = all.into_iter().find(|one| one.name == interface)?.addresses;
    let prefix = addresses.into_iter().find(|address| address.ip.is_ipv4())?.prefix;
    Some(Ipv4Addr::from(u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)))
}
