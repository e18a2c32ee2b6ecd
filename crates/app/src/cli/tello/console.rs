//! `sockscope tello` by itself: the console of a drone.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use sockscope::bus::Bus;
use sockscope::core::lang::Lang;
use sockscope::drive;
use sockscope::interfaces;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope_tello::client::{Client, Ports};
use sockscope_tello::diagnose::Doctor;
use sockscope_tello::pilot::Ways;
use sockscope_tello::sdk::{STATE_PORT, Sdk};
use sockscope_tello::telemetry;

use super::{drone, sdk};
use crate::cli::save::Save;
use crate::cli::{args, look};
use crate::cockpit::{Cockpit, Commands, Manner};
use crate::console::{Console, Look};
use crate::exit::Verdict;
use crate::paper::{Desktop, Paper, Streams};
use crate::{out, signals};

#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The drone, with a port or without
    #[arg(long, value_name = "ADDRESS", value_parser = drone, default_value = "192.168.10.1")]
    drone: SocketAddr,
    /// What the drone understands: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    sdk: Sdk,
    /// Send commands from this port
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    bind: u16,
    /// Take state at this port
    #[arg(long, value_name = "PORT", default_value_t = STATE_PORT)]
    state_port: u16,
    /// Show a panel with plots; the word watch shows and hides it too
    #[arg(long)]
    watch: bool,
    /// Write each state to a new file, a row for each
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// Ask for the battery where nothing was sent for 8 s, so that it does not land by itself after 15 s
    #[arg(long)]
    keep_alive: bool,
    /// Language; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let lang = args.lang.unwrap_or_else(look::lang);
    let csv = args.csv.as_ref().map(|path| begin(path)).transpose()?;
    let asked = signals::asked()?;
    let interactive = Console::is_at_hand();
    let (console, lines) = if interactive {
        let colour = look::Colour::Auto.is_wanted(true);
        let words = Box::new(Commands(args.sdk));
        let prompt = "tello> ".to_owned();
        let (console, lines) =
            Console::open(Look { words, history: "tello-history", colour, urgent: true, prompt })?;
        (Some(Rc::new(console)), lines)
    } else {
        (None, Console::piped()?)
    };
    lines.interrupted_by(asked)?;
    let mut paper: Box<dyn Paper> = match &console {
        Some(console) => Box::new(Desktop::new(Rc::clone(console))),
        None => Box::new(Streams(out::Rows::open()?)),
    };
    if interactive {
        paper.say(args.greeting(lang).as_bytes())?;
    }
    let mut cockpit = Cockpit::new(Manner { sdk: args.sdk, lang, interactive }, lines, paper, args.doctor()?);
    csv.into_iter().for_each(|file| cockpit.keep(file));
    if args.watch {
        cockpit.watch();
    }
    let ways = Ways {
        sdk: args.sdk,
        keep_alive: args.keep_alive.then_some(Duration::from_secs(8)),
        ..Ways::default()
    };
    let ports = Ports { local: Some(args.bind), state: args.state_port, at: Ipv4Addr::UNSPECIFIED.into() };
    let client = Client::new(cockpit, &[args.drone], &ways, ports)?;
    let (mut bus, saving) = args.save.bus(Bus::new(), None, false)?;
    let ended = drive::run(Plan::new(Place::Guided(Box::new(client))), &mut bus, &Stop::new()?);
    if let Some(console) = console.and_then(Rc::into_inner) {
        console.end()?;
    }
    saving.end(ended)
}

/// A new file for state.
fn begin(path: &std::path::Path) -> anyhow::Result<File> {
    let name = path.display();
    let mut file = File::create_new(path).with_context(|| format!("cannot begin {name}"))?;
    file.write_all(telemetry::csv_head().as_bytes()).with_context(|| format!("cannot write {name}"))?;
    Ok(file)
}

impl Args {
    fn doctor(&self) -> anyhow::Result<Doctor> {
        let own: Vec<_> = interfaces::interfaces()?
            .iter()
            .flat_map(|interface| interface.addresses.iter().map(|address| (address.ip, address.prefix)))
            .collect();
        Ok(Doctor::new(self.drone, self.state_port, &own))
    }

    fn greeting(&self, lang: Lang) -> String {
        let Self { drone, sdk, bind, state_port, .. } = self;
        match lang {
            Lang::Zh => format!(
                "无人机 {drone}，SDK {sdk}；命令从端口 {bind} 发出，状态由端口 {state_port} 接收\n\
                 输入命令（Tab 补全，help 列出全部）；end 或 Ctrl-C 退出，飞行中先降落\n"
            ),
            Lang::En => format!(
                "drone {drone}, SDK {sdk}; commands leave from port {bind}, state comes to port {state_port}\n\
                 type commands (Tab completes, help lists all); end or Ctrl-C leaves, and lands first if it flies\n"
            ),
        }
    }
}
