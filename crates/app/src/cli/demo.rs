//! `sockscope demo`: the journey of a message, with real sockets, told in Chinese or English.

mod flight;
mod packets;

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sockscope::bus::{Bus, Sink};
use sockscope::core::charset::{Charset, Unmappable, Viewing};
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{Event, Purpose};
use sockscope::core::lang::Lang;
use sockscope::core::payload::Eol;
use sockscope::drive;
use sockscope::error::Error;
use sockscope::plan::{Down, Place, Plan, WHOLE};
use sockscope::source::{Coding, Lines};
use sockscope::stop::Stop;
use sockscope::view::palette::Palette;
use sockscope::view::pcapng::{About, Recorder};
use sockscope::view::rows::{Layout, Rows};
use sockscope::view::{Render, hex, text};

use super::args;
use super::look::{self, Colour};
use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Language of the story; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
    /// Colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

/// What the article sends: three characters that every charset has, and two that not every one has.
const MESSAGES: [&str; 4] = ["1", "a", "b", "你好"];
/// A message longer than the buffer it meets.
const LONG: &str = "hello, sockscope";
/// That buffer, in bytes.
const SHORT: usize = 4;
/// The loopback answers at once; this only keeps a broken machine from hanging the demo.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    let lang = args.lang.unwrap_or_else(look::lang);
    let story = Story { lang, palette: args.color.palette(out::is_terminal()) };
    story.bytes()?;
    story.journey()?;
    story.short_buffer()?;
    story.flight()?;
    story.farewell()?;
    Ok(Verdict::Done)
}

struct Story {
    lang: Lang,
    palette: Palette,
}

impl Story {
    fn say(&self, en: &str, zh: &str) -> Result<(), Error> {
        let words = self.lang.pick(en, zh);
        out::result(format!("{words}\n").as_bytes())
    }

    fn heading(&self, number: u32, en: &str, zh: &str) -> Result<(), Error> {
        let words = self.lang.pick(en, zh);
        let mut line = b"\n".to_vec();
        self.palette.note.paint(&mut line, |line| line.extend(format!("{number}  {words}").as_bytes()));
        line.push(b'\n');
        out::result(&line)
    }

    /// Text is never sent, bytes are.
    fn bytes(&self) -> anyhow::Result<()> {
        self.heading(1, "Text is never sent, bytes are", "发送的从来不是文字，而是字节")?;
        for charset in [Charset::GBK, Charset::UTF_8] {
            let bytes = encoded(charset, MESSAGES[3])?;
            let mut line = format!("   {} {:<6} ", MESSAGES[3], charset.name()).into_bytes();
            self.palette.hex.paint(&mut line, |line| hex::spaced(&bytes, line));
            writeln!(line)?;
            out::result(&line)?;
        }
        Ok(())
    }

    /// Four messages from one socket to another, both ends shown.
    fn journey(&self) -> anyhow::Result<()> {
        self.heading(2, "Four messages, seen from both ends", "四条消息，两端各看一次")?;
        let there = Far::listen(MESSAGES.len() as u64, WHOLE, self.rows(Charset::GBK))?;
        let sent = send(&there.endpoint, &MESSAGES, self.rows(Charset::GBK))?;
        let (heard, recorded) = there.finish()?;
        ensure!(sent.len() == MESSAGES.len() && heard.len() == MESSAGES.len(), "a message was lost");
        for (sent, heard) in sent.iter().zip(&heard) {
            ensure!(sent.bytes == heard.bytes, "what arrived is not what was sent");
            self.end("sender  ", "发送方", &sent.row)?;
            self.end("receiver", "接收方", &heard.row)?;
        }
        self.say(
            "   One datagram per send, nothing glued together. The receiver's time is the kernel's, taken\n   \
             when the packet arrived. Nobody chose the sender's port: the system picked a free one.",
            "   每次发送就是一个数据报，不会粘在一起。接收时间由内核在数据包到达时记录。\n   \
             发送方没有绑定端口，系统随机挑了一个空闲的。",
        )?;
        self.packets(recorded)?;
        self.wrong_charset(&heard[3].bytes)
    }

    /// The same as packets.
    fn packets(&self, recorded: Vec<u8>) -> anyhow::Result<()> {
        self.heading(
            3,
            "The same as packets, recorded without any rights",
            "同样的消息，作为数据包来看（录制不需要任何权限）",
        )?;
        out::result(&packets::shown(recorded, 3, &self.palette)?)?;
        self.say(
            "   Three datagrams, three packets: \"1\" is one byte, 31, behind 32 bytes of headers. --save FILE.pcapng\n   \
             records any session like this for Wireshark; sockscope open shows it, sockscope capture sees others.",
            "   三个数据报就是三个数据包：“1”只有一个字节 31，前面有 32 字节的首部。\n   \
             --save 文件.pcapng 可以这样录下任何会话，Wireshark 也能打开；sockscope open 查看，sockscope capture 抓包。",
        )?;
        Ok(())
    }

