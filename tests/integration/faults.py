#!/usr/bin/env python3
"""Ranks that die or fall silent: every run must end by itself.

usage: faults.py BUILD            a sample, about a minute
       faults.py BUILD --all      every fault, as a table
       faults.py BUILD WORD...    faults whose name holds all words

A fault is a signal (kill -9 or SIGSTOP) to one rank of six in one phase:

    launch   the processes are there, MPI starts
    start    the formula is being distributed
    search   engines run
    merge    the proof is being collected

             0           the tree: 0 is the root, 1 and 2 are inner nodes,
           /   \\         3, 4 and 5 are leaves
          1     2
         / \\   /
        3   4 5

Where rank 0 lives there must be one 's' line and never a wrong one; no
process may be left, and no file.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import common
import process

RANKS = 6
WHO = {"leaf": 5, "inner": 1, "root": 0}
ACTS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
PHASES = ("launch", "start", "search", "merge")
MEDIUM = 60  # seconds that the answer of a run without a limit may take
SUSPECT = {"merge": 3.0}  # seconds; the bystander is silent for a while
LIMITS = {"merge": 8}  # seconds
HEARTBEAT = 0.2
SLACK = 5.0  # seconds for everything that is no deadline of the run's
SAMPLE = [
    "stop search inner", "kill search root recovery",
    "kill search leaf recovery unlimited",
]


class Fault:
    def __init__(self, act, phase, who, recovery, limit):
        self.act, self.phase, self.who = act, phase, who
        self.recovery, self.limit = recovery, limit
        self.slow = 1.0  # how many times longer seconds are on a busy machine

    def name(self):
        return " ".join(filter(None, [
            self.act, self.phase, self.who,
            "recovery" if self.recovery else "",
            "" if self.limit else "unlimited"]))

    def suspect(self):
        return self.slow * SUSPECT.get(self.phase, 1.0)

    def bystander(self):
        """Keeps the merge open until the fault has happened."""
        return 4 if self.who == "root" else 0

    def survivable(self):
        """Rank 0 lives and mpirun lets it: it says what it knows."""
        return self.who != "root" and self.phase != "launch" and \
            (self.recovery or self.act == "stop")

    def answered(self):
        """Nothing but the fault is in the way of an answer."""
        goes_on = self.recovery or self.act == "stop"
        return goes_on and not self.limit and self.phase == "search"

    def latest(self):
        """Seconds from the fault to the end."""
        silence = 1.5 * self.suspect()
        return self.slow * ((self.limit or MEDIUM) + SLACK) + 2 * silence


def all_faults():
    faults = [Fault(act, phase, who, recovery, LIMITS.get(phase, 4))
              for recovery in (False, True) for phase in PHASES
              for act in ACTS for who in WHO]
    faults += [Fault(act, "search", who, True, 0)
               for act in ACTS for who in WHO]
    faults += [Fault("stop", phase, who, False, 0)
               for phase in ("search", "start") for who in WHO]
    return faults


def chosen(words):
    faults = all_faults()
    if words == ["--all"]:
        return faults
    if words:
        return [fault for fault in faults
                if set(words) <= set(fault.name().split())]
    found = [fault for fault in faults if fault.name() in SAMPLE]
    assert len(found) == len(SAMPLE)
    return found


# ------------------------------------------------------------ processes

def ranks_of(session, program):
    """Rank -> pid of the program's processes in a session."""
    found = {}
    for pid in process.Usage(session).pids:
        try:
            if os.readlink(f"/proc/{pid}/exe") != program:
                continue
            with open(f"/proc/{pid}/environ", "rb") as file:
                for entry in file.read().split(b"\0"):
                    if entry.startswith(b"OMPI_COMM_WORLD_RANK="):
                        found[int(entry.partition(b"=")[2])] = pid
        except OSError:
            pass
    return found


class Feeder(threading.Thread):
    """Writes a formula into a pipe: half of it, and after 'go' the rest."""

    def __init__(self, path, data):
        super().__init__(daemon=True)
        self.path, self.data = path, data
        self.go, self.half = threading.Event(), threading.Event()

    def run(self):
        try:
            with open(self.path, "wb", buffering=0) as pipe:
                middle = len(self.data) // 2
                pipe.write(self.data[:middle])
                self.half.set()
                self.go.wait(common.PATIENCE)
                pipe.write(self.data[middle:])
        except OSError:
            pass


