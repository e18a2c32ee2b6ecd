"""What is guarded: command lines, and the load that each is given."""

import os
import sys
from dataclasses import dataclass

from . import loads

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from racing import recordings  # noqa: E402


@dataclass(frozen=True)
class Scenario:
    """A command line, its load, and what its counts are divided by.

    Words in braces are filled in: {port} of the other end, {file} with the input, {count} how many, {new} a file that
    is not there yet. A scenario with a `short` and a `long` load is run with both, and what the difference
    costs is divided by the difference of the loads; without, all of one run counts.
    """

    name: str
    command: str
    load: object = loads.nothing
    # How many of what in the two runs.
    each: str = ""
    short: int = 0
    long: int = 0
    # What net.core.rmem_max must be at least.
    room: int = 0
    # Fewer than elsewhere, for want of room: what comes once in a run weighs more.
    coarse: bool = False
    # Writes the input for so many, returns how many it holds.
    write: object = None
    stdin: bool = False
    # The other end, made anew for each run.
    end: object = None
    # Only these system calls are counted, where the time that the other end takes decides about others.
    only: tuple = ()


@dataclass(frozen=True)
class Count:
    """What was counted."""

    scenario: str
    what: str
    # What it is the cost of: a message, a million of them.
    each: str
    cost: float
    # What one more of it, in the whole of a run, adds to the cost, and what may be added where the run is short.
    one: float
    slack: float
    # System calls by their names, which tell where more of them come from.
    names: dict

    @property
    def guard(self):
        return self.scenario, self.what, self.each


