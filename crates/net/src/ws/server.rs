//! The server's side of the handshake (RFC 6455 section 4.2).

use sockscope_core::endpoint::Endpoint;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::http::HeaderValue;
use tungstenite::protocol::Role;

use super::below::Below;
use super::client::value;
use super::handshake::{Handshake, Out, Reason, Step, first_line, read};
use crate::wait::Interest;

/// What a listener takes.
#[derive(Debug, Clone)]
pub(super) struct Takes {
    /// The only path, or any for `/`.
    path: String,
    /// Subprotocols, the preferred first.
    protocols: Vec<String>,
}

impl Takes {
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        Self { path: endpoint.path.clone(), protocols: endpoint.options.protocol.clone() }
    }
}

/// A server that answers.
#[derive(Debug)]
pub(super) struct Server {
    takes: Takes,
    head: Vec<u8>,
    verdict: Option<(Out, Verdict)>,
}

type Verdict = Result<Option<String>, Reason>;

impl Server {
    pub(super) fn new(takes: Takes) -> Self {
        Self { takes, head: Vec::new(), verdict: None }
    }

    /// What is answered, and what it means.
    fn judge(&self, request: &Request) -> (Out, Verdict) {
        let asked = first_line(&self.head);
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let Ok(mut response) = create_response(request) else {
            let cause = format!("it did not ask for WebSocket: {asked}");
            return (refusal("426 Upgrade Required", "this is WebSocket"), Err(Reason::new(cause, "")));
        };
        if self.takes.path != "/" && path != self.takes.path {
            let (cause, remedy) =
                (format!("it asked for another path: {asked}"), format!("here it is {}", self.takes.path));
            return (refusal("404 Not Found", &remedy), Err(Reason::new(cause, remedy)));
        }
        let offered = value(request.headers(), "sec-websocket-protocol").unwrap_or_default();
        let offers = |name: &&String| offered.split(',').any(|one| one.trim() == name.as_str());
        let chosen = self.takes.protocols.iter().find(offers).cloned();
        if let Some(name) = chosen.as_ref().and_then(|name| HeaderValue::from_str(name).ok()) {
            response.headers_mut().insert("sec-websocket-protocol", name);
        }
        let mut out = Vec::new();
        match write_response(&mut out, &response) {
            Ok(()) => (Out::new(out), Ok(chosen)),
            Err(error) => (Out::default(), Err(Reason::new(error.to_string(), ""))),
        }
    }
}

impl Handshake for Server {
    fn role(&self) -> Role {
        Role::Server
    }

    fn go_on(&mut self, below: &mut Below) -> Result<Step, Reason> {
        while self.verdict.is_none() {
            match Request::try_parse(&self.head) {
                Ok(Some((len, request))) => {
                    self.verdict = Some(self.judge(&request));
                    self.head.drain(..len);
                }
                Ok(None) if read(below, &mut self.head)? => {}
                Ok(None) => return Ok(Step::Waits(Interest::READ)),
                Err(_) => {
                    let cause = format!("it did not ask for WebSocket: \"{}\"", first_line(&self.head));
                    let refusal = refusal("400 Bad Request", "this is WebSocket");
                    self.verdict = Some((refusal, Err(Reason::new(cause, "here it must: ws:// or wss://"))));
                }
            }
        }
        let Some((out, verdict)) = &mut self.verdict else { return Ok(Step::Waits(Interest::READ)) };
        if !out.go_on(below)? {
            return Ok(Step::Waits(Interest::WRITE));
        }
        if verdict.is_err() {
            // So that the answer arrives before the connection is gone.
            let _ = below.end();
        }
        let subprotocol = verdict.clone()?;
        Ok(Step::Done { early: std::mem::take(&mut self.head), subprotocol })
    }
}

fn refusal(status: &str, words: &str) -> Out {
    let text = format!(
        "HTTP/1.1 {status}\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n\
         Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{words}\n",
        words.len() + 1
    );
    Out::new(text.into_bytes())
}
