#!/usr/bin/env python3
"""Processes that a launcher started but that cannot reach each other.

Each would print an answer of its own and write the same files.  What launchers
leave in the environment is faked; a process either solves as the only one, with
a complete answer, or refuses with status 1.  Those of one launch give at most
one answer and exactly one line of complaint.

usage: launchers.py BUILD
"""

import os
import shutil
import sys
import tempfile

import common

SAT = b"p cnf 2 1\n1 2 0\n"
MARKS = ("OMPI_", "PMIX_", "PMI_", "SLURM_", "MV2_", "JSM_", "FLUX_")

# The environments of a launch's processes, and whether one of them answers.
LAUNCHES = {
    "nothing": ([""], True),
    "mpirun, one rank": (["OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1"],
                         True),
    "mpirun, two ranks that MPI does not join": (
        ["OMPI_COMM_WORLD_RANK=%d OMPI_COMM_WORLD_SIZE=2" % rank
         for rank in range(2)], False),
    "PMI_RANK alone": (["PMI_RANK=1"], False),
    "PMI_RANK=0 alone": (["PMI_RANK=0"], True),
    "mpiexec of another MPI": (
        ["PMI_RANK=%d PMI_SIZE=3" % rank for rank in range(3)], False),
    "PMIX_RANK alone": (["PMIX_RANK=1"], False),
    "srun without PMI": (
        ["SLURM_PROCID=%d SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4" % rank
         for rank in range(4)], False),
    "srun, one task": (["SLURM_PROCID=0 SLURM_NTASKS=1 "
                        "SLURM_STEP_NUM_TASKS=1"], True),
    "a batch script": (["SLURM_PROCID=0 SLURM_NTASKS=4"], True),
    "a shell of salloc": (["SLURM_NTASKS=4"], True),
}


def environment(command, text):
    env = {name: value for name, value in
           common.mpi_environment(command, launched=True).items()
           if not name.startswith(MARKS) or "_MCA_" in name or
           "_ALLOW_" in name}
    env.update(word.split("=", 1) for word in text.split())
    return env


def judge_one(said, answers):
    if said.status == 1:
        return [] if not said.text else ["refused, but said something"]
    if not answers:
        return [f"status {said.status}, should refuse"]
    return common.faults(said, SAT, "SAT")


def launch(build, report, name, cnf, folder):
    texts, answers = LAUNCHES[name]
    command = build.command([cnf, "--engines=1", f"--proof={folder}/proof"])
    saids = [common.run(command, env=environment(command, text))
             for text in texts]
    found = sum((judge_one(said, answers) for said in saids), [])
    count = sum(said.status == 10 for said in saids)
    if count != answers:
        found.append(f"{count} answers")
    lines = sum((said.errors.splitlines() for said in saids), [])
    errors = sum("error" in line for line in lines)
    if errors != (not answers) or len(lines) > 1:
        found.append(f"{errors} complaints in {len(lines)} lines")
    report.case(name, found)


def really(build, report, cnf):
    """mpirun of this MPI is no such launcher, unless the build has no MPI."""
    if not shutil.which("mpirun"):
        print("skipped: no mpirun")
        return
    said = common.run(build.command([cnf, "--engines=1"], 2))
    if said.status == 1:
        lines = said.errors.splitlines()
        fine = not said.text and len(lines) == 1 and "without MPI" in lines[0]
        report.case("mpirun without MPI", [] if fine else lines or ["no word"])
    else:
        report.case("mpirun", common.faults(said, SAT, "SAT"))


def main():
    build = common.Build(sys.argv[1])
    build.need("tutti")
    report = common.Report()
    with tempfile.TemporaryDirectory() as folder:
        cnf = os.path.join(folder, "sat.cnf")
        with open(cnf, "wb") as file:
            file.write(SAT)
        for name in LAUNCHES:
            launch(build, report, name, cnf, folder)
        really(build, report, cnf)
    report.finish()


if __name__ == "__main__":
    main()
