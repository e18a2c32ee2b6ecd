"""Which layer of the road a sample belongs to. What no line here names is shown by its own name: nothing is hidden."""

import re

# Where a road begins and ends, in the order of its tables. The rest is sorted by what it costs.
KERNEL, OURS, OTHER = "kernel", "sockscope", "other"

# Files of this repository, by how their place begins; the first that fits counts.
FILES = [
    ("net/kernel/linux/control", "control messages into facts"),
    ("net/kernel/linux/name", "peer's address"),
    ("net/address", "peer's address"),
    ("net/kernel", "batch call: headers made, results read"),
    ("net", "transport"),
    ("core/batch", "batch: messages in one buffer"),
    ("core/facts", "facts"),
    ("core/session", "session: accounts"),
    ("core/ending", "ending: is it over"),
    ("core/event", "event"),
    ("core/filter", "filter: is it shown"),
    ("core/moment", "time"),
    ("core/charset", "charset"),
    ("core/payload", "payload: notation"),
    ("core/framing", "framing"),
    ("engine/sender", "sender: lines to messages"),
    ("engine/source", "sender: lines to messages"),
    ("engine/drive", "drive"),
    ("engine/port", "drive"),
    ("engine/bus", "bus: one event, many sinks"),
    ("engine/tell", "bus: one event, many sinks"),
    ("engine/record", "recording: its file"),
    ("view/pcapng", "view: recording"),
    ("view/json", "view: JSON line"),
    ("view/rows", "view: row"),
    ("view/raw", "view: raw"),
    ("view/hex", "view: hex"),
    ("view/text", "view: text"),
    ("view/time", "view: time"),
    ("view/number", "view: numbers"),
    ("view/address", "view: address"),
    ("app/out", "writer"),
]

# Functions of the kernel (Linux 6), by pattern; the innermost call of a sample that fits one counts.
INSIDE = [
    (r"^(__sock_recv_timestamp)", "fact: time"),
    (r"^(__sock_recv_cmsgs|sock_recv_cmsgs)", "fact: drops"),
    (r"^(ip_cmsg_recv|ip6_datagram_recv)", "facts: local address, ttl, traffic class"),
    (r"^(move_addr_to_user)", "fact: peer's address"),
    (r"^(skb_copy_datagram|_copy_to_iter|__skb_datagram_iter|simple_copy_to_iter|copy_to_iter)", "payload copied"),
    (
        r"^(skb_consume_udp|__consume_stateless_skb|consume_skb|kfree_skb|skb_release|skb_free|skb_attempt_defer_free|"
        r"napi_skb_cache_put|udp_rmem_release|udp_skb_destructor)",
        "message given back",
    ),
    (r"^(__skb_recv_udp|__skb_try_recv|__skb_wait_for|skb_unlink|first_packet_length|udp_skb_dtor)", "message taken from the queue"),
    (
        r"^(__copy_msghdr|copy_msghdr|import_iovec|__import_iovec|copy_iovec|recvmsg_copy_msghdr|sendmsg_copy_msghdr|"
        r"copy_msghdr_from_user)",
        "headers in and out",
    ),
    (r"^(security_|apparmor_|selinux_|tomoyo_)", "security module"),
    (
        r"^(__netif_receive|ip_rcv|ip_local|udp_rcv|__udp4_lib_rcv|udp_queue_rcv|udp_unicast_rcv|process_backlog|"
        r"__napi_poll|net_rx_action)",
        "the receiver's side of the loopback",
    ),
    (
        r"^(__dev_queue_xmit|dev_hard_start_xmit|loopback_xmit|validate_xmit|ip_finish_output|ip_output|ip_send_skb|"
        r"udp_send_skb|__ip_local_out)",
        "to the device",
    ),
    (r"^(ip_make_skb|__ip_append_data|ip_append|sock_alloc_send|alloc_skb|__alloc_skb|ip_generic_getfrag|ip_setup_cork)", "message made"),
    (r"^(ip_route|__ip_route|fib_|sk_dst_check)", "route"),
]
# The same of what several of those call: it counts where none of them does.
SHARED = [
    (r"^__check_object_size", "payload copied"),
    (r"^__put_user", "headers in and out"),
    (r"^(udp|udpv6)_(recv|send)msg", "UDP's own part"),
    (r"^(do_recvmmsg|__sys_sendmmsg|_*sys_recvmsg|_*sys_sendmsg|sock_recvmsg|inet6?_recvmsg)", "from one message to the next"),
]
INSIDE = [(re.compile(pattern), label) for pattern, label in INSIDE]
SHARED = [(re.compile(pattern), label) for pattern, label in SHARED]
CALL = re.compile(r"^(?:__(?:x64|ia32|arm64)_sys_|ksys_|__do_sys_)(\w+)$")


def of_kernel(frames):
    """The layer of a sample in the kernel: its system call, and what it was about there."""
    call = next((found[1] for name in frames if (found := CALL.match(name))), None)
    if any("page_fault" in name for name in frames):
        return KERNEL, f"{call}: page faults" if call else "page faults"
    if call is None:
        entry = any(re.search("syscall|SYSCALL|sysret", name) for name in frames)
        return KERNEL, "entry and exit of system calls" if entry else "interrupts, switches"
    for patterns in (INSIDE, SHARED):
        for name in frames:
            for pattern, label in patterns:
                if pattern.search(name):
                    return KERNEL, f"{call}: {label}"
    return KERNEL, call


def of_file(place):
    """The layer of a place in this repository."""
    return OURS, next((label for begin, label in FILES if place.startswith(begin)), place)


def of_library(library, function):
    """The layer of a function elsewhere."""
    if re.search("mem(cpy|move|set)", function):
        return OTHER, "bytes copied (memcpy)"
    if re.search("mem(chr|cmp)", function):
        return OTHER, "bytes looked through (memchr)"
    if re.search("malloc|free|realloc|calloc", function):
        return OTHER, "memory taken and given back (malloc)"
    return OTHER, "clock (vdso)" if "vdso" in library else library
