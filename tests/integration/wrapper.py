#!/usr/bin/env python3
"""scripts/solve with the real programs (tests/scripts has pretended ones).

usage: wrapper.py BUILD

Only where BUILD is the folder that scripts/solve builds in.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import common

SAT = b"p cnf 2 2\n1 2 0\n-1 0\n"
UNSAT = b"p cnf 1 2\n1 0\n-1 0\n"
SOLVE = os.path.join(common.ROOT, "scripts", "solve")


def store(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def solving(report, folder):
    sat = store(folder, "a sat.cnf", SAT)
    unsat = store(folder, "an unsat.cnf", UNSAT)
    common.run([SOLVE, sat], wall=3 * common.PATIENCE)  # builds if it has to
    for words, data, status in (([sat], SAT, "SAT"), ([unsat], UNSAT, "UNSAT"),
                                ([os.path.basename(sat)], SAT, "SAT")):
        said = common.run([SOLVE] + words, cwd=folder)
        found = common.faults(said, data, status)
        report.case(f"solve {words}", found + ([said.errors] if said.errors
                                               else []))
    said = common.run([SOLVE, "-"], stdin=UNSAT, cwd="/")
    report.case("solve stdin", common.faults(said, UNSAT, "UNSAT"))
    link = os.path.join(folder, "linked solve")
    os.symlink(SOLVE, link)
    said = common.run([link, sat], cwd=folder)
    report.case("solve through a link", common.faults(said, SAT, "SAT"))
    said = common.run([SOLVE, sat])
    report.case("nothing to build", [said.errors] if said.errors else [])
    for words in ([], ["--ranks=x", sat], [sat, "--nosuch"]):
        said = common.run([SOLVE] + words)
        report.case(f"solve {words}", [] if said.status == 1 and said.errors
                    else [f"status {said.status}"])


def interrupted(report, folder, number):
    """The signal goes to the script alone; the ranks must end in order."""
    path = os.path.join(folder, "hard.cnf")
    with open(path, "wb") as file:
        subprocess.run([common.Build(sys.argv[1]).gen, "pigeon", "holes=25",
                        "pigeons=26", "shuffle=1"], stdout=file, check=True)
    scratch = tempfile.mkdtemp(dir=folder)
    child = subprocess.Popen(
        [SOLVE, "--ranks=2", path, f"--proof={scratch}/p",
         f"--proof-dir={scratch}"], stdout=subprocess.PIPE, text=True)
    working = common.wait_busy("tutti", 2, 0.5)
    slow, start = common.stretch(), time.monotonic()
    child.send_signal(number)
    text, _ = child.communicate(timeout=common.PATIENCE)
    late = (time.monotonic() - start) / max(slow, common.stretch())
    left = [name for name in os.listdir(scratch) if name != "p"]
    found = [f"left {left}"] if left else []
    found += [] if working else ["the ranks never worked"]
    if child.returncode or late > 3 or "conflicts" not in text:
        found.append(f"status {child.returncode} after {late:.1f} s, "
                     f"{len(text)} characters")
    report.case(f"signal {number} to 2 ranks", found)


def ranks(report, folder):
    if not shutil.which("mpirun"):
        print("skipped: no mpirun")
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        interrupted(report, folder, number)
    for data, status in ((SAT, "SAT"), (UNSAT, "UNSAT")):
        path = store(folder, f"{status} ranks.cnf", data)
        said = common.run([SOLVE, "--ranks=2", path], env=dict(os.environ))
        report.case(f"2 ranks {status}", common.faults(said, data, status) +
                    ([said.errors] if said.errors else []))
        said = common.run([SOLVE, "-", "--ranks=3"], stdin=data)
        report.case(f"3 ranks stdin {status}",
                    common.faults(said, data, status))


def main():
    if os.path.realpath(sys.argv[1]) != \
       os.path.join(common.ROOT, "build", "release"):
        common.skip("scripts/solve builds in build/release")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as folder:
        solving(report, folder)
        ranks(report, folder)
    report.finish()


if __name__ == "__main__":
    main()
