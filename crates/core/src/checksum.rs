//! Checksums and CRCs by name.
//!
//! One table, in `checksum/table.rs`, feeds look-up, listing, payload fields and tests.

mod simple;
mod table;

use table::{ROWS, Row};

/// Which end of a number goes first on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Highest byte first, the order of the Internet.
    Big,
    /// Lowest byte first.
    Little,
}

/// A checksum algorithm.
///
/// ```
/// use sockscope_core::checksum::Algorithm;
/// let crc = Algorithm::find("crc16-modbus").unwrap();
/// assert_eq!(crc.compute(b"123456789"), 0x4b37);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithm(u8);

impl Algorithm {
    /// The algorithm of this name or alias, letters in any case.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().find(|a| a.names().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// Every algorithm, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(ROWS.len()).map(Self)
    }

    /// Its name, lower case with dashes: `crc16-modbus`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Other names that [`Algorithm::find`] knows it by.
    pub fn aliases(self) -> &'static [&'static str] {
        self.row().aliases
    }

    /// How many bits its value has, 3 to 82.
    pub fn bits(self) -> u32 {
        self.row().bits
    }

    /// How many bytes hold its value, 1 to 11; a value of odd width sits in the low bits.
    pub fn width_bytes(self) -> usize {
        self.bits().div_ceil(8) as usize
    }

    /// The order its bytes have on the wire unless told otherwise: little for `crc16-modbus`, as
    /// Modbus RTU sends it (MODBUS over Serial Line V1.02, 2.5.1.2), big for all others.
    pub fn byte_order(self) -> ByteOrder {
        self.row().order
    }

    /// The checksum of `bytes`, less than 2 to the power of [`Algorithm::bits`].
    pub fn compute(self, bytes: &[u8]) -> u128 {
        (self.row().compute)(bytes)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name()).chain(self.aliases().iter().copied())
    }

    fn row(self) -> &'static Row {
        &ROWS[usize::from(self.0)]
    }
}

impl std::fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_gives_its_check_value() {
        for algorithm in Algorithm::all() {
            let row = algorithm.row();
            assert_eq!(algorithm.compute(b"123456789"), row.check, "{}", row.name);
            assert!(row.check >> row.bits == 0, "{}", row.name);
        }
        assert_eq!(Algorithm::all().count(), 113 + 5);
    }

    #[test]
    fn names_are_unique_well_formed_and_found_in_any_case() {
        let mut seen = std::collections::HashSet::new();
        for algorithm in Algorithm::all() {
            for name in algorithm.names() {
                assert!(seen.insert(name), "{name} twice");
                assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
                assert!(
                    name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                    "{name}"
                );
                assert_eq!(Algorithm::find(&name.to_uppercase()), Some(algorithm));
            }
        }
        assert_eq!(Algorithm::find("crc16-nobody"), None);
    }

    #[test]
    fn names_of_crcs_tell_their_width() {
        for algorithm in Algorithm::all() {
            if let Some(rest) = algorithm.name().strip_prefix("crc") {
                let width: u32 = rest.split('-').next().unwrap().parse().unwrap();
                assert_eq!(width, algorithm.bits(), "{}", algorithm.name());
            }
        }
    }

    #[test]
    fn well_known_names() {
        for (alias, name) in [
            ("crc32", "crc32-iso-hdlc"),
            ("crc32c", "crc32-iscsi"),
            ("crc16-ccitt-false", "crc16-ibm-3740"),
            ("crc16-x25", "crc16-ibm-sdlc"),
            ("crc8", "crc8-smbus"),
            ("bcc", "xor8"),
        ] {
            assert_eq!(Algorithm::find(alias).unwrap().name(), name);
        }
        // Half the world means kermit by it and half ibm-3740: to choose would be to guess.
        assert_eq!(Algorithm::find("crc16-ccitt"), None);
    }

    #[test]
    fn only_modbus_is_little_endian() {
        let little: Vec<_> = Algorithm::all().filter(|a| a.byte_order() == ByteOrder::Little).collect();
        assert_eq!(little, [Algorithm::find("crc16-modbus").unwrap()]);
        // The frame of the Modbus specification's own example: 02 07 is followed by 41 12.
        assert_eq!(little[0].compute(&[0x02, 0x07]).to_le_bytes()[..2], [0x41, 0x12]);
    }
}
