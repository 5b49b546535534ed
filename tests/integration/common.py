"""What the integration tests share: running tutti, judging what it says."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench", "lib"))
import formulas  # noqa: E402
import process  # noqa: E402

SKIP = 77  # exit status that ctest shows as skipped
QUICK = bool(os.environ.get("TUTTI_TEST_QUICK"))
EXIT = {"SAT": 10, "UNSAT": 20, "UNKNOWN": 0}
PATIENCE = 600  # seconds after which a run counts as hanging: one value for
#                 all, far above what the busiest machine needs


def stretch():
    """How many times longer than alone a busy thread takes at this moment.

    Wall seconds for each CPU second of a loop, at least 1.
    """
    wall, cpu = time.monotonic(), time.thread_time()
    while time.thread_time() < cpu + 0.1:
        pass
    return max(1.0, (time.monotonic() - wall) / (time.thread_time() - cpu))


def tree(pid):
    """A process and its descendants."""
    pids = [pid]
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            pids += tree(int(name))
    return pids


def launched(name):
    """CPU seconds of each descendant of ours that runs this program."""
    found = {}
    for pid in tree(os.getpid()):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                same = file.read().strip() == name
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if same:
            found[pid] = sum(map(int, fields[11:13])) / process.TICK
    return found


def wait_busy(name, count, cpu):
    """Waits until that many run and each has used some CPU seconds.

    Returns their pids; none if they never come so far.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = launched(name)
        if len(found) >= count and min(found.values()) >= cpu:
            return sorted(found)
        time.sleep(0.05)
    return []


def mpi_environment(command, launched=False):
    """As scripts/lib.sh has it.  Under Open MPI leaks tell nothing.

    launched: the program takes itself for one that a launcher started
    """
    env = dict(os.environ, OMPI_MCA_mpi_yield_when_idle="1",
               OMPI_MCA_odls_base_sigkill_timeout="0",
               OMPI_MCA_hwloc_base_binding_policy="none")
    if launched or os.path.basename(command[0]) == "mpirun":
        env["ASAN_OPTIONS"] = ":".join(
            filter(None, [env.get("ASAN_OPTIONS"), "detect_leaks=0"]))
    if os.geteuid() == 0:
        env.update(OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return env


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


class Build:
    """The programs of one build folder."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.tutti = os.path.join(self.folder, "tutti")
        self.check = os.path.join(self.folder, "tutti-check")
        self.gen = os.path.join(self.folder, "tutti-gen")
        self.naive = os.path.join(self.folder, "tutti-naive")

    def need(self, *names):
        for name in names:
            if not os.path.exists(getattr(self, name)):
                skip(f"{self.folder} holds no {name}")

    @staticmethod
    def need_mpirun():
        if not shutil.which("mpirun"):
            skip("no mpirun")

    def command(self, arguments, ranks=0):
        """ranks=0: started directly"""
        launch = ["mpirun", "-q", "--oversubscribe", "-np", str(ranks)] \
            if ranks else []
        return launch + [self.tutti] + arguments


class Said:
    """Outcome of one run: exit status, output, what it means."""

    def __init__(self, result, text, errors):
        self.status, self.text, self.errors = result.status, text, errors
        self.wall, self.leftover = result.wall, result.leftover
        self.reason = result.reason
        self.output = formulas.Output(text)
        self.answer = self.output.answer


def run(command, stdin=None, wall=PATIENCE, env=None, cwd=None):
    """stdin: bytes; the run is killed after 'wall' seconds"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.TemporaryFile() as given:
        source = subprocess.DEVNULL
        if stdin is not None:
            given.write(stdin)
            given.seek(0)
            source = given
        result = process.run(command, out, err, source, wall=wall,
                             env=env or mpi_environment(command), cwd=cwd)
        out.seek(0)
        err.seek(0)
        return Said(result, out.read().decode(errors="replace"),
                    err.read().decode(errors="replace"))


def faults(said, data, status=None, model=True):
    """What is wrong with a finished run on the formula 'data' (bytes).

    status: known answer or None; model: whether 'v' lines must be there
    """
    found = list(said.output.faults)
    if said.reason:
        found.append(f"killed: {said.reason}")
    if len(said.output.answers) != 1:
        found.append(f"{len(said.output.answers)} answers")
    if said.status != EXIT[said.answer]:
        found.append(f"{said.answer} but exit status {said.status}")
    if status in ("SAT", "UNSAT") and said.answer != status:
        found.append(f"{said.answer} instead of {status}")
    if said.leftover:
        found.append(f"{said.leftover} processes left over")
    if said.answer == "SAT" and model:
        error = "no model" if said.output.model is None else \
            formulas.model_error(*formulas.parse(data), said.output.model)
        if error:
            found.append(error)
    if said.answer != "SAT" and said.output.model is not None:
        found.append("values without a model")
    for line in said.text.splitlines():
        if line and line[:1] not in "csv":
            found.append(f"strange line '{line[:60]}'")
            break
    return found


def check_proof(build, cnf, proof):
    if not os.path.exists(proof):
        return ["no proof"]
    said = run([build.check, cnf, proof])
    if said.status != 0 or "s VERIFIED" not in said.text:
        return ["proof rejected: " +
                (said.errors or said.text).strip()[-200:]]
    return []


class Report:
    """Counts cases; prints only what failed."""

    def __init__(self):
        self.cases = self.failed = 0

    def case(self, name, found):
        self.cases += 1
        if found:
            self.failed += 1
            print(f"FAILED {name}: {'; '.join(found)}", flush=True)

    def finish(self):
        print(f"{self.cases} cases, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
