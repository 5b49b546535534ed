#!/usr/bin/env python3
"""Ways in and out: stdin, compressed files, output options, exit codes.

usage: inputs.py BUILD
"""

import os
import shutil
import subprocess
import sys
import tempfile

import common

SAT = b"c two colours\np cnf 4 4\n1 2 0\n-1 -2 0\n3 4 0\n-3 -4 0\n"
UNSAT = b"p cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n"
TOOLS = {"gz": ["gzip", "-c"], "xz": ["xz", "-c"], "bz2": ["bzip2", "-c"],
         "zst": ["zstd", "-cq"]}


def store(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def compressed(build, report, folder):
    for ending, tool in TOOLS.items():
        if not shutil.which(tool[0]):
            print(f"skipped: .{ending} without {tool[0]}")
            continue
        for data, status in ((SAT, "SAT"), (UNSAT, "UNSAT")):
            packed = subprocess.run(tool, input=data, check=True,
                                    stdout=subprocess.PIPE).stdout
            path = store(folder, f"a b.cnf.{ending}", packed)
            said = common.run(build.command([path]))
            report.case(f".{ending} {status}",
                        common.faults(said, data, status))
            if ending == "gz":
                said = common.run(build.command(["-"]), stdin=packed)
                report.case(f"stdin .{ending} {status}",
                            common.faults(said, data, status))


def from_stdin(build, report):
    for data, status in ((SAT, "SAT"), (UNSAT, "UNSAT")):
        said = common.run(build.command(["-"]), stdin=data)
        report.case(f"stdin {status}", common.faults(said, data, status))
    said = common.run(build.command(["-"]), stdin=b"")
    report.case("empty stdin", [] if said.status == 1 else
                [f"status {said.status}"])


def quiet(build, report, path):
    said = common.run(build.command([path, "-q"]))
    extra = [line for line in said.text.splitlines()
             if line[:1] not in ("s", "v")]
    report.case("-q", common.faults(said, SAT, "SAT") + extra[:1])
    said = common.run(build.command([path, "-n"]))
    found = common.faults(said, SAT, "SAT", model=False)
    if said.output.model is not None:
        found.append("-n printed a model")
    report.case("-n", found)
    said = common.run(build.command([path, "-v"]))
    report.case("-v", common.faults(said, SAT, "SAT"))


def model_file(build, report, folder, path):
    target = os.path.join(folder, "model")
    said = common.run(build.command([path, "-n", f"--model={target}"]))
    found = common.faults(said, SAT, "SAT", model=False)
    with open(target, encoding="ascii") as file:
        words = file.read().replace("\n", " ").split()
    model = [int(word) for word in words
             if word.lstrip("-").isdigit() and int(word)]
    error = common.formulas.model_error(*common.formulas.parse(SAT), model)
    report.case("--model", found + ([error] if error else []))


def long_model(build, report, folder):
    n = 20000
    data = f"p cnf {n} 1\n1 -{n} 0\n".encode()
    said = common.run(build.command([store(folder, "long.cnf", data)]))
    found = common.faults(said, data, "SAT")
    if max(map(len, said.text.splitlines())) > 4096:
        found.append("a line of more than 4096 characters")
    if said.output.model and len(said.output.model) != n:
        found.append(f"{len(said.output.model)} of {n} values")
    report.case("long model", found)


def talk(build, report):
    for option, word in (("--help", "usage"), ("-h", "usage"),
                         ("--version", ""), ("--list-options", " "),
                         ("--list-portfolio=3", "")):
        said = common.run(build.command([option]))
        fine = said.status == 0 and word in said.text.lower() and said.text
        report.case(option, [] if fine else
                    [f"status {said.status}, {len(said.text)} characters"])


def relaxed(build, report, folder):
    data = b"1 2 0\n-1 0\n-2 0\n"
    path = store(folder, "relaxed.cnf", data)
    said = common.run(build.command([path]))
    report.case("no header", [] if said.status == 1 and said.errors else
                [f"status {said.status}"])
    said = common.run(build.command([path, "--relaxed"]))
    report.case("--relaxed", common.faults(said, data, "UNSAT"))


def checked(build, report, folder, path):
    proof = os.path.join(folder, "proof.lrat")
    said = common.run(build.command([path, "--check", f"--proof={proof}"]))
    report.case("--check --proof", common.faults(said, UNSAT, "UNSAT") +
                common.check_proof(build, path, proof))
    said = common.run(build.command([path, "--check"]), cwd=folder)
    report.case("--check", common.faults(said, UNSAT, "UNSAT"))


def statistics(build, report, folder, path):
    import json
    target = os.path.join(folder, "stats.json")
    said = common.run(build.command([path, f"--stats={target}"]))
    found = common.faults(said, SAT, "SAT")
    try:
        with open(target, encoding="utf-8") as file:
            if not json.load(file):
                found.append("no statistics")
    except (OSError, ValueError) as error:
        found.append(str(error))
    report.case("--stats", found)


def ranks(build, report, folder):
    if not shutil.which("mpirun"):
        print("skipped: no mpirun")
        return
    for data, status in ((SAT, "SAT"), (UNSAT, "UNSAT")):
        said = common.run(build.command(["-"], 2), stdin=data)
        report.case(f"mpirun stdin {status}",
                    common.faults(said, data, status))
    path = store(folder, "bad.cnf", b"p cnf 1 1\n2 0\n")
    said = common.run(build.command([path], 3))
    lines = [line for line in said.errors.splitlines() if "bad.cnf" in line]
    report.case("bad input under mpirun",
                [] if said.status == 1 and len(lines) == 1 else
                [f"status {said.status}, {len(lines)} messages"])


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti", "check")
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as folder:
        sat = store(folder, "sat.cnf", SAT)
        unsat = store(folder, "unsat.cnf", UNSAT)
        compressed(build, report, folder)
        from_stdin(build, report)
        quiet(build, report, sat)
        model_file(build, report, folder, sat)
        long_model(build, report, folder)
        talk(build, report)
        relaxed(build, report, folder)
        checked(build, report, folder, unsat)
        statistics(build, report, folder, sat)
        ranks(build, report, folder)
    report.finish()


if __name__ == "__main__":
    main()
