#!/usr/bin/env python3
"""Signals and limits: a hard formula must end within two seconds, cleanly.

usage: limits.py BUILD

Afterwards no process, temporary file or shared-memory segment may be left,
statistics must have been printed, and the answer is unknown.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import common

PATIENCE = 2.0  # seconds from the signal or the limit to the end
if "asan" in sys.argv[1] or "tsan" in sys.argv[1]:
    PATIENCE = 10.0


def shared_memory():
    return set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()


def in_use(segment):
    """Whether some living process, of ours or of others, has it mapped."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
                if segment in file.read():
                    return True
        except OSError:
            pass
    return False


def hard_formula(build, folder):
    path = os.path.join(folder, "hard.cnf")
    with open(path, "wb") as file:
        subprocess.run([build.gen, "pigeon", "holes=25", "pigeons=26",
                        "shuffle=1"], stdout=file, check=True)
    return path


def tree(pid):
    """A process and its descendants."""
    pids = [pid]
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            pids += tree(int(name))
    return pids


class Timed:
    """Sends a signal after a while to what 'choose' picks below us."""

    def __init__(self, number, choose):
        self.number, self.choose, self.sent = number, choose, 0.0
        self.thread = threading.Timer(1.5, self._send)
        self.thread.start()

    def _send(self):
        pid = self.choose()
        self.sent = time.monotonic()
        if pid:
            os.kill(pid, self.number)


def launched(name):
    """The youngest descendant of ours that runs this program."""
    found = 0
    for pid in tree(os.getpid()):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                if file.read().strip() == name:
                    found = max(found, pid)
        except OSError:
            pass
    return found


def judge(said, late, folder, before):
    found = []
    if said.reason:
        found.append("did not end by itself")
    if late > PATIENCE:
        found.append(f"ended {late:.1f} s late")
    if said.output.answers not in ([], ["UNKNOWN"]):
        found.append(f"answers {said.output.answers}")
    if said.leftover:
        found.append(f"{said.leftover} processes left over")
    left = set(os.listdir(folder))
    if left:
        found.append(f"files left over: {sorted(left)}")
    memory = {name for name in shared_memory() - before if not in_use(name)}
    if memory:
        found.append(f"shared memory left over: {sorted(memory)}")
    if "conflicts" not in said.text:
        found.append("no statistics")
    return found


def attempt(build, cnf, folder, options, ranks=0, number=None, to="tutti"):
    """One run with a proof wanted, so that there are files to leave."""
    before = shared_memory()
    sent = Timed(number, lambda: launched(to)) if number else None
    arguments = [cnf, "--engines=2", f"--proof={folder}/proof.lrat",
                 f"--proof-dir={folder}"] + options
    command = build.command(arguments, ranks)
    env = dict(common.mpi_environment(command), TMPDIR=folder)
    start = time.monotonic()
    said = common.run(command, wall=60, env=env, cwd=folder)
    end = time.monotonic()
    late = end - sent.sent if sent else end - start - 2
    if os.path.exists(f"{folder}/proof.lrat"):
        os.unlink(f"{folder}/proof.lrat")
    return said, judge(said, late, folder, before)


def status_fault(said, expected):
    return [] if said.status in expected else [f"exit status {said.status}"]


def signals(build, report, cnf, folder):
    for name in ("SIGTERM", "SIGINT", "SIGUSR1"):
        said, found = attempt(build, cnf, folder, [],
                              number=getattr(signal, name))
        report.case(name, found + status_fault(said, (0,)))


def limits(build, report, cnf, folder):
    said, found = attempt(build, cnf, folder, ["--time=2"])
    report.case("--time", found + status_fault(said, (0,)))
    # 64 MB are in use at once: the late end is counted from the start
    said, found = attempt(build, cnf, folder, ["--memory=10"])
    report.case("--memory", found + status_fault(said, (0, 1)))


def ranks(build, report, cnf, folder):
    said, found = attempt(build, cnf, folder, ["--time=2"], ranks=2)
    report.case("--time, 2 ranks", found + status_fault(said, (0,)))
    for name in ("SIGTERM", "SIGINT", "SIGUSR1"):  # one rank gets it
        said, found = attempt(build, cnf, folder, [], ranks=3,
                              number=getattr(signal, name))
        report.case(f"{name} to a rank of 3", found)
    said, found = attempt(build, cnf, folder, [], ranks=2,
                          number=signal.SIGUSR1, to="mpirun")
    report.case("SIGUSR1 to mpirun", found)


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "gen")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as top:
        folder = os.path.join(top, "scratch")
        os.mkdir(folder)
        cnf = hard_formula(build, top)
        signals(build, report, cnf, folder)
        limits(build, report, cnf, folder)
        if shutil.which("mpirun"):
            ranks(build, report, cnf, folder)
        else:
            print("skipped: no mpirun")
    report.finish()


if __name__ == "__main__":
    main()
