"""The races. Each runs one contestant once and returns its figures by name."""

import contextlib
import json
import math
import os
import pty
import random
import select
import socket
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field

from . import contestants, recordings
from .processes import HOST, LOAD_CPU, TEST_CPU, Program, bound, drained, load, next_port


@dataclass(frozen=True)
class Figure:
    """What is measured: its heading, and whether more of it or less of it is better (or neither)."""

    name: str
    heading: str
    better: str = ""
    scale: float = 1


@dataclass
class Race:
    """One table."""

    scenario: str
    notes: str
    title: str
    entrants: list
    run: object
    figures: list
    # The figures that decide, first the one that the ratios are taken of.
    ratios: list = field(default_factory=list)


class Kit:
    """What a run needs: the programs, and a place in memory for files."""

    def __init__(self, sockscope, load_program, views, place, quick):
        self.sockscope, self.load_program, self.views = sockscope, load_program, views
        self.place, self.quick = place, quick
        self.out = os.open(os.path.join(place, "out"), os.O_RDWR | os.O_CREAT, 0o600)
        # Pages of the output file are made once, so that no run pays for them.
        for _ in range(64 if quick else 448):
            os.write(self.out, bytes(1 << 20))
        self.packets = 0
        self.hello = os.path.join(place, "hello")
        with open(self.hello, "w") as file:
            file.write("hello\n")

    def fill(self, command, port, size=0, file=""):
        words = {"ss": self.sockscope, "load": self.load_program, "views": self.views, "python": sys.executable, "host": HOST}
        words |= {"port": port, "size": size, "file": file or self.hello}
        for word, value in words.items():
            command = command.replace("{%s}" % word, str(value))
        return command

    def job(self, words, **more):
        return load(self.load_program, words, **more)

    def noise(self, length):
        """A file of so many bytes that do not repeat."""
        path = os.path.join(self.place, f"noise.{length}")
        if not os.path.exists(path):
            with open(path, "wb") as file:
                for _ in range(length >> 20):
                    file.write(os.urandom(1 << 20))
        return path

    def recording(self):
        """A long recording, and how many packets it has."""
        path = os.path.join(self.place, "recording.pcap")
        if not self.packets:
            self.packets = recordings.write(path, (1 << 26) if self.quick else (1 << 30))
        return path, self.packets

    def gbk(self, length, everyday):
        """Lines of GBK: two thirds of the characters hanzi, by chance, of GB 2312's first level or of all; the rest ASCII."""
        path = os.path.join(self.place, f"gbk.{length}.{everyday}")
        if not os.path.exists(path):
            chance, ascii_ = random.Random(7), [chr(code) for code in range(0x20, 0x7F)]
            first_level = [bytes([lead, trail]) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)]
            level = [code.decode("gbk", "ignore") for code in first_level if code < b"\xd7\xfa"]
            hanzi = level if everyday else [chr(code) for code in range(0x4E00, 0x9FA6)]
            some = ["".join(chance.choice(hanzi if chance.random() < 2 / 3 else ascii_) for _ in range(60)) for _ in range(20_000)]
            block = "".join(line + "\n" for line in some).encode("gbk")
            with open(path, "wb") as file:
                for _ in range(-(-length // len(block))):
                    file.write(block)
        return path

    def lines(self, size, count):
        path = os.path.join(self.place, f"lines.{size}.{count}")
        if not os.path.exists(path):
            self.job(f"lines file={path} size={size} count={count}")
        return path


def failed(program, what):
    raise RuntimeError(f"{what}: {program.said() or 'it said nothing'}")


def receive(kit, who, size, words):
    """One load against one receiver."""
    port = next_port()
    os.lseek(kit.out, 0, os.SEEK_SET)
    with Program(kit.fill(who.command, port, size), TEST_CPU, stdout=kit.out) as program:
        if not bound(port, program):
            failed(program, "did not bind the port")
        sent = kit.job(f"flood to={HOST}:{port} size={size} gso=1 {words} count={int(4e8 / size)}")
        backlog = drained(port)
        seconds = sent["secs"] + backlog
        # Nothing waits in the kernel any more; a moment for what the program itself holds back.
        time.sleep(0.05)
        peak = program.memory()["Peak"]
        program.stop()
        cpu = program.cpu()
    length = os.lseek(kit.out, 0, os.SEEK_CUR)
    path = os.path.join(kit.place, "out")
    got = kit.job(f"count file={path} bytes={length} kind={who.kind} size={size}")
    messages = max(got["messages"], 1)
    return {
        "rate": got["messages"] / seconds,
        "loss": 100 * (1 - got["distinct"] / sent["sent"]),
        "cpu": cpu / messages * 1e6,
        "cut": got["cut"],
        "peak": peak,
        "offered": sent["sent"] / sent["secs"],
        "backlog": backlog / sent["secs"],
    }


def saturation(size):
    return lambda kit, who: receive(kit, who, size, "secs=0.4")


def lossfree(size):
    """The highest rate without loss, between 20 thousand and 3 million a second, to a tenth or so."""

    def run(kit, who):
        low, high, best = 2e4, 3e6, 0.0
        for _ in range(5 if kit.quick else 6):
            rate = math.sqrt(low * high)
            got = receive(kit, who, size, f"secs=0.5 rate={rate:.0f}")
            # A large buffer swallows a load that the reader does not keep up with: that is not loss-free, only late.
            if got["loss"] <= 0.1 and got["backlog"] <= 0.02:
                low, best = rate, max(best, got["offered"])
                if got["offered"] < 0.9 * rate:
                    break  # the load generator is at its end, not the receiver
            else:
                high = rate
            if high / low < 1.1:
                break
        return {"lossfree": best}

    return run


def packets_in(path):
    """How many packets a recording has, of pcap or pcapng, as written on this machine."""
    with open(path, "rb") as file:
        data = file.read()
    count, at = 0, 0
    if data[:4] != b"\x0a\x0d\x0d\x0a":
        at = 24
        while at + 16 <= len(data):
            at += 16 + int.from_bytes(data[at + 8 : at + 12], sys.byteorder)
            count += at <= len(data)
        return count
    while at + 12 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], sys.byteorder)
        count += data[at : at + 4] == (6).to_bytes(4, sys.byteorder)
        at += max(length, 12)
    return count


