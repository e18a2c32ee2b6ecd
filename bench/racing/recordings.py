"""A long recording: what many peers say to each other over UDP and TCP, on Ethernet."""

import itertools
import struct

# Conversations of each kind, and packets between two looks at the length of the file.
TALKS, CHUNK = 16, 4096
PAYLOAD = bytes(range(32, 127)) * 16
UDP, TCP = 17, 6


def headers(protocol, talk, back, length):
    """Ethernet and IPv4 before so many bytes."""
    ends = [(10, 0, 0, talk + 1), (10, 0, 1, 1)]
    source, target = ends[::-1] if back else ends
    ip = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + length, 0, 0x4000, 64, protocol, 0, *source, *target)
    return bytes(12) + b"\x08\x00" + ip


def packet(number, sent):
    """One packet; `sent` holds how far each TCP conversation is, and is brought up to date."""
    talk, turn = number % TALKS, number // TALKS
    back = turn % 4 == 3
    ports = (7000, 40000 + talk) if back else (40000 + talk, 7000)
    if talk % 2:
        payload = PAYLOAD[: 60 + turn * 37 % 400]
        head = struct.pack(">HHHH", *ports, 8 + len(payload), 0)
        return headers(UDP, talk, back, 8 + len(payload)) + head + payload
    payload = b"" if back else PAYLOAD[:1000]
    seq, ack = (1, sent[talk]) if back else (sent[talk], 1)
    head = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, 0x10, 65535, 0, 0)
    sent[talk] = (sent[talk] + len(payload)) % (1 << 32)
    return headers(TCP, talk, back, 20 + len(payload)) + head + payload


def write(path, length):
    """Writes at least so many bytes of pcap; returns how many packets that are."""
    sent = [1] * TALKS
    numbers = itertools.count()
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
        while file.tell() < length:
            for number in itertools.islice(numbers, CHUNK):
                data = packet(number, sent)
                seconds, micros = divmod(number * 25, 1_000_000)
                file.write(struct.pack("<IIII", 1_700_000_000 + seconds, micros, len(data), len(data)) + data)
    return next(numbers)
