//! Encoded, cut, put together again, and decoded by another program.

use std::io::Write;
use std::process::Stdio;

use proptest::prelude::*;
use sockscope::core::moment::Moment;
use sockscope::core::rng::Rng;
use sockscope_testkit::peers;

use super::*;

/// A flight's pictures.
fn scene(frame: u32) -> Scene {
    let turn = f64::from(frame);
    Scene {
        pitch: (turn / 9.0).sin() * 12.0,
        roll: (turn / 13.0).sin() * 20.0,
        yaw: turn * 2.0,
        height: turn,
        battery: 87.0 - turn / 2.0,
        frame,
    }
}

/// So many pictures, and what a decoder is to show of each.
fn encoded(width: usize, height: usize, count: u32) -> (Vec<Unit>, Vec<Planes>) {
    let mut canvas = Canvas::new(width, height);
    let mut encoder = Encoder::new(&canvas);
    let mut all = (Vec::new(), Vec::new());
    for frame in 0..count {
        scene(frame).paint(&mut canvas);
        all.0.push(encoder.next(&canvas));
        all.1.push(encoder.shown().clone());
    }
    all
}

fn bytes(unit: &Unit) -> Vec<u8> {
    unit.sets.iter().flatten().flatten().chain(&unit.slice).copied().collect()
}

/// What ffmpeg shows of a stream, raw, or nothing where there is no ffmpeg.
fn decoded(stream: &[u8]) -> Option<Vec<u8>> {
    let args = [
        "-v",
        "error",
        "-f",
        "h264",
        "-i",
        "-",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-fps_mode",
        "passthrough",
        "-",
    ];
    let mut command = peers::command("ffmpeg", &args)?;
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let stream = stream.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&stream));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    Some(output.stdout)
}

#[test]
fn a_decoder_shows_each_picture_to_the_last_bit() {
    for (width, height) in [(960, 720), (640, 480)] {
        let (units, shown) = encoded(width, height, 90);
        let stream: Vec<u8> = units.iter().flat_map(bytes).collect();
        let Some(pictures) = decoded(&stream) else { return };
        let size = width * height * 3 / 2;
        assert_eq!(pictures.len(), size * shown.len());
        for (frame, (picture, shown)) in pictures.chunks(size).zip(&shown).enumerate() {
            assert!(picture == shown.pixels.concat(), "frame {frame} of {width}x{height}");
        }
        for (frame, unit) in units.iter().enumerate() {
            assert_eq!(unit.sets.is_some(), frame % 30 == 0);
            assert!(unit.slice.len() < if frame % 30 == 0 { 20_000 } else { 10_000 }, "{}", unit.slice.len());
        }
    }
}

#[cfg(feature = "snapshot")]
#[test]
fn a_picture_becomes_a_png() {
    let (units, _) = encoded(640, 480, 2);
    let mut still = Still::new().unwrap();
    assert!(still.take(b"no picture").is_err());
    let pictures: Vec<_> = units.iter().filter_map(|unit| still.take(&bytes(unit)).unwrap()).collect();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&pictures[0])).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (640, 480));
    // The sky is blue and the ground is brown.
    let at = |x: usize, y: usize| &pixels[(y * 640 + x) * 3..][..3];
    assert!(at(200, 120)[2] > at(200, 120)[0] + 50 && at(200, 400)[0] > at(200, 400)[2] + 30);
}

#[test]
fn a_picture_looks_like_its_scene() {
    let mut canvas = Canvas::new(960, 720);
    let scene = scene(12);
    scene.paint(&mut canvas);
    let mut encoder = Encoder::new(&canvas);
    encoder.next(&canvas);
    let shown = encoder.shown();
    let mut away = 0;
    for y in 0..720 {
        for x in 0..960 {
            away += u64::from(shown.pixels[0][y * 960 + x].abs_diff(canvas.y(x / 4, y / 4)));
        }
    }
    assert!(away < 960 * 720, "{away} of brightness in all");
}

/// What a receiver makes of datagrams that come 33 ms apart by picture.
fn received(datagrams: impl IntoIterator<Item = (u64, Vec<u8>)>) -> (Report, Vec<u8>) {
    let mut receiver = Receiver::default();
    let mut stream = Vec::new();
    for (millis, datagram) in datagrams {
        receiver.take(Moment(millis * 1_000_000), &datagram);
        while let Some(picture) = receiver.picture() {
            stream.extend(picture.bytes);
        }
    }
    (receiver.report(), stream)
}

