//! Which drone, and how to speak to it: what all commands that do so take.

use std::net::SocketAddr;

use sockscope::core::lang::Lang;
use sockscope::interfaces;
use sockscope_tello::client::Ports;
use sockscope_tello::diagnose::Doctor;
use sockscope_tello::sdk::{STATE_PORT, Sdk};

use super::{drone, sdk};
use crate::cli::{args, look};

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct Link {
    /// The drone, with a port or without
    #[arg(long, value_name = "ADDRESS", value_parser = drone, default_value = "192.168.10.1")]
    pub(super) drone: SocketAddr,
    /// What the drone understands: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    pub(super) sdk: Sdk,
    /// Send commands from this port; 9000 at the console, else any that is free, when absent
    #[arg(long, value_name = "PORT")]
    bind: Option<u16>,
    /// Take state at this port
    #[arg(long, value_name = "PORT", default_value_t = STATE_PORT)]
    pub(super) state_port: u16,
    /// Language; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
}

impl Link {
    pub(super) fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(look::lang)
    }

    /// The ports, where commands go from this one unless another was asked for.
    pub(super) fn ports(&self, local: Option<u16>) -> Ports {
        Ports { local: self.bind.or(local), state: self.state_port, ..Ports::default() }
    }

    /// Whoever knows what is wrong with it.
    pub(super) fn doctor(&self) -> anyhow::Result<Doctor> {
        let own: Vec<_> = interfaces::interfaces()?
            .iter()
            .flat_map(|interface| interface.addresses.iter().map(|address| (address.ip, address.prefix)))
            .collect();
        Ok(Doctor::new(self.drone, self.state_port, &own))
    }
}
