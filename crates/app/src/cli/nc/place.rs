//! Where to talk: host, port, family, and where from.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;

use sockscope::core::endpoint::{Endpoint, Host, LONGEST_PATH, Place, Role, scheme};
use sockscope::core::problem::Problem;

/// The port where none is written, as ncat has it.
const PORT: u16 = 31_337;

#[derive(clap::Args)]
#[command(next_help_heading = "Where")]
pub(super) struct Where {
    /// Wait for a peer instead of reaching one; without a host, on all addresses of both families
    #[arg(short, long)]
    pub(super) listen: bool,
    /// UDP instead of TCP; with -U, datagrams instead of a stream
    #[arg(short, long)]
    udp: bool,
    /// A Unix-domain socket: its path, or @name of an abstract one
    #[arg(short = 'U', long, conflicts_with_all = ["source", "source_port", "v4", "v6", "nodns", "proxy"])]
    unixsock: bool,
    /// Only IPv4
    #[arg(short = '4', conflicts_with = "v6")]
    v4: bool,
    /// Only IPv6
    #[arg(short = '6')]
    v6: bool,
    /// Look no names up: the host must be an address
    #[arg(short, long)]
    nodns: bool,
    /// Address to send from
    #[arg(short, long, value_name = "ADDR", conflicts_with = "listen")]
    source: Option<String>,
    /// Port to send from; with --listen, the port to listen on
    #[arg(short = 'p', long, value_name = "PORT", value_parser = clap::value_parser!(u16))]
    source_port: Option<u16>,
    /// May send to broadcast addresses, which is so anyway
    #[arg(short)]
    b: bool,
    /// Connect through this proxy
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with_all = ["listen", "udp"])]
    proxy: Option<String>,
    /// What the proxy speaks: http, socks4 or socks5
    #[arg(long, value_name = "TYPE", requires = "proxy", default_value = "http", hide_default_value = true)]
    proxy_type: String,
    /// Who to be there
    #[arg(long, value_name = "USER:PASSWORD", requires = "proxy")]
    proxy_auth: Option<String>,
    /// Host and port; the port is 31337 unless written; with -z, ports and ranges of them
    #[arg(value_name = "HOST PORT")]
    words: Vec<String>,
}

impl Where {
    pub(super) fn role(&self) -> Role {
        if self.listen { Role::Listen } else { Role::Send }
    }

    /// Whether datagrams are sent.
    pub(super) fn datagrams(&self) -> bool {
        self.udp
    }

