"""What a program under a counter is given to do: loads that are the same each time, however fast it is."""

import os
import signal
import socket
import time

from .counters import PATIENCE, wait_for

HOST = "127.0.0.1"
# The kernel accounts up to this much memory for one small datagram.
COST = 1280
CHUNK = 1 << 20


def unit():
    """Messages of a short run: five times as many fit into the largest receive buffer of this machine."""
    with open("/proc/sys/net/core/rmem_max") as file:
        room = 2 * min(int(file.read()), 4 << 20)
    return min(1024, room // COST // 5 // 64 * 64)


def message(number):
    """32 bytes with a number in them."""
    return b"message %024d" % number


def sockets(pid):
    """The sockets of a process that are bound by UDP or listen by TCP: (port, bytes that wait)."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{name}").removeprefix("socket:[").removesuffix("]"))
        except FileNotFoundError:
            continue
    found = []
    for table, state in (("udp", "07"), ("tcp", "0A")):
        with open(f"/proc/net/{table}") as lines:
            rows = [line.split() for line in list(lines)[1:]]
        for row in rows:
            if row[3] == state and row[9] in inodes:
                found.append((int(row[1].split(":")[1], 16), int(row[4].split(":")[1], 16)))
    return found


def port_of(pid):
    return wait_for("it binds a port", lambda: sockets(pid))[0][0]


def state(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def rests(pid):
    """Waits until it has taken what was there and waits for more: asleep at each of some looks."""

    def asleep():
        if sockets(pid)[0][1]:
            return False
        for _ in range(4):
            time.sleep(0.002)
            if state(pid) != "S":
                return False
        return True

    wait_for("it rests", asleep)


class Stopped:
    """A process that is stopped while the block runs."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)
        wait_for("it stops", lambda: state(self.pid) in "Tt")

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)


def udp(port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(PATIENCE)
    sock.connect((HOST, port))
    return sock


def tcp(port):
    sock = socket.create_connection((HOST, port), PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def nothing(_pid, _count):
    """For what has its load in a file."""


def waiting(pid, count):
    """So many datagrams, of which all but the first wait in its socket before it takes one of them."""
    with udp(port_of(pid)) as sock:
        sock.send(message(0))
        rests(pid)
        with Stopped(pid):
            for number in range(1, count):
                sock.send(message(number))


def trips(connect):
    """Round trips: a message is asked when the answer to the last one is there."""

    def drive(pid, count):
        with connect(port_of(pid)) as sock:
            for number in range(count):
                asked = message(number)
                sock.sendall(asked)
                answer = sock.recv(len(asked), socket.MSG_WAITALL if connect is tcp else 0)
                if answer != asked:
                    raise RuntimeError(f"{asked} was answered with {answer}")

    return drive


def stream(pid, count):
    """So many MiB through one connection, as fast as they are read, and its end."""
    with tcp(port_of(pid)) as sock:
        for _ in range(count):
            sock.sendall(bytes(CHUNK))


class Reader:
    """The other end of who sends a stream: takes what comes until its end."""

    def __init__(self):
        self.socket = socket.create_server((HOST, 0))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def drive(self, _pid, _count):
        with self.socket.accept()[0] as peer:
            peer.settimeout(PATIENCE)
            while peer.recv(CHUNK):
                pass

    def close(self):
        self.socket.close()


class Hole:
    """The other end of who sends datagrams: a socket that nobody reads."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]

    drive = staticmethod(nothing)

    def close(self):
        self.socket.close()