/// All datagrams of so many pictures, with their times and whether they end one.
fn sent(count: u32) -> Vec<(u64, Vec<u8>)> {
    let (units, _) = encoded(960, 720, count);
    let timed =
        |(frame, unit): (u64, &Unit)| datagrams(unit).into_iter().map(move |datagram| (frame * 33, datagram));
    (0..).zip(&units).flat_map(timed).collect()
}

#[test]
fn what_was_cut_is_whole_again() {
    let (units, _) = encoded(960, 720, 60);
    let (report, stream) = received(sent(60));
    let expected: Vec<u8> = units.iter().flat_map(bytes).collect();
    assert!(stream == expected);
    assert_eq!((report.frames, report.keys, report.is_whole(), report.early), (60, 2, true, 0));
    assert_eq!((report.assembly.as_millis(), report.silence.as_millis()), (0, 33));
    assert!(report.rate().is_some_and(|rate| (rate - 30.3).abs() < 0.1), "{report}");
    assert!(
        report.to_string().contains("60 frames, 2 of them key frames")
            && report.to_string().contains("nothing missing")
    );
}

#[test]
fn what_is_lost_or_comes_twice_is_told() {
    let all = sent(20);
    let frames: Vec<usize> =
        (0..all.len()).filter(|at| all[*at].1.starts_with(&[0, 0, 0, 1, 0x41])).collect();
    let without = |gone: &[usize]| {
        received(
            all.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, datagram)| datagram.clone()),
        )
        .0
    };
    // A whole picture of several datagrams, and only its first.
    let [start, end] = [frames[4], frames[5]];
    assert!(end - start > 1, "more than one datagram");
    let whole: Vec<_> = (start..end).collect();
    assert_eq!((without(&whole).missing, without(&whole).orphans), (1, 0));
    let headless = without(&[start]);
    assert_eq!((headless.missing, headless.orphans), (1, (end - start - 1) as u64));
    // Its end: the next begins in its midst.
    let cut = without(&[end - 1]);
    assert_eq!((cut.cut, cut.missing, cut.frames), (1, 0, 20));
    let mut twice = all.clone();
    twice.splice(end..end, all[start..end].to_vec());
    assert_eq!(received(twice).0.again, 1);
    let mut swapped = all.clone();
    let late: Vec<_> = swapped.drain(start..end).collect();
    let after = frames[6] - (end - start);
    swapped.splice(after..after, late);
    let swapped = received(swapped).0;
    assert_eq!((swapped.again, swapped.missing), (1, 1), "late, and missing when the next came");
    // The second key frame with the picture behind it: what follows begins to count anew.
    let long = sent(40);
    let is_gone = |frame: u64| frame == 30 * 33 || frame == 31 * 33;
    let anew = received(long.into_iter().filter(|(time, _)| !is_gone(*time))).0;
    assert_eq!((anew.missing, anew.again, anew.frames), (2, 0, 38));
    let early = received(all[frames[0]..].to_vec()).0;
    assert_eq!((early.early, early.keys), (19, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_stop_a_receiver(seed: u64) {
        let mut rng = Rng::new(seed);
        let mut receiver = Receiver::default();
        let mut taken = 0;
        for at in 0..200 {
            let length = [0, 3, 5, 40, 1459, 1460, 1461][rng.next_u64() as usize % 7];
            let mut datagram: Vec<u8> = (0..length).map(|_| rng.next_u64() as u8).collect();
            if length > 5 && rng.next_u64().is_multiple_of(2) {
                datagram[..5].copy_from_slice(&[0, 0, 0, 1, [0x67, 0x68, 0x65, 0x41, 0xff][rng.next_u64() as usize % 5]]);
            }
            taken += datagram.len();
            receiver.take(Moment(at), &datagram);
            while let Some(picture) = receiver.picture() {
                taken -= picture.bytes.len();
            }
        }
        prop_assert_eq!(receiver.report().datagrams, 200);
        prop_assert!(taken < 1 << 20);
    }
}
