//! Text of a Tello drone (Tello SDK 1.3, 2.0 and 3.0 user guides).

/// How packets of the app's own protocol begin, and how it asks for a connection.
pub const BINARY: [&[u8]; 3] = [b"\xcc", b"conn_req:", b"conn_ack:"];

/// What a payload on one of its ports is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Command,
    Reply,
    /// Between two ports 8889 words do not always tell which of the two it is.
    Either,
    State,
    /// Of the app's own protocol: begins with 0xcc, or asks for a connection.
    Binary,
}

/// Where a drone takes commands and answers from, and where it sends its state to.
const COMMANDS: u16 = 8889;
const STATE: u16 = 8890;

impl Said {
    pub(super) fn of(ports: (u16, u16), payload: &[u8]) -> Self {
        match ports {
            _ if BINARY.iter().any(|begin| payload.starts_with(begin)) => Self::Binary,
            (_, STATE) => Self::State,
            (COMMANDS, COMMANDS) if answers(payload) => Self::Reply,
            (COMMANDS, COMMANDS) => Self::Either,
            (COMMANDS, _) => Self::Reply,
            (_, COMMANDS) => Self::Command,
            _ => Self::State,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Reply => "reply",
            Self::Either => "command or reply",
            Self::State => "state",
            Self::Binary => "binary packet of the app protocol",
        }
    }
}

/// Whether no command looks like this.
fn answers(payload: &[u8]) -> bool {
    let begins = [
        "ok",
        "OK",
        "error",
        "unknown command",
        "out of range",
        "forced stop",
        "unactive",
        "led ",
        "matrix ",
    ];
    let number = payload.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    number || payload.ends_with(b"\r\n") || begins.iter().any(|begin| payload.starts_with(begin.as_bytes()))
}

/// The keys of a state and their values, with where each pair begins and how long it is. The last item is
/// what has no key, if there is any but the end of the line.
pub fn pairs(payload: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    let mut at = 0;
    payload.split_inclusive(|byte| *byte == b';').filter_map(move |part| {
        let start = at;
        at += part.len();
        let bare = part.strip_suffix(b";").unwrap_or(part);
        if bare.iter().all(|byte| b"\r\n".contains(byte)) {
            return None;
        }
        let colon = bare.iter().position(|byte| *byte == b':');
        let (key, value) = colon.map_or((&[][..], bare), |colon| (&bare[..colon], &bare[colon + 1..]));
        Some(Pair { at: start, len: bare.len(), key, value })
    })
}

/// A key of a state and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    /// Where it begins.
    pub at: usize,
    /// How many bytes it has.
    pub len: usize,
    /// The key; empty where there is none.
    pub key: &'a [u8],
    /// The value.
    pub value: &'a [u8],
}

/// What a key of a state means, with its unit.
pub fn meaning(key: &[u8]) -> Option<&'static str> {
    KEYS.iter().find(|(name, _)| name.as_bytes() == key).map(|(_, meaning)| *meaning)
}

const KEYS: &[(&str, &str)] = &[
    ("mid", "mission pad"),
    ("x", "cm to the pad"),
    ("y", "cm to the pad"),
    ("z", "cm to the pad"),
    ("mpry", "pitch, yaw and roll to the pad, degrees"),
    ("pitch", "degrees"),
    ("roll", "degrees"),
    ("yaw", "degrees, clockwise"),
    ("vgx", "speed, dm/s"),
    ("vgy", "speed, dm/s"),
    ("vgz", "speed, dm/s"),
    ("templ", "lowest temperature, °C"),
    ("temph", "highest temperature, °C"),
    ("tof", "cm above ground; 6553 is no reading"),
    ("h", "cm above take-off"),
    ("bat", "battery, %"),
    ("baro", "barometric height, m"),
    ("time", "seconds the motors have run"),
    ("agx", "acceleration, 0.001 g"),
    ("agy", "acceleration, 0.001 g"),
    ("agz", "acceleration, 0.001 g"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_words_tell_who_speaks() {
        let cases: [(u16, u16, &[u8], Said); 8] = [
            (9000, 8889, b"takeoff", Said::Command),
            (8889, 9000, b"ok", Said::Reply),
            (8889, 8889, b"ok", Said::Reply),
            (8889, 8889, b"87\r\n", Said::Reply),
            (8889, 8889, b"land", Said::Either),
            (8889, 8890, b"bat:1;\r\n", Said::State),
            (8889, 9000, b"\xcc\x18\x01", Said::Binary),
            (9000, 8889, b"conn_req:\x96\x17", Said::Binary),
        ];
        for (from, to, payload, want) in cases {
            assert_eq!(Said::of((from, to), payload), want, "{from} {to}");
        }
    }

    #[test]
    fn a_state_falls_into_pairs() {
        let text = b"mid:-1;mpry:0,0,0;odd;baro:-24.59;\r\n";
        let found: Vec<_> = pairs(text).map(|pair| (pair.at, pair.len, pair.key, pair.value)).collect();
        let want: [(usize, usize, &[u8], &[u8]); 4] = [
            (0, 6, b"mid", b"-1"),
            (7, 10, b"mpry", b"0,0,0"),
            (18, 3, b"", b"odd"),
            (22, 11, b"baro", b"-24.59"),
        ];
        assert_eq!(found, want);
        assert!(KEYS.iter().all(|(key, _)| meaning(key.as_bytes()).is_some()));
    }
}