def record(size):
    """One load, recorded by whoever owns the socket or captures beside it."""

    def run(kit, who):
        port, path = next_port(), os.path.join(kit.place, "recording")
        if os.path.exists(path):
            os.remove(path)
        with contextlib.ExitStack() as stack:
            if who.kind == "captures":
                unread = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
                unread.bind((HOST, port))
            program = stack.enter_context(Program(kit.fill(who.command, port, size, path), TEST_CPU))
            ready = hears(program) if who.kind == "captures" else bound(port, program)
            if not ready:
                failed(program, "did not begin")
            sent = kit.job(f"flood to={HOST}:{port} size={size} secs=1 count={50_000 if kit.quick else 250_000}")
            # A capture hands over what is left in its ring within a second.
            time.sleep(1.3)
            program.stop()
            cpu = program.cpu()
        recorded = packets_in(path)
        return {
            "rate": sent["sent"] / sent["secs"],
            "loss": 100 * (1 - recorded / sent["sent"]),
            "cpu": cpu / max(recorded, 1) * 1e6,
            "bytes": os.path.getsize(path) / max(recorded, 1),
        }

    return run


def hears(program):
    """Waits until a packet socket for all protocols is there (packet(7)): nobody else captures meanwhile."""
    end = time.monotonic() + 5
    while time.monotonic() < end and not program.ended(0):
        with open("/proc/net/packet") as lines:
            if any(line.split()[3] == "0003" for line in list(lines)[1:]):
                time.sleep(0.2)
                return True
        time.sleep(0.01)
    return False


