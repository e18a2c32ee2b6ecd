//! One address, several sockets: each in a thread of its own, with a run of its own, and nothing between them but a
//! count and an end.
//!
//! The kernel spreads what comes by the hash of both addresses and ports (`SO_REUSEPORT`, socket(7)), so that a peer
//! meets the same shard as long as all are open. A shard has its own bus, so no sink is shared, and no message waits for
//! a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sockscope_core::ending::Limits;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{End, Purpose};
use sockscope_core::moment::Moment;
use sockscope_net::open::{self, Opened};

use crate::clock::Clock;
use crate::error::Error;
use crate::plan::{Place, Plan};
use crate::stop::Stop;

/// The sockets of one shard, open and not yet heard.
#[derive(Debug)]
pub struct Shard {
    pub(crate) sockets: Vec<Opened>,
    pub(crate) endpoint: Endpoint,
    pub(crate) purpose: Purpose,
    pub(crate) name: String,
    /// Numbers of sockets that the shards before it have.
    pub(crate) taken: u32,
    pub(crate) whole: Arc<Whole>,
    limits: Limits,
}

/// What all shards of an endpoint share.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) clock: Clock,
    count: Option<u64>,
    taken: AtomicU64,
    /// When something last came, where it matters.
    last: Option<AtomicU64>,
}

impl Shard {
    /// Opens `count` shards of a UDP endpoint, to be heard by [`Purpose::Listen`] or [`Purpose::Echo`]. If one cannot be
    /// opened none is. `limits` are those of all together: `count` messages in all, `idle` where no shard hears any.
    /// They are called `shard 0` and so on, and their sockets are numbered in this order, from 1.
    ///
    /// # Errors
    ///
    /// The endpoint is not UDP, or is a group; an address is in use or cannot be bound; the system is not Linux.
    pub fn open(
        endpoint: &Endpoint,
        purpose: Purpose,
        count: usize,
        limits: Limits,
    ) -> Result<Vec<Self>, Error> {
        let whole = Arc::new(Whole::new(&limits));
        let mut taken = 0;
        let shards = open::shards(endpoint, count)?.into_iter().enumerate().map(|(number, sockets)| {
            let before = taken;
            taken += sockets.len() as u32;
            Self {
                sockets,
                endpoint: endpoint.clone(),
                purpose,
                name: format!("shard {number}"),
                taken: before,
                whole: Arc::clone(&whole),
                limits,
            }
        });
        Ok(shards.collect())
    }

    /// A plan to hear it, with nothing to answer.
    pub fn plan(self) -> Plan {
        let limits = self.limits;
        Plan { limits, ..Plan::new(Place::Shard(self)) }
    }
}

impl Whole {
    fn new(limits: &Limits) -> Self {
        let last = limits.idle.map(|_| AtomicU64::new(0));
        Self { clock: Clock::start(), count: limits.count, taken: AtomicU64::new(0), last }
    }

    /// Of `messages` that came, how many are still wanted, and whether these are the last.
    pub(crate) fn take(&self, now: Moment, messages: usize) -> (usize, bool) {
        if let Some(last) = &self.last {
            last.fetch_max(now.0, Ordering::Relaxed);
        }
        let Some(count) = self.count else { return (messages, false) };
        let before = self.taken.fetch_add(messages as u64, Ordering::Relaxed);
        let left = usize::try_from(count.saturating_sub(before)).unwrap_or(usize::MAX);
        (messages.min(left), messages >= left)
    }

    /// When something last came to any of the shards; the beginning where nothing has, or where it does not matter.
    pub(crate) fn last(&self) -> Moment {
        Moment(self.last.as_ref().map_or(0, |last| last.load(Ordering::Relaxed)))
    }
}

/// Does each of `jobs` in a thread of its own, called `shard-0` and so on, and returns what came of them in their order.
/// The first that ends, however it does, ends the others through `stop`, which serves for one such call.
///
/// # Errors
///
/// The first job, by its number, that failed; a thread could not be started.
pub fn run<J: Send, T: Send, E: From<Error> + Send>(
    jobs: Vec<J>,
    stop: &Stop,
    job: impl Fn(usize, J) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let job = &job;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, one) in jobs.into_iter().enumerate() {
            let thread = thread::Builder::new().name(format!("shard-{number}"));
            let started = thread.spawn_scoped(scope, move || {
                let _last = EndsAll(stop);
                job(number, one)
            });
            threads.push(started.inspect_err(|_| {
                stop.end_all(End::Failed);
            }));
        }
        let ended = threads.into_iter().map(|thread| match thread.map_err(Error::Thread)?.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect()
    })
}

/// Ends all shards with this one, also where it did not get as far as to run.
struct EndsAll<'a>(&'a Stop);

impl Drop for EndsAll<'_> {
    fn drop(&mut self) {
        self.0.end_all(End::Failed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(ms * 1_000_000)
    }

    #[test]
    fn a_count_is_given_out_once_whoever_asks() {
        let whole = Whole::new(&Limits { count: Some(10), ..Limits::default() });
        assert_eq!(whole.take(at(1), 7), (7, false));
        assert_eq!(whole.take(at(1), 7), (3, true));
        assert_eq!(whole.take(at(1), 1), (0, true));
        assert_eq!(whole.last(), at(0), "there is no idling");
    }

    #[test]
    fn threads_that_take_at_once_get_no_more_than_the_count() {
        let whole = Whole::new(&Limits { count: Some(10_000), ..Limits::default() });
        let take = || (0..1000).map(|size| whole.take(at(1), size % 64).0).sum::<usize>();
        let took: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(took, 10_000);
    }

    #[test]
    fn the_last_message_of_any_shard_counts_for_idling() {
        let whole = Whole::new(&Limits { idle: Some(Duration::from_secs(1)), ..Limits::default() });
        assert_eq!(whole.take(at(5), 1), (1, false));
        assert_eq!(whole.take(at(3), 1), (1, false));
        assert_eq!(whole.last(), at(5));
    }

    #[test]
    fn the_first_that_fails_ends_the_others() {
        let stop = Stop::new().unwrap();
        let result = run(vec![0, 1], &stop, |number, job| {
            assert_eq!(number, job);
            if number == 1 {
                return Err(Error::Thread(std::io::ErrorKind::OutOfMemory.into()));
            }
            while !stop.asked() {
                thread::yield_now();
            }
            Ok(())
        });
        assert!(matches!(result, Err(Error::Thread(_))), "{result:?}");
        assert_eq!(stop.why(), End::Failed);
    }
}
