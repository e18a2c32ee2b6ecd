//! SOCKS5 (RFC 1928) with name and password (RFC 1929).

use super::handshake::Target;
use super::refused::Refused;
use super::socks4::{cannot, no_host};
use super::{Kind, User};
use crate::endpoint::Host;

const VERSION: u8 = 5;
/// Version of the negotiation of name and password (RFC 1929 section 2).
const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;

const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NONE_OF_THEM: u8 = 0xff;

const V4: u8 = 1;
const NAME: u8 = 3;
const V6: u8 = 4;

/// What is waited for, and what will have to be said.
#[derive(Debug)]
pub(super) struct Socks5 {
    state: State,
    login: Option<Vec<u8>>,
    request: Vec<u8>,
}

/// The part of an answer that the next byte is.
#[derive(Debug)]
enum State {
    /// `VER METHOD` (RFC 1928 section 3).
    Version,
    Method,
    /// `VER STATUS` (RFC 1929 section 2).
    LoginVersion,
    LoginStatus,
    /// `VER REP RSV ATYP BND.ADDR BND.PORT` (RFC 1928 section 6).
    ReplyVersion,
    Reply,
    Reserved,
    AddressType,
    NameLength,
    /// So many bytes of the address and port that the proxy is bound to, which is nothing to us.
    Bound(usize),
}

impl Socks5 {
    /// Writes the greeting, and makes the rest ready.
    pub(super) fn begin(user: Option<&User>, target: &Target, out: &mut Vec<u8>) -> Result<Self, Refused> {
        let login = user.map(login).transpose()?;
        let request = request(target)?;
        match login {
            None => out.extend([VERSION, 1, NO_LOGIN]),
            Some(_) => out.extend([VERSION, 2, NO_LOGIN, PASSWORD]),
        }
        Ok(Self { state: State::Version, login, request })
    }

    /// Takes the next byte, and writes what is to be said then; true after the last one.
    pub(super) fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<bool, Refused> {
        self.state = match self.state {
            State::Version => expect("version", VERSION, byte, State::Method)?,
            State::Method => self.method(byte, out)?,
            State::LoginVersion => expect("version of the login", LOGIN_VERSION, byte, State::LoginStatus)?,
            State::LoginStatus if byte != 0 => return Err(Refused::Login { code: byte }),
            State::LoginStatus => self.ask(out),
            State::ReplyVersion => expect("version", VERSION, byte, State::Reply)?,
            State::Reply if byte != 0 => {
                return Err(Refused::Code { kind: Kind::Socks5, code: byte, words: words(byte) });
            }
            State::Reply => State::Reserved,
            State::Reserved => State::AddressType,
            State::AddressType => match byte {
                V4 => State::Bound(4 + 2),
                V6 => State::Bound(16 + 2),
                NAME => State::NameLength,
                _ => return Err(answer(format!("it has an address of the unknown type {byte}"))),
            },
            State::NameLength => State::Bound(usize::from(byte) + 2),
            State::Bound(left) => State::Bound(left - 1),
        };
        Ok(matches!(self.state, State::Bound(0)))
    }

    fn method(&mut self, method: u8, out: &mut Vec<u8>) -> Result<State, Refused> {
        match (method, &self.login) {
            (NO_LOGIN, _) => Ok(self.ask(out)),
            (PASSWORD, Some(login)) => {
                out.extend(login);
                Ok(State::LoginVersion)
            }
            (NONE_OF_THEM, login) => Err(Refused::NoMethod {
                offered: if login.is_some() { "none, name and password" } else { "none" },
            }),
            _ => Err(answer(format!("it chose the way to log in {method:#04x}, which was not offered"))),
        }
    }

    fn ask(&mut self, out: &mut Vec<u8>) -> State {
        out.append(&mut self.request);
        State::ReplyVersion
    }
}

fn expect(what: &str, right: u8, byte: u8, next: State) -> Result<State, Refused> {
    match byte == right {
        true => Ok(next),
        false => Err(answer(format!("its {what} is {byte:#04x}, not {right:#04x}"))),
    }
}

fn answer(what: String) -> Refused {
    Refused::Answer { kind: Kind::Socks5, what }
}

/// `VER ULEN UNAME PLEN PASSWD`.
fn login(user: &User) -> Result<Vec<u8>, Refused> {
    let mut out = vec![LOGIN_VERSION];
    for (text, what) in
        [(user.name.as_str(), "name"), (user.password.as_deref().unwrap_or_default(), "password")]
    {
        out.push(length(text, what)?);
        out.extend(text.bytes());
    }
    Ok(out)
}

/// `VER CMD RSV ATYP DST.ADDR DST.PORT`.
fn request(target: &Target) -> Result<Vec<u8>, Refused> {
    let mut out = vec![VERSION, CONNECT, 0];
    match &target.host {
        Host::V4(ip) => {
            out.push(V4);
            out.extend(ip.octets());
        }
        Host::V6(ip, None) => {
            out.push(V6);
            out.extend(ip.octets());
        }
        Host::V6(_, Some(zone)) => return Err(no_zone(zone)),
        Host::Name(name) => {
            out.extend([NAME, length(name, "name of the host")?]);
            out.extend(name.bytes());
        }
        Host::Any => return Err(no_host()),
    }
    out.extend(target.port.to_be_bytes());
    Ok(out)
}

/// A zone means an interface of this machine, not of the proxy (RFC 4007 section 6).
pub(super) fn no_zone(zone: &str) -> Refused {
    cannot(format!("the zone {zone} is of this machine, not of the proxy"), "leave it out")
}

fn length(text: &str, what: &str) -> Result<u8, Refused> {
    match u8::try_from(text.len()) {
        Ok(length @ 1..) => Ok(length),
        _ => Err(cannot(format!("the {what} has {} bytes", text.len()), "socks5 takes 1 to 255")),
    }
}

/// RFC 1928 section 6.
fn words(code: u8) -> &'static str {
    match code {
        1 => "general failure",
        2 => "connection not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "a code without a meaning",
    }
}
