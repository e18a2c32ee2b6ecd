"""Who races where, as command lines. Add a line to enter a tool.

Words in braces are filled in: {ss} sockscope, {load} the load program, {python}, {host}, {port}, {size}, {file}.
`role` is "ours", "peer" or "floor": a floor does the job with the least work that the kernel asks for and
keeps nothing, it is there to be compared with and is not ranked.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contestant:
    name: str
    command: str
    role: str = "peer"
    # How received messages are found in what it writes.
    kind: str = "raw"
    # Gets the input file on standard input.
    stdin: bool = False
    # The other end, where a race has two.
    sender: str = ""
    # At most this many idle peers: those with a process for each peer would fill the memory.
    peers: int = 5000

    @property
    def program(self):
        return self.command.split()[0]


def ours(name, command, **more):
    return Contestant(name, command, role="ours", **more)


def floor(name, command, **more):
    return Contestant(name, command, role="floor", **more)


RECEIVE = [
    ours("sockscope --raw", "{ss} listen udp://{host}:{port} --raw --quiet"),
    ours("sockscope --json", "{ss} listen udp://{host}:{port} --json", kind="json"),
    ours("sockscope (rows)", "{ss} listen udp://{host}:{port}", kind="rows"),
    ours("sockscope --raw --gro", "{ss} listen udp://{host}:{port} --raw --gro --quiet"),
    Contestant("socat", "socat -u -b 65536 UDP4-RECV:{port},bind={host} -"),
    Contestant("socat rcvbuf=4194304", "socat -u -b 65536 UDP4-RECV:{port},bind={host},rcvbuf=4194304 -"),
    Contestant("ncat", "ncat -u -l {host} {port}"),
    Contestant("nc", "nc -u -l {host} {port}"),
    # Its help says TCP; the system call it makes is the same for UDP.
    Contestant("nc -I 4194304", "nc -u -l -I 4194304 {host} {port}"),
    floor("floor: payloads", "{load} receive at={host}:{port}"),
    floor("floor: facts too", "{load} receive at={host}:{port} facts=1"),
]

# `kind`: whether it owns the socket, or captures what passes to one that nobody reads.
RECORD = [
    ours("sockscope --save", "{ss} listen udp://{host}:{port} --quiet --save {file}", kind="owns"),
    ours("sockscope capture", "{ss} capture lo 'udp port {port}' --quiet --save {file}", kind="captures"),
    Contestant("tcpdump", "tcpdump -n -i lo -w {file} udp port {port}", kind="captures"),
    Contestant("tcpdump -B 65536", "tcpdump -n -i lo -B 65536 -w {file} udp port {port}", kind="captures"),
    Contestant("dumpcap", "dumpcap -q -i lo -f 'udp port {port}' -w {file}", kind="captures"),
]

OPEN = [
    ours("sockscope open --list", "{ss} open {file} --list"),
    Contestant("tshark", "tshark -n -r {file}"),
    Contestant("tcpdump", "tcpdump -n -r {file}"),
]

# `kind`: what is on the screen once there is something to read.
FIRST_SCREEN = [
    ours("sockscope open", "{ss} open {file}", kind="? help"),
    ours("sockscope open --list", "{ss} open {file} --list", kind="\n"),
    Contestant("tshark", "tshark -n -r {file}", kind="\n"),
    Contestant("tcpdump", "tcpdump -n -r {file}", kind="\n"),
]

SEND = [
    ours("sockscope -q", "{ss} send udp://{host}:{port} --lines --file {file} --quiet"),
    ours("sockscope --one-by-one -q", "{ss} send udp://{host}:{port} --lines --one-by-one --file {file} --quiet"),
    ours("sockscope (rows)", "{ss} send udp://{host}:{port} --lines --file {file}"),
    Contestant("socat -b SIZE", "socat -u -b {size} FILE:{file} UDP4-SENDTO:{host}:{port}"),
    Contestant("ncat", "ncat -u --send-only {host} {port}", stdin=True),
    Contestant("nc", "nc -u -N -w 1 {host} {port}", stdin=True),
    Contestant(
        "python loop",
        "{python} -c \"import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('{host}', {port}))\n"
        "for line in open('{file}', 'rb'): s.send(line)\"",
    ),
    floor("floor: sendmmsg", "{load} send to={host}:{port} file={file} size={size}"),
    floor("floor: UDP_SEGMENT", "{load} send to={host}:{port} file={file} size={size} gso=1"),
]

HELP = [
    ours("sockscope", "{ss} --help"),
    Contestant("socat", "socat -h"),
    Contestant("ncat", "ncat --help"),
    Contestant("nc", "nc -h"),
    floor("floor", "{load} help"),
]

FIRST_BYTE = [
    ours("sockscope", "{ss} send udp://{host}:{port} --quiet hello"),
    ours("sockscope (stdin)", "{ss} send udp://{host}:{port} --quiet"),
    Contestant("socat", "socat -u - UDP4-SENDTO:{host}:{port}"),
    Contestant("ncat", "ncat -u --send-only {host} {port}"),
    Contestant("nc", "nc -u -w 1 {host} {port}"),
    floor("floor", "{load} send to={host}:{port} file={file} size=6"),
]

ECHO = [
    ours("sockscope", "{ss} echo udp://{host}:{port} --quiet"),
    ours("sockscope --spin", "{ss} echo udp://{host}:{port} --spin --quiet"),
    Contestant("socat PIPE", "socat UDP4-LISTEN:{port},bind={host},fork PIPE"),
    Contestant("ncat -e cat", "ncat -u -l {host} {port} -e /bin/cat"),
    floor("floor: recv, send", "{load} echo at={host}:{port}"),
]

ECHO_TCP = [
    ours("sockscope", "{ss} echo tcp://{host}:{port} --quiet"),
    Contestant("socat PIPE", "socat TCP4-LISTEN:{port},bind={host},reuseaddr,fork,nodelay,backlog=1024 PIPE", peers=500),
    Contestant("ncat -e cat", "ncat -l -k -m 6000 {host} {port} -e /bin/cat", peers=200),
    floor("floor: epoll", "{load} echo-tcp at={host}:{port}"),
]

BULK = [
    ours(
        "sockscope",
        "{ss} listen tcp://{host}:{port} --once --raw --quiet",
        sender="{ss} send tcp://{host}:{port} --file {file} --quiet",
    ),
    Contestant(
        "socat",
        "socat -u TCP4-LISTEN:{port},bind={host},reuseaddr OPEN:/dev/null,wronly",
        sender="socat -u FILE:{file} TCP4:{host}:{port}",
    ),
    Contestant(
        "socat -b 262144",
        "socat -u -b 262144 TCP4-LISTEN:{port},bind={host},reuseaddr OPEN:/dev/null,wronly",
        sender="socat -u -b 262144 FILE:{file} TCP4:{host}:{port}",
    ),
    Contestant("ncat", "ncat -l {host} {port} --recv-only", sender="ncat --send-only {host} {port}", stdin=True),
    Contestant("nc", "nc -l {host} {port}", sender="nc -N {host} {port}", stdin=True),
    floor("floor: read, write", "{load} read at={host}:{port}", sender="{load} write to={host}:{port} file={file}"),
]

# `kind`: the charset or the layout of what it writes.
DECODE = [
    ours("sockscope", "{ss} text --from gbk --file {file}"),
    Contestant("iconv", "iconv -f gbk -t utf-8 {file}"),
    Contestant(
        "python",
        "{python} -c \"import sys\n"
        "for line in open('{file}', encoding='gbk'): sys.stdout.write(line)\"",
    ),
]

DUMP = [
    ours("sockscope", "{ss} text --dump --file {file}"),
    Contestant("xxd", "xxd {file}"),
    Contestant("hexdump -C", "hexdump -v -C {file}"),
    Contestant("hexyl", "hexyl --color=never --no-squeezing {file}"),
]

# Only this program: nobody else tells as much of a message.
VIEWS = [
    ours("json", "{views} kind=json count={count}"),
    ours("rows", "{views} kind=rows count={count}"),
    ours("raw", "{views} kind=raw count={count}"),
]

IDLE = [
    ours("sockscope", "{ss} listen udp://{host}:{port}"),
    Contestant("socat", "socat -u UDP4-RECV:{port},bind={host} -"),
    Contestant("ncat", "ncat -u -l {host} {port}"),
    Contestant("nc", "nc -u -l {host} {port}"),
    floor("floor", "{load} echo at={host}:{port}"),
]

# What a reader should know beside the figures, by scenario. Only what was looked at: strace, perf, smaps.
NOTES = {
    "receive": [
        "Every line of sockscope has the facts of a message: kernel time stamp, peer, local address, interface, "
        "ttl, drops, and where it ends. `--raw` asks the kernel for them all the same; the peers neither ask nor tell. "
        "JSON lines are longer than payloads: base64 alone makes four bytes of three.",
        "The load comes as trains, so `--gro` can take them as such: the messages of a train share their facts then, which every line says.",
        "The floor without facts is what the peers would cost at least. CPU is that of the receiver; on loopback the "
        "way up to the socket's queue is paid by the sender.",
    ],
    "lossfree": [
        "Highest paced rate that loses at most 0.1 % and leaves no backlog: what still waits in the socket when the "
        "load ends is read within 2 % of its time. 0: not even the lowest rate tried; inf: that the other one is 0.",
        "Most of this is the receive buffer. sockscope asks for 4 MiB by itself; `socat` (`rcvbuf=`) and `nc` (`-I`) do when "
        "told and are shown both ways; `ncat` has no such option. The fair comparison is with those that were told.",
    ],
    "open": [
        "A recording of 1 GiB in memory, pcap on Ethernet: 16 conversations, half of them UDP, half TCP. Every packet as a row, "
        "to /dev/null. tshark dissects much more than this program knows. Both follow TCP; tcpdump does not.",
    ],
    "first screen": [
        "The same recording, on a terminal of 100 columns and 30 rows: from before the program is spawned to its first "
        "screen, or to its first row where it writes rows.",
    ],
    "send": [
        "Rate: messages between the first and the last arrival. Only who sends each line as a datagram is ranked. "
        "`nc` and `ncat` send what one read gives, many lines in one datagram: fewer system calls, and no boundaries.",
        "Lines of one length leave sockscope as trains (UDP_SEGMENT), and arrive as they are; their rows say that they share a time. "
        "`--one-by-one` forbids it, as does any difference in length.",
        "`socat -b SIZE` keeps boundaries only while all lines are of that size. sockscope finds the line ends. "
        "The floor reads the whole file before it sends; the others read as they go.",
    ],
    "first byte": [
        "The peak includes what the meter itself had when it started the program, about 2 MiB.",
        "`ncat` spends most of its time in libcrypto before its first byte, though nothing is encrypted.",
    ],
    "help": ["The time from before the program is spawned to its end."],
    "latency": [
        "64 bytes, one at a time; the same blocking client for all. With two CPUs the time to wake the other one "
        "hides part of what the programs do; with one, it shows.",
    ],
    "bulk": [
        "A file in memory through one connection, each program at both ends, the receiver's output to /dev/null. "
        "From the start of the sender to the end of the receiver; CPU of each end.",
    ],
    "peers": [
        "Echo servers with peers that have said one byte each and then nothing: the memory that they add (PSS of all "
        "processes of the server), and round trips of ten busy peers at once, 64 bytes, with and without them. "
        "socat and ncat start a process for each peer, so they get fewer of them.",
    ],
    "text": [
        "A file in memory to /dev/null: lines of Chinese and ASCII in GBK, two thirds of the characters Chinese, or random bytes. "
        "`hexdump -C` writes what sockscope writes, byte for byte; `xxd` and `hexyl` have layouts of their own.",
    ],
    "views": [
        "Messages of 32 bytes with all facts, 64 in a batch, rendered into a file in memory by one CPU: what is left of a "
        "receiver's cost without the kernel. No other program is raced.",
    ],
    "memory": [
        "Listening, nothing received. RSS counts pages of the C library that every program shares, PSS only its part. "
        "Most of sockscope's is its own file, code and constants, mapped and clean.",
    ],
}
