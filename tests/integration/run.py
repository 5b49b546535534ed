#!/usr/bin/env python3
"""Formulas x engines x ranks x proof: every answer checked here.

usage: run.py BUILD threads|mpi

Models are evaluated by this program, refutations by tutti-check; random
formulas are solved by the naive solver as well.  TUTTI_TEST_QUICK=1 takes a
part of the formulas only (for the slow sanitizer builds).
"""

import os
import random
import sys
import tempfile

import common

STRUCTURED = """
pigeon holes=6 pigeons=7
pigeon holes=7 pigeons=7 counter=1
cliquecol n=6 k=4 c=3
ramsey n=8 r=3 s=4
ramsey n=9 r=3 s=4
vdw n=22 k=3 l=5
langford n=7
langford n=6
mols n=4
queens n=9
mchess n=6
subsetcard n=8
ordering n=14
pebble height=8 width=2
tseitin w=4 h=4
parity n=16
cardinality n=10 k=5
sudoku box=3 holes=60
quasigroup n=12 holes=45
colour n=100
hamilton w=4 h=5
hamilton w=5 h=5
cover n=60 sets=120
schedule jobs=4 machines=3
schedule jobs=4 machines=3 planted=0
life n=7
multmiter n=4
commute n=4
adder n=16
factor bits=8
factor bits=7 prime=1
sortnet n=8
popcount n=12
counter bits=6 steps=12
shifter bits=3
arx rounds=1 free=16
stream n=15 out=40
rule n=20 steps=5
parlearn n=10 samples=20 errors=2
planted n=150 m=600
xorsat n=40 m=42
ksat n=100 m=426 seed=3
ksat n=120 m=505 seed=4
ksat n=60 k=5 m=1200
mixed n=120 m=330 ladder=30
"""

SPECIAL = {
    "no-clause": ("p cnf 0 0\n", "SAT"),
    "no-clause-vars": ("p cnf 5 0\n", "SAT"),
    "empty-clause": ("p cnf 0 1\n0\n", "UNSAT"),
    "empty-and-more": ("p cnf 3 3\n1 2 0\n0\n-1 3 0\n", "UNSAT"),
    "one-unit": ("p cnf 1 1\n-1 0\n", "SAT"),
    "two-units": ("p cnf 1 2\n1 0\n-1 0\n", "UNSAT"),
    "tautology": ("p cnf 2 2\n1 -1 0\n2 -2 1 0\n", "SAT"),
    "repeated": ("p cnf 2 4\n1 1 2 0\n1 1 -2 -2 0\n-1 -1 2 2 0\n"
                 "-2 -1 -2 0\n", "UNSAT"),
    "same-clauses": ("p cnf 2 4\n1 2 0\n2 1 0\n1 2 0\n-1 0\n", "SAT"),
    "unit-chain": ("p cnf 9 10\n1 0\n" + "".join(
        f"-{i} {i + 1} 0\n" for i in range(1, 9)) + "-9 0\n", "UNSAT"),
    "unused": ("p cnf 100000 2\n1 -70000 0\n70000 0\n", "SAT"),
    "binaries": ("p cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n", "UNSAT"),
}


def naive_status(build, path):
    said = common.run([build.naive, path])
    return said.answer if said.answer in ("SAT", "UNSAT") else None


def random_formula(rng):
    n = rng.randint(3, 40)
    m = int(n * rng.uniform(2, 5.5))
    clauses = []
    for _ in range(m):
        size = rng.choice([1] + [2] * 4 + [3] * 20 + [4] * 3 + [7])
        clauses.append([rng.choice((-1, 1)) * rng.randint(1, n)
                        for _ in range(size)])
    return n, clauses


class Case:
    def __init__(self, name, path, status):
        self.name, self.path, self.status = name, path, status
        with open(path, "rb") as file:
            self.data = file.read()


def structured(build, folder):
    for number, line in enumerate(STRUCTURED.strip().splitlines()):
        if common.QUICK and number % 4:
            continue
        said = common.run([build.gen] + line.split() + ["shuffle=1"])
        path = os.path.join(folder, f"structured{number}.cnf")
        with open(path, "w", encoding="ascii") as file:
            file.write(said.text)
        status = said.text.split("\n")[1].split()[2]
        yield Case(line, path, None if status == "UNKNOWN" else status)


def special(folder):
    for name, (text, status) in SPECIAL.items():
        path = os.path.join(folder, name + ".cnf")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        yield Case(name, path, status)


def randomly(build, folder, seed):
    rng = random.Random(seed)
    for number in range(8 if common.QUICK else 30):
        path = os.path.join(folder, f"random{number}.cnf")
        common.formulas.write(path, *random_formula(rng))
        yield Case(f"random {number} of seed {seed}", path,
                   naive_status(build, path))


# (ranks, engines, proof options or None); ranks 0: without mpirun
THREADS = [
    (0, 1, None),
    (0, 1, ("--proof-format=text",)),
    (0, 2, ()),
    (0, 3, None),
    (0, 2, ("gz",)),
]
MPI = [
    (1, 1, ()),
    (2, 1, ("--proof-format=text",)),
    (2, 2, ()),
    (3, 1, None),
    (3, 1, ()),
]


def attempt(build, case, config, folder):
    ranks, engines, proof = config
    arguments = [case.path, f"--engines={engines}",
                 f"--time={common.PATIENCE // 2}"]
    path = os.path.join(folder, "proof.lrat")
    if proof is not None:
        if proof == ("gz",):
            path += ".gz"
            proof = ()
        arguments += [f"--proof={path}", f"--proof-dir={folder}", *proof]
    said = common.run(build.command(arguments, ranks))
    found = common.faults(said, case.data, case.status)
    if said.answer == "UNSAT" and proof is not None:
        found += common.check_proof(build, case.path, path)
    if os.path.exists(path):
        os.unlink(path)
    if os.listdir(folder):
        found.append(f"left in the proof folder: {os.listdir(folder)}")
    if found and said.errors:
        found.append(said.errors.strip()[-300:])
    return found


def configurations(part, number):
    """All on small formulas; under mpirun, in turn on the others."""
    if part == "threads":
        return THREADS
    return [MPI[number % len(MPI)], MPI[(number + 2) % len(MPI)]]


def main():
    build, part = common.Build(sys.argv[1]), sys.argv[2]
    build.need("tutti", "check", "gen", "naive")
    if part == "mpi":
        build.need_mpirun()
    seed = int(os.environ.get("TUTTI_TEST_SEED",
                              random.SystemRandom().randint(0, 10 ** 6)))
    print(f"seed {seed}")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as folder:
        proofs = os.path.join(folder, "proofs")
        os.mkdir(proofs)
        cases = list(special(folder)) + list(structured(build, folder)) + \
            list(randomly(build, folder, seed))
        for number, case in enumerate(cases):
            for config in dict.fromkeys(configurations(part, number)):
                report.case("{} ranks={} engines={} proof={}".format(
                    case.name, *config), attempt(build, case, config, proofs))
    report.finish()


if __name__ == "__main__":
    main()
