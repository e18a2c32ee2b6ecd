//! Packets that a filter admits: a bit for each one that it has looked at.

/// A set of numbers that grows at its end, of which the n-th is found at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Set {
    words: Vec<u64>,
    /// How many are in it before each [`GROUP`] of words.
    before: Vec<u64>,
    looked: u64,
    len: u64,
}

/// Words of which the members are counted together.
const GROUP: usize = 64;

impl Set {
    /// Says of the next number whether it is in the set.
    pub(super) fn push(&mut self, member: bool) {
        if self.looked.is_multiple_of(64) {
            if self.words.len().is_multiple_of(GROUP) {
                self.before.push(self.len);
            }
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(member) << (self.looked % 64);
        }
        self.looked += 1;
        self.len += u64::from(member);
    }

    /// Of how many numbers, from 0, it is known.
    pub(super) fn looked(&self) -> u64 {
        self.looked
    }

    /// How many are in it.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The n-th number, from 0.
    pub(super) fn at(&self, n: u64) -> Option<u64> {
        let group = self.before.partition_point(|before| *before <= n).checked_sub(1)?;
        let mut rest = n - self.before[group];
        for (number, word) in self.words.iter().enumerate().skip(group * GROUP).take(GROUP) {
            let count = u64::from(word.count_ones());
            if rest < count {
                let word = (0..rest).fold(*word, |word, _| word & (word - 1));
                return Some(number as u64 * 64 + u64::from(word.trailing_zeros()));
            }
            rest -= count;
        }
        None
    }

    /// How many of its numbers are less than this one.
    pub(super) fn rank(&self, number: u64) -> u64 {
        let number = number.min(self.looked);
        let word = (number / 64) as usize;
        let Some(before) = self.before.get(word / GROUP) else { return self.len };
        let group = &self.words[word / GROUP * GROUP..word.min(self.words.len())];
        let whole: u64 = group.iter().map(|word| u64::from(word.count_ones())).sum();
        let last = self.words.get(word).map_or(0, |word| word & ((1 << (number % 64)) - 1));
        before + whole + u64::from(last.count_ones())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_and_its_rank_are_those_of_a_list() {
        let mut rng = 7_u64;
        for (len, sparse) in
            [(0, 1), (1, 1), (63, 2), (64, 1), (65, 3), (20_000, 1), (20_000, 7), (30_000, 999)]
        {
            let (mut set, mut list) = (Set::default(), Vec::new());
            for number in 0..len {
                rng = rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let member = (rng >> 33).is_multiple_of(sparse);
                set.push(member);
                list.extend(member.then_some(number));
            }
            assert_eq!((set.looked(), set.len()), (len, list.len() as u64));
            for n in 0..=list.len() {
                assert_eq!(set.at(n as u64), list.get(n).copied(), "{n} of {len}/{sparse}");
            }
            for number in (0..len + 2).step_by(13) {
                let want = list.partition_point(|member| *member < number) as u64;
                assert_eq!(set.rank(number), want, "{number} of {len}/{sparse}");
            }
        }
    }
}
