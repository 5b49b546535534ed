"""Running a command under limits, with all of its descendants.

A command gets a session of its own; whatever belongs to that session counts
for CPU time and memory and is killed at the end, so that neither an mpirun's
ranks nor a stray helper survive.
"""

import os
import resource
import signal
import subprocess
import threading
import time

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
GRACE = 5.0  # seconds: mpirun ends while killed ranks are still going, and on
#              a busy machine that takes them a while
running = set()  # sessions of this program's commands
stopping = threading.Event()


class Usage:
    """Sums over the living processes of one session."""

    def __init__(self, session):
        self.cpu = self.rss = 0
        self.pids = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                self._add(int(name), session)

    def _add(self, pid, session):
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return  # gone meanwhile
        if int(fields[3]) == session and fields[0] != b"Z":
            self.pids.append(pid)
            # waited-for children count with their parents
            self.cpu += sum(map(int, fields[11:15])) / TICK
            self.rss += int(fields[21]) * PAGE


def kill_session(session, grace=0.0):
    """Repeats until no process is left; returns how many had to be killed."""
    killed, end = 0, time.monotonic() + grace
    while Usage(session).pids and time.monotonic() < end:
        time.sleep(0.02)
    for _ in range(50):
        pids = Usage(session).pids
        if not pids:
            break
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
        time.sleep(0.01)
    return killed


def stop_all():
    """Kills every command that runs; from now on none is started."""
    stopping.set()
    for session in list(running):
        kill_session(session)


class Result:
    """status: exit code, negative signal; reason: '', time, cpu or memory"""

    def __init__(self):
        self.status = self.wall = self.cpu = 0
        self.rss = 0  # bytes, largest sum that was seen
        self.reason = ""
        self.leftover = 0  # processes that outlived the command


class Monitor(threading.Thread):
    def __init__(self, session, result, wall, cpu, memory):
        super().__init__(daemon=True)
        self.session, self.result = session, result
        self.wall, self.cpu, self.memory = wall, cpu, memory
        self.done = threading.Event()

    def run(self):
        start, pause = time.monotonic(), 0.02
        while not self.done.wait(pause):
            pause = min(0.2, pause * 1.3)
            usage = Usage(self.session)
            self.result.rss = max(self.result.rss, usage.rss)
            if self.wall and time.monotonic() - start > self.wall:
                self._end("time")
            elif self.cpu and usage.cpu > self.cpu:
                self._end("cpu")
            elif self.memory and usage.rss > self.memory:
                self._end("memory")

    def _end(self, reason):
        self.result.reason = reason
        kill_session(self.session)


def run(command, stdout, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        wall=0, cpu=0, memory=0, env=None, cwd=None):
    """Runs the argument list; limits in seconds and bytes, 0 for none."""
    result = Result()
    if stopping.is_set():
        result.reason = "stopped"
        return result
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=stdin, stdout=stdout,
                             stderr=stderr, start_new_session=True,
                             env=env, cwd=cwd)
    running.add(child.pid)
    if stopping.is_set():  # the signal came meanwhile
        kill_session(child.pid)
    if cpu:  # a second rope, should this program be stopped itself
        resource.prlimit(child.pid, resource.RLIMIT_CPU, (int(cpu) + 5,) * 2)
    monitor = Monitor(child.pid, result, wall, cpu, memory)
    monitor.start()
    _, status, usage = os.wait4(child.pid, 0)
    result.wall = time.monotonic() - start
    monitor.done.set()
    monitor.join()
    child.returncode = result.status = os.waitstatus_to_exitcode(status)
    result.cpu = usage.ru_utime + usage.ru_stime
    # What a child inherits of this process before it becomes the command
    # counts in its maximum, so a smaller value says nothing.
    if usage.ru_maxrss > own:
        result.rss = max(result.rss, usage.ru_maxrss * 1024)
    result.leftover = kill_session(child.pid, GRACE)
    running.discard(child.pid)
    if stopping.is_set():
        result.reason = "stopped"
    return result
