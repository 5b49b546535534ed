#!/usr/bin/env python3
"""Signals and limits: on a hard formula a run ends in two seconds, cleanly.

usage: limits.py BUILD

Afterwards no process, temporary file or shared-memory segment (Open MPI is told
to put them into the same folder) may be left, statistics must have been
printed, and the answer is unknown.  On a busy machine the seconds are longer,
by the factor that a loop of this program takes longer than its CPU time.
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

LATE = 2.0  # seconds from the signal or the limit to the end, had we the
#             machine for ourselves
WORK = 0.5  # CPU seconds of each process until a signal is sent
if "asan" in sys.argv[1] or "tsan" in sys.argv[1]:
    LATE = 10.0


def hard_formula(build, folder):
    path = os.path.join(folder, "hard.cnf")
    with open(path, "wb") as file:
        subprocess.run([build.gen, "pigeon", "holes=25", "pigeons=26",
                        "shuffle=1"], stdout=file, check=True)
    return path


class Timed:
    """Sends a signal to the youngest process of a name once all ranks work."""

    def __init__(self, number, ranks, to):
        self.number, self.ranks, self.to = number, ranks, to
        self.sent = 0.0
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self):
        working = common.wait_busy("tutti", max(1, self.ranks), WORK)
        chosen = max(common.launched(self.to), default=0) if working else 0
        self.sent = time.monotonic()
        if chosen:
            os.kill(chosen, self.number)


def judge(said, late, folder):
    found = []
    if said.reason:
        found.append("did not end by itself")
    if late > LATE:
        found.append(f"ended {late:.1f} s late")
    if said.output.answers not in ([], ["UNKNOWN"]):
        found.append(f"answers {said.output.answers}")
    if said.leftover:
        found.append(f"{said.leftover} processes left over")
    left = set(os.listdir(folder))
    if left:
        found.append(f"files left over: {sorted(left)}")
    if "conflicts" not in said.text:
        found.append("no statistics")
    return found


def attempt(build, cnf, folder, options, ranks=0, number=None, to="tutti"):
    """One run with a proof wanted, so that there are files to leave."""
    sent = Timed(number, ranks, to) if number else None
    arguments = [cnf, "--engines=2", f"--proof={folder}/proof.lrat",
                 f"--proof-dir={folder}"] + options
    command = build.command(arguments, ranks)
    env = dict(common.mpi_environment(command), TMPDIR=folder,
               OMPI_MCA_btl_vader_backing_directory=folder)
    slow, start = common.stretch(), time.monotonic()
    said = common.run(command, env=env, cwd=folder)
    end = time.monotonic()
    late = end - (sent.sent if sent else start + 2)
    late /= max(slow, common.stretch())
    if os.path.exists(f"{folder}/proof.lrat"):
        os.unlink(f"{folder}/proof.lrat")
    return said, judge(said, late, folder)


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