    /// The same bytes in other charsets.
    fn wrong_charset(&self, bytes: &[u8]) -> anyhow::Result<()> {
        self.heading(4, "The same four bytes, read with other charsets", "同样的四个字节，用别的编码来读")?;
        for charset in ["gbk", "big5", "utf-8", "iso-8859-1"] {
            let charset = Charset::find(charset)?;
            let mut line = format!("   {:<11} ", charset.name()).into_bytes();
            text::show(charset, bytes, None, &self.palette, &mut line);
            writeln!(line)?;
            out::result(&line)?;
        }
        self.say(
            "   A wrong charset shows rubbish; it never loses bytes. What does not decode is shown as \\xHH.",
            "   编码不对只会显示乱码，字节一个也没丢。不能解码的字节显示为 \\xHH。",
        )?;
        Ok(())
    }

    /// A buffer shorter than the message.
    fn short_buffer(&self) -> anyhow::Result<()> {
        self.heading(5, "A buffer of 4 bytes, a message of 16", "缓冲区 4 字节，消息 16 字节")?;
        let there = Far::listen(1, SHORT, self.rows(Charset::GBK))?;
        let sent = send(&there.endpoint, &[LONG], self.rows(Charset::GBK))?;
        let (heard, _) = there.finish()?;
        let ([sent], [heard]) = (&sent[..], &heard[..]) else { bail!("the message was lost") };
        ensure!(heard.bytes == LONG.as_bytes()[..SHORT], "the kernel cut the message in an unknown way");
        self.end("sender  ", "发送方", &sent.row)?;
        self.end("receiver", "接收方", &heard.row)?;
        self.say(
            "   recvfrom(4) answers one sendto(16), and the rest is gone. Only the kernel knows (MSG_TRUNC),\n   \
             and most programs never ask. sockscope always does; by itself it cuts nothing.",
            "   一次 recvfrom(4) 对应一次 sendto(16)，多出的字节就没了。只有内核知道（MSG_TRUNC），\n   \
             多数程序从不过问。sockscope 总会告诉你，而且默认不截断任何消息。",
        )?;
        Ok(())
    }

    /// A drone that takes off, flies a square and lands.
    fn flight(&self) -> anyhow::Result<()> {
        self.heading(
            6,
            "A drone over UDP: off, round a square, home",
            "用 UDP 飞无人机：起飞、绕一个正方形、返回",
        )?;
        let flight::Flown { rows, map } = flight::flown(self.lang, self.rows(Charset::UTF_8))?;
        let lines = rows.len().max(map.len());
        let text: String = (0..lines)
            .map(|at| {
                let row = rows.get(at).map_or("", String::as_str);
                let pad = 34_usize.saturating_sub(unicode_width::UnicodeWidthStr::width(row));
                let line = format!("   {row}{:pad$}{}", "", map.get(at).map_or("", String::as_str));
                line.trim_end().to_owned() + "\n"
            })
            .collect();
        out::result(text.as_bytes())?;
        self.say(
            "   A simulated Tello, ten times as fast as in truth, told what to do in datagrams of text; each\n   \
             answer came when the move was done. sockscope tello flies a true one; sockscope tello sim is\n   \
             one, for any client.",
            "   这是模拟的 Tello，速度为真机的十倍；命令是文本数据报，动作完成后才有回复。\n   \
             sockscope tello 可以飞真机，sockscope tello sim 则为任何客户端充当无人机。",
        )?;
        Ok(())
    }

    fn farewell(&self) -> anyhow::Result<()> {
        self.heading(7, "Your turn: two terminals", "轮到你了：打开两个终端")?;
        self.say(
            "   sockscope listen udp://127.0.0.1:8080 --encoding gbk\n   \
             sockscope send   udp://127.0.0.1:8080 --encoding gbk 你好",
            "   sockscope listen udp://127.0.0.1:8080 --encoding gbk\n   \
             sockscope send   udp://127.0.0.1:8080 --encoding gbk 你好",
        )?;
        Ok(())
    }

    fn end(&self, en: &str, zh: &str, row: &str) -> Result<(), Error> {
        let who = self.lang.pick(en, zh);
        out::result(format!("   {who}  {row}").as_bytes())
    }

    fn rows(&self, charset: Charset) -> Rows {
        let layout = Layout {
            charset: Some(Viewing::Chosen(charset)),
            width: 6,
            offset: look::utc_offset(),
            ..Layout::default()
        };
        Rows::new(layout, self.palette.clone())
    }
}

fn encoded(charset: Charset, text: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    charset.encode(text, &Unmappable::Refuse, &mut bytes)?;
    Ok(bytes)
}

