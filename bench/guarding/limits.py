"""The table of limits: read, and written anew from what was counted."""

import math
import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "limits.md")
# How far a limit lies above what was seen when it was set, and how many more in a whole run do not matter:
# a buffer that grows once more, a wait that is cut in two.
MARGIN, STRAY = 1.12, 2
HEAD = """\
# Limits

What one message, round trip, packet or start may cost the release build: written by `bench/guards --write`, which sets each limit
{percent} % above what it counts, and kept by `bench/guards`. Instructions are those of x86_64 in user space.

| scenario | counted | for each | limit | seen |
| --- | --- | --- | ---: | ---: |
"""


def number(value):
    """Three digits are enough, without an exponent."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def above(count):
    """A limit for what was counted, of three digits."""
    limit = count.cost * MARGIN + (STRAY * count.one if count.each != "run" and count.what != "instructions" else 0)
    step = 10.0 ** (math.floor(math.log10(limit)) - 2) if limit > 0 else 1
    return math.ceil(limit / step) * step


def read():
    """The limits by scenario, what is counted, and for each what."""
    limits = {}
    with open(PATH, encoding="utf-8") as lines:
        for line in lines:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 5 and cells[3].replace(".", "", 1).isdigit():
                limits[cells[0].strip("`"), cells[1], cells[2]] = float(cells[3])
    return limits


def write(counts):
    with open(PATH, "w", encoding="utf-8") as file:
        file.write(HEAD.format(percent=round(100 * (MARGIN - 1))))
        for count in counts:
            row = (f"`{count.scenario}`", count.what, count.each, number(above(count)), number(count.cost))
            file.write(f"| {' | '.join(row)} |\n")
