"""Programs that count what another one does: system calls (strace), instructions and allocations (callgrind)."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass

# Longest run of one program, in seconds: under a counter it takes a few.
PATIENCE = 60
# What takes memory, in the words of malloc(3).
ALLOCATE = {"malloc", "calloc", "realloc", "reallocarray", "memalign", "aligned_alloc", "posix_memalign"}
# A surrounding of its own, so that nobody's settings count: the length of the environment is read at the start.
SURROUNDING = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def wait_for(what, ready):
    """Waits until `ready` returns something, which it returns."""
    end = time.monotonic() + PATIENCE
    while not (found := ready()):
        if time.monotonic() > end:
            raise RuntimeError(f"waited {PATIENCE} s in vain: {what}")
        time.sleep(0.001)
    return found


def runs(pid, program):
    """Whether a process runs this program."""
    try:
        return os.path.samefile(f"/proc/{pid}/exe", program)
    except OSError:
        return False


@dataclass(frozen=True)
class Counter:
    """A program that counts: what it is called, how it is told to, and how its counts are read."""

    program: str
    words: tuple
    read: object
    # Whether the program under test is a child of it, or is run by it in the same process.
    parent: bool = False

    def run(self, place, command, drive, stdin):
        """Runs a command under the counter while `drive`, given how to find its process, loads it; returns what `read` does."""
        tally = os.path.join(place, "tally")
        words = [shutil.which(self.program), *(word.replace("{tally}", tally) for word in self.words), *command]
        with (
            open(os.path.join(place, "out"), "wb") as out,
            open(os.path.join(place, "errors"), "w+b") as errors,
            open(stdin or os.devnull, "rb") as given,
        ):
            try:
                status = self.watch(words, drive, stdin=given, stdout=out, stderr=errors)
            except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
                status = error
            errors.seek(0)
            said = errors.read(2000).decode("utf-8", "replace").strip()
        if status != 0:
            raise RuntimeError(f"`{' '.join(words)}` ended with {status}; it said: {said or 'nothing'}")
        with open(tally, encoding="utf-8", errors="replace") as lines:
            return self.read(lines)

    def watch(self, words, drive, **streams):
        """Starts it, loads it and waits for its end; returns its exit status."""
        # In a group of its own: who is stopped with its tracer gone would stay for ever.
        process = subprocess.Popen(words, env=SURROUNDING, start_new_session=True, **streams)
        try:
            drive(lambda: self.pid(process, words[1 + len(self.words)]))
            return process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def usable(self):
        """Whether it is there, and may do what it does."""
        if not shutil.which(self.program):
            return False
        words = [word.replace("{tally}", os.devnull) for word in self.words]
        return subprocess.run([self.program, *words, "true"], capture_output=True, timeout=PATIENCE).returncode == 0

    def pid(self, process, program):
        """The process that runs what is counted."""
        if not self.parent:
            return process.pid

        def child():
            with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
                # strace tries out the kernel in children of its own first.
                return next((int(pid) for pid in file.read().split() if runs(pid, program)), None)

        return wait_for(f"{self.program} starts {program}", child)


def read_calls(lines):
    """What `strace -c` wrote: no other count, and the calls by their names."""
    counts = {}
    for line in lines:
        fields = line.split()
        # % time, seconds, usecs/call, calls, perhaps errors, name
        if len(fields) >= 5 and fields[3].isdigit():
            counts[fields[-1]] = int(fields[3])
    if not counts.pop("total", 0):
        raise RuntimeError("strace counted nothing")
    return {}, counts


def read_costs(lines):
    """What callgrind wrote: instructions, and the calls of functions that take memory; no system calls by name."""
    names, callee, counts = {}, "", {"instructions": 0, "allocations": 0}
    for line in lines:
        if line.startswith("cfn="):
            # cfn=(12) name, and from then on cfn=(12)
            number, _, name = line[4:].strip().partition(" ")
            callee = names.setdefault(number, name) if name else names.get(number, "")
        elif line.startswith("fn="):
            number, _, name = line[3:].strip().partition(" ")
            if name:
                names[number] = name
        elif line.startswith("calls="):
            counts["allocations"] += int(line[6:].split()[0]) if callee in ALLOCATE else 0
        elif line.startswith(("totals:", "summary:")):
            counts["instructions"] = int(re.findall(r"\d+", line)[0])
    if 0 in counts.values():
        raise RuntimeError(f"callgrind counted nothing: {counts}")
    return counts, {}


CALLS = Counter("strace", ("-f", "-c", "-o", "{tally}"), read_calls, parent=True)
COSTS = Counter(
    "valgrind",
    ("--tool=callgrind", "--callgrind-out-file={tally}", "--log-file=/dev/null"),
    read_costs,
)
COUNTERS = (CALLS, COSTS)