/// One message as an end saw it.
struct Seen {
    bytes: Vec<u8>,
    row: String,
}

/// A listener that runs in a thread of its own.
struct Far {
    endpoint: Endpoint,
    seen: Receiver<Note>,
    thread: thread::JoinHandle<Result<(), Error>>,
}

impl Far {
    /// Listens for `count` messages on a free port of the loopback.
    fn listen(count: u64, buffer: usize, rows: Rows) -> anyhow::Result<Self> {
        let endpoint = Endpoint::parse("udp://127.0.0.1:0")?;
        let limits = Limits { count: Some(count), total: Some(PATIENCE), ..Limits::default() };
        let (catch, seen) = Catch::new(rows);
        let thread = thread::spawn(move || {
            let mut plan = Plan::new(Place::Listen(vec![endpoint], Purpose::Listen));
            (plan.buffer, plan.limits) = (buffer, limits);
            let stop = Stop::new().map_err(Error::Output)?;
            drive::run(plan, &mut Bus::new().with(catch), &stop).map(|_| ())
        });
        let Ok(Note::Open(endpoint)) = seen.recv() else {
            return match thread.join() {
                Ok(Err(error)) => Err(error.into()),
                _ => bail!("the listener did not open"),
            };
        };
        Ok(Self { endpoint: Endpoint::parse(&endpoint)?, seen, thread })
    }

    /// What it has heard, once it has ended, and the recording of that.
    fn finish(self) -> anyhow::Result<(Vec<Seen>, Vec<u8>)> {
        self.thread.join().map_err(|_| anyhow::anyhow!("the listener broke down"))??;
        Ok(messages(&self.seen))
    }
}

/// Sends lines in GBK, each as one message; returns what left.
fn send(endpoint: &Endpoint, lines: &[&str], rows: Rows) -> anyhow::Result<Vec<Seen>> {
    let (read, mut write) = io::pipe()?;
    for line in lines {
        writeln!(write, "{line}")?;
    }
    drop(write);
    let file = std::fs::File::from(std::os::fd::OwnedFd::from(read));
    let coding = Coding::Text(Charset::GBK, Unmappable::Refuse);
    let lines = Lines::new(file, "the demo", coding, Eol::None)?;
    let (catch, seen) = Catch::new(rows);
    let mut plan = Plan::new(Place::Reach(endpoint.clone(), Purpose::Send));
    plan.down = Some(Down::Lines(lines));
    drive::run(plan, &mut Bus::new().with(catch), &Stop::new()?).context("the sender failed")?;
    Ok(messages(&seen).0)
}

/// What a sink tells the story.
enum Note {
    Open(String),
    Message(Seen),
    /// A piece of the recording.
    Recorded(Vec<u8>),
}

fn messages(notes: &Receiver<Note>) -> (Vec<Seen>, Vec<u8>) {
    let (mut all, mut recording) = (Vec::new(), Vec::new());
    for note in notes.try_iter() {
        match note {
            Note::Message(seen) => all.push(seen),
            Note::Recorded(bytes) => recording.extend(bytes),
            Note::Open(_) => {}
        }
    }
    (all, recording)
}

/// A sink that keeps each message with its row, and records all.
struct Catch {
    rows: Rows,
    recorder: Recorder,
    recorded: Vec<u8>,
    notes: Sender<Note>,
}

impl Catch {
    fn new(rows: Rows) -> (Self, Receiver<Note>) {
        let (notes, seen) = channel();
        let recorder = Recorder::new(About { null: true, ..About::default() });
        let mut recorded = Vec::new();
        recorder.head(&mut recorded);
        (Self { rows, recorder, recorded, notes }, seen)
    }
}

impl Sink for Catch {
    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        let mut rows = Vec::new();
        self.rows.event(seq, event, &mut rows);
        self.recorder.event(seq, event, &mut self.recorded);
        let rows = String::from_utf8_lossy(&rows);
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        match event {
            Event::Opened(opened) => {
                let local = opened.local.map_or_else(String::new, |local| format!("udp://{local}"));
                self.notes.send(Note::Open(local)).map_err(gone)
            }
            Event::Messages(messages) => {
                messages.iter().zip(rows.split_inclusive('\n')).try_for_each(|(m, row)| {
                    let seen = Seen { bytes: m.bytes.to_vec(), row: row.to_owned() };
                    self.notes.send(Note::Message(seen)).map_err(gone)
                })
            }
            Event::Closed(_) => {
                let recorded = std::mem::take(&mut self.recorded);
                self.notes.send(Note::Recorded(recorded)).map_err(gone)
            }
            Event::Ended(_) | Event::State(_) | Event::Warning(_) | Event::Mark(_) => Ok(()),
        }
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}
