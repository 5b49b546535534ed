#!/usr/bin/env python3
"""Command lines that were written for Kissat and CaDiCaL, and what they expect.

usage: habits.py BUILD
"""

import json
import os
import subprocess
import sys
import tempfile

import common

SAT = b"p cnf 2 1\n1 2 0\n"


class World:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.report = common.Report()
        # variables are added to a pigeon hole formula, if that is allowed
        self.unsat = self.store("holes.cnf", subprocess.run(
            [build.gen, "pigeon", "holes=7", "pigeons=8"], check=True,
            stdout=subprocess.PIPE).stdout)
        self.sat = self.store("sat.cnf", SAT)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except OSError:
            return b""

    def store(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return name

    def run(self, *words, stdin=None):
        return common.run([self.build.tutti, *words], cwd=self.folder,
                          stdin=stdin)

    def proof_faults(self, said, name, text):
        found = [] if said.status == 20 else [f"status {said.status}"]
        proof = self.read(name)
        if proof[:1] == b"a" or not proof:
            found += ["binary"] if text else []
        elif not text:
            found.append("text")
        return found + common.check_proof(self.build, self.path(self.unsat),
                                          self.path(name))


def parse_text(proof):
    """(literals, hints) of the lines that add a clause"""
    for line in proof.decode().splitlines():
        words = line.split()
        if words[1] != "d":
            numbers = [int(word) for word in words[1:]]
            end = numbers.index(0)
            yield numbers[:end], numbers[end + 1:-1]


def rat_lines(proof, num_vars):
    """Number of lines that more than unit propagation is needed for."""
    return sum(not hints or min(hints) < 0 or
               any(abs(lit) > num_vars for lit in lits)
               for lits, hints in parse_text(proof))


def lean(world):
    """What Lean 4's bv_decide runs; it looks at the first line of stdout."""
    said = world.run(world.unsat, "p.lrat", "--lrat", "--binary=false",
                     "--quiet", "--unsat", "--shrink=0")
    found = world.proof_faults(said, "p.lrat", True)
    if said.text != "s UNSATISFIABLE\n" or said.errors:
        found.append(f"said {said.text!r} {said.errors!r}")
    world.report.case("bv_decide, refutation", found)
    said = world.run(world.sat, "q.lrat", "--lrat", "--binary=false",
                     "--quiet", "--unsat", "--shrink=0")
    found = common.faults(said, SAT, "SAT")
    if not said.text.startswith("s SATISFIABLE\nv ") or said.errors:
        found.append(f"said {said.text!r} {said.errors!r}")
    world.report.case("bv_decide, model", found)


def proofs(world):
    for number, (words, text) in enumerate((
            ([], False), (["--no-binary"], True), (["--binary=0"], True),
            (["--binary=false"], True), (["--lrat", "--binary"], False),
            (["--lrat=1", "-q"], False), (["--proof-format=text"], True))):
        name = f"proof{number}"
        said = world.run(world.unsat, *words, name)
        world.report.case(f"{name} {words}",
                          world.proof_faults(said, name, text))
    said = world.run(world.unsat, "--no-lrat", "new")
    world.report.case("--no-lrat", [] if said.status == 1 and
                      not os.path.exists(world.path("new")) else
                      [f"status {said.status}"])


def plain_proofs(world):
    num_vars = 7 * 8
    found = [] if rat_lines(world.read("proof1"), num_vars) else \
        ["no step but RUP without --lrat-plain: the test shows nothing"]
    for words in ([], ["--engines=3", "--share-period-ms=5"], ["--sat"]):
        said = world.run(world.unsat, "plain", "--lrat-plain", "--no-binary",
                         *words)
        found += world.proof_faults(said, "plain", True)
        count = rat_lines(world.read("plain"), num_vars)
        found += [f"{count} RAT steps with {words}"] if count else []
    world.report.case("--lrat-plain", found)


def formulas_are_kept(world):
    data = world.read(world.unsat)
    for words in ([world.sat, world.unsat], [world.unsat, world.unsat],
                  [world.unsat, "./" + world.unsat]):
        said = world.run(*words)
        world.report.case(f"{words}", [] if said.status == 1 and
                          len(said.errors.splitlines()) == 1 and
                          world.read(world.unsat) == data else
                          [f"status {said.status}", said.errors])
    world.store("old.cnf", SAT)
    for word in ("-f", "--force", "--force=1"):
        said = world.run(world.unsat, "old.cnf", word)
        world.report.case(word, world.proof_faults(said, "old.cnf", False))


def limits(world):
    hard = world.store("hard.cnf", subprocess.run(
        [world.build.gen, "pigeon", "holes=12", "pigeons=13"], check=True,
        stdout=subprocess.PIPE).stdout)
    for words in (["-t", "1"], ["--time=1"], ["-c", "100"],
                  ["--conflicts=100"]):
        said = world.run(hard, "-j", "1", "--lrat-plain", *words)
        found = [] if said.status == 0 and said.answer == "UNKNOWN" else \
            [f"status {said.status}, {said.answer}"]
        if said.wall > 30:
            found.append(f"{said.wall:.0f} s")
        world.report.case(f"{words}", found)
    for words, engines in ((["-j", "3"], 3), (["--threads=2"], 2)):
        said = world.run(world.sat, *words)
        world.report.case(f"{words}", [] if f"engines {engines}\n" in said.text
                          else [said.text])


def written_answer(world):
    for name, status, first in ((world.sat, 10, b"s SATISFIABLE\nv "),
                                (world.unsat, 20, b"s UNSATISFIABLE\n")):
        said = world.run(name, "-w", "answer", "-q")
        text = world.read("answer")
        found = [] if said.status == status else [f"status {said.status}"]
        if not text.startswith(first):
            found.append(f"wrote {text!r}")
        if said.output.model is not None:
            found.append("values on stdout, too")
        world.report.case(f"-w {name}", found)


def statistics(world):
    """'-s' prints counters that are not printed otherwise."""
    counts = [len(world.run(world.unsat, *words).text.splitlines())
              for words in ([], ["-s"], ["--statistics"], ["-q", "-s"])]
    fine = counts[3] == 1 < counts[0] and counts[0] + 50 < counts[1] and \
        counts[0] + 50 < counts[2]
    world.report.case("-s", [] if fine else [f"{counts} lines"])


def model_on_stdout(world):
    """'--model=-' adds no second answer."""
    for words in (["--model=-"], ["-w", "-"], ["--model=-", "-n"]):
        said = world.run(world.sat, *words)
        world.report.case(f"{words}", common.faults(said, SAT, "SAT"))


def strictness(world):
    for number, (text, strict) in enumerate((
            (b"c a\np cnf 2 1\n1 2 0\n", True),
            (b"c\np cnf 2 1\r\n1 2 0\r\n\n", True),
            (b"p  cnf 2 1\n1 2 0\n", False), (b"p cnf 2  1\n1 2 0\n", False),
            (b"p cnf\t2 1\n1 2 0\n", False), (b"p cnf 2 1 \n1 2 0\n", False),
            (b"\np cnf 2 1\n1 2 0\n", False), (b" c\np cnf 2 1\n1 2 0\n", False),
            (b"c a\n\np cnf 2 1\n1 2 0\n", False))):
        said = world.run("-", stdin=text)
        found = common.faults(said, SAT, "SAT")
        said = world.run("--strict", "-", stdin=text)
        if said.status != (10 if strict else 1):
            found.append(f"--strict: status {said.status}")
        world.report.case(f"strictness {number}", found)


def tuning(world):
    """Options of theirs are an error, or passed over with a warning."""
    words = ["--elimeffort=7", "--no-chrono", "-O2", "--shrink=3"]
    for word in words:
        said = world.run(world.sat, word)
        world.report.case(word, [] if said.status == 1 and
                          len(said.errors.splitlines()) == 1 else
                          [f"status {said.status}", said.errors])
    said = world.run(world.sat, "--compat", *words)
    found = common.faults(said, SAT, "SAT")
    lines = said.errors.splitlines()
    if len(lines) != 1 or any(word not in lines[0] for word in words):
        found.append(f"warned {said.errors!r}")
    world.report.case("--compat", found)
    said = world.run("--compat", "--stable=2", "-q", stdin=SAT)
    found = common.faults(said, SAT, "SAT")
    if said.errors:
        found.append(f"warned {said.errors!r}")
    world.report.case("--compat, stdin", found)


def presets(world):
    """They choose how the search goes: stable, focused, or one after the
    other; focused mode restarts every few conflicts, stable mode rarely."""
    said = {}
    for word in ("--sat", "--unsat", "--default"):
        world.run(world.unsat, word, "-j", "1", "--no-factor",
                  "--stats=stats")
        said[word] = json.loads(world.read("stats"))["search"]
    rate = {word: search["restarts"] / search["conflicts"]
            for word, search in said.items()}
    switches = {word: search["mode_switches"] for word, search in said.items()}
    found = []
    if not 4 * rate["--sat"] < rate["--unsat"]:
        found.append(f"restarts a conflict: {rate}")
    if switches["--sat"] or switches["--unsat"] or not switches["--default"]:
        found.append(f"switches: {switches}")
    world.report.case("presets", found)


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "check", "gen")
    with tempfile.TemporaryDirectory() as folder:
        world = World(build, folder)
        for case in (lean, proofs, plain_proofs, formulas_are_kept, limits,
                     written_answer, statistics, model_on_stdout, strictness,
                     tuning, presets):
            case(world)
        world.report.finish()


if __name__ == "__main__":
    main()