def opened(kit, who):
    """All of a long recording as rows."""
    path, packets = kit.recording()
    peak, begin = 0, time.monotonic()
    with Program(kit.fill(who.command, 0, file=path), TEST_CPU) as program:
        while not program.ended(0.02):
            # It may end between the two.
            with contextlib.suppress(ProcessLookupError):
                peak = program.memory().get("Peak", peak)
        seconds = time.monotonic() - begin
        if program.process.returncode:
            failed(program, "did not read it to its end")
    return {"rate": packets / seconds, "cpu": program.cpu() / packets * 1e6, "peak": peak}


def first_screen(kit, who):
    """A long recording on a terminal, until there is something to read."""
    path, _ = kit.recording()
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    seen, begin = b"", time.monotonic()
    try:
        with Program(kit.fill(who.command, 0, file=path), TEST_CPU, stdin=theirs, stdout=theirs) as program:
            while who.kind.encode() not in seen:
                if not select.select([ours], [], [], 20)[0]:
                    failed(program, "showed nothing within 20 s")
                seen += os.read(ours, 1 << 16)
            seconds = time.monotonic() - begin
            peak = program.memory()["Peak"]
    finally:
        os.close(ours)
        os.close(theirs)
    return {"ms": seconds * 1e3, "peak": peak}


def send(size, count):
    def run(kit, who):
        n = count // 10 if kit.quick else count
        port, path = next_port(), kit.lines(size, n)
        pipe = subprocess.PIPE
        with Program(f"{kit.load_program} sink at={HOST}:{port} idle=2500 secs=60", LOAD_CPU, stdout=pipe) as sink:
            sink.process.stdout.readline()
            with open(path, "rb") as file:
                stdin = file if who.stdin else subprocess.DEVNULL
                with Program(kit.fill(who.command, port, size, path), TEST_CPU, stdin=stdin) as program:
                    # The sender ends first; a sink that stopped before it would call a pause a loss.
                    done = program.ended(40)
                    if not done:
                        failed(program, "did not end within 40 s")
                    cpu, said = program.cpu(), program.said()
            if not sink.ended(10):
                failed(sink, "the sink did not end")
            got = json.loads(sink.process.stdout.readline() or b"{}")
            sink.process.stdout.close()
        if not got.get("messages"):
            raise RuntimeError(f"nothing arrived: {said}")
        # One datagram that holds everything has no first and last arrival.
        rate = {"rate": got["messages"] / got["secs"]} if got["secs"] > 1e-6 else {}
        return rate | {
            "datagrams": got["datagrams"],
            "messages": got["messages"],
            "alone": got["alone"],
            "loss": 100 * (1 - got["distinct"] / n),
            "cpu": cpu / n * 1e6,
        }

    return run


def start(byte):
    def run(kit, who):
        port = next_port()
        command = kit.fill(who.command, port)
        return kit.job(f"start port={port} runs={10 if kit.quick else 30} byte={byte} -- {command}", cpu=None)

    return run


def latency(same, proto):
    def run(kit, who):
        port = next_port()
        with Program(kit.fill(who.command, port), LOAD_CPU if same else TEST_CPU) as program:
            if not bound(port, program):
                failed(program, "did not bind the port")
            return kit.job(f"pingpong to={HOST}:{port} proto={proto} count={2000 if kit.quick else 10000} secs=4")

    return run


def bulk(kit, who):
    """A file through one connection, each program at both ends."""
    port, path = next_port(), kit.noise((1 << 27) if kit.quick else (1 << 30))
    gib = os.path.getsize(path) / (1 << 30)
    with Program(kit.fill(who.command, port), TEST_CPU) as receiver:
        if not bound(port, receiver):
            failed(receiver, "did not listen")
        begin = time.monotonic()
        with open(path, "rb") as file:
            stdin = file if who.stdin else subprocess.DEVNULL
            with Program(kit.fill(who.sender, port, file=path), LOAD_CPU, stdin=stdin) as sender:
                for program in (receiver, sender):
                    if not program.ended(30):
                        failed(program, "did not end within 30 s")
                seconds = time.monotonic() - begin
                return {
                    "rate": gib / seconds,
                    "cpu": (sender.cpu() + receiver.cpu()) / gib,
                    "send_cpu": sender.cpu() / gib,
                    "receive_cpu": receiver.cpu() / gib,
                }


