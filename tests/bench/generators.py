#!/usr/bin/env python3
"""Every family of tutti-gen: well formed, repeatable, status as announced.

usage: generators.py BUILD

Small formulas go through the naive solver (and minisat where it gives up).
"""

import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "fuzz"))
import trial  # noqa: E402

# Values around each border that decides the status.
BORDERS = """
pigeon holes=4 pigeons=4
pigeon holes=4 pigeons=5
pigeon holes=7 pigeons=8 counter=1
cliquecol n=5 k=3 c=3
cliquecol n=5 k=4 c=3
ramsey n=5 r=3 s=3
ramsey n=6 r=3 s=3
ramsey n=8 r=4 s=3
ramsey n=9 r=4 s=3
vdw n=17 k=3 l=4
vdw n=18 k=3 l=4
schur n=13 k=3
schur n=14 k=3
langford n=3
langford n=5
langford n=7
golfer groups=2 size=2 weeks=3
golfer groups=2 size=2 weeks=4
mols n=2
mols n=3
queens n=3
queens n=4
queens n=5 torus=1
queens n=6 torus=1
mchess n=5
mchess n=6
subsetcard n=6
ordering n=8
pebble height=4 width=1
pebble height=3 width=3
tseitin w=3 h=3 torus=0
tseitin w=3 h=3 torus=1
parity n=9
cardinality n=6 k=3
sudoku box=2
quasigroup n=6
colour n=20
colour n=20 planted=0
hamilton w=3 h=3
hamilton w=3 h=4
hamilton w=3 h=4 knight=1
cover n=12 sets=16
cover n=13 sets=20
schedule jobs=3 machines=2
schedule jobs=3 machines=2 planted=0
life n=4
multmiter n=3
commute n=3
adder n=4
factor bits=5
factor bits=4 prime=1
sortnet n=4
popcount n=6
counter bits=5 steps=4
counter bits=5 steps=4 reach=1
shifter bits=2
arx rounds=1 free=6
stream n=9 out=12
rule n=8 steps=3
parlearn n=6 samples=10 errors=1
ksat n=20 m=85
planted n=20 m=90
xorsat n=15 m=15
xorsat n=15 m=25 planted=1
mixed n=20 m=55 ladder=5
"""


def generate(build, words):
    return trial.common.run([build.gen] + words)


def faults(build, words, path, seen):
    first = generate(build, words)
    if first.status or first.errors:
        return [f"status {first.status}: {first.errors}"]
    if generate(build, words).text != first.text:
        return ["two runs differ"]
    with open(path, "w", encoding="ascii") as file:
        file.write(first.text)
    num_vars, lits = trial.common.formulas.parse(first.text.encode())
    head = first.text.split("\n", 3)
    found = []
    if lits.count(0) != int(head[2].split()[3]) or (lits and lits[-1]):
        found.append("number of clauses differs from the header")
    if lits and max(map(abs, lits)) > num_vars:
        found.append("variable beyond the header")
    status, answer = head[1].split()[2], trial.reference(build, path)
    if status != "UNKNOWN" and answer and status != answer:
        found.append(f"announced {status}, is {answer}")
    if status != "UNKNOWN" and not answer:
        print(f"not decided: {' '.join(words)}")
    seen.add(words[0])
    return found


def families(build):
    text = trial.common.run([build.gen, "--help"]).text
    return {line.split()[0] for line in text.splitlines()
            if line.startswith("  ") and "=" in line}


def main():
    build = trial.common.Build(sys.argv[1])
    build.need("gen", "naive")
    report, seen = trial.common.Report(), set()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.cnf")
        for line in BORDERS.strip().splitlines():
            for more in ("seed=1", "seed=2 shuffle=1"):
                words = line.split() + more.split()
                report.case(" ".join(words),
                            faults(build, words, path, seen))
    missing = families(build) - seen
    report.case("all families", [f"not tested: {sorted(missing)}"]
                if missing else [])
    for words in (["nosuch"], ["pigeon", "holes"], ["pigeon", "n=3"],
                  ["pigeon", "holes=0"], ["sortnet", "n=6"]):
        said = generate(build, words)
        report.case("rejects " + " ".join(words),
                    [] if said.status == 1 and said.errors else ["accepted"])
    report.finish()


if __name__ == "__main__":
    main()
