#!/usr/bin/env python3
"""bench/run and bench/compare against pretended solvers of known behaviour.

usage: run.py BUILD
"""

import csv
import gzip
import json
import lzma
import os
import stat
import struct
import subprocess
import sys
import tempfile
import time
import xml.dom.minidom
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import common  # noqa: E402

SAT = "p cnf 2 2\n1 2 0\n-1 0\n"
UNSAT = "p cnf 1 2\n1 0\n-1 0\n"
GOOD = """case $1 in *--sat1*) echo 's SATISFIABLE'; echo 'v -1 2 0'; exit 10;;
*) echo 'c conflicts: 42'; echo 's UNSATISFIABLE'; echo x > "${2-/dev/null}"
exit 20;; esac"""
SOLVERS = {
    "good": GOOD,
    "slow": "sleep 0.3\n" + GOOD,
    "hangs": "sleep 600 & sleep 600",
    "lies": "echo 's UNSATISFIABLE'; exit 20",
    "badmodel": "echo 's SATISFIABLE'; echo 'v 1 2 0'; exit 10",
    "nomodel": "echo 's SATISFIABLE'; exit 10",
    "eats": "exec python3 -c 'x = bytes(1) * (300 << 20); "
            "import time; time.sleep(600)'",
    "leaves": "setsid -w true; sleep 600 > /dev/null & echo 's UNKNOWN'",
    "dies": "kill -SEGV $$",
    "minisat": "printf 'SAT\\n-1 2 0\\n' > \"$2\"; echo SATISFIABLE; exit 10",
}


def prepare(folder):
    """Formulas (plain, .xz, .gz with index) and the solvers."""
    formulas = os.path.join(folder, "set")
    os.mkdir(formulas)
    with lzma.open(os.path.join(formulas, "a--sat1.cnf.xz"), "wt") as file:
        file.write(SAT)
    with gzip.open(os.path.join(formulas, "b--unsat1.cnf.gz"), "wt") as file:
        file.write(UNSAT)
    with open(os.path.join(formulas, "index.tsv"), "w",
              encoding="utf-8") as file:
        file.write("file\tclass\tfamily\tstatus\n"
                   "a--sat1.cnf.xz\teasy\ta\tSAT\n"
                   "b--unsat1.cnf.gz\thard\tb\tUNSAT\n")
    for name, code in SOLVERS.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + code + "\n")
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return formulas


