#!/usr/bin/env python3
"""Files that are written: never another one that is named, never half of one,
and a run whose output is lost says so.

usage: outputs.py BUILD

Each case is a line of shell in a folder of its own, with $tutti and $check
(and, for ranks, $mpi); afterwards the folder must hold what it did and what
the run promised, nothing else.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import common
import limits

SAT = "p cnf 2 1\n1 2 0\n"
UNSAT = "c two\np cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n"
OUTPUTS = ("proof", "model", "stats", "result")
OLD = "an old file\n"


class Place:
    """A folder with inputs, and what happens in it."""

    def __init__(self, build):
        self.build = build
        self.holder = tempfile.TemporaryDirectory(prefix="tutti test ")
        self.folder = self.holder.name
        for name, text in (("s.cnf", SAT), ("u.cnf", UNSAT), ("old", OLD)):
            self.store(name, text)
        mpi = build.command([], ranks=3)[:-1]
        self.env = dict(common.mpi_environment(mpi), tutti=build.tutti,
                        check=build.check, TMPDIR=self.folder,
                        mpi=f"env TMPDIR=/tmp {' '.join(mpi)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def store(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def load(self, name):
        with open(self.path(name), encoding="latin1") as file:
            return file.read()

    def listing(self):
        return sorted(os.listdir(self.folder))

    def contents(self):
        return {name: self.load(name) for name in self.listing()
                if os.path.isfile(self.path(name))}

    def run(self, command):
        return common.run(["bash", "-c", command], env=self.env,
                          cwd=self.folder)


def told(said, words, status=1):
    """One line of error with all words, and the exit status."""
    found = []
    lines = said.errors.splitlines()
    if said.reason:
        found.append(f"killed: {said.reason}")
    if said.status != status:
        found.append(f"exit status {said.status}")
    if len(lines) != 1:
        found.append(f"{len(lines)} lines of error: {lines[:3]}")
    found += [f"no '{word}' in '{lines[0]}'" for word in words
              if lines and word not in lines[0]]
    return found


def refused(build, report, name, command, words, prepare=""):
    """Nothing is written."""
    with Place(build) as place:
        place.run(prepare)
        before = place.contents(), place.listing()
        said = place.run(command)
        found = told(said, words)
        if (place.contents(), place.listing()) != before:
            found.append("something was written")
        if said.output.answers:
            found.append("gave an answer")
        report.case(name, found)


def same_files(build, report):
    for option in OUTPUTS:
        flag = f"--{option}"
        for name, prepare in (("u.cnf", ""), ("./u.cnf", ""),
                              ("hard", "ln u.cnf hard"),
                              ("soft", "ln -s u.cnf soft"),
                              ("softer", "ln -s u.cnf soft; "
                               "ln -s \"$PWD/soft\" softer")):
            refused(build, report, f"{flag}={name} over the formula",
                    f"$tutti {flag}={name} u.cnf",
                    (flag, "the formula"), prepare)
        refused(build, report, f"{flag} --force over the formula",
                f"$tutti --force {flag}=u.cnf u.cnf", (flag, "the formula"))
        refused(build, report, f"{flag} over stdin",
                f"$tutti - {flag}=u.cnf < u.cnf", (flag, "the formula"))
        refused(build, report, f"{flag} over stdout",
                f"$tutti u.cnf {flag}=old >> old", (flag, "stdout"))
    for a, b in (("proof", "stats"), ("model", "result"), ("stats", "model")):
        for one, two, prepare in (("x", "x", ""), ("old", "old", ""),
                                  ("x", "./sub/../x", "mkdir sub"),
                                  ("x", "soft", "ln -s x soft"),
                                  ("old", "hard", "ln old hard"),
                                  ("p", "p", "mkfifo p")):
            refused(build, report, f"--{a}={one} --{b}={two}",
                    f"$tutti u.cnf --{a}={one} --{b}={two}",
                    (f"--{a}", f"--{b}"), prepare)
    refused(build, report, "formula >> formula", "$tutti u.cnf >> u.cnf",
            ("the formula", "stdout"))
    refused(build, report, "--proof=/dev/stdout",
            "$tutti u.cnf --proof=/dev/stdout", ("proof", "stdout"))


def over_formulas(build, report):
    old = "printf 'c a\\n\\nc b\\np cnf 1 1\\n1 0\\n'"
    for option in OUTPUTS:
        for name, maker in (("x", f"{old} > x"), ("x", f"{old} | gzip > x"),
                            ("x", "printf 'p\\twcnf 1 1 1\\n' > x")):
            refused(build, report, f"--{option} over a formula",
                    f"$tutti u.cnf --{option}={name}",
                    (f"--{option}", "--force"), maker)
    for flag, name in (("--force", "s.cnf"), ("", "old")):
        with Place(build) as place:
            said = place.run(f"$tutti u.cnf {flag} --proof={name}")
            found = common.faults(said, UNSAT.encode(), "UNSAT")
            checked = place.run(f"$check u.cnf {name}")
            if checked.status:
                found.append("proof not verified")
            report.case(f"{flag} --proof={name}", found)


# name, command, verdict in the answer (None: stdout is lost), what is left
LOST = (
    ("--model", "$tutti -n s.cnf --model=/dev/full --result=r", "SAT", "r"),
    ("--stats", "$tutti -n s.cnf --stats=/dev/full --result=r", "SAT", "r"),
    ("--result", "$tutti u.cnf --proof=p --result=/dev/full", "UNSAT", "p"),
    ("--proof", "$tutti u.cnf --proof=/dev/full --result=r", "UNSAT", "r"),
    ("--proof --check", "$tutti u.cnf --check --proof=/dev/full --result=r",
     "UNSAT", "r"),
    ("a small file", "set -o pipefail; (ulimit -f 0; exec $tutti s.cnf "
     "--model=m 2>&1 > /dev/null) | cat >&2", None, ""),
    ("stdout", "$tutti s.cnf --result=r --model=m > /dev/full", None, "m r"),
    ("quiet stdout", "$tutti u.cnf -q --result=r > /dev/full", None, "r"),
    ("v lines", "$tutti s.cnf -q --result=r > /dev/full", None, "r"),
    ("closed stdout", "$tutti s.cnf -q --result=r >&-", None, "r"),
    ("closed stdin, stdout", "$tutti s.cnf -q --result=r <&- >&-", None, "r"),
    ("broken stdout", "set -o pipefail; $tutti u.cnf --result=r | "
     "(exec < /dev/null; sleep 1)", None, "r"),
    ("stdin", "$tutti - <&-", None, ""),
    ("--help", "$tutti --help > /dev/full", None, ""),
    ("--tuning", "$tutti --tuning > /dev/full", None, ""),
    ("ranks, --stats", "$mpi $tutti s.cnf --stats=/dev/full --result=r", "SAT",
     "r"),
    ("ranks, --proof", "$mpi $tutti u.cnf --proof=/dev/full", "UNSAT", ""),
    ("checker", "$check s.cnf old > /dev/full", None, ""),
    ("checker's --version", "$check --version > /dev/full", None, ""),
    ("checker's closed stdout", "$check s.cnf old >&-", None, ""),
)


def lost(build, report):
    for name, command, answer, left in LOST:
        if "$mpi" in command and not shutil.which("mpirun"):
            print("skipped: no mpirun")
            continue
        with Place(build) as place:
            before = place.listing()
            said = place.run(command)
            found = told(said, ("Bad file descriptor",) if "&-" in command
                         else ("cannot", ":"))
            if said.output.answers != ([answer] if answer else []):
                found.append(f"answers {said.output.answers}")
            if place.listing() != sorted(before + left.split()):
                found.append(f"left {place.listing()}")
            elif "r" in left and place.load("r") not in ("10\n", "20\n"):
                found.append(f"result '{place.load('r')}'")
            report.case(f"lost: {name}", found)


def from_pipes(build, report):
    """The checker gets what was read, and gives what it has read."""
    for name, command in (
            ("<(cat)", "$tutti <(cat u.cnf) --check --proof=p"),
            ("<(gzip)", "$tutti <(gzip -c u.cnf) --check --proof=p"),
            ("stdin", "$tutti - --check --proof=p < u.cnf"),
            ("pipe", "gzip -c u.cnf | $tutti - --check --proof=p"),
            (">(cat)", "$tutti u.cnf --check --proof=>(cat > p); "
             "e=$?; wait $!; exit $e"),
            ("descriptor", "$tutti u.cnf --proof=/dev/fd/7 7> p"),
            ("fifo", "mkfifo f; cat f > p & $tutti u.cnf --proof=f; "
             "e=$?; wait; rm f; exit $e"),
            ("fifo --check", "mkfifo f; (sleep 0.5; cat f > p) & "
             "$tutti u.cnf --check --proof=f; e=$?; wait; rm f; exit $e")):
        with Place(build) as place:
            before = place.listing()
            said = place.run(command)
            found = [] if said.output.answer == "UNSAT" else \
                [f"answered {said.output.answer}: {said.errors.strip()}"]
            checked = place.run("$check u.cnf p")
            if checked.status:
                found.append("proof not verified")
            if place.listing() != sorted(before + ["p"]):
                found.append(f"left {place.listing()}")
            report.case(f"pipes: {name}", found)
    for name, command in (
            ("time", "$tutti u.cnf --proof=f --time=1"),
            ("time", "$tutti s.cnf --stats=f --time=1"),
            ("not reading", "exec 8<>f; $tutti long.cnf --model=f --time=1"),
            ("stdout", "exec 8<>f; $tutti long.cnf -q --time=1 > f"),
            ("signal", "$tutti u.cnf --proof=f & "
             "until grep -q 'SigCgt.*[4-7c-f]...$' /proc/$!/status; "
             "do sleep 0.1; done; kill $!; wait $!")):
        with Place(build) as place:
            place.store("long.cnf", "p cnf 50000 1\n1 -50000 0\n")
            place.run("mkfifo f")
            said = place.run(command)
            report.case(f"a pipe without a reader, {name}",
                        told(said, ("nobody reads this pipe",)))


def hard(build, holes):
    return subprocess.run([build.gen, "pigeon", f"holes={holes}",
                           f"pigeons={holes + 1}", "shuffle=1"], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


def killed(build, report):
    """SIGKILL at any moment of a run: before, while and after the proof is
    written."""
    with Place(build) as place:
        place.store("hard.cnf", hard(build, 8))
        command = [build.tutti, "hard.cnf", "-q", "--engines=1",
                   "--proof=old", "--proof-dir=.", "--stats=s", "--check"]
        before, start = place.listing(), time.monotonic()
        subprocess.run(command, cwd=place.folder, check=False,
                       stdout=subprocess.DEVNULL)
        whole, found = time.monotonic() - start, []
        kills = 8 if common.QUICK else 20
        for i in range(kills):
            place.store("old", OLD)
            child = subprocess.Popen(command, cwd=place.folder,
                                     stdout=subprocess.DEVNULL)
            time.sleep(whole * (i + 1) / kills)
            child.send_signal(signal.SIGKILL)
            child.wait()
            if place.load("old") != OLD and \
                    place.run("$check hard.cnf old").status:
                found.append(f"half a proof after {i + 1} of {kills}")
            if set(place.listing()) - {"s"} != set(before):
                found.append(f"left {place.listing()}")
        report.case("kill -9", found[:2])


def untouched(place, before):
    fine = place.listing() == before and place.load("old") == OLD
    return [] if fine else [f"left {place.listing()}"]


def killed_rank(build, report):
    """One rank of three is killed, and mpirun ends the others."""
    with Place(build) as place:
        place.store("hard.cnf", hard(build, 25))
        before = place.listing()
        sent = limits.Timed(signal.SIGKILL, 3, "tutti")
        said = place.run("$mpi $tutti hard.cnf -q --proof=old --check "
                         "--proof-dir=. --engines=1")
        found = untouched(place, before)
        if not sent.sent:
            found.append("ended before it was killed")
        if said.status in (0, 10, 20):
            found.append(f"exit status {said.status}")
        report.case("a killed rank", found)


def fatal(build, report):
    """The disk is full while the engine writes its own file."""
    with Place(build) as place:
        place.store("hard.cnf", hard(build, 9))
        before = place.listing()
        said = place.run("ulimit -f 64; $tutti hard.cnf -q --proof=old "
                         "--proof-dir=. --engines=1")
        report.case("fatal", told(said, ("File too large",)) +
                    untouched(place, before))


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "check", "gen")
    report = common.Report()
    same_files(build, report)
    over_formulas(build, report)
    lost(build, report)
    from_pipes(build, report)
    killed(build, report)
    if shutil.which("mpirun"):
        killed_rank(build, report)
    fatal(build, report)
    report.finish()


if __name__ == "__main__":
    main()