    /// The host, and what is written behind it.
    fn split(&self) -> Result<(Option<&str>, &[String]), Problem> {
        match &self.words[..] {
            [] if self.listen && !self.unixsock => Ok((None, &[])),
            [] => Err(Problem::whole("", "there is no host to connect to", "write sockscope nc HOST PORT")),
            [port] if self.listen && !self.unixsock && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok((None, &self.words))
            }
            [host, rest @ ..] => Ok((Some(host), rest)),
        }
    }

    /// The one port to talk at.
    pub(super) fn port(&self) -> Result<u16, Problem> {
        let (_, rest) = self.split()?;
        match (rest, self.source_port.filter(|_| self.listen)) {
            ([], Some(port)) => Ok(port),
            ([], None) => Ok(PORT),
            ([one], None) => number(one),
            ([one], Some(_)) => Err(Problem::whole(one, "there are two ports to listen on", "leave out -p")),
            ([_, more, ..], _) => Err(Problem::whole(
                more,
                format!("{more:?} is too much"),
                "write one host and one port; several ports go with -z",
            )),
        }
    }

    /// Every port to look at.
    pub(super) fn ports(&self) -> Result<Vec<u16>, Problem> {
        let (_, rest) = self.split()?;
        if rest.is_empty() {
            return Ok(vec![PORT]);
        }
        let mut ports = Vec::new();
        for text in rest {
            match text.split_once('-') {
                Some((first, last)) => {
                    let (first, last) = (number(first)?, number(last)?);
                    ports.extend(first.min(last)..=first.max(last));
                }
                None => ports.push(number(text)?),
            }
        }
        Ok(ports)
    }

    /// The endpoint at a port.
    pub(super) fn endpoint(&self, port: u16, tls: bool) -> Result<Endpoint, Problem> {
        let (host, rest) = self.split()?;
        let name = match (self.unixsock, self.udp, tls) {
            (true, true, false) => "unixgram",
            (true, false, false) => "unix",
            (false, true, false) => "udp",
            (false, false, true) => "tls",
            (false, false, false) => "tcp",
            (unix, _, true) => {
                let what = if unix { "--ssl does not go with -U" } else { "--ssl does not go with --udp" };
                return Err(Problem::whole("--ssl", what, "TLS needs a TCP stream"));
            }
        };
        let (scheme, options) = (scheme(name)?, Default::default());
        let mut endpoint = Endpoint { scheme, host: Host::Any, port: None, path: String::new(), options };
        if scheme.place == Place::File {
            if let Some(more) = rest.first() {
                return Err(Problem::whole(more, format!("{more:?} is too much"), "a path has no port"));
            }
            endpoint.path = path(host.unwrap_or_default())?;
            if self.listen && !endpoint.path.starts_with('@') {
                endpoint.options.unlink = Some(true);
            }
            return Ok(endpoint);
        }
        endpoint.host = self.host(host, port)?;
        endpoint.port = Some(port);
        self.options(&mut endpoint)?;
        Ok(endpoint)
    }

    /// The host, of the family that is wanted.
    fn host(&self, text: Option<&str>, port: u16) -> Result<Host, Problem> {
        let Some(text) = text else {
            return Ok(match (self.v4, self.v6) {
                (true, _) => Host::V4(std::net::Ipv4Addr::UNSPECIFIED),
                (_, true) => Host::V6(std::net::Ipv6Addr::UNSPECIFIED, None),
                _ => Host::Any,
            });
        };
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        let (address, zone) = bare.split_once('%').map_or((bare, None), |(ip, zone)| (ip, Some(zone)));
        match (address.parse(), zone) {
            (Ok(IpAddr::V4(ip)), None) if !self.v6 => Ok(Host::V4(ip)),
            (Ok(IpAddr::V6(ip)), zone) if !self.v4 => Ok(Host::V6(ip, zone.map(str::to_owned))),
            (Ok(_), _) => Err(Problem::whole(
                text,
                format!("{text} is not of the family asked for"),
                "leave out -4 and -6",
            )),
            (Err(_), _) if self.nodns => {
                Err(Problem::whole(text, format!("{text:?} is a name"), "write an address, or leave out -n"))
            }
            (Err(_), _) if self.v4 || self.v6 => self.look_up(text, port),
            // The endpoint's own grammar says what a name is.
            (Err(_), _) => Endpoint::parse(&format!("tcp://{text}:{port}")).map(|endpoint| endpoint.host),
        }
    }

    /// The first address of a name that is of the family asked for.
    fn look_up(&self, name: &str, port: u16) -> Result<Host, Problem> {
        let family = if self.v4 { "IPv4" } else { "IPv6" };
        let found =
            (name, port).to_socket_addrs().ok().and_then(|mut all| all.find(|one| one.is_ipv4() == self.v4));
        match found.map(|address| address.ip()) {
            Some(IpAddr::V4(ip)) => Ok(Host::V4(ip)),
            Some(IpAddr::V6(ip)) => Ok(Host::V6(ip, None)),
            None => {
                Err(Problem::whole(name, format!("{name} has no {family} address"), "leave out -4 and -6"))
            }
        }
    }

    fn options(&self, endpoint: &mut Endpoint) -> Result<(), Problem> {
        if self.listen {
            return Ok(());
        }
        if self.udp {
            endpoint.options.set("broadcast", "yes")?;
        } else if self.b {
            return Err(Problem::whole(
                "-b",
                "-b does not go with TCP",
                "only datagrams are broadcast; add --udp",
            ));
        }
        let bind = match (&self.source, self.source_port) {
            (None, None) => None,
            (address, port) => {
                let address = address.as_deref().map_or(String::new(), |ip| {
                    if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() }
                });
                Some(port.map_or(address.clone(), |port| format!("{address}:{port}")))
            }
        };
        if let Some(bind) = bind {
            endpoint.options.set("bind", &bind)?;
        }
        if let Some(proxy) = &self.proxy {
            endpoint.options.set("proxy", &self.proxy_url(proxy)?)?;
        }
        Ok(())
    }

    fn proxy_url(&self, place: &str) -> Result<String, Problem> {
        let port = match self.proxy_type.as_str() {
            "http" => 3128,
            "socks4" | "socks5" => 1080,
            other => {
                return Err(Problem::whole(
                    other,
                    format!("unknown proxy type {other:?}"),
                    "write http, socks4 or socks5",
                ));
            }
        };
        let has_port = place.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
        let place = if has_port { place.to_owned() } else { format!("{place}:{port}") };
        let who = self.proxy_auth.as_ref().map(|auth| format!("{auth}@")).unwrap_or_default();
        Ok(format!("{}://{who}{place}", self.proxy_type))
    }
}

/// The number of a port.
fn number(text: &str) -> Result<u16, Problem> {
    text.parse().map_err(|_| Problem::whole(text, format!("{text:?} is no port"), "ports go from 0 to 65535"))
}

/// An absolute path, or an abstract name.
fn path(text: &str) -> Result<String, Problem> {
    let path = match text.starts_with(['/', '@']) {
        true => text.to_owned(),
        false => {
            let here = std::env::current_dir().unwrap_or_default();
            here.join(Path::new(text)).to_string_lossy().into_owned()
        }
    };
    match path.len() {
        len if len > LONGEST_PATH => {
            let what = format!("the path has {len} bytes");
            Err(Problem::whole(text, what, format!("the longest has {LONGEST_PATH}, as unix(7) says")))
        }
        _ => Ok(path),
    }
}
