//! Options of nc and ncat that are not here: each is refused by its name, with what to do instead.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use sockscope::core::problem::Problem;

/// An option that is not here.
struct Row {
    short: Option<char>,
    long: Option<&'static str>,
    remedy: &'static str,
}

const fn row(short: char, long: &'static str, remedy: &'static str) -> Row {
    Row { short: Some(short), long: Some(long), remedy }
}

const fn short(short: char, remedy: &'static str) -> Row {
    Row { short: Some(short), long: None, remedy }
}

const fn long(long: &'static str, remedy: &'static str) -> Row {
    Row { short: None, long: Some(long), remedy }
}

/// All that nc (netcat-openbsd 1.219) and ncat (7.96) have and this has not.
const ROWS: [Row; 24] = [
    row(
        't',
        "telnet",
        "the bytes of telnet are shown as they come; answer them with: sockscope listen --rule",
    ),
    row('d', "delay", "send lines on a schedule with: sockscope send --lines --every TIME"),
    row('g', "source-routing", "networks drop source-routed packets (RFC 7126 section 4.3); leave it out"),
    short('G', "networks drop source-routed packets (RFC 7126 section 4.3); leave it out"),
    long("lua-exec", "start the script as a program: --exec 'lua SCRIPT'"),
    long("sctp", "use TCP, UDP or Unix-domain sockets"),
    long("vsock", "use TCP, UDP or Unix-domain sockets"),
    long("ssl-ciphers", "the ciphers are those that are held to be safe; leave it out"),
    long("proxy-dns", "names go to the proxy as they are, but for socks4; leave it out"),
    short('X', "write --proxy-type socks4, socks5 or http"),
    short('P', "write --proxy-auth USER:PASSWORD"),
    short('D', "debugging of sockets is for the kernel's developers; leave it out"),
    short('F', "no descriptor can be handed on; leave it out"),
    short('I', "write sockscope send 'tcp://HOST:PORT?rcvbuf=SIZE'"),
    short('O', "write sockscope send 'tcp://HOST:PORT?sndbuf=SIZE'"),
    short('M', "write sockscope send 'tcp://HOST:PORT?ttl=HOPS'"),
    short('r', "name the ports; they are looked at in order"),
    short('S', "TCP MD5 signatures (RFC 2385) are obsolete; use --ssl"),
    short('T', "write sockscope send 'tcp://HOST:PORT?tclass=BYTE'"),
    short('V', "choose the interface: sockscope send 'tcp://HOST:PORT?iface=NAME'"),
    short('W', "write sockscope listen --count N"),
    short('Z', "with -vv the peer's certificate is told"),
    short('A', "write --allow or --deny"),
    short('B', "write --broker"),
];

/// Which of them was typed.
#[derive(Debug, Default)]
pub(super) struct Refused(Option<(String, &'static str)>);

impl Row {
    fn id(&self) -> String {
        self.long.map_or_else(|| format!("refused-{}", self.short.unwrap_or('?')), str::to_owned)
    }

    /// As it is typed.
    fn name(&self) -> String {
        match (self.short, self.long) {
            (Some(short), Some(long)) => format!("-{short} (--{long})"),
            (Some(short), None) => format!("-{short}"),
            (None, long) => format!("--{}", long.unwrap_or_default()),
        }
    }
}

impl Refused {
    /// Refuses what was typed.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match &self.0 {
            Some((name, remedy)) => Err(Problem::whole("", format!("{name} is not supported"), *remedy)),
            None => Ok(()),
        }
    }
}

impl Args for Refused {
    fn augment_args(command: Command) -> Command {
        ROWS.iter().fold(command, |command, row| {
            let mut arg = Arg::new(row.id()).hide(true).action(ArgAction::Append).num_args(0..=1);
            if let Some(short) = row.short {
                arg = arg.short(short);
            }
            if let Some(long) = row.long {
                arg = arg.long(long);
            }
            command.arg(arg.default_missing_value(""))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Refused {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let typed = ROWS.iter().find(|row| matches.contains_id(&row.id()));
        Ok(Self(typed.map(|row| (row.name(), row.remedy))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
