"""One run of the solver on one formula, and what is wrong with it."""

import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import common  # noqa: E402

# Options of the tables that a random value would only spoil.
KEPT = {"time", "memory", "seed", "engines", "verbose", "quiet", "check",
        "conflicts", "relaxed", "strict", "witness", "binary", "lrat",
        "lrat_plain", "force", "compat", "statistics", "report_interval",
        "progress"}
KEPT_PARTS = ("heartbeat", "suspect", "report", "conflicts_limit")
TIME = 20  # seconds the solver is given: odd options make easy things hard
HANG = 300  # seconds until it is killed, which is a failure: on a busy machine
#             all that follows the limit takes long


class Config:
    """Written 'e2', 'e2p' (proof), 'e1pt' (as text), 'r3e1p' (ranks)."""

    FORM = re.compile(r"(?:r(\d+))?e(\d+)(p?)(t?)")

    def __init__(self, name):
        found = self.FORM.fullmatch(name)
        if not found:
            sys.exit(f"strange configuration '{name}': expected such as "
                     "e1, e2p, e1pt, r3e1p")
        self.name = name
        self.ranks = int(found.group(1) or 0)
        self.engines = int(found.group(2))
        self.proof, self.text = bool(found.group(3)), bool(found.group(4))

    def arguments(self, folder):
        words = [f"--engines={self.engines}"]
        if self.proof:
            words += [f"--proof={os.path.join(folder, 'proof')}",
                      f"--proof-dir={folder}"]
        if self.text:
            words.append("--proof-format=text")
        return words


def reference(build, cnf, conflicts=100000):
    """Answer of the naive solver, else of minisat, else None."""
    for command in ([build.naive, cnf, str(conflicts)],
                    ["minisat", "-verb=0", "-cpu-lim=20", cnf]):
        if shutil.which(command[0]):
            status = subprocess.run(command, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL,
                                    check=False).returncode
            if status in (10, 20):
                return {10: "SAT", 20: "UNSAT"}[status]
    return None


class Trial:
    """kind: '' if all is well, else the sort of failure, for shrinking"""

    def __init__(self, build, config, options, cnf, folder, expected,
                 wall=HANG):
        self.config, self.options = config, options
        self.kind = self.detail = ""
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        said = common.run(
            build.command([cnf, f"--time={TIME}"] +
                          config.arguments(folder) + options,
                          config.ranks), wall=wall)
        self.answer = said.answer
        self.errors = (said.errors or "").strip()
        self._judge(build, said, cnf, folder, expected)

    def _fail(self, kind, detail=""):
        if not self.kind:
            self.kind, self.detail = kind, detail

    def _judge(self, build, said, cnf, folder, expected):
        if said.reason:
            self._fail("hang")
            return
        if said.status not in (0, 10, 20):
            self._fail(f"status {said.status}", self.errors[-300:])
            return
        with open(cnf, "rb") as file:
            data = file.read()
        for fault in common.faults(said, data):
            kind = re.sub(r"\d+", "N", fault)[:40]
            self._fail("model" if "falsified" in fault else kind, fault)
        if said.answer == "UNKNOWN":
            if said.wall < TIME:
                self._fail("gave up", self.errors[-300:])
        elif expected and said.answer != expected:
            self._fail("wrong", f"{said.answer} instead of {expected}")
        if said.answer == "UNSAT" and self.config.proof:
            for fault in common.check_proof(build, cnf,
                                            os.path.join(folder, "proof")):
                self._fail("proof", fault)
        left = [name for name in os.listdir(folder) if name != "proof"]
        if left:
            self._fail("files left over", " ".join(left))


class Option:
    """A line of 'tutti --list-options': name type default min max"""

    def __init__(self, line):
        words = line.split()
        self.name, self.type = words[0], words[1].upper()
        self.default, self.low, self.high = map(float, words[2:5])

    def usable(self):
        name = self.name.replace("-", "_")
        return name not in KEPT and not any(p in name for p in KEPT_PARTS)

    def random(self, rng):
        flag = "--" + self.name.replace("_", "-")
        if self.type == "BOOL":
            return f"{flag}={rng.randint(0, 1)}"
        dice, low, high = rng.random(), self.low, self.high
        if dice < 0.2:
            value = low
        elif dice < 0.3 and high <= 1e6:
            value = high
        elif dice < 0.6:  # near the default
            value = self.default * rng.uniform(0.2, 3)
        else:  # any order of magnitude
            top = min(high, 1e6)
            value = low + rng.random() ** 4 * (top - low)
        value = min(max(value, low), high)
        if self.type == "INT":
            return f"{flag}={round(value)}"
        return f"{flag}={value:.6g}"


def list_options(build):
    done = subprocess.run([build.tutti, "--list-options"], text=True,
                          stdout=subprocess.PIPE, check=False)
    found = [Option(line) for line in done.stdout.splitlines()
             if len(line.split()) >= 5]
    return [option for option in found if option.usable()]


def random_options(rng, table, config):
    words = [f"--seed={rng.randint(0, 10 ** 6)}"]
    share = [o for o in table if o.name.replace("-", "_") == "share_period_ms"]
    if share and config.engines * max(config.ranks, 1) > 1 and \
       rng.random() < 0.8:
        words.append(f"--share-period-ms={rng.choice((1, 2, 5, 20))}")
    if table and rng.random() < 0.6:
        words += [option.random(rng) for option in
                  rng.sample(table, min(len(table), rng.randint(1, 12)))]
    names = [word.split("=")[0] for word in words]
    return [word for i, word in enumerate(words) if names[i] not in names[:i]]


def fresh_seed():
    return random.SystemRandom().randint(1, 10 ** 9)
