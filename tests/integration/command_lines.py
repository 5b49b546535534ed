#!/usr/bin/env python3
"""A thousand generated command lines and inputs, nearly all of them wrong.

A wrong one ends with status 1 and exactly one line on stderr, without an
answer; nothing that was there is changed and nothing is left.  A right one is
answered, and only what it names is written.

usage: command_lines.py BUILD [SEED [COUNT]]
"""

import gzip
import os
import random
import subprocess
import sys
import tempfile

import common

SAT = b"c two colours\np cnf 4 4\n1 2 0\n-1 -2 0\n3 4 0\n-3 -4 0\n"
UNSAT = b"p cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n"
OUTPUTS = ("model", "proof", "stats", "result")
RUN = "time memory conflicts seed engines report-interval".split()
NOT_NUMBERS = ("x", "", "nan", "inf", "0x10", "1e", "--1", "1.2.3", "1 2", " 1",
               "1_000", "1,5", "1e999", "%d", "1\n", "ten", "1kk", "-", "é")


class Option:
    """A line of 'tutti --list-options'."""

    def __init__(self, line):
        words = line.split()
        self.flag = "--" + words[0].replace("_", "-")
        self.type = words[1]
        self.low, self.high = float(words[3]), float(words[4])
        self.level = self.flag == "--verbose"
        self.fixed = self.low == self.high

    def bad_value(self, rng):
        if self.type == "bool":
            return "0" if self.fixed else \
                rng.choice(("2", "-1", "yep", "", "True", "0.5", "on"))
        values = [value for value in NOT_NUMBERS]
        values.append(f"{self.high * 2 + 1:.0f}")
        values.append(f"{self.low - 1:.0f}")
        if self.type == "int":
            values += ["1.5", "1e-3", "1s", "1GiB"]
        return rng.choice(values)


