#!/usr/bin/env python3
"""What people and their scripts read of a run: lines while it searches, on a
terminal too, the block at its end, all counters, the JSON file.

usage: talk.py BUILD
"""

import fcntl
import glob
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios

import common

ERASE = "\r\033[K"
LINE = re.compile(r"c +\d+\.\d +\d+ ")
SHORTEST, LONGEST = 8, 15  # lines of the block
NO_RATE = ["engines", "ranks", "resident_total", "proof_bytes", "eliminated",
           "compactions", "proof_kept"]


def generate(build, folder, words):
    path = os.path.join(folder, "hard.cnf")
    with open(path, "wb") as file:
        subprocess.run([build.gen] + words, stdout=file, check=True)
    return path


def variables(path):
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.startswith("p cnf"):
                return int(line.split()[2])
    raise ValueError(path)


def sections(text):
    """Title -> lines, of all that has a title."""
    found, lines = {}, []
    for line in text.splitlines():
        title = re.match(r"c ---- \[ (.*) \] -", line)
        if title:
            lines = found.setdefault(title.group(1), [])
        elif len(line) > 2:
            lines.append(line[2:])
    return found


def names(build):
    """Of all counters, as the tables have them."""
    for path in glob.glob(os.path.join(common.ROOT, "src", "*", "stats.def")) \
            + [os.path.join(common.ROOT, "mpi", "stats.def")]:
        with open(path, encoding="ascii") as file:
            yield from re.findall(r"^STAT\w* *\((\w+)", file.read(), re.M)


def block(build, report, cnf):
    """A short one for everybody, everything for those who ask."""
    words = [cnf, "-n", "--conflicts=3000", "--engines=2"]
    short = sections(common.run(build.command(words)).text)
    found = [] if list(short) == ["statistics"] else [f"sections {list(short)}"]
    count = len(short.get("statistics", []))
    if not SHORTEST <= count <= LONGEST:
        found.append(f"{count} lines")
    report.case("short block", found)
    everything = common.run(build.command(words + ["-v"])).text
    missing = [name for name in names(build)
               if not re.search(rf"^c {name} +\d", everything, re.M)]
    report.case("everything with -v", missing)
    rated = {line.split()[0] for lines in sections(everything).values()
             for line in lines if "per second" in line}
    found = [f"{name} per second" for name in NO_RATE if name in rated]
    if not {"conflicts", "propagations", "wire_bytes"} <= rated:
        found.append(f"rates of {sorted(rated)} only")
    report.case("rates", found)


def remaining(build, report, cnf):
    """New variables that factoring adds are no variables of the formula."""
    said = common.run(build.command(
        [cnf, "-n", "-v", "--engines=1", "--time=3", "--report-interval=0.1"]))
    limit = variables(cnf)
    lines = [line.split() for line in said.text.splitlines()
             if LINE.match(line)]
    found = [f"{line[4]} of {limit} remaining" for line in lines
             if int(line[4]) + int(line[5]) > limit]
    if not lines:
        found.append("no lines")
    if not re.search(r"^c factored +[1-9]", said.text, re.M):
        found.append("nothing was factored")
    report.case("remaining variables", found[:1])


def heading(build, report, cnf):
    """Each column has words above it that end where its numbers do."""
    said = common.run(build.command(
        [cnf, "-n", "--engines=1", "--time=1.5", "--report-interval=0.1"]))
    lines = said.text.splitlines()
    first = next(i for i, line in enumerate(lines) if LINE.match(line))
    ends = [[m.end() for m in re.finditer(r"\S+(?: \S+)*", line[2:])]
            for line in lines[first - 2:first + 1]]
    found = [] if ends[0] == ends[1] == ends[2] else [f"columns {ends}"]
    report.case("heading", found)


