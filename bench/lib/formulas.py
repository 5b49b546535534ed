"""Formulas, models and answers: reading, decompressing and evaluating them."""

import bz2
import csv
import gzip
import lzma
import os
import re
import subprocess

ENDINGS = (".cnf", ".cnf.gz", ".cnf.xz", ".cnf.bz2", ".cnf.zst", ".dimacs")
OPENERS = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


def read_bytes(path):
    """A file's contents; compressed files by their ending."""
    ending = os.path.splitext(path)[1]
    if ending == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True,
                              stdout=subprocess.PIPE).stdout
    with OPENERS.get(ending, open)(path, "rb") as file:
        return file.read()


def parse(data):
    """(number of variables, flat list of literals, each clause closed by 0)"""
    num_vars, lits = 0, []
    if data.startswith(b"c") or b"\nc" in data or b"\np" in data:
        kept = []
        for line in data.split(b"\n"):
            if line.startswith(b"%"):
                break
            if line.startswith(b"p"):
                num_vars = int(line.split()[2])
            elif not line.startswith(b"c"):
                kept.append(line)
        data = b"\n".join(kept)
    elif data.startswith(b"p"):
        head, _, data = data.partition(b"\n")
        num_vars = int(head.split()[2])
    lits = list(map(int, data.split()))
    return num_vars, lits


def clauses(lits):
    """Splits the flat list."""
    clause = []
    for lit in lits:
        if lit:
            clause.append(lit)
        else:
            yield clause
            clause = []


def write(path, num_vars, list_of_clauses):
    with open(path, "w", encoding="ascii") as file:
        file.write(f"p cnf {num_vars} {len(list_of_clauses)}\n")
        file.writelines(" ".join(map(str, clause + [0])) + "\n"
                        for clause in list_of_clauses)


def model_error(num_vars, lits, model):
    """None if the model (true literals) satisfies every clause, else why not.

    Variables that the model leaves out satisfy nothing.
    """
    true = [False] * (2 * num_vars + 1)
    for lit in model:
        if abs(lit) > num_vars:
            return f"model mentions variable {abs(lit)} of {num_vars}"
        if true[-lit]:
            return f"model contains {lit} and {-lit}"
        true[lit] = True
    number, satisfied = 1, False
    for lit in lits:
        if lit == 0:
            if not satisfied:
                return f"clause {number} is falsified"
            number, satisfied = number + 1, False
        elif true[lit]:
            satisfied = True
    return None


ANSWERS = {"SATISFIABLE": "SAT", "SAT": "SAT", "UNSATISFIABLE": "UNSAT",
           "UNSAT": "UNSAT", "UNKNOWN": "UNKNOWN", "INDETERMINATE": "UNKNOWN",
           "INDET": "UNKNOWN"}


class Output:
    """What a solver said: answer, model (None without 'v' lines), faults."""

    def __init__(self, text, result=None):
        self.answers, self.faults, model = [], [], []
        self.closed = False
        for line in text.splitlines():
            if line.startswith("s "):
                self._answer(line[2:].strip())
            elif line.startswith("v"):
                self._values(line[1:].split(), model)
            elif line.strip() in ("SATISFIABLE", "UNSATISFIABLE"):
                self._answer(line.strip())  # minisat
        if result:  # minisat's result file
            head, _, rest = result.partition("\n")
            if not self.answers:
                self._answer(head.strip())
            self._values(rest.split(), model)
        if len(self.answers) > 1:
            self.faults.append("more than one answer")
        if model and not self.closed:
            self.faults.append("model without final 0")
        self.answer = self.answers[0] if self.answers else "UNKNOWN"
        self.model = model if model or self.closed else None

    def _answer(self, word):
        if word in ANSWERS:
            self.answers.append(ANSWERS[word])
        else:
            self.faults.append(f"strange answer '{word}'")

    def _values(self, words, model):
        for word in words:
            if self.closed:
                self.faults.append("values after the final 0")
                return
            if not re.fullmatch(r"-?\d+", word):
                self.faults.append(f"strange value '{word}'")
            elif int(word) == 0:
                self.closed = True
            else:
                model.append(int(word))


def family_of(name):
    """'family--name.cnf.xz' as in the sets here, else the leading word."""
    base = os.path.basename(name)
    if "--" in base:
        return base.split("--")[0]
    found = re.match(r"[A-Za-z]+", base)
    return found.group(0) if found else "other"


class Formula:
    def __init__(self, path, status="UNKNOWN", family=None, group=""):
        self.path = path
        self.name = os.path.basename(path)
        self.status = status if status in ("SAT", "UNSAT") else "UNKNOWN"
        self.family = family or family_of(path)
        self.group = group


def from_index(path):
    folder = os.path.dirname(path)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Formula(os.path.join(folder, row["file"]),
                          row.get("status") or "UNKNOWN", row.get("family"),
                          row.get("class") or "")


def from_folder(folder):
    index = os.path.join(folder, "index.tsv")
    if os.path.exists(index):
        yield from from_index(index)
        return
    for name in sorted(os.listdir(folder)):
        if name.endswith(ENDINGS):
            yield Formula(os.path.join(folder, name))


def collect(sources):
    """Formulas of folders, index.tsv files, lists of paths and single files."""
    found = []
    for source in sources:
        if os.path.isdir(source):
            found += from_folder(source)
        elif source.endswith(".tsv"):
            found += from_index(source)
        elif source.endswith(ENDINGS):
            found.append(Formula(source))
        else:
            with open(source, encoding="utf-8") as file:
                found += [Formula(line.strip()) for line in file
                          if line.strip() and not line.startswith("#")]
    return found
