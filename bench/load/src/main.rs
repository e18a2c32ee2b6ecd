//! Load, counters and floors for `bench/race`. One program, one job a run, one JSON object at the end.
//!
//! | job | does |
//! | --- | --- |
//! | `flood to= size= secs= [rate=] [gso=1]` | sends numbered messages, as fast as it goes or paced |
//! | `sink at= idle= secs=` | receives and counts: datagrams, messages, distinct numbers |
//! | `pingpong to= [proto=tcp] size= count= secs=` | round trips, one at a time |
//! | `crowd to= idle= busy= secs=` | opens idle connections; at a line of input, round trips of the busy ones |
//! | `start port= runs= byte=0\|1 -- COMMAND` | from spawn to exit, or to the first datagram |
//! | `count file= bytes= kind=raw\|json\|rows size=` | counts the messages in what a receiver wrote |
//! | `lines file= size= count=` | writes a file of numbered lines |
//! | `receive at= [facts=1]` | floor: receives in batches and writes payloads, or facts and payloads |
//! | `send to= file= size= [gso=1]` | floor: sends the pieces of a file in batches, or as trains |
//! | `echo at=` | floor: one blocking receive and one send a message |
//! | `echo-tcp at=` | floor: one epoll loop for all connections |
//! | `read at=`, `write to= file=` | floor: one connection, 256 KiB a call |

mod count;
mod echo;
mod flood;
mod mark;
mod receive;
mod send;
mod sink;
mod start;
mod sys;
mod tcp;

use std::collections::HashMap;
use std::process::ExitCode;
use std::str::FromStr;

/// Errors of a load generator are for the person who runs it: any kind, said once.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// `name=value` words of the command line.
struct Words(HashMap<String, String>);

impl Words {
    fn text(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).ok_or_else(|| format!("{name}= is missing").into())
    }

    fn get<T: FromStr>(&self, name: &str) -> Result<T> {
        let text = self.text(name)?;
        text.parse().map_err(|_| format!("{name}={text} cannot be understood").into())
    }

    fn or<T: FromStr>(&self, name: &str, default: T) -> Result<T> {
        if self.0.contains_key(name) { self.get(name) } else { Ok(default) }
    }
}

fn run() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let job = args.next().unwrap_or_default();
    let mut words = HashMap::new();
    let mut command = Vec::new();
    while let Some(arg) = args.next() {
        if arg == "--" {
            command = args.by_ref().collect();
        } else {
            let (name, value) = arg.split_once('=').ok_or_else(|| format!("{arg} is no name=value"))?;
            words.insert(name.to_owned(), value.to_owned());
        }
    }
    let words = Words(words);
    match job.as_str() {
        "flood" => flood::run(&words),
        "sink" => sink::run(&words),
        "pingpong" => echo::pingpong(&words),
        "start" => start::run(&words, &command),
        "count" => count::run(&words),
        "lines" => mark::lines(&words),
        "receive" => receive::run(&words),
        "send" => send::run(&words),
        "echo" => echo::run(&words),
        "echo-tcp" => tcp::echo(&words),
        "crowd" => tcp::crowd(&words),
        "read" => tcp::read(&words),
        "write" => tcp::write(&words),
        "help" | "--help" => {
            println!(
                "load flood|sink|pingpong|crowd|start|count|lines|receive|send|echo|echo-tcp|read|write name=value…"
            );
            Ok(())
        }
        other => Err(format!("{other:?} is no job of this program").into()),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(2)
        }
    }
}
