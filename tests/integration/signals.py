#!/usr/bin/env python3
"""Signals whatever the program is doing: each ends the run, none is lost.

usage: signals.py BUILD
"""

import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import common
import faults
import process

F_SETPIPE_SZ = 1031
SLACK = 1.0  # seconds; all of them are longer on a busy machine
WORK = 0.3  # CPU seconds of each process until a signal is sent


class Started:
    """A program with a terminal's worth of output that can be held back."""

    def __init__(self, command, env=None, ignore=None, stdout=None):
        def before():
            if ignore:
                signal.signal(ignore, signal.SIG_IGN)
        self.file = None
        if stdout is None:
            self.file = stdout = tempfile.TemporaryFile()
        self.child = subprocess.Popen(
            command, stdout=stdout, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, env=env, preexec_fn=before,
            start_new_session=True)
        process.running.add(self.child.pid)

    def send(self, number, pid=0):
        os.kill(pid or self.child.pid, number)
        return time.monotonic()

    def handles(self, number):
        """Waits until the program has a handler for the signal."""
        end = time.monotonic() + common.PATIENCE
        while time.monotonic() < end:
            with open(f"/proc/{self.child.pid}/status",
                      encoding="ascii") as file:
                caught = int(re.search(r"SigCgt:\s*(\w+)",
                                       file.read()).group(1), 16)
            if caught >> (number - 1) & 1:
                return
            time.sleep(0.02)

    def end(self):
        """Status or None; kills what is left."""
        try:
            status = self.child.wait(common.PATIENCE)
        except subprocess.TimeoutExpired:
            status = None
        process.kill_session(self.child.pid, process.GRACE)
        self.child.wait()
        process.running.discard(self.child.pid)
        return status

    def text(self):
        self.file.seek(0)
        return self.file.read().decode(errors="replace")


def lateness(since, limit, status):
    late = (time.monotonic() - since) / common.stretch()
    if status is None or late > limit + SLACK:
        return [f"ended {late:.1f} s after the signal"]
    return []


def each_signal(build, report, hard):
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGALRM", "SIGXCPU",
                 "SIGVTALRM", "SIGUSR1", "SIGUSR2"):
        run = Started([build.tutti, hard, "--engines=2"])
        common.wait_busy("tutti", 1, WORK)
        sent = run.send(getattr(signal, name))
        status = run.end()
        found = lateness(sent, 2, status)
        if status != 0:
            found.append(f"status {status}")
        if f"c {name}" not in run.text() or "s UNKNOWN" not in run.text():
            found.append("does not say why")
        report.case(name, found)


def ignored(build, report, hard):
    """What nohup asks for."""
    run = Started([build.tutti, hard, "--engines=1", "--time=3"],
                  ignore=signal.SIGHUP)
    common.wait_busy("tutti", 1, WORK)
    run.send(signal.SIGHUP)
    run.end()
    report.case("nohup", [] if "c time limit" in run.text()
                else ["SIGHUP was not ignored"])


def stuck(read):
    """Waits until nothing more goes into a pipe."""
    before = size = -1
    while size <= 0 or size != before:
        time.sleep(1)
        before, size = size, struct.unpack("i", fcntl.ioctl(
            read, termios.FIONREAD, b"\0" * 4))[0]


def held_back(build, report, hard):
    """Nobody reads what it prints, so that the main thread is stuck."""
    for signals, limit in ((2, 1), (1, 6)):
        read, write = os.pipe()
        fcntl.fcntl(write, F_SETPIPE_SZ, 4096)
        run = Started([build.tutti, hard, "--engines=2", "-v",
                       "--report-interval=0.01"], stdout=write)
        stuck(read)
        sent = run.send(signal.SIGTERM)
        if signals == 2:
            time.sleep(0.4)
            sent = run.send(signal.SIGTERM)
        status = run.end()
        report.case(f"{signals} signals, stdout stuck",
                    lateness(sent, limit, status) +
                    ([] if status == 0 else [f"status {status}"]))
        os.close(read)
        os.close(write)


def reading(build, report, folder):
    """A pipe that nobody writes to."""
    path = os.path.join(folder, "pipe")
    os.mkfifo(path)
    run = Started([build.tutti, path])
    run.handles(signal.SIGTERM)
    sent = run.send(signal.SIGTERM)
    status = run.end()
    report.case("while reading", lateness(sent, 1, status) +
                ([] if "s UNKNOWN" in run.text() else ["no 's' line"]))


def dead_root(build, report, hard):
    """Rank 0 is stopped: the others obey by themselves."""
    command = build.command([hard, "--engines=1"], ranks=3)
    run = Started(command, env=common.mpi_environment(command))
    common.wait_busy("tutti", 3, WORK)
    pids = faults.ranks_of(run.child.pid, build.tutti)
    run.send(signal.SIGSTOP, pids[0])
    sent = run.send(signal.SIGTERM, pids[2])
    while os.path.exists(f"/proc/{pids[2]}") and \
            time.monotonic() < sent + common.PATIENCE:
        time.sleep(0.02)
    late = (time.monotonic() - sent) / common.stretch()
    # Open MPI itself takes one to two seconds to end an aborted job.
    report.case("rank 0 does not react",
                [f"rank 2 ended after {late:.1f} s"] if late > 3 + SLACK
                else [])
    run.end()


def alike(build, report, hard):
    """Ranks with different options refuse together."""
    for other, differs in ((["--proof=/dev/null"], True),
                           (["--seed=3"], True), (["--engines=2"], False)):
        command = build.command([hard, "--engines=1", "--time=1"], ranks=1)
        command += [":", "-np", "1", build.tutti, hard, "--engines=1",
                    "--time=1"] + other
        said = common.run(command,
                          env=common.mpi_environment(command))
        found = [] if not said.reason else ["did not end"]
        if differs != ("rank 1 has other options" in said.errors):
            found.append(f"said '{said.errors.strip()[-80:]}'")
        if said.status != (1 if differs else 0):
            found.append(f"status {said.status}")
        report.case(f"rank 1 with {other[0]}", found)


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "gen")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti-signals-") as folder:
        hard = os.path.join(folder, "hard.cnf")
        with open(hard, "wb") as file:
            subprocess.run([build.gen, "pigeon", "holes=25", "pigeons=26",
                            "shuffle=1"], stdout=file, check=True)
        each_signal(build, report, hard)
        ignored(build, report, hard)
        held_back(build, report, hard)
        reading(build, report, folder)
        if common.shutil.which("mpirun"):
            dead_root(build, report, hard)
            alike(build, report, hard)
        else:
            print("skipped: no mpirun")
    report.finish()


if __name__ == "__main__":
    main()