class Run:
    """One run under mpirun, with its output as it comes."""

    def __init__(self, build, fault, formula, folder):
        self.build, self.fault = build, fault
        self.proof = os.path.join(folder, "proof.lrat")
        self.lines, self.came = [], threading.Condition()
        self.pids, self.sent = {}, 0.0
        command = ["mpirun", "-q", "--oversubscribe", "-np", str(RANKS)]
        if fault.recovery:
            command.append("--enable-recovery")
        command += [build.tutti, formula, "--engines=1",
                    "--report-interval=1", f"--proof={self.proof}",
                    f"--proof-dir={folder}",
                    f"--heartbeat-ms={int(1000 * HEARTBEAT)}",
                    f"--suspect-ms={int(1000 * fault.suspect())}"]
        if fault.limit:
            command.append(f"--time={fault.limit * fault.slow:.1f}")
        env = common.mpi_environment(command)
        del env["OMPI_MCA_odls_base_sigkill_timeout"]  # as users have it
        env["TMPDIR"] = folder
        self.errors = tempfile.TemporaryFile()
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE,
                                      stdin=subprocess.DEVNULL,
                                      stderr=self.errors, env=env,
                                      start_new_session=True)
        process.running.add(self.child.pid)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stdout:
            with self.came:
                self.lines.append(line.decode(errors="replace").rstrip())
                self.came.notify_all()

    def wait_for(self, text, seconds=common.PATIENCE):
        def here():
            return any(text in line for line in self.lines)
        with self.came:
            return self.came.wait_for(here, seconds)

    def find(self, rank):
        end = time.monotonic() + common.PATIENCE
        while rank not in self.pids and time.monotonic() < end:
            self.pids = ranks_of(self.child.pid, self.build.tutti)
            time.sleep(0.005)
        return self.pids.get(rank)

    def kill(self, rank, number):
        pid = self.find(rank)
        if not pid:
            return False
        self.sent = time.monotonic()
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def complaints(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def end(self, seconds):
        """Status, or None if it had to be killed; number left over."""
        try:
            status = self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        left = process.kill_session(self.child.pid, process.GRACE)
        if status is None:
            self.child.wait()
        process.running.discard(self.child.pid)
        with self.came:
            self.came.wait(0.1)
        return status, left


# ------------------------------------------------------------ injection

def inject(run, fault, feeder):
    """Waits for the phase, then hits; false if the phase never came."""
    number, rank = ACTS[fault.act], WHO[fault.who]
    if fault.phase == "start":
        if not (run.wait_for("c formula") and feeder.half.wait(common.PATIENCE)):
            return False
        time.sleep(0.3)
    elif fault.phase == "search":
        if not run.wait_for("read in"):
            return False
        time.sleep(0.5)
    elif fault.phase == "merge":
        if not run.wait_for("read in"):
            return False
        if not run.wait_for("collecting the proof"):
            return False
        run.kill(fault.bystander(), signal.SIGSTOP)
    hit = run.kill(rank, number)
    feeder.go.set()
    if fault.phase == "merge":
        sent = run.sent
        run.kill(fault.bystander(), signal.SIGCONT)
        run.sent = sent
    return hit


def judge(run, fault, hit, status, left, late):
    found = []
    if not hit:
        found.append("the phase was never reached")
    if status is None:
        found.append(f"did not end within {fault.latest():.0f} s")
    elif late > fault.latest():
        found.append(f"ended after {late:.1f} s")
    if left and status is not None:
        found.append(f"{left} processes left over")
    answers = [line for line in run.lines if line.startswith("s ")]
    if len(answers) > 1:
        found.append(f"{len(answers)} answers")
    if "s SATISFIABLE" in answers:
        found.append("wrong answer")
    if not answers and fault.who != "root":
        found.append("no 's' line")
    if fault.answered() and answers != ["s UNSATISFIABLE"]:
        found.append("no answer although the others went on")
    if fault.survivable():
        said = "\n".join(run.lines) + run.complaints()
        if fault.phase == "search" and fault.limit and \
                f"rank {WHO[fault.who]} is lost" not in said:
            found.append("nothing about the lost rank")
        if "statistics" not in said:
            found.append("no statistics")
    return found, answers


class Bench:
    """Formulas and folders that all faults use."""

    def __init__(self, build, top):
        self.build, self.top = build, top
        self.hard = self._formula("hard", "pigeon", "holes=25", "pigeons=26",
                                  "shuffle=1")
        self.medium = self._formula("medium", "ksat", "n=280", "m=1232",
                                    "seed=1")
        self.soft = self._formula("soft", "pebble", "height=40", "width=2")
        with open(self._formula("large", "ksat", "n=200000", "m=900000",
                                "seed=1"), "rb") as file:
            self.large = file.read()

    def _formula(self, name, *spec):
        path = os.path.join(self.top, name + ".cnf")
        with open(path, "wb") as file:
            subprocess.run([self.build.gen, *spec], stdout=file, check=True)
        return path

    def attempt(self, fault):
        fault.slow = common.stretch()
        with tempfile.TemporaryDirectory(dir=self.top) as folder:
            formula = self.soft if fault.phase == "merge" else \
                self.hard if fault.limit else self.medium
            pipe = os.path.join(self.top, "pipe.cnf")
            feeder = Feeder(pipe, self.large)
            if fault.phase == "start":
                if os.path.exists(pipe):
                    os.unlink(pipe)
                os.mkfifo(pipe)
                feeder.start()
                formula = pipe
            run = Run(self.build, fault, formula, folder)
            hit = inject(run, fault, feeder)
            status, left = run.end(fault.latest())
            late = time.monotonic() - run.sent
            found, answers = judge(run, fault, hit, status, left, late)
            rest = set(os.listdir(folder)) - {"proof.lrat"}
            if rest and status is not None and fault.act != "kill":
                found.append(f"files left over: {sorted(rest)}")
            row = (fault.name(), "-" if status is None else status,
                   answers[0] if answers else "-", late)
            return found, row, run


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "gen")
    build.need_mpirun()
    report = common.Report()
    words = sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="tutti-faults-") as top:
        bench = Bench(build, top)
        for fault in chosen(words):
            found, row, run = bench.attempt(fault)
            if words:
                print("%-34s status %4s  %-18s %5.1f s" % row, flush=True)
            report.case(fault.name(), found)
            if found:
                print("    " + "\n    ".join(
                    run.lines[-12:] + run.complaints().splitlines()[-6:]),
                      flush=True)
    report.finish()


if __name__ == "__main__":
    main()
