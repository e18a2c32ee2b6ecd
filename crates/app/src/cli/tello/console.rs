//! `sockscope tello` by itself: the console of a drone.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::lang::Lang;
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope_tello::client::Client;
use sockscope_tello::pilot::Ways;

use super::link::Link;
use super::watch::csv;
use crate::cli::look;
use crate::cli::save::Save;
use crate::cockpit::{Cockpit, Commands, Manner};
use crate::console::{Console, Look};
use crate::exit::Verdict;
use crate::paper::{Desktop, Paper, Streams};
use crate::{out, signals};

/// The tutorial's console sends from this port.
const PORT: u16 = 9000;

#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    link: Link,
    /// Show a panel with plots; the word watch shows and hides it too
    #[arg(long)]
    watch: bool,
    /// Write each state to a new file, a row for each
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// Ask for the battery where nothing was sent for 8 s, so that it does not land by itself after 15 s
    #[arg(long)]
    keep_alive: bool,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let link = &args.link;
    let lang = link.lang();
    let kept = args.csv.as_deref().map(csv).transpose()?;
    let asked = signals::asked()?;
    let interactive = Console::is_at_hand();
    let (console, lines) = if interactive {
        let colour = look::Colour::Auto.is_wanted(true);
        let words = Box::new(Commands(link.sdk));
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
    let mut cockpit = Cockpit::new(Manner { sdk: link.sdk, lang, interactive }, lines, paper, link.doctor()?);
    kept.into_iter().for_each(|file| cockpit.keep(file));
    if args.watch {
        cockpit.watch();
    }
    let ways = Ways {
        sdk: link.sdk,
        keep_alive: args.keep_alive.then_some(Duration::from_secs(8)),
        ..Ways::default()
    };
    let ports = link.ports(Some(PORT));
    let client = Client::new(cockpit, &[link.drone], &ways, ports)?;
    let (mut bus, saving) = args.save.bus(Bus::new(), None, false)?;
    let ended = drive::run(Plan::new(Place::Guided(Box::new(client))), &mut bus, &Stop::new()?);
    if let Some(console) = console.and_then(Rc::into_inner) {
        console.end()?;
    }
    saving.end(ended)
}

impl Args {
    fn greeting(&self, lang: Lang) -> String {
        let Link { drone, sdk, state_port, .. } = &self.link;
        let bind = self.link.ports(Some(PORT)).local.unwrap_or(PORT);
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
