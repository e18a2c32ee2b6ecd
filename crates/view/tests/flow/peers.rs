//! Whole traces beside tshark: what each says of every packet, the streams, the table of conversations.

use std::collections::BTreeMap;

use super::given::Packet;
use super::oracle;
use super::world::{FAIR, Weather, talk};

/// Conversations at the same time, in all kinds of weather.
fn trace(seed: u64, weather: &[Weather]) -> Vec<Packet> {
    let mut all = Vec::new();
    for (number, weather) in (0_u16..).zip(weather) {
        let start = 1_000_000_000_000 + u64::from(number) * 7_000_000;
        let bytes = [20_000 + usize::from(number) * 3000, 9000];
        all.extend(talk(seed * 100 + u64::from(number), start, (40_000 + number, 7000), bytes, *weather));
    }
    all.sort_by_key(|packet| packet.time);
    all
}

const STORM: &[Weather] = &[
    FAIR,
    Weather { lost: 5, ..FAIR },
    Weather { late: 10, ..FAIR },
    Weather { twice: 5, scaled: false, ..FAIR },
    Weather { unseen: 4, ..FAIR },
    Weather { room: 4000, reads: 180, ..FAIR },
    Weather { lost: 3, late: 5, twice: 3, unseen: 2, room: 8000, reads: 20, ..FAIR },
    Weather { aborts: true, lost: 2, ..FAIR },
];

#[test]
fn every_packet_is_told_as_tshark_tells_it() {
    let mut seen = BTreeMap::<_, usize>::new();
    for seed in 0..8 {
        let Some(marks) = oracle::same(&trace(seed, STORM), &["ack_lost_segment"]) else { return };
        marks.into_iter().for_each(|(word, count)| *seen.entry(word).or_default() += count);
    }
    eprintln!("{seen:?}");
}
