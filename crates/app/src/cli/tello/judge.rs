//! `sockscope tello judge`: who kept to the protocol, by a recording.

use std::net::IpAddr;

use sockscope::core::facts::Stamp;
use sockscope::core::lang::Lang;
use sockscope::core::problem::Problem;
use sockscope::recording::{Recording, Walk};
use sockscope::view::flow::Head;
use sockscope_tello::judge::{Datagram, Finding, Judge, Party, RULES, Rule};
use sockscope_tello::sdk::Sdk;

use super::sdk;
use crate::cli::{args, look};
use crate::exit::Verdict;
use crate::{opened, out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A recording of a flight: pcap or pcapng, packed with gzip or not; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// What the drone understands: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    sdk: Sdk,
    /// The address of the drone; the first that is spoken to at port 8889 when absent
    #[arg(long, value_name = "ADDRESS")]
    drone: Option<IpAddr>,
    /// Language; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let lang = args.lang.unwrap_or_else(look::lang);
    let mut judge = Judge::new(args.sdk, args.drone);
    let mut end = Stamp(0);
    let sound = opened::each(Walk::new(Recording::open(&args.file)?), |segment| {
        let &sockscope::view::flow::Segment { number, time, source: from, destination: to, .. } = segment;
        if segment.head == Head::Udp {
            judge.take(&Datagram { number, time, from, to, bytes: segment.payload });
        }
        end = time;
    })?;
    let findings = judge.end(end);
    if findings.iter().all(|finding| finding.seen == 0) {
        let remedy = "a drone is spoken to at UDP port 8889; --drone names one";
        return Err(Problem::whole("", "nobody speaks to a drone in this recording", remedy).into());
    }
    let mut text = String::new();
    for (party, name) in
        [(Party::Client, lang.pick("client", "客户端")), (Party::Drone, lang.pick("drone", "无人机"))]
    {
        text += &format!("{name}\n");
        let of = RULES.iter().zip(&findings).filter(|(rule, _)| rule.party == party);
        of.for_each(|(rule, finding)| text += &row(rule, finding, lang));
    }
    out::result(text.as_bytes())?;
    let kept = findings.iter().all(|finding| finding.broken == 0);
    Ok(if kept { sound } else { Verdict::No })
}

/// A rule and what became of it; below, how it was broken first.
fn row(rule: &Rule, finding: &Finding, lang: Lang) -> String {
    let Finding { seen, broken, first } = finding;
    let verdict = match (seen, broken) {
        (0, _) => "-",
        (_, 0) => "pass",
        _ => "FAIL",
    };
    let mut row = format!("  {verdict:<4}  {:<14}  {}", rule.name, lang.pick(rule.en, rule.zh));
    if *broken > 0 {
        row += &lang.pick(format!(": {broken} of {seen}"), format!("：{seen} 次中违反 {broken} 次"));
    }
    row.push('\n');
    match first {
        Some((0, how)) => row + &format!("          {how}\n"),
        Some((number, how)) => {
            row + &lang.pick(
                format!("          packet {number}: {how}\n"),
                format!("          第 {number} 个包：{how}\n"),
            )
        }
        None => row,
    }
}
