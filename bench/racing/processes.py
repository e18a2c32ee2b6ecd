"""Programs under test: started on a CPU of their own, looked at, and stopped by their process id."""

import json
import os
import shlex
import signal
import subprocess
import tempfile
import time

LOAD_CPU, TEST_CPU = 0, 1
CPUS = sorted(os.sched_getaffinity(0))
HOST = "127.0.0.1"
_port = 20000


def next_port():
    """Ports are taken in turn, so that nothing late from one run reaches the next."""
    global _port
    _port = 20000 + (_port + 7) % 9000
    return _port


def on_cpu(cpu):
    """Children inherit it. With one CPU there is nothing to choose."""
    wanted = set(CPUS) if cpu is None else {CPUS[cpu]}
    os.sched_setaffinity(0, wanted if len(CPUS) > 1 else set(CPUS))


class Program:
    """A started program. It is stopped when the block ends, whatever happens in it."""

    def __init__(self, command, cpu, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        self.errors = tempfile.TemporaryFile()
        on_cpu(cpu)
        try:
            self.process = subprocess.Popen(
                shlex.split(command), stdin=stdin, stdout=stdout, stderr=self.errors, start_new_session=True
            )
        finally:
            on_cpu(None)
        self.pid = self.process.pid
        self.usage = None
        self.status = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.errors.close()

    def _reap(self, seconds):
        end = time.monotonic() + seconds
        while self.usage is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.usage, self.status = usage, status
                self.process.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                return False
            else:
                time.sleep(0.002)
        return True

    def ended(self, seconds):
        """Whether it ends by itself within this time."""
        return self._reap(seconds)

    def stop(self):
        """Asks it to end, then makes it, with the children that it started."""
        for sign, seconds in ((signal.SIGTERM, 2), (signal.SIGKILL, 2)):
            if self.usage is None:
                self._signal(sign)
                self._reap(seconds)
        # Children of a forking server are in the group that was made for it.
        self._signal(signal.SIGKILL)

    def _signal(self, sign):
        try:
            os.killpg(self.pid, sign)
        except ProcessLookupError:
            pass

    def cpu(self):
        """Seconds on a CPU, known once it has ended."""
        return self.usage.ru_utime + self.usage.ru_stime

    def memory(self):
        """KiB by name: Rss, Pss, and Peak of what was resident."""
        found = {}
        for name, keys in (("smaps_rollup", ("Rss", "Pss")), ("status", ("VmHWM",))):
            with open(f"/proc/{self.pid}/{name}") as lines:
                for line in lines:
                    key = line.split(":")[0]
                    if key in keys:
                        found["Peak" if key == "VmHWM" else key] = int(line.split()[1])
        return found

    def family(self):
        """PSS in KiB of all processes of its group: a forking server is all of them."""
        total = 0
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getpgid(int(name)) == self.pid:
                    with open(f"/proc/{name}/smaps_rollup") as lines:
                        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except (ProcessLookupError, FileNotFoundError):
                continue
        return total

    def said(self):
        self.errors.seek(0)
        return self.errors.read(400).decode("utf-8", "replace").strip()


def socket_of(port):
    """(bytes waiting) of the UDP socket bound to the port, None where there is none."""
    for name in ("udp", "udp6"):
        with open(f"/proc/net/{name}") as lines:
            for line in list(lines)[1:]:
                fields = line.split()
                if int(fields[1].split(":")[1], 16) == port:
                    return int(fields[4].split(":")[1], 16)
    return None


def listens(port):
    """Whether a TCP socket listens on the port."""
    for name in ("tcp", "tcp6"):
        with open(f"/proc/net/{name}") as lines:
            for line in list(lines)[1:]:
                fields = line.split()
                if int(fields[1].split(":")[1], 16) == port and fields[3] == "0A":
                    return True
    return False


def bound(port, program):
    """Waits until the program has bound the port, or listens on it."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if socket_of(port) is not None or listens(port):
            time.sleep(0.03)
            return True
        if program.ended(0):
            return False
        time.sleep(0.005)
    return False


def drained(port):
    """Waits until nothing waits in the socket any more; returns the seconds it took."""
    begin = time.monotonic()
    while (socket_of(port) or 0) > 0 and time.monotonic() - begin < 2:
        time.sleep(0.0005)
    return time.monotonic() - begin


def load(program, words, cpu=LOAD_CPU, seconds=40):
    """Runs a job of the load program to its end; returns the object it printed."""
    on_cpu(cpu)
    try:
        command = [program] + shlex.split(words)
        done = subprocess.run(command, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL)
    finally:
        on_cpu(None)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip())
    lines = done.stdout.decode().strip().splitlines()
    return json.loads(lines[-1]) if lines else {}