def crowd(kit, port, idle, look=lambda: None):
    """Ten busy peers among `idle` ones: (what opening took, what `look` saw, round trips a second)."""
    words = f"{kit.load_program} crowd to={HOST}:{port} idle={idle} busy=10 secs={0.3 if kit.quick else 1}"
    pipe = subprocess.PIPE
    with Program(words, LOAD_CPU, stdin=pipe, stdout=pipe) as load:
        opened = load.process.stdout.readline()
        if not opened:
            failed(load, "the peers could not be opened")
        seen = look()
        load.process.stdin.write(b"\n")
        load.process.stdin.close()
        if not load.ended(20):
            failed(load, "the busy peers did not end")
        said = load.process.stdout.readline()
        load.process.stdout.close()
        if not said:
            failed(load, "the busy peers failed")
    got = json.loads(said)
    return json.loads(opened)["opened_s"], seen, got["trips"] / got["secs"]


def peers(kit, who):
    port, idle = next_port(), who.peers // 10 if kit.quick else who.peers
    with Program(kit.fill(who.command, port), TEST_CPU) as program:
        if not bound(port, program):
            failed(program, "did not listen")
        _, before, alone = crowd(kit, port, 0, program.family)
        opened, after, among = crowd(kit, port, idle, program.family)
    return {
        "peers": idle,
        "each": max(after - before, 0) / idle,
        "opening": opened / idle * 1e6,
        "few": alone,
        "among": among,
    }


def idle(kit, who):
    port = next_port()
    with Program(kit.fill(who.command, port), TEST_CPU) as program:
        if not bound(port, program):
            failed(program, "did not bind the port")
        time.sleep(0.2)
        found = program.memory()
        return {"rss": found["Rss"], "pss": found["Pss"]}


def converted(kind, length):
    """A file in memory, turned into something else."""

    def run(kit, who):
        path = kit.noise(length) if kind == "noise" else kit.gbk(length, kind == "everyday")
        size, begin = os.path.getsize(path), time.monotonic()
        with Program(kit.fill(who.command, 0, file=path), TEST_CPU) as program:
            if not program.ended(60):
                failed(program, "did not end within 60 s")
            seconds = time.monotonic() - begin
            if program.process.returncode:
                failed(program, "did not read it to its end")
            return {"rate": size / seconds, "cpu": program.cpu() / size * 1e9}

    return run


def views(kit, who):
    """Messages that were made beforehand, rendered."""
    count = 200_000 if kit.quick else 1_000_000
    os.lseek(kit.out, 0, os.SEEK_SET)
    with Program(kit.fill(who.command, 0).replace("{count}", str(count)), TEST_CPU, stdout=kit.out) as program:
        if not program.ended(60) or program.process.returncode:
            failed(program, "did not render them all")
        return json.loads(program.said()) | {"cpu": program.cpu() / count * 1e6}


RATE = Figure("rate", "thousand messages/s", "more", 1e-3)
CPU = Figure("cpu", "CPU µs a message", "less")
LOSS = Figure("loss", "lost, %")
PEAK = Figure("peak", "peak MiB", "less", 1 / 1024)