class World:
    """A folder with files, and what must not change in it."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.scratch = os.path.join(folder, "scratch")
        self.options = [Option(line) for line in subprocess.run(
            [build.tutti, "--list-options"], text=True, check=True,
            stdout=subprocess.PIPE).stdout.splitlines()]
        self.by_flag = {option.flag: option for option in self.options}
        os.mkdir(self.scratch)
        os.mkdir(os.path.join(folder, "sub"))
        self.store("sat.cnf", SAT)
        self.store("unsat.cnf", UNSAT)
        self.store("other.cnf", SAT)
        self.store("packed.cnf.gz", gzip.compress(UNSAT, mtime=0))
        self.store("notes", b"precious\n")
        os.symlink("unsat.cnf", self.path("link"))
        os.link(self.path("unsat.cnf"), self.path("hard"))
        self.before = self.look()

    def path(self, name):
        return os.path.join(self.folder, name)

    def store(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def look(self):
        found = {}
        for top, folders, names in os.walk(self.folder):
            for name in folders + names:
                path = os.path.join(top, name)
                key = os.path.relpath(path, self.folder)
                found[key] = None
                if name in names:
                    with open(path, "rb") as file:
                        found[key] = file.read()
        return found

    def changes(self):
        now = self.look()
        return [f"'{name}' {'is new' if name not in self.before else 'changed'}"
                for name in now if now[name] != self.before.get(name, 0)] + \
               [f"'{name}' is gone" for name in self.before if name not in now]

    def restore(self):
        for name in self.look():
            if name not in self.before:
                os.unlink(self.path(name))


# ---------------------------------------------------------------- good words

def join(rng, flag, value):
    """'--name=value' or '--name value', which for '-1' would do as well."""
    if value == "" or rng.random() < 0.5 or value[0] == "-":
        return [f"{flag}={value}"]
    return [flag, value]


def good_words(world, rng, most=3):
    words = []
    for _ in range(rng.randint(0, most)):
        words.append(rng.choice((
            ["-q"], ["-n"], ["-v"], ["--relaxed"], ["--no-share"],
            ["--sat"], ["--unsat"], ["--plain"], ["--default"], ["--lrat"],
            ["-j", "1"], ["--threads=2"], ["-t", "50"], ["-c", "9k"],
            ["--no-vivify"], ["--shrink=0"], ["--no-witness"], ["-s"],
            join(rng, "--time", rng.choice(("60", "1m", "60.5", "1h"))),
            join(rng, "--memory", rng.choice(("4000", "4G", "4GiB"))),
            join(rng, "--seed", str(rng.randint(0, 99))),
            join(rng, "--proof-dir", world.scratch))))
    return words


def shuffle(rng, *groups):
    """Words in any order; those of one group stay together."""
    groups = [group for group in groups if group]
    rng.shuffle(groups)
    return sum(groups, [])


# ------------------------------------------------------------- bad arguments

def bad_value(world, rng):
    option = rng.choice(world.options)
    return [[f"{option.flag}={option.bad_value(rng)}"], [world.path("sat.cnf")]]


def bad_run_value(world, rng):
    option = world.by_flag["--" + rng.choice(RUN)]
    return [join(rng, option.flag, option.bad_value(rng)),
            [world.path("sat.cnf")]]


def no_value(world, rng):
    flag = "--" + rng.choice(RUN + list(OUTPUTS) + ["proof-dir"])
    if rng.random() < 0.5:
        return [[world.path("sat.cnf")], [flag, rng.choice(
            ("-q", "--check", "--no-share"))]]
    return [[world.path("sat.cnf")], [flag + "="]]


def swallowed_formula(world, rng):
    return [["--" + rng.choice(RUN), world.path("sat.cnf")]]


def negated(world, rng):
    option = rng.choice([o for o in world.options
                         if o.type != "bool" or o.fixed])
    return [["--no-" + option.flag[2:]], [world.path("sat.cnf")]]


def typing_error(world, rng):
    name = rng.choice(world.options).flag[2:]
    at = rng.randrange(len(name))
    wrong = rng.choice((name[:at] + name[at + 1:], name[:at] + "q" + name[at:],
                        name[:at] + "q" + name[at + 1:], name + "s",
                        name.upper(), name + "-", name.replace("-", "")))
    if not wrong or f"--{wrong}" in world.by_flag:
        wrong = "qq"
    if wrong in ("stats", "statss", "target", "probe"):
        wrong += "q"
    return [[f"--{wrong}=1"], [world.path("sat.cnf")]]


def rubbish_word(world, rng):
    letters = "abcxyz0189=-_/ .\n\té~%"
    word = "".join(rng.choice(letters) for _ in range(rng.randint(1, 12)))
    start = rng.choice(("--z", "-z", "---", "--=", "-q", "-0", "--no-z"))
    word = start + word
    if word.startswith("-q"):
        word = "-qz" + word[2:]
    return [[word], [world.path("sat.cnf")]]


def huge_word(world, rng):
    start = rng.choice(("--", "--time=", "--seed=", "--no-", "-", "--proof-dir="
                        "/"))
    return [[start + "z" * rng.choice((100, 300, 5000, 100000))],
            ["--check"], [world.path("unsat.cnf")]]


def of_other_solvers(world, rng):
    word = rng.choice((
        ["--elimeffort=7"], ["--no-chrono"], ["--stable=2"], ["-O3"], ["-P5"],
        ["-d", "7"], ["-o", world.path("new")], ["-e", world.path("new")],
        ["--frat"], ["--decisions=5"], ["--no-lrat"], ["--compat", "--frat"],
        ["--compat", "-o", world.path("new")], ["--compat", "--no-lrat"]))
    return [word, [world.path("sat.cnf")]]


def request_with_value(world, rng):
    return [[rng.choice(("--help=1", "--version=2", "--sat=1", "--tuning=x",
                         "--list-portfolio=0", "--list-portfolio=x",
                         "--proof-format=drat", "--proof-format",
                         "--default=0"))]]


# ----------------------------------------------------------------- bad files

def no_formula(_world, rng):
    return [[], ["--"] if rng.random() < 0.3 else []]


def missing_formula(world, rng):
    return [[rng.choice(("", "nowhere.cnf", "sub", "sub/nowhere", "sat.cnf/x",
                         "a\nb.cnf", "x" * 5000))
             and world.path(rng.choice(("nowhere.cnf", "sub", "sat.cnf/x",
                                        "a\nb.cnf", "x" * 300)))]]


def too_many_files(world, rng):
    files = [world.path(name) for name in ("sat.cnf", "new", "newer")]
    return [files, ["--proof=" + world.path("q")] if rng.random() < 0.3 else []]


def unwritable(world, rng):
    flag = "--" + rng.choice(OUTPUTS)
    return [join(rng, flag, world.path(rng.choice(("sub", "nowhere/x",
                                                   "notes/x")))),
            [world.path(rng.choice(("sat.cnf", "unsat.cnf")))]]


def proof_folder(world, rng):
    return [join(rng, "--proof-dir", world.path(rng.choice(("nowhere",
                                                            "notes")))),
            [world.path("unsat.cnf"), world.path("new")]]


def over_the_formula(world, rng):
    target = rng.choice(("unsat.cnf", "./unsat.cnf", "link", "hard",
                         "sub/../unsat.cnf"))
    option = rng.choice(OUTPUTS + ("",))
    if option:
        return [join(rng, "--" + option, world.path(target)),
                [world.path("unsat.cnf")]]
    return [[world.path("unsat.cnf"), world.path(target)]]


def over_another_formula(world, rng):
    target = world.path(rng.choice(("other.cnf", "packed.cnf.gz", "sat.cnf")))
    if rng.random() < 0.5:
        return [[world.path("unsat.cnf"), target]]
    return [join(rng, "--" + rng.choice(OUTPUTS), target),
            [world.path("unsat.cnf")]]


def over_each_other(world, rng):
    first, second = rng.sample(OUTPUTS, 2)
    names = rng.choice((("new", "new"), ("new", "./new"), ("notes", "notes")))
    return [["--" + first + "=" + world.path(names[0])],
            ["--" + second + "=" + world.path(names[1])],
            [world.path("unsat.cnf")]]


ARGUMENTS = (bad_value, bad_run_value, no_value, swallowed_formula, negated,
             typing_error, rubbish_word, huge_word, of_other_solvers,
             request_with_value, no_formula, missing_formula, too_many_files,
             unwritable, proof_folder, over_the_formula, over_another_formula,
             over_each_other)


# ------------------------------------------------------------------ bad text

def break_text(rng):
    """A formula that is no formula, however it is broken."""
    text = rng.choice((SAT, UNSAT))
    header = b"p cnf"
    return rng.choice((
        lambda: text.replace(header, rng.choice((
            b"p dnf", b"pcnf", b"p", b"", b"P CNF", b"p cnf -", b"p cnf x",
            b"p cnf 4", b"p cnf 4 4 4", b"\xff\xfe"))),
        lambda: text.replace(b" 0\n", rng.choice((
            b"\n", b" 0 0 0\n", b" -0\n", b" +3 0\n", b" x 0\n", b" 9 0\n",
            b" 99999999999999999999 0\n", b" 1.0 0\n", b" 1e3 0\n",
            b" 0x1 0\n", b" -- 0\n", b" 1-2 0\n", b" \x00 0\n"))),
        lambda: text + rng.choice((b"1 0\n", b"1", b"x\n", b"p cnf 1 1\n",
                                   b"-\n", b"\x00")),
        lambda: text[:rng.randrange(20)],
        lambda: bytes(rng.randrange(256) for _ in range(rng.randint(1, 60))),
        lambda: gzip.compress(text)[:-rng.randint(1, 20)],
        lambda: gzip.compress(text) + b"tail",
        lambda: b"\x1f\x8b" + bytes(rng.randrange(256) for _ in range(20)),
        lambda: b"",
    ))()


# --------------------------------------------------------------------- trials

def run(world, words, stdin=b"", program=None):
    return subprocess.run([program or world.build.tutti] + words, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=common.PATIENCE,
                          env=dict(os.environ, TMPDIR=world.scratch))


def refused(world, done):
    """What is wrong with a run that should have refused."""
    found = world.changes()
    lines = done.stderr.splitlines()
    if done.returncode != 1:
        found.append(f"status {done.returncode}")
    if len(lines) != 1 or not lines[0].startswith(b"tutti: error: ") or \
       not done.stderr.endswith(b"\n"):
        found.append(f"{len(lines)} lines on stderr: {done.stderr[:300]!r}")
    elif len(lines[0]) > 700:
        found.append(f"an error of {len(lines[0])} characters")
    if any(line[:2] in (b"s ", b"v ") for line in done.stdout.splitlines()):
        found.append("gave an answer")
    return found


def bad_arguments(world, rng):
    kind = rng.choice(ARGUMENTS)
    groups = kind(world, rng)
    names = {group[0].split("=")[0] for group in groups if group}
    others = [group for group in good_words(world, rng)
              if group[0].split("=")[0] not in names]
    words = shuffle(rng, *groups, *others)
    words = [word.replace("\0", "") for word in words]
    if kind is no_formula:  # '--' at the end, else it would turn options to names
        words = [word for word in words if word != "--"] + groups[1]
    return kind.__name__, words, refused(world, run(world, words))


def bad_text(world, rng):
    text = break_text(rng)
    words = [word for group in good_words(world, rng) for word in group
             if word != "--relaxed"]
    if rng.random() < 0.5:
        words.append("-")
        done = run(world, words, text)
    else:
        world.store("broken", text)
        world.before["broken"] = text
        words.append(world.path("broken"))
        done = run(world, words)
    found = [] if text in (SAT, UNSAT) else refused(world, done)
    if os.path.exists(world.path("broken")):
        os.unlink(world.path("broken"))
        del world.before["broken"]
    return f"text {text[:80]!r}", words, found


def checker(world, rng):
    """The checker's: a complaint on stderr, or a reason on stdout."""
    cnf, noise = world.path("unsat.cnf"), "".join(
        rng.choice("0123456789- \nad\t") for _ in range(rng.randint(0, 40)))
    words = rng.choice(([], [cnf], [cnf, cnf, cnf], [cnf, cnf, "--nothing"],
                        ["-z", cnf, cnf], [cnf, world.path("nowhere")],
                        [world.path("nowhere"), cnf], [cnf, world.path("sub")],
                        [world.path("notes"), cnf], [cnf, world.path("notes")],
                        [cnf, world.path("sat.cnf")], [cnf, "-"], [cnf, "-"]))
    done = run(world, words, noise.encode(), world.build.check)
    reasons = [line for line in done.stdout.splitlines()
               if line.startswith(b"c rejected: ")]
    reasons += done.stderr.splitlines()
    found = world.changes()
    if done.returncode != 1 or b"s VERIFIED" in done.stdout:
        found.append(f"status {done.returncode}: {done.stdout[:300]!r}")
    if len(reasons) != 1:
        found.append(f"{len(reasons)} reasons: {reasons[:3]}")
    return f"checker {noise!r}", words, found


