"""What a million peers do to ten shards, on paper: how evenly a hash spreads them, and what a stall costs.

A peer's flow is one random shard (the kernel hashes both addresses and ports). Its share of all messages is even, or Zipf:
the k-th peer sends in proportion to k^-s. A shard's queue holds as many datagrams as its buffer has room for, as the kernel
accounts them; it is served at one message every COST, and not at all in a stall.
"""

import itertools
import math
import random

SKEWS = (0.0, 0.8, 1.0, 1.2)
PEERS = (10, 100, 1_000, 10_000, 1_000_000)
# What a datagram takes in the receive buffer (its truesize) on Linux 6.18: with 64 bytes, and with a whole Ethernet frame.
SMALL, FRAME = 832, 2304


def weights(peers, skew):
    raw = [1.0] * peers if skew == 0 else [number**-skew for number in range(1, peers + 1)]
    total = math.fsum(raw)
    return [one / total for one in raw]


def spread(rng, shares, shards):
    """The busiest shard's messages over the mean."""
    loads = [0.0] * shards
    for share, word in zip(shares, rng.choices(range(shards), k=len(shares))):
        loads[word] += share
    return max(loads) * shards


def imbalance(rng, shards):
    """Rows: peers, skew, median and worst of max/mean, trials."""
    for peers, skew in itertools.product(PEERS, SKEWS):
        trials = 5 if peers > 100_000 else 50 if peers > 1_000 else 400
        shares = weights(peers, skew)
        seen = sorted(spread(rng, shares, shards) for _ in range(trials))
        yield peers, skew, seen[len(seen) // 2], seen[-1], trials


def arrivals(rng, mean):
    """Poisson; normal where that is the same to a thousandth."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        number, product = number + 1, product * rng.random()
    return number


def lost(rng, rate, cost, room, stall, seconds=10, tick=1e-4):
    """Share of messages lost where the reader stalls for `stall` seconds once a second."""
    queue, came, dropped, credit = 0, 0, 0, 0.0
    for beat in range(round(seconds / tick)):
        new = arrivals(rng, rate * tick)
        came += new
        queue += new
        if queue > room:
            dropped, queue = dropped + queue - room, room
        if (beat * tick) % 1.0 >= stall:
            credit = min(credit + tick / cost, queue)
            served = int(credit)
            queue, credit = queue - served, credit - served
    return dropped / came


def table(head, rows):
    print("\n| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def run(seed, shards, cost_us):
    rng = random.Random(seed)
    print(f"seed {seed}, {shards} shards, {cost_us} µs a message")
    print(f"\nHow evenly the hash spreads peers over {shards} shards: the busiest over the mean.")
    spreads = list(imbalance(rng, shards))
    head = ["peers", "skew (Zipf)", "median", "worst", "trials"]
    table(head, [(f"{p:,}", s, f"{m:.2f}", f"{w:.2f}", t) for p, s, m, w, t in spreads])
    worst = {(peers, skew): worst for peers, skew, _, worst, _ in spreads}
    print(f"\nThe most that {shards} shards take from a million peers before the busiest has no time left, messages/s.")
    full = shards * 1e6 / cost_us
    table(["skew (Zipf)", "messages/s", "of what an even spread takes"],
          [(skew, f"{full / worst[1_000_000, skew]:,.0f}", f"{100 / worst[1_000_000, skew]:.0f} %") for skew in SKEWS])
    print("\nHow long a shard may stall before its buffer is full, ms.")
    buffers = ((425_984, "416 KiB: the usual rmem_max, doubled"), (8 << 20, "8 MiB: rmem_max of 4 MiB, doubled"), (64 << 20, "64 MiB"))
    rates = (10_000, 100_000, 300_000)
    table(["buffer"] + [f"{rate:,}/s, {size}" for size in ("64 B", "1472 B") for rate in rates],
          [[name] + [f"{room / size / rate * 1e3:.2f}" for size in (SMALL, FRAME) for rate in rates] for room, name in buffers])
    print("\nLost, %, of 64 B datagrams where a shard stalls once a second: simulated for ten seconds.")
    rows = []
    for rate, stall in itertools.product(rates, (0.001, 0.010, 0.050)):
        cells = (lost(rng, rate, cost_us * 1e-6, room // SMALL, stall) for room, _ in buffers)
        rows.append([f"{rate:,}", f"{stall * 1e3:.0f} ms"] + [f"{cell * 100:.2f}" for cell in cells])
    table(["messages/s a shard", "stall"] + [name for _, name in buffers], rows)
