//! The client's side of the handshake (RFC 6455 section 4.1).

use sockscope_core::endpoint::{Endpoint, Host};
use tungstenite::handshake::client::{Response, generate_key};
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::machine::TryParse;
use tungstenite::http::HeaderMap;
use tungstenite::protocol::Role;

use super::below::Below;
use super::handshake::{Handshake, Out, Reason, Step, first_line, read};
use crate::wait::Interest;

/// A client that asks.
#[derive(Debug)]
pub(super) struct Client {
    request: Out,
    key: String,
    offered: Vec<String>,
    head: Vec<u8>,
}

impl Client {
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        let key = generate_key();
        let request = Out::new(request(endpoint, &key).into_bytes());
        Self { request, key, offered: endpoint.options.protocol.clone(), head: Vec::new() }
    }

    /// Judges the answer.
    fn answered(&self, response: &Response) -> Result<Option<String>, Reason> {
        let headers = response.headers();
        if response.status().as_u16() != 101 {
            return Err(self.refused(response.status().as_u16(), headers));
        }
        let odd = |what: &str| {
            Err(Reason::new(format!("its answer is no WebSocket's: {what}"), "does it speak WebSocket?"))
        };
        if !says(headers, "upgrade", "websocket") || !says(headers, "connection", "upgrade") {
            return odd("it does not upgrade the connection");
        }
        let accept = derive_accept_key(self.key.as_bytes());
        if value(headers, "sec-websocket-accept") != Some(accept.as_str()) {
            return odd("it does not know the key that it was given");
        }
        if headers.contains_key("sec-websocket-extensions") {
            return odd("it uses an extension that was not offered");
        }
        match value(headers, "sec-websocket-protocol") {
            Some(name) if !self.offered.iter().any(|offered| offered == name) => {
                odd(&format!("it chose the subprotocol {name:?}, which was not offered"))
            }
            chosen => Ok(chosen.map(str::to_owned)),
        }
    }

    fn refused(&self, status: u16, headers: &HeaderMap) -> Reason {
        let remedy = match status {
            300..400 => match value(headers, "location") {
                Some(to) => format!("it points to {:?}", to),
                None => String::new(),
            },
            401 | 407 => "say who you are, as with --header 'Authorization: Bearer …'".to_owned(),
            403 => "it may want another --origin, or to know who you are (--header)".to_owned(),
            404 => "check the path".to_owned(),
            200 | 400 | 405 | 426 => "is there WebSocket on this path?".to_owned(),
            _ => String::new(),
        };
        Reason::new(format!("it answered {}", first_line(&self.head)), remedy)
    }
}

impl Handshake for Client {
    fn role(&self) -> Role {
        Role::Client
    }

    fn go_on(&mut self, below: &mut Below) -> Result<Step, Reason> {
        let sent = self.request.go_on(below)?;
        loop {
            match Response::try_parse(&self.head) {
                Ok(Some((len, response))) => {
                    let subprotocol = self.answered(&response)?;
                    return Ok(Step::Done { early: self.head.split_off(len), subprotocol });
                }
                Ok(None) => {}
                Err(_) => {
                    let cause = format!("it does not speak HTTP: it answered \"{}\"", first_line(&self.head));
                    return Err(Reason::new(cause, "is it tcp:// or tls:// there, or another port?"));
                }
            }
            if !read(below, &mut self.head)? {
                return Ok(Step::Waits(if sent { Interest::READ } else { Interest::BOTH }));
            }
        }
    }
}

fn request(endpoint: &Endpoint, key: &str) -> String {
    let options = &endpoint.options;
    let mut out = format!("GET {} HTTP/1.1\r\n", endpoint.path);
    let mut line = |name: &str, value: &str| out.push_str(&format!("{name}: {value}\r\n"));
    if !options.header.iter().any(|header| header.name.eq_ignore_ascii_case("host")) {
        line("Host", &host(endpoint));
    }
    line("Connection", "Upgrade");
    line("Upgrade", "websocket");
    line("Sec-WebSocket-Version", "13");
    line("Sec-WebSocket-Key", key);
    if let Some(origin) = &options.origin {
        line("Origin", origin);
    }
    if !options.protocol.is_empty() {
        line("Sec-WebSocket-Protocol", &options.protocol.join(", "));
    }
    options.header.iter().for_each(|header| line(&header.name, &header.value));
    out.push_str("\r\n");
    out
}

/// Host and port as HTTP names them: without the scheme's own port, without a zone (RFC 9110 section 7.2).
fn host(endpoint: &Endpoint) -> String {
    let host = match &endpoint.host {
        Host::Any => "localhost".to_owned(),
        Host::V6(ip, _) => format!("[{ip}]"),
        host => host.to_string(),
    };
    match endpoint.port.filter(|port| Some(*port) != endpoint.scheme.port) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

/// The value of a header, where it is text.
pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a header lists this word, in any case.
fn says(headers: &HeaderMap, name: &str, word: &str) -> bool {
    let all = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_say_what_was_asked_for() {
        let endpoint = Endpoint::parse(
            "ws://[::1]:8000/feed%3Fa=b?origin=https://a.example&protocol=x&protocol=y&header=Cookie: a%3Db",
        )
        .unwrap();
        let told = "GET /feed?a=b HTTP/1.1\r\nHost: [::1]:8000\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: k\r\nOrigin: https://a.example\r\n\
                    Sec-WebSocket-Protocol: x, y\r\nCookie: a=b\r\n\r\n";
        assert_eq!(request(&endpoint, "k"), told);
        let plain = Endpoint::parse("ws://a.example:80?header=Host: b.example").unwrap();
        assert!(!request(&plain, "k").contains("a.example"));
        assert_eq!(host(&plain), "a.example");
    }
}
