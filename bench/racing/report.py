"""Tables out of figures. A ratio is taken inside one repetition, then the median of the ratios."""

import os
import platform
import re
import subprocess
from statistics import median

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def number(value):
    if value != value:
        return "-"
    size = abs(value)
    return f"{value:.0f}" if size >= 100 or value == 0 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def spread(values):
    if not values:
        return "-"
    middle, least, most = number(median(values)), number(min(values)), number(max(values))
    return middle if least == most else f"{middle} ({least}-{most})"


class Results:
    """Figures of one race: by contestant, one set a repetition."""

    def __init__(self, race):
        self.race = race
        self.runs = {who.name: {} for who in race.entrants}
        self.missing = {}

    def add(self, rep, who, figures):
        self.runs[who.name][rep] = figures

    def values(self, name, figure):
        return [run[figure.name] * figure.scale for run in self.runs[name].values() if figure.name in run]

    def figure(self, name):
        return next(figure for figure in self.race.figures if figure.name == name)

    def ratios(self, ours, other, figure):
        """How many times better `ours` is than `other`, one a repetition: above 1 is ahead."""
        found = []
        for rep, mine in self.runs[ours].items():
            theirs = self.runs[other].get(rep)
            if theirs is None or figure.name not in mine or figure.name not in theirs:
                continue
            good, bad = (mine, theirs) if figure.better == "more" else (theirs, mine)
            if bad[figure.name] > 0:
                found.append(good[figure.name] / bad[figure.name])
            elif good[figure.name] > 0:
                found.append(float("inf"))
        return found

    def ours(self):
        return [who.name for who in self.race.entrants if who.role == "ours" and self.runs[who.name]]

    def ranked(self, who):
        """Peers that do the same job: who merges messages does another one."""
        runs = self.runs[who.name].values()
        whole = all(run["alone"] >= 0.999 * run["messages"] for run in runs if "alone" in run)
        return who.role == "peer" and bool(runs) and whole

    def behind(self):
        """Where a ranked peer is ahead: sentences."""
        for name in self.race.ratios:
            figure = self.figure(name)
            for mine in self.ours():
                for who in filter(self.ranked, self.race.entrants):
                    found = self.ratios(mine, who.name, figure)
                    if found and median(found) < 1:
                        yield f"`{who.name}` is ahead of `{mine}` in {figure.heading}: {spread(found)}."


def table(results):
    race = results.race
    columns = [figure.heading for figure in race.figures]
    pairs = [(mine, race.ratios[0]) for mine in results.ours()]
    pairs += [(results.ours()[0], name) for name in race.ratios[1:] if results.ours()]
    heads = [f"{mine}: times better, {results.figure(name).heading}" for mine, name in pairs]
    lines = [f"### {race.title}", "", row(["program", *columns, *heads]), row(["---"] * (1 + len(columns) + len(heads)))]
    for who in race.entrants:
        if not results.runs[who.name]:
            lines.append(row([who.name, results.missing.get(who.name, "not run"), *[""] * (len(columns) + len(heads) - 1)]))
            continue
        cells = [spread(results.values(who.name, figure)) for figure in race.figures]
        ratios = [spread(results.ratios(mine, who.name, results.figure(name))) for mine, name in pairs]
        unranked = who.role == "peer" and not results.ranked(who)
        name = who.name + (" (not ranked: merges messages)" if unranked else "")
        # Runs that gave nothing are told, not left out in silence.
        if who.name in results.missing:
            name += f" ({len(results.runs[who.name])} runs; then {results.missing[who.name]})"
        lines.append(row([name, *cells, *ratios]))
    behind = list(results.behind())
    lines += ["", "Behind: " + " ".join(behind) if behind else "Behind: no ranked peer."]
    return "\n".join(lines)


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace").strip()


def versions(sockscope, root):
    """What raced, by name: the words each program has for itself."""
    ask = {
        "sockscope": (first_line(sockscope, "--version"), r"sockscope (\S+)"),
        "socat": (first_line("socat", "-V"), r"socat version (\S+)"),
        "ncat": (first_line("ncat", "--version"), r"Version (\S+)"),
        "nc": (first_line("nc", "-h"), r"^(.*netcat.*)$"),
        "python": (platform.python_version(), r"(\S+)"),
    }
    found = {}
    for name, (text, pattern) in ask.items():
        match = re.search(pattern, text, re.MULTILINE)
        found[name] = match.group(1).strip() if match else "missing"
    commit = first_line("git", "-C", root, "describe", "--always", "--dirty", "--exclude=*")
    if re.fullmatch(r"[0-9a-f]+(-dirty)?", commit):
        found["sockscope"] += f" ({commit})"
    return found


def machine():
    model, rmem = platform.machine(), "unknown"
    try:
        with open("/proc/cpuinfo") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
        with open("/proc/sys/net/core/rmem_max") as file:
            rmem = file.read().strip()
    except OSError:
        pass
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
    virtual = ", virtual" if "hypervisor" in first_line("grep", "-m1", "^flags", "/proc/cpuinfo") else ""
    return (
        f"{model}{virtual}, {len(os.sched_getaffinity(0))} CPUs, {memory} GiB; {platform.system()} "
        f"{platform.release()}; net.core.rmem_max {rmem}"
    )


def full(all_results, facts, notes):
    """The whole report."""
    lines = facts_lines(facts)
    said = set()
    for results in all_results:
        lines += ["", table(results)]
        for note in notes.get(results.race.notes, []):
            if note not in said:
                lines += ["", note]
                said.add(note)
    return "\n".join(lines)