class Place:
    """Runs scenarios in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, scenario, counter, count):
        """One run; returns how many there were, the counts, and system calls by name."""
        file = os.path.join(self.folder, "input")
        new = os.path.join(self.folder, "new.pcapng")
        if os.path.exists(new):
            os.remove(new)
        if scenario.write:
            count = scenario.write(file, count)
        end = scenario.end() if scenario.end else None
        try:
            words = {"{port}": end.port if end else "", "{file}": file, "{count}": count, "{new}": new}
            command = [self.program]
            for word in scenario.command.split():
                for name, value in words.items():
                    word = word.replace(name, str(value))
                command.append(word)
            load = end.drive if end else scenario.load
            stdin = file if scenario.stdin else None
            costs, names = counter.run(self.folder, command, lambda find: load(find, count), stdin)
        finally:
            if end:
                end.close()
        if names:
            names = {name: calls for name, calls in names.items() if name in (scenario.only or names)}
            costs = {"system calls": sum(names.values())}
        return count, costs, names

    def count(self, scenario, counter):
        """What each costs: a list of `Count`."""
        most, costs, names = self.run(scenario, counter, scenario.long)
        if not scenario.each:
            return [Count(scenario.name, what, "run", cost, 1, 0, names) for what, cost in costs.items()]
        least, base, before = self.run(scenario, counter, scenario.short)
        more = {name: calls - before.get(name, 0) for name, calls in names.items()}
        found = []
        for what, cost in costs.items():
            each, scale = UNITS.get((scenario.each, what), (scenario.each, 1))
            one = scale / (most - least)
            found.append(Count(scenario.name, what, each, (cost - base[what]) * one, one, 4 * one * scenario.coarse, more))
        return found


# What is rare is counted for many.
UNITS = {
    ("message", "system calls"): ("million messages", 1_000_000),
    ("message", "allocations"): ("million messages", 1_000_000),
    ("round trip", "allocations"): ("million round trips", 1_000_000),
    ("32 KiB", "system calls"): ("GiB", 1 << 15),
    ("32 KiB", "allocations"): ("GiB", 1 << 15),
    ("256 KiB", "system calls"): ("GiB", 1 << 12),
    ("256 KiB", "allocations"): ("GiB", 1 << 12),
    ("MiB", "system calls"): ("GiB", 1024),
    ("MiB", "allocations"): ("GiB", 1024),
    ("KiB", "system calls"): ("GiB", 1 << 20),
    ("KiB", "allocations"): ("GiB", 1 << 20),
    ("packet", "system calls"): ("million packets", 1_000_000),
    ("packet", "allocations"): ("million packets", 1_000_000),
}


def equal_lines(path, count):
    with open(path, "wb") as file:
        file.writelines(loads.message(number) + b"\n" for number in range(count))
    return count


def unequal_lines(path, count):
    """No two neighbours of one length."""
    with open(path, "wb") as file:
        file.writelines(loads.message(number)[: 20 + number * 7 % 13] + b"\n" for number in range(count))
    return count


def chinese(path, count):
    """So many KiB of GBK, as it is written every day: Chinese with some ASCII between."""
    text = "你好，世界。套接字能看见每一个字节 socket 8080 "
    data = text.encode("gbk")
    with open(path, "wb") as file:
        file.write((data * (count * 1024 // len(data) + 1))[: count * 1024 // 2 * 2])
    return count


def zeros(path, count):
    with open(path, "wb") as file:
        file.write(bytes(count << 18))
    return count


def recording(path, count):
    return recordings.write(path, count)


def listens(name, options):
    """What takes datagrams in whole batches from a full buffer."""
    few = max(loads.unit(), 64)
    command = f"listen udp://127.0.0.1:0 --count {{count}} {options}"
    load = {"load": loads.waiting, "room": 5 * 64 * loads.COST // 2, "coarse": few < loads.MOST}
    return Scenario(name, command, each="message", short=few, long=5 * few, **load)


def sends(name, options, write):
    command = f"send udp://127.0.0.1:{{port}} --lines --file {{file}} {options}"
    return Scenario(name, command, each="message", write=write, end=loads.Hole, short=loads.MOST, long=5 * loads.MOST)


def answers(name, scheme, connect):
    command = f"echo {scheme}://127.0.0.1:0 --quiet --count {{count}}"
    return Scenario(name, command, load=loads.trips(connect), each="round trip", short=200, long=1200)


def streams(name, command, each, size, **more):
    return Scenario(name, command, load=loads.pieces(size), each=each, short=4, long=36, **more)


def all_scenarios():
    # No more than a send buffer takes from the beginning, however slowly the other end reads.
    sent = {"each": "256 KiB", "short": 1, "long": 6, "write": zeros, "end": loads.Reader}
    return [
        listens("listen --raw", "--raw --quiet"),
        listens("listen --json", "--json"),
        listens("listen", ""),
        listens("listen --save", "--quiet --save {new}"),
        sends("send --lines, equal", "--quiet", equal_lines),
        sends("send --lines, unequal", "--quiet", unequal_lines),
        sends("send --lines, rows", "", equal_lines),
        answers("echo udp", "udp", loads.udp),
        answers("echo tcp", "tcp", loads.tcp),
        streams("listen tcp --raw", "listen tcp://127.0.0.1:0 --rcvbuf 4MiB --once --raw --quiet", "MiB", loads.MIB, room=4 * loads.MIB),
        # What a connection has room for from the beginning: nc has no option for more.
        streams("nc -l", "nc -l 127.0.0.1 0", "32 KiB", 32 << 10),
        # Its end looks again and again whether all has arrived.
        Scenario("send tcp --file", "send tcp://127.0.0.1:{port} --file {file} --quiet", only=("read", "sendmsg"), **sent),
        Scenario("nc", "nc 127.0.0.1 {port}", stdin=True, **sent),
        Scenario("text --from gbk", "text --from gbk", each="KiB", write=chinese, stdin=True, short=64, long=1024),
        Scenario("open --list", "open {file} --list", each="packet", write=recording, short=1 << 20, long=8 << 20),
        Scenario("start: --help", "--help"),
        Scenario("start: send", "send udp://127.0.0.1:{port} hi", end=loads.Hole),
    ]
