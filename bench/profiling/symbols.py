"""From addresses in a program to the places in the source that they were compiled from."""

import re
import struct
import subprocess

# What of a source's path names its place in this repository.
OURS = re.compile(r"(?:^|/)crates/(\w+)/src/(.+?)(?:\.rs)?$")


class Symbols:
    """A program with line tables. Addresses are asked for once."""

    def __init__(self, program):
        self.program = program
        self.segments = list(loaded(program))
        self.known = {}

    def address(self, offset):
        """The address that the line tables know a place in the file by."""
        for start, length, address in self.segments:
            if start <= offset < start + length:
                return offset - start + address
        return None

    def look_up(self, addresses):
        """Finds the source of all these at once."""
        missing = sorted({address for address in addresses if address is not None} - self.known.keys())
        text = "\n".join(map(hex, missing))
        words = ["addr2line", "--exe", self.program, "--inlines", "--addresses"]
        found = subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout
        address = None
        for line in found.splitlines():
            if line.startswith("0x"):
                address = int(line, 16)
                self.known[address] = []
            else:
                self.known[address].append(line.rpartition(":")[0])

    def place(self, address):
        """The file of this repository that an instruction belongs to, as core/batch: of calls that were put in place of
        others the innermost that is ours, so that what the standard library does counts where it is asked for."""
        for path in self.known.get(address, []):
            # The standard library has a folder of that name too.
            if "/library/" not in path and (ours := OURS.search(path)):
                return f"{ours[1]}/{ours[2]}"
        return None


def loaded(program):
    """The parts of an ELF file that are loaded: offset and length in the file, address in memory (elf(5))."""
    with open(program, "rb") as file:
        head = file.read(64)
        if head[:5] != b"\x7fELF\x02":
            raise RuntimeError(f"{program} is no 64-bit ELF file")
        offset, size, count = *struct.unpack_from("<Q", head, 32), *struct.unpack_from("<HH", head, 54)
        for number in range(count):
            file.seek(offset + number * size)
            kind, _, start, address, _, length = struct.unpack("<IIQQQQ", file.read(40))
            if kind == 1:
                yield start, length, address
