"""What a program under a counter is given to do: loads that are the same each time, however fast it is.

A load is given how to find the process, which may have ended already where it needs no load, and how many of what are wanted.
"""

import contextlib
import fcntl
import os
import signal
import socket
import struct
import termios
import time

from .counters import PATIENCE, wait_for

HOST = "127.0.0.1"
# The kernel accounts up to this much memory for one small datagram.
COST = 1280
# Most messages of a short run.
MOST = 1024
# States of sockets, as /proc/net writes them.
UNCONNECTED, LISTENS = "07", "0A"
MIB = 1 << 20


def room():
    """The largest receive buffer, in bytes; the kernel accounts twice as much."""
    with open("/proc/sys/net/core/rmem_max") as file:
        return int(file.read())


def unit():
    """Messages of a short run: five times as many fit into the largest receive buffer of this machine."""
    return min(MOST, 2 * min(room(), 4 * MIB) // COST // 5 // 64 * 64)


def message(number):
    """32 bytes with a number in them."""
    return b"message %024d" % number


def rows(table):
    """The sockets of /proc/net/udp or tcp (proc(5)): port here and there, state, bytes that wait to be read, inode."""
    with open(f"/proc/net/{table}") as lines:
        for fields in [line.split() for line in list(lines)[1:]]:
            here, there = (int(fields[column].split(":")[1], 16) for column in (1, 2))
            yield here, there, fields[3], int(fields[4].split(":")[1], 16), fields[9]


def port_of(pid):
    """The port that a process receives by UDP on, or listens on by TCP, once there is one."""

    def bound():
        inodes = set()
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                inodes.add(os.readlink(f"/proc/{pid}/fd/{name}").removeprefix("socket:[").removesuffix("]"))
        found = [row for table in ("udp", "tcp") for row in rows(table) if row[4] in inodes and row[2] in (UNCONNECTED, LISTENS)]
        return found[0][0] if found else None

    return wait_for("it binds a port", bound)


def state(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def rests(pid, table, here, there):
    """Waits until it has taken all that came on a socket and sleeps, at each of some looks."""

    def asleep():
        if sum(row[3] for row in rows(table) if row[:2] == (here, there)):
            return False
        for _ in range(3):
            time.sleep(0.001)
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


def nothing(_find, _count):
    """For what has its load in a file."""


def waiting(find, count):
    """So many datagrams, of which all but the first wait in its socket before it takes one of them."""
    pid = find()
    port = port_of(pid)
    with udp(port) as sock:
        sock.send(message(0))
        rests(pid, "udp", port, 0)
        with Stopped(pid):
            for number in range(1, count):
                sock.send(message(number))


def trips(connect):
    """Round trips: a message is asked when the answer to the last one is there."""

    def drive(find, count):
        with connect(port_of(find())) as sock:
            for number in range(count):
                asked = message(number)
                sock.sendall(asked)
                answer = sock.recv(len(asked), socket.MSG_WAITALL if connect is tcp else 0)
                if answer != asked:
                    raise RuntimeError(f"{asked} was answered with {answer}")

    return drive


def pieces(size):
    """A stream in pieces of so many bytes: each waits in its socket as a whole before it takes any of it."""

    def drive(find, count):
        pid = find()
        port = port_of(pid)
        with tcp(port) as sock:
            own = sock.getsockname()[1]
            for _ in range(count):
                rests(pid, "tcp", port, own)
                with Stopped(pid):
                    sock.sendall(bytes(size))
                    wait_for("the kernel has it all", lambda: unacknowledged(sock) == 0)

    return drive


def unacknowledged(sock):
    """Bytes that the other end's kernel has not got yet (SIOCOUTQ, tcp(7))."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]


class Reader:
    """The other end of who sends a stream: takes what comes until its end."""

    def __init__(self):
        self.socket = socket.create_server((HOST, 0))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def drive(self, _find, _count):
        with self.socket.accept()[0] as peer:
            peer.settimeout(PATIENCE)
            while peer.recv(MIB):
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