def good(world, rng):
    data, status = rng.choice(((SAT, 10), (UNSAT, 20)))
    name = "sat.cnf" if status == 10 else \
        rng.choice(("unsat.cnf", "packed.cnf.gz", "link"))
    files, outputs = [world.path(name)], []
    written = {"scratch"}
    for output in rng.sample(OUTPUTS, rng.randint(0, 2)):
        written.add(output)
        if output == "proof" and rng.random() < 0.5:
            files.append(world.path(output))
        else:
            outputs.append(join(rng, "--" + output, world.path(output)))
    words = shuffle(rng, files, *outputs, *good_words(world, rng, 5))
    done = run(world, words)
    found = [change for change in world.changes()
             if change.split("'")[1] not in written]
    if done.returncode != status:
        found.append(f"status {done.returncode}: {done.stderr[:300]!r}")
    if done.stderr:
        found.append(f"said {done.stderr[:300]!r}")
    if "proof" in written and status == 20:
        found += common.check_proof(world.build, world.path(name),
                                    world.path("proof"))
    world.restore()
    return f"good {data[:9]!r}", words, found


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "check")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else \
        300 if common.QUICK else 1000
    report = common.Report()
    with tempfile.TemporaryDirectory() as folder:
        world = World(build, folder)
        for number in range(count):
            rng = random.Random(f"{seed} {number}")
            trial = rng.choice((bad_arguments,) * 6 + (bad_text,) * 2 +
                               (checker, good))
            kind, words, found = trial(world, rng)
            shown = [word if len(word) < 200 else word[:200] + "..."
                     for word in words]
            report.case(f"{number} ({kind}): {shown}", found)
            if world.changes():
                sys.exit("the folder is not as it was, no use going on")
    report.finish()


if __name__ == "__main__":
    main()
