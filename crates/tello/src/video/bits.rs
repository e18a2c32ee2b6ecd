//! Bits of H.264: fixed lengths and Exp-Golomb codes, written and read (ITU-T H.264, 7.2 and 9.1).

/// Bits that are written, the highest first.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, and how many.
    held: u64,
    count: u32,
}

impl Writer {
    /// The lowest `count` bits of `value`, 32 at most.
    pub(super) fn put(&mut self, count: u32, value: u32) {
        self.held = (self.held << count) | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
    }

    /// An unsigned number, `ue(v)`.
    pub(super) fn ue(&mut self, value: u32) {
        let coded = value + 1;
        let length = 32 - coded.leading_zeros();
        self.put(length - 1, 0);
        self.put(length, coded);
    }

    /// A signed number, `se(v)`.
    pub(super) fn se(&mut self, value: i32) {
        self.ue(if value > 0 { 2 * value as u32 - 1 } else { 2 * value.unsigned_abs() });
    }

    /// The bytes, behind a stop bit and up to a whole byte.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.put(1, 1);
        while self.count > 0 {
            self.put(1, 0);
        }
        self.bytes
    }
}

/// Bits that are read, the highest first; nothing where there are no more.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// So many bits, 32 at most.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(value << 1 | u32::from(bit))
        })
    }

    /// An unsigned number, `ue(v)`.
    pub(super) fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1_u32 << zeros) - 1 + self.take(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        let mut writer = Writer::default();
        // 1, 010, 011, 00100, and for se(v) 1, 010, 011.
        (0..4).for_each(|value| writer.ue(value));
        [0, 1, -1].into_iter().for_each(|value| writer.se(value));
        assert_eq!(writer.end(), [0b1010_0110, 0b0100_1010, 0b0111_0000]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values in prop::collection::vec((0_u32..1 << 20, 1_u32..=20), 0..50)) {
            let mut writer = Writer::default();
            for (value, count) in &values {
                writer.ue(*value);
                writer.put(*count, *value);
            }
            let bytes = writer.end();
            let mut reader = Reader::new(&bytes);
            for (value, count) in &values {
                prop_assert_eq!(reader.ue(), Some(*value));
                prop_assert_eq!(reader.take(*count), Some(value & ((1 << count) - 1)));
            }
        }
    }
}
