//! What is above TCP: TLS, WebSocket and proxies, with ourselves and with other people's programs.

mod both;
mod made;
mod others;
mod proxy;
mod tls;
mod ws;