def races(quick):
    """All tables in their order."""
    for size in (32,) if quick else (32, 1472):
        figures = [RATE, CPU, LOSS, Figure("cut", "cut"), PEAK]
        yield Race("receive", "receive", f"Receive at saturation, {size} B", contestants.RECEIVE, saturation(size), figures, ["rate", "cpu"])
        rate = Figure("lossfree", "thousand messages/s without loss", "more", 1e-3)
        yield Race("receive", "lossfree", f"Receive without loss, {size} B", contestants.RECEIVE, lossfree(size), [rate], ["lossfree"])
    for size in (512,) if quick else (32, 512, 1472):
        figures = [CPU, LOSS, Figure("rate", "thousand messages/s offered", scale=1e-3), Figure("bytes", "bytes a message in the file", "less")]
        yield Race("record", "record", f"Record a flood, {size} B", contestants.RECORD, record(size), figures, ["cpu"])
    figures = [Figure("rate", "thousand packets/s", "more", 1e-3), Figure("cpu", "CPU µs a packet", "less"), PEAK]
    yield Race("open", "open", "Open a recording: all rows", contestants.OPEN, opened, figures, ["rate", "peak"])
    figures = [Figure("ms", "ms", "less"), PEAK]
    yield Race("open", "first screen", "Open a recording: first screen", contestants.FIRST_SCREEN, first_screen, figures, ["ms"])
    for size, count in ((32, 300_000), (1472, 50_000)):
        figures = [RATE, CPU, LOSS, Figure("datagrams", "datagrams"), Figure("messages", "messages in them")]
        yield Race("send", "send", f"Send a file of lines, {size} B", contestants.SEND, send(size, count), figures, ["rate", "cpu"])
    figures = [Figure("min_ms", "least ms", "less"), Figure("median_ms", "median ms", "less")]
    yield Race("startup", "help", "Start: --help", contestants.HELP, start(0), figures, ["min_ms"])
    peak = Figure("peak_kib", "peak MiB", "less", 1 / 1024)
    yield Race("startup", "first byte", "Start: first byte", contestants.FIRST_BYTE, start(1), figures + [peak], ["min_ms", "peak_kib"])
    figures = [Figure("p50_us", "median µs", "less"), Figure("p99_us", "99 % µs", "less"), Figure("lost", "lost")]
    for proto, entrants in (("udp", contestants.ECHO), ("tcp", contestants.ECHO_TCP)):
        for same in (True, False):
            title = f"Round trip, {'' if proto == 'udp' else 'TCP, '}{'one CPU' if same else 'two CPUs'}"
            # Who never rests leaves no time to the client on the same CPU.
            able = [who for who in entrants if not (same and "--spin" in who.command)]
            yield Race("latency", "latency", title, able, latency(same, proto), figures, ["p50_us"])
    figures = [Figure("rate", "GiB/s", "more"), Figure("cpu", "CPU s a GiB, both ends", "less")]
    figures += [Figure("send_cpu", "sender's"), Figure("receive_cpu", "receiver's")]
    yield Race("bulk", "bulk", "Bulk through TCP", contestants.BULK, bulk, figures, ["rate", "cpu"])
    figures = [Figure("peers", "idle peers"), Figure("each", "KiB for each", "less"), Figure("opening", "µs to open one")]
    figures += [Figure("few", "thousand round trips/s of ten, alone", "more", 1e-3), Figure("among", "thousand round trips/s of ten, among the idle", "more", 1e-3)]
    yield Race("peers", "peers", "Idle peers on an echo server, TCP", contestants.ECHO_TCP, peers, figures, ["among", "each"])
    length = (1 << 22) if quick else (1 << 25)
    figures = [Figure("rate", "MB/s", "more", 1e-6), Figure("cpu", "CPU ns a byte", "less")]
    for kind, title in (("everyday", "3,755 everyday hanzi"), ("all", "all 20,902 hanzi")):
        yield Race("text", "text", f"GBK to UTF-8, {title}", contestants.DECODE, converted(kind, length), figures, ["rate", "cpu"])
    yield Race("text", "text", "Dump as hex", contestants.DUMP, converted("noise", length // 4), figures, ["rate", "cpu"])
    figures = [Figure("rate", "thousand messages/s", "more", 1e-3), CPU, Figure("bytes", "bytes a message")]
    yield Race("views", "views", "Views of messages of 32 B", contestants.VIEWS, views, figures, ["rate"])
    figures = [Figure("rss", "RSS MiB", "less", 1 / 1024), Figure("pss", "PSS MiB", "less", 1 / 1024)]
    yield Race("memory", "memory", "Memory: listening, idle", contestants.IDLE, idle, figures, ["rss", "pss"])


SCENARIOS = ("receive", "record", "open", "send", "startup", "latency", "bulk", "peers", "text", "views", "memory")