def facts_lines(facts):
    tools = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    lines = [
        f"Taken on {facts['date']} with `{facts['command']}`: {facts['machine']}.",
        f"{tools}. {facts['reps']} repetitions, all programs in turn in each, in another order each time;",
        "median (lowest-highest). Absolute figures hold for that machine and hour: the ratios are the result.",
        "Times better: above 1 sockscope is ahead, below 1 it is behind.",
    ]
    if facts["cpus"] < 2:
        lines += ["", "One CPU only: load and program shared it, so the rates are those of both together."]
    return lines


# The short table for the README: race, contestant of ours, figure, words in English and Chinese.
SHORT = [
    ("Receive without loss, 32 B", "sockscope --raw", "lossfree", "receive without loss, payloads, 32 B", "无丢失接收（仅载荷，32 字节）"),
    ("Receive without loss, 32 B", "sockscope --json", "lossfree", "receive without loss, JSON with all facts, 32 B", "无丢失接收（JSON，含全部信息，32 字节）"),
    ("Receive at saturation, 32 B", "sockscope --raw", "cpu", "receive, payloads, 32 B", "接收（仅载荷，32 字节）"),
    ("Receive at saturation, 32 B", "sockscope --json", "cpu", "receive, JSON with all facts, 32 B", "接收（JSON，含全部信息，32 字节）"),
    ("Send a file of lines, 32 B", "sockscope -q", "rate", "send a file, one datagram a line, 32 B", "逐行发送文件（每行一个数据报，32 字节）"),
    ("Round trip, one CPU", "sockscope", "p50_us", "echo, round trip", "回显往返时间"),
    ("Round trip, TCP, one CPU", "sockscope", "p50_us", "echo, round trip, TCP", "回显往返时间（TCP）"),
    ("Bulk through TCP", "sockscope", "rate", "a file through TCP", "文件传输（TCP）"),
    ("Bulk through TCP", "sockscope", "cpu", "the same, CPU of both ends", "同上，两端 CPU"),
    ("Idle peers on an echo server, TCP", "sockscope", "each", "echo server: one idle TCP peer", "回显服务器：每个空闲 TCP 连接"),
    ("Idle peers on an echo server, TCP", "sockscope", "among", "ten busy peers among the idle", "空闲连接中十个活跃连接"),
    ("Start: first byte", "sockscope", "min_ms", "start to first byte sent", "启动到发出首字节"),
    ("Start: --help", "sockscope", "min_ms", "`--help`", "`--help`"),
    ("Memory: listening, idle", "sockscope", "rss", "idle listener", "空闲监听内存"),
]
CHINESE = {
    "thousand messages/s without loss": "千条/秒",
    "thousand messages/s": "千条/秒",
    "CPU µs a message": "每条 CPU 微秒",
    "median µs": "微秒（中位数）",
    "least ms": "毫秒（最小值）",
    "RSS MiB": "MiB（RSS）",
    "GiB/s": "GiB/秒",
    "CPU s a GiB, both ends": "每 GiB 的 CPU 秒",
    "KiB for each": "KiB",
    "thousand round trips/s of ten, among the idle": "千次往返/秒",
}


def short(all_results, facts, chinese):
    """One line a job: sockscope, the peers, and how many times better it is than the best of them."""
    peers = ("socat", "ncat", "nc")
    heads = ("任务", "单位", "sockscope", *peers, "与最好的同类相比") if chinese else (
        "job", "unit", "sockscope", *peers, "times better than the best peer")
    lines = [row(heads), row(["---"] * len(heads))]
    for title, mine, name, english, translated in SHORT:
        results = next((r for r in all_results if r.race.title == title), None)
        if results is None or not results.runs[mine]:
            continue
        figure = results.figure(name)
        cells, against = [], []
        for peer in peers:
            entrants = [w for w in results.race.entrants if w.name.split()[0] == peer and results.runs[w.name]]
            able = [w for w in entrants if results.ranked(w)]
            if not able:
                cells.append(("合并消息" if chinese else "merges messages") if entrants else "-")
                continue
            best = (max if figure.better == "more" else min)(able, key=lambda w: median(results.values(w.name, figure)))
            cells.append(number(median(results.values(best.name, figure))))
            found = results.ratios(mine, best.name, figure)
            against.append((median(found), spread(found)) if found else (float("inf"), "-"))
        unit = CHINESE[figure.heading] if chinese else figure.heading
        worst = min(against)[1] if against else "-"
        own = number(median(results.values(mine, figure)))
        lines.append(row([translated if chinese else english, unit, own, *cells, worst]))
    tail = (
        f"{facts['date']}，{facts['machine']}，`{facts['command']}`；{facts['reps']} 轮交替运行的中位数（最低-最高）。"
        "比值在同一轮内计算：大于 1 表示 sockscope 领先，小于 1 表示落后。每个同类工具取其最好的选项。"
        if chinese
        else f"{facts['date']}, {facts['machine']}, `{facts['command']}`: median (lowest-highest) of {facts['reps']} "
        "repetitions. Ratios are taken inside a repetition: above 1 sockscope is ahead, below 1 behind. "
        "Of each peer its best option."
    )
    return "\n".join([*lines, "", tail])


def put(path, text):
    """Writes the text between the markers of a file; returns whether it has them."""
    try:
        with open(path, encoding="utf-8") as file:
            whole = file.read()
    except FileNotFoundError:
        return False
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return False
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    return True
