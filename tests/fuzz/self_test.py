#!/usr/bin/env python3
"""Plants bugs in a pretended solver and expects the fuzzer to find each.

usage: self_test.py BUILD
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import common  # noqa: E402

# A solver in a few lines: the naive one, spoilt when 'trigger' holds for the
# formula (a list of clauses) and the options (words).
PRETENDED = """#!/usr/bin/env python3
import subprocess, sys
if "--list-options" in sys.argv:
    print("vivify BOOL 1 0 1\\nreduce_interval INT 1000 10 100000")
    sys.exit(0)
cnf = [w for w in sys.argv[1:] if not w.startswith("-")][0]
done = subprocess.run([{naive!r}, cnf, "100000"], stdout=subprocess.PIPE,
                      text=True)
clauses = [list(map(int, line.split()))[:-1] for line in open(cnf)
           if line[0] not in "pc"]
words, out, status = sys.argv[1:], done.stdout, done.returncode
if status == 0:
    out, status = "s UNSATISFIABLE\\n", 20
{bug}
sys.stdout.write(out)
sys.exit(status)
"""

BUGS = [  # kind that must be found, most clauses it shrinks to, code
    ("wrong", 3, "if any(len(c) == 2 and c[0] > 0 > c[1] for c in clauses) "
     "and status == 10:\n    out, status = 's UNSATISFIABLE\\n', 20"),
    ("model", 2, "if status == 10 and '--vivify=0' in words:\n"
     "    out = out.replace('-', '')"),
    ("status", 2, "if any(len(c) > 4 for c in clauses):\n    status = 3"),
]


def fuzz(folder, seed, count):
    """So many formulas, however long they take."""
    out = os.path.join(folder, "out")
    done = subprocess.run(
        [os.path.join(ROOT, "scripts", "fuzz"), "20", f"--formulas={count}",
         f"--build={folder}", "--configs=e1", f"--seed={seed}",
         f"--out={out}", "--shrink=600", "--max-findings=1", "--jobs=1"],
        stdout=subprocess.PIPE, text=True, check=False)
    return done, glob.glob(os.path.join(out, "*.cnf"))


def attempt(build, folder, bug):
    kind, most, code = bug
    for name, source in (("tutti-gen", build.gen),
                         ("tutti-naive", build.naive)):
        shutil.copy(source, os.path.join(folder, name))
    fake = os.path.join(folder, "tutti")
    with open(fake, "w", encoding="utf-8") as file:
        file.write(PRETENDED.format(naive=build.naive, bug=code))
    os.chmod(fake, 0o755)
    done, files = fuzz(folder, 1, 300 if most else 30)
    if done.returncode != 1 or not files:
        return [f"not found: {done.stdout[-300:]}"]
    if kind not in os.path.basename(files[0]):
        return [f"found {files[0]}"]
    with open(files[0], "rb") as file:
        _, lits = common.formulas.parse(file.read())
    if lits.count(0) > most:
        return [f"shrunk to {lits.count(0)} clauses only"]
    return []


def main():
    build = common.Build(sys.argv[1])
    build.need("gen", "naive")
    report = common.Report()
    for bug in BUGS:
        with tempfile.TemporaryDirectory() as folder:
            report.case(f"planted '{bug[0]}'", attempt(build, folder, bug))
    with tempfile.TemporaryDirectory() as folder:  # no bug, no finding
        found = attempt(build, folder, ("none", 0, "pass"))
        report.case("nothing planted",
                    [] if "0 findings" in str(found) else found)
    report.finish()


if __name__ == "__main__":
    main()