def bench(tool, *words):
    return subprocess.run([os.path.join(ROOT, "bench", tool), *words],
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


def rows_of(out):
    with open(os.path.join(out, "results.tsv"), newline="",
              encoding="utf-8") as file:
        return {(row["formula"][:1], row["config"]): row
                for row in csv.DictReader(file, delimiter="\t")}


EXPECTED = {  # formula a is satisfiable, b is not: answer, verdict, reason
    ("a", "good"): ("SAT", "ok", ""),
    ("b", "good"): ("UNSAT", "ok", ""),
    ("a", "hangs"): ("UNKNOWN", "-", "time"),
    ("a", "lies"): ("UNSAT", "wrong", ""),
    ("b", "lies"): ("UNSAT", "ok", ""),
    ("a", "badmodel"): ("SAT", "wrong", ""),
    ("b", "badmodel"): ("SAT", "wrong", ""),
    ("a", "nomodel"): ("SAT", "wrong", ""),
    ("a", "eats"): ("UNKNOWN", "-", "memory"),
    ("a", "leaves"): ("UNKNOWN", "wrong", ""),
    ("a", "dies"): ("UNKNOWN", "-", "crash"),
    ("a", "minisat"): ("SAT", "ok", ""),
    ("b", "minisat"): ("SAT", "wrong", ""),
}


def alive(words):
    """Processes whose command line has the words."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read()
        except OSError:
            continue
        if words.encode() in line and b"bench/run" not in line:
            found.append(pid)
    return found


def stopped(report, folder, formulas):
    """A signal ends the runner and the solver below it, and records nothing."""
    out = os.path.join(folder, "stopped")
    runner = subprocess.Popen(
        [os.path.join(ROOT, "bench", "run"), f"--out={out}",
         f"--tmp={folder}", f"--config=hangs={folder}/hangs {{cnf}}", formulas],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + common.PATIENCE
    while not alive(f"{folder}/hangs\0/") and time.monotonic() < end:
        time.sleep(0.05)
    faults = [] if time.monotonic() < end else ["nothing started"]
    runner.terminate()
    status = runner.wait(common.PATIENCE)
    faults += [] if status == 143 else [f"status {status}"]
    faults += [f"left: {pid}" for pid in alive(f"{folder}/hangs")]
    faults += ["rows recorded"] if rows_of(out) else []
    faults += ["folder left"] if any(name.startswith("bench.") for name
                                     in os.listdir(folder)) else []
    report.case("a signal stops runner and solver", faults)


def runner(report, folder, formulas):
    """Only what shall meet the limit of time gets a short one."""
    out = os.path.join(folder, "all")
    configs = {name: f"--config={name}={folder}/{name} {{cnf}}"
               for name in SOLVERS}
    configs["minisat"] = configs["minisat"].replace("--config", "--peer")
    hangs = configs.pop("hangs")
    bench("run", f"--out={out}", "--time=1", f"--tmp={folder}", hangs, formulas)
    done = bench("run", f"--out={out}", f"--time={common.PATIENCE}",
                 "--memory=200", "--jobs=4", f"--tmp={folder}",
                 *configs.values(), formulas)
    rows = rows_of(out)
    report.case("status of a run with wrong answers",
                [] if done.returncode == 1 else [f"{done.returncode}"])
    for key, expected in EXPECTED.items():
        row = rows[key]
        said = (row["answer"], row["verdict"], row["reason"])
        report.case(f"runner: {key}", [] if said == expected else
                    [f"{said} instead of {expected}"])
    report.case("statistics", [] if json.loads(rows["b", "good"]["stats"]) ==
                {"conflicts": 42.0} else [rows["b", "good"]["stats"]])
    took = float(rows["a", "hangs"]["wall_s"])
    report.case("limits hold", [] if took < 600 else [f"took {took} s"])
    left = [name for name in os.listdir(folder) if name.startswith("bench.")]
    report.case("temporary files", left)
    again = bench("run", f"--out={out}", "--time=1", *configs.values(),
                  formulas)
    report.case("resumes", [] if "good" not in again.stdout else
                ["ran again"])


OLD = {"commit": "0123456789", "machine": "a machine of old",
       "date": "2001-01-01", "limit_s": "7", "command": "good once"}


def rewrite(out, columns, change):
    """results.tsv again, with these columns and changed rows."""
    rows = list(rows_of(out).values())
    with open(os.path.join(out, "results.tsv"), "w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", restval="",
                                extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(dict(row, **change) for row in rows)


def origins(report, folder, formulas):
    """Rows keep what they were stamped with when others follow."""
    out = os.path.join(folder, "origins")
    config = f"--config=good={folder}/good {{cnf}}"
    bench("run", f"--out={out}", config, "--match=^a", formulas)
    row = rows_of(out)["a", "good"]
    report.case("origin", [f"no {column}" for column in OLD if not row[column]])
    rewrite(out, row.keys(), OLD)
    bench("run", f"--out={out}", config, f"--peer=peer={folder}/good {{cnf}}",
          formulas)
    rows = rows_of(out)
    with open(os.path.join(out, "results.json"), encoding="utf-8") as file:
        stored = json.load(file)
    report.case("rows keep their origin", [
        f"{column}: {rows['a', 'good'][column]}" for column, value
        in OLD.items() if rows["a", "good"][column] != value] + [
        f"{column}: {rows['b', 'good'][column]}" for column
        in ("commit", "machine", "limit_s") if rows["b", "good"][column] in
        ("", OLD[column])])
    report.case("a peer is of no commit of ours",
                [] if not rows["a", "peer"]["commit"] else [str(rows)])
    report.case("results.json", [] if stored["rows"] == list(rows.values())
                and "about" not in stored else [str(stored)[:300]])
    said = bench("compare", out).stdout
    report.case("mixed origins are told", [] if "Not of one origin" in said and
                "0123456789 (1 runs)" in said else [said])
    rewrite(out, [c for c in row if c not in OLD], {})  # of another version
    bench("run", f"--out={out}", config, f"--config=new={folder}/good {{cnf}}",
          formulas)
    rows = rows_of(out)
    report.case("rows without origin", [] if len(rows) == 6 and
                not rows["a", "good"]["commit"] and rows["a", "new"]["commit"]
                else [str(rows)])


def proofs(report, folder, formulas):
    out = os.path.join(folder, "proofs")
    for name, status, expected in (("accept", 0, "ok"), ("reject", 1, "wrong")):
        check = os.path.join(folder, name)
        with open(check, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ntest -s \"$2\" && exit {status}\nexit 3\n")
        os.chmod(check, 0o755)
        bench("run", f"--out={out}{name}", "--status=UNSAT",
              f"--config=good={folder}/good {{cnf}} {{proof}}",
              f"--check={check} {{cnf}} {{proof}}", formulas)
        row = rows_of(out + name)["b", "good"]
        report.case(f"proof check: {name}", [] if row["verdict"] == expected
                    and row["proof_bytes"] == "2" else [str(row)])


def png_fault(path):
    """Decodes the file; None if it is an image with more than one colour."""
    with open(path, "rb") as file:
        data = file.read()
    width, height = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT")
    size = struct.unpack(">I", data[start - 4:start])[0]
    body = data[start + 4:start + 4 + size]
    if zlib.crc32(b"IDAT" + body) != \
       struct.unpack(">I", data[start + 4 + size:start + 8 + size])[0]:
        return "bad checksum"
    pixels = zlib.decompress(body)
    if len(pixels) != height * (3 * width + 1):
        return "bad size"
    return None if len(set(pixels)) > 2 else "empty"


def comparison(report, folder, formulas):
    out, plots = os.path.join(folder, "two"), os.path.join(folder, "plots")
    bench("run", f"--out={out}",
          f"--config=good={folder}/good {{cnf}}",
          f"--config=slow={folder}/slow {{cnf}}", formulas)
    done = bench("compare", "--base=good", "--families", f"--plots={plots}",
                 out)
    line = [text.split("|") for text in done.stdout.splitlines()
            if text.startswith("| slow / good")]
    found = [] if done.returncode == 0 and line else [done.stdout]
    took = {name: sum(float(row["wall_s"]) for (_, config), row
                      in rows_of(out).items() if config == name)
            for name in ("good", "slow")}
    if took["slow"] < 2 * 0.3:
        found.append(f"slow took {took['slow']} s")
    if line and not (line[0][2].strip() == "2" and
                     abs(float(line[0][5]) * max(took["good"], 0.01) /
                         took["slow"] - 1) < 0.01):
        found.append(f"{line}, but {took}")
    report.case("compare", found)
    for name in ("cactus", "scatter-slow-good"):
        path = os.path.join(plots, name)
        xml.dom.minidom.parse(path + ".svg")
        fault = png_fault(path + ".png")
        report.case(f"plot {name}", [fault] if fault else [])


def par2(report, folder):
    """Numbers that can be checked by hand."""
    out = os.path.join(folder, "fixture")
    os.mkdir(out)
    head = ["formula", "family", "class", "status", "config", "seed",
            "answer", "verdict", "detail", "wall_s", "cpu_s", "rss_mb"]
    rows = [("f1", "x", "SAT", "ok", 2), ("f2", "x", "UNSAT", "ok", 4),
            ("f3", "x", "UNKNOWN", "-", 10), ("f1", "y", "SAT", "ok", 8),
            ("f2", "y", "SAT", "wrong", 1), ("f3", "y", "UNSAT", "ok", 5)]
    with open(os.path.join(out, "results.tsv"), "w",
              encoding="utf-8") as file:
        file.write("\t".join(head) + "\n")
        for formula, config, answer, verdict, seconds in rows:
            file.write("\t".join([formula, "f", "", "", config, "0", answer,
                                  verdict, "", str(seconds), "0", "1"]) + "\n")
    done = bench("compare", "--limit=10", out)
    text = done.stdout
    cells = {line.split("|")[1].strip(): [c.strip() for c in
                                          line.split("|")[2:-1]]
             for line in text.splitlines() if line.startswith("| ")}
    found = []
    if cells["x"] != ["2", "1", "1", "0", "8.67", "1"]:  # (2 + 4 + 20) / 3
        found.append(f"x: {cells['x']}")
    if cells["y"] != ["2", "1", "1", "1", "11.00", "1"]:  # (8 + 20 + 5) / 3
        found.append(f"y: {cells['y']}")
    if cells["y / x"] != ["1", "1", "1", "4.000", "4.000", "4.000"]:
        found.append(f"ratio: {cells['y / x']}")
    if done.returncode != 1 or "f2" not in text.split("contradicting")[1]:
        found.append("wrong answer not reported")
    report.case("PAR-2 by hand", found)


def main():
    report = common.Report()
    with tempfile.TemporaryDirectory() as folder:
        formulas = prepare(folder)
        stopped(report, folder, formulas)
        runner(report, folder, formulas)
        origins(report, folder, formulas)
        proofs(report, folder, formulas)
        comparison(report, folder, formulas)
        par2(report, folder)
    report.finish()


if __name__ == "__main__":
    main()
