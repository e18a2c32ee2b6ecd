"""The roads that are looked at: one received datagram in each view, one sent."""

import os
import re
from dataclasses import dataclass

from guarding import counters, scenarios
from racing.processes import HOST, LOAD_CPU, TEST_CPU, Program, bound, load, next_port

from . import costs

# Samples a second of CPU time. perf(1) on the software clock: without counters of the CPU, as in most virtual machines.
RATE = 4999
SIZE = 32
# What a load ends by, whichever comes first.
SECONDS, MESSAGES = 2, 40_000_000
LINES = 600_000
RECORD = f"perf record --quiet --event cpu-clock --freq {RATE} -g --output {{data}} -- {{ss}} "


@dataclass(frozen=True)
class Road:
    """A road, as a heading, a command line under perf, and the scenario of bench/guards that counts its instructions."""

    title: str
    command: str
    scenario: str
    # The command has the payloads' lines in a file; without, it receives.
    sends: bool = False


ROADS = [
    Road("One datagram received, `listen --raw`", "listen udp://{host}:{port} --raw --idle 2s", "listen --raw"),
    Road("One datagram received, `listen --json`", "listen udp://{host}:{port} --json --idle 2s", "listen --json"),
    Road("One datagram received, `listen` (rows)", "listen udp://{host}:{port} --idle 2s", "listen"),
    Road(
        "One datagram received, `listen --save`", "listen udp://{host}:{port} --quiet --idle 2s --save {file}", "listen --save"
    ),
    Road("One datagram sent, `send --lines`", "send udp://{host}:{port} --lines --file {file} --quiet", "send --lines, equal", True),
]


@dataclass(frozen=True)
class Found:
    """What a road costs: nanoseconds and instructions of one message, by layer."""

    road: Road
    messages: int
    samples: int
    nanos: dict
    instructions: dict


class Place:
    """Where roads are run: the programs, and a folder in memory."""

    def __init__(self, program, load_program, symbols, folder):
        self.program, self.load_program, self.symbols, self.folder = program, load_program, symbols, folder

    def file(self, name):
        return os.path.join(self.folder, name)

    def run(self, road):
        samples, messages = self.sample(road)
        total = sum(samples.values())
        nanos = {layer: count * 1e9 / RATE / messages for layer, count in samples.items()}
        return Found(road, messages, total, nanos, self.count(road))

    def sample(self, road):
        """Runs the road under perf; returns samples by layer, and how many messages they are for."""
        port, data, file = next_port(), self.file("data"), self.file("lines" if road.sends else "new.pcapng")
        words = {"{data}": data, "{ss}": self.program, "{host}": HOST, "{port}": str(port), "{file}": file}
        command = RECORD + road.command
        for name, value in words.items():
            command = command.replace(name, value)
        with open(self.file("out"), "w+b") as out:
            run = self.sent if road.sends else self.received
            messages = run(command, port, file, out)
        return costs.samples(data, self.symbols), messages

    def received(self, command, port, file, out):
        with Program(command, TEST_CPU, stdout=out) as program:
            if not bound(port, program):
                raise RuntimeError(f"{command}: {program.said()}")
            load(self.load_program, f"flood to={HOST}:{port} size={SIZE} gso=1 secs={SECONDS} count={MESSAGES}")
            ends(program, command)
            program.errors.seek(0)
            said = re.search(rb"received (\d+) datagrams", program.errors.read())
        if said:
            return int(said[1])
        # Who is quiet does not say how many: its recording does.
        with open(self.file("out"), "w+b") as out, Program(f"{self.program} open {file} --list", None, stdout=out) as program:
            ends(program, "open")
            out.seek(0)
            return sum(1 for _ in out)

    def sent(self, command, port, file, out):
        if not os.path.exists(file):
            load(self.load_program, f"lines file={file} size={SIZE} count={LINES}")
        with Program(f"{self.load_program} sink at={HOST}:{port} idle=1 secs=30", LOAD_CPU) as sink:
            if not bound(port, sink):
                raise RuntimeError(f"the sink: {sink.said()}")
            with Program(command, TEST_CPU, stdout=out) as program:
                ends(program, command)
        return LINES

    def count(self, road):
        """Instructions of one message by layer: what a long run has more than a short one."""
        scenario = next(one for one in scenarios.all_scenarios() if one.name == road.scenario)
        words = ("--tool=callgrind", "--callgrind-out-file={tally}", "--log-file=/dev/null", "--dump-instr=yes")
        words += ("--dump-line=no", "--compress-strings=no", "--compress-pos=no")
        counter = counters.Counter("valgrind", words, lambda lines: (costs.instructions(lines.name, self.symbols), {}))
        place = scenarios.Place(self.program, self.folder)
        (least, few, _), (most, many, _) = (place.run(scenario, counter, count) for count in (scenario.short, scenario.long))
        return {layer: (cost - few.get(layer, 0)) / (most - least) for layer, cost in many.items()}


def ends(program, command):
    if not program.ended(60) or program.process.returncode != 0:
        raise RuntimeError(f"{command}: {program.said()}")
