"""Where time and instructions go: samples of perf, counts of callgrind, both by layer."""

import collections
import os
import re
import subprocess

from . import layers

SAMPLED = re.compile(r"^\s*([0-9a-f]+) (.*) \((.*)\)$")


def samples(data, symbols):
    """The samples of a `perf record -g`, by layer."""
    words = ["perf", "script", "--input", data, "--no-inline", "--fields", "ip,sym,dso"]
    text = subprocess.run(words, capture_output=True, text=True, check=True, errors="replace").stdout
    stacks, stack = [], []
    for line in text.splitlines() + [""]:
        if found := SAMPLED.match(line):
            stack.append((int(found[1], 16), found[2], found[3]))
        elif stack:
            stacks.append(stack)
            stack = []

    ours = os.path.basename(symbols.program)
    # Of a program perf says the place in its file.
    symbols.look_up(symbols.address(stack[0][0]) for stack in stacks if os.path.basename(stack[0][2]) == ours)
    counts = collections.Counter()
    for stack in stacks:
        ip, function, library = stack[0]
        library = os.path.basename(library)
        if library.startswith("[kernel") or library.startswith("[guest"):
            counts[layers.of_kernel([name for _, name, dso in stack if "kernel" in dso])] += 1
        elif library == ours and (place := symbols.place(symbols.address(ip))):
            counts[layers.of_file(place)] += 1
        else:
            counts[layers.of_library("libraries in the program" if library == ours else library, function)] += 1
    return counts


def instructions(tally, symbols):
    """The instructions of a callgrind file that names each one (`--dump-instr=yes`), by layer."""
    ours = os.path.basename(symbols.program)
    costs, library, function, called = collections.Counter(), "", "", False
    with open(tally, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("ob="):
                library = os.path.basename(line[3:].strip())
            elif line.startswith("fn="):
                function = line[3:].strip()
            elif line.startswith("calls="):
                called = True
            elif line.startswith("0x"):
                address, cost = line.split()
                # The line behind a call has what the callee cost, which is counted there.
                if not called:
                    costs[library, function, int(address, 16)] += int(cost)
                called = False
    symbols.look_up(address for library, _, address in costs if library == ours)
    counts = collections.Counter()
    for (library, function, address), cost in costs.items():
        if library == ours and (place := symbols.place(address)):
            counts[layers.of_file(place)] += cost
        else:
            counts[layers.of_library("libraries in the program" if library == ours else library, function)] += cost
    return counts