def told(build, folder, words, number=None):
    """Cause and stage in the JSON file."""
    target = os.path.join(folder, "stats.json")
    child = subprocess.Popen(
        build.command(words + ["-q", "-n", f"--stats={target}"]),
        stdout=subprocess.DEVNULL)
    if number:
        common.wait_busy("tutti", 1, 0.2)
        child.send_signal(number)
    child.wait(common.PATIENCE)
    with open(target, encoding="utf-8") as file:
        data = json.load(file)
    os.unlink(target)
    return data["cause"], data["stage"]


def causes(build, report, folder, cnf):
    easy = os.path.join(folder, "easy.cnf")
    with open(easy, "wb") as file:
        file.write(b"p cnf 2 3\n1 2 0\n-1 2 0\n1 -2 0\n")
    for cause, stage, words, number in (
            ("answer", "search", [easy], None),
            ("time limit", "search", [cnf, "--time=1"], None),
            ("engine limit", "search", [cnf, "--conflicts=10"], None),
            ("memory limit", "reading", [cnf, "--memory=1"], None),
            ("signal", "search", [cnf], signal.SIGTERM)):
        said = told(build, folder, words + ["--engines=1"], number)
        report.case(f"cause '{cause}'",
                    [] if said == (cause, stage) else [str(said)])


# --- on a terminal ---------------------------------------------------------

def on_terminal(command, stdout=True, kind="xterm", columns=0):
    """What a terminal gets, and what stdout got if that is not the terminal."""
    screen, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as other:
        child = subprocess.Popen(command, stdout=end if stdout else other,
                                 stderr=end, stdin=subprocess.DEVNULL,
                                 env=dict(os.environ, TERM=kind))
        os.close(end)
        got = b""
        while True:
            try:
                more = os.read(screen, 1 << 16)
            except OSError:  # the other end is closed
                break
            got += more
        os.close(screen)
        child.wait(common.PATIENCE)
        other.seek(0)
        return got.decode(), other.read().decode()


def shown(got):
    """The lines of the screen in the end."""
    return [line.rsplit(ERASE, 1)[-1] for line in got.split("\r\n")]


def terminal(build, report, cnf):
    command = build.command([cnf, "-n", "--engines=1", "--time=2",
                             "--report-interval=0.7"])
    for columns in (0, 40):  # 0: unknown, taken as 80
        got, _ = on_terminal(command, columns=columns)
        live = re.findall(re.escape(ERASE) + r"([^\r]+conflicts[^\r]*)", got)
        found = [] if len(live) > 2 else [f"{len(live)} live lines"]
        found += [f"live line too long: {line}" for line in live
                  if len(line) >= (columns or 80)][:1]
        strange = [line for line in shown(got)
                   if line and line[:1] not in "cs"]
        report.case(f"live line, {columns} columns", found + strange[:1])
    got, other = on_terminal(command, stdout=False)
    found = [] if "conflicts/s" in got else ["no live line"]
    found += [f"left on the screen: {line}" for line in shown(got) if line]
    if ERASE in other or "s UNKNOWN" not in other:
        found.append("stdout is not clean")
    report.case("live line beside a file", found)


def no_terminal(build, report, cnf):
    command = build.command([cnf, "-n", "--engines=1", "--time=1"])
    for words, kind in ((["--no-progress"], "xterm"), (["-q"], "xterm"),
                        ([], "dumb"), ([], "")):
        got, _ = on_terminal(command + words, kind=kind)
        report.case(f"no live line: {words} TERM='{kind}'",
                    ["live line"] if "\033" in got else [])
    said = common.run(command, env=dict(os.environ, TERM="xterm"))
    report.case("no live line without a terminal",
                [said.errors] if said.errors else [])


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "gen")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as folder:
        cnf = generate(build, folder, ["pigeon", "holes=14", "pigeons=15"])
        block(build, report, cnf)
        remaining(build, report, cnf)
        heading(build, report, cnf)
        causes(build, report, folder, cnf)
        terminal(build, report, cnf)
        no_terminal(build, report, cnf)
    report.finish()


if __name__ == "__main__":
    main()
