//! How events are shown: rows, JSON lines or raw bytes, and in which charset.

use clap::ValueEnum;
use jiff::tz::TimeZone;
use sockscope::bus::Bus;
use sockscope::core::charset::Viewing;
use sockscope::core::lang::Lang;
use sockscope::core::problem::Problem;
use sockscope::view::json::Json;
use sockscope::view::palette::Palette;
use sockscope::view::raw::Raw;
use sockscope::view::rows::{Dump, Layout, Rows};
use sockscope::view::talk::{Say, Talk};

use super::save::{Save, Saving};
use crate::out::{self, Stream};

/// How to show what happens.
#[derive(clap::Args)]
#[command(next_help_heading = "What to show")]
pub(crate) struct Look {
    /// One JSON object a line, as `sockscope schema` describes
    #[arg(long, conflicts_with = "raw")]
    json: bool,
    /// Payload bytes of received messages only, nothing between
    #[arg(long)]
    raw: bool,
    /// Hex beside the text, as a dump below it, or not at all
    #[arg(long, value_enum, default_value_t = DumpArg::Narrow, value_name = "HOW", hide_possible_values = false)]
    dump: DumpArg,
    /// Show all of a long payload instead of folding it
    #[arg(long)]
    full: bool,
    /// Show no rows and no talk, only warnings and errors
    #[arg(long, short)]
    quiet: bool,
    /// Show interface, ttl and traffic class of each message as well
    #[arg(long, short)]
    verbose: bool,
    #[arg(skip)]
    no_rows: bool,
    #[command(flatten)]
    save: Save,
    /// Colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

/// Columns for text where rows have one address.
pub(crate) const WIDE: usize = 32;
/// Columns for text where rows have two addresses.
pub(crate) const SLIM: usize = 16;
/// The fewest columns for text, however narrow the terminal.
const LEAST: usize = 8;
/// Columns of a row besides text, with one address and four bytes of hex.
const BESIDES: usize = 68;

/// Columns for text on this terminal: so many that a short message fits on one line.
fn fitting(width: usize) -> usize {
    out::columns().map_or(width, |columns| columns.saturating_sub(BESIDES).clamp(LEAST, width))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DumpArg {
    Narrow,
    Wide,
    None,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Colour {
    /// The colours for a stream that is, or is not, a terminal.
    pub(crate) fn palette(self, terminal: bool) -> Palette {
        if self.is_wanted(terminal) { Palette::colour() } else { Palette::plain() }
    }

    /// Whether there are colours, on a terminal or not.
    pub(crate) fn is_wanted(self, terminal: bool) -> bool {
        match self {
            Self::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

impl Look {
    /// The sinks that show and record what happens, and what there is to tell of the recording in the end. `asked`: the
    /// charset that was asked for; `width`: columns of the text, [`WIDE`] or [`SLIM`].
    pub(crate) fn bus(
        &self,
        asked: Option<&Viewing>,
        width: usize,
    ) -> anyhow::Result<(Bus<'static>, Saving)> {
        self.record(self.shown(asked, width)?, asked)
    }

    /// The same for one of several shards, which records into a file of its own.
    pub(crate) fn bus_of_shard(
        &self,
        asked: Option<&Viewing>,
        shard: usize,
    ) -> anyhow::Result<(Bus<'static>, Saving)> {
        self.save.bus_of(self.shown(asked, WIDE)?, asked, self.quiet, Some(shard))
    }

    /// Whether each of so many shards can be recorded.
    pub(crate) fn check_shards(&self, shards: usize) -> Result<(), Problem> {
        self.save.check(shards)
    }

    /// How the recordings of all shards become one, where that is to be said.
    pub(crate) fn joined(&self) -> Option<String> {
        self.save.joined().filter(|_| !self.quiet)
    }

    /// The sinks that show what happens.
    fn shown(&self, asked: Option<&Viewing>, width: usize) -> anyhow::Result<Bus<'static>> {
        let no_rows = self.no_rows || self.save.is_output();
        let bus = if self.json {
            Bus::new().with(Stream::stdout(Json::new(asked.copied()))?)
        } else if self.raw {
            Bus::new().with(Stream::stdout(Raw)?)
        } else if self.quiet || no_rows {
            Bus::new()
        } else {
            let palette = self.color.palette(out::is_terminal());
            Bus::new().with(Stream::stdout(Rows::new(self.layout(asked, width), palette))?)
        };
        let say = match (self.quiet, self.raw) {
            (true, _) => Say::Warnings,
            (_, true) => Say::All,
            _ if no_rows && !self.json => Say::All,
            _ => Say::Doings,
        };
        let palette = self.color.palette(out::talk_is_terminal());
        Ok(bus.with(Stream::stderr(Talk::new(palette, say))?))
    }

    /// Records what a bus tells, if that is asked for.
    pub(crate) fn record(
        &self,
        bus: Bus<'static>,
        asked: Option<&Viewing>,
    ) -> anyhow::Result<(Bus<'static>, Saving)> {
        if self.save.is_output() && self.is_data() {
            let what = "standard output cannot be for the recording and for what is shown as well";
            return Err(Problem::whole("", what, "save into a file, or leave out --json and --raw").into());
        }
        self.save.bus(bus, asked, self.quiet)
    }

    /// Shows no rows: what passes is shown in another way.
    pub(crate) fn hide_rows(&mut self) {
        self.no_rows = true;
    }

    /// What is shown are packets of an interface.
    pub(crate) fn set_captured(&mut self) {
        self.save.set_captured();
    }

    /// The most that is recorded of a packet.
    pub(crate) fn snap(&self) -> Option<u32> {
        self.save.snap()
    }

    /// Whether nothing is to be said but warnings and errors.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether a person is to see rows and talk; else a program reads, or only warnings are wanted.
    pub(crate) fn is_rows(&self) -> bool {
        !self.json && !self.raw && !self.quiet
    }

    /// Whether standard output is for a program.
    pub(crate) fn is_data(&self) -> bool {
        self.json || self.raw
    }

    /// The colours for a stream that is, or is not, a terminal.
    pub(crate) fn palette(&self, terminal: bool) -> Palette {
        self.color.palette(terminal)
    }

    /// Whether there are colours on a terminal.
    pub(crate) fn is_colourful(&self) -> bool {
        self.color.is_wanted(true)
    }

    /// How rows look.
    pub(crate) fn layout(&self, asked: Option<&Viewing>, width: usize) -> Layout {
        Layout {
            charset: asked.copied(),
            dump: match self.dump {
                DumpArg::Narrow => Dump::Narrow,
                DumpArg::Wide => Dump::Wide,
                DumpArg::None => Dump::None,
            },
            width: fitting(width),
            full: self.full,
            verbose: self.verbose,
            offset: utc_offset(),
            ..Layout::default()
        }
    }
}

/// Local time less UTC, in seconds, now.
pub(crate) fn utc_offset() -> i32 {
    zone().to_offset(jiff::Timestamp::now()).seconds()
}

/// The time zone of this machine. Without `TZ`, its file alone is read: to find out its name as well, the
/// whole database would be walked through, which takes longer than all else at the start.
fn zone() -> TimeZone {
    if std::env::var_os("TZ").is_none()
        && let Ok(data) = std::fs::read("/etc/localtime")
        && let Ok(zone) = TimeZone::tzif("", &data)
    {
        return zone;
    }
    TimeZone::system()
}

/// The locale as the environment tells it: `zh_CN.UTF-8`, or nothing.
pub(crate) fn locale() -> String {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    set.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
}

/// The language of the locale.
pub(crate) fn lang() -> Lang {
    Lang::of_locale(&locale())
}

/// A seed that differs from run to run.
pub(crate) fn seed() -> u64 {
    jiff::Timestamp::now().as_nanosecond() as u64
}
