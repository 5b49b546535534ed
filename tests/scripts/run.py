#!/usr/bin/env python3
"""scripts/solve and scripts/test on pretended machines: what they install,
what they tell cmake, and when they build again.

usage: run.py

A machine is a folder of commands, the only ones there are.  Its apt-get
installs by creating commands; its cmake writes a cache and programs that say
with which switch they were built.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import common  # noqa: E402

REAL = ("bash sh cat cksum cut dirname env find flock grep head mkdir mktemp "
        "mv nproc od readlink rm sed sleep sort tail touch true").split()

# Package -> commands, and modules of pkg-config.
PACKAGES = {
    "gcc": ["cc"], "cmake": ["cmake"], "ninja-build": ["ninja"],
    "pkg-config": ["pkg-config"], "libhwloc-dev": ["hwloc.pc"],
    "zlib1g-dev": ["zlib.pc"], "libopenmpi-dev": ["mpicc"],
    "openmpi-bin": ["mpirun"], "check": ["check.pc"], "python3": ["python3"],
    "g++": ["c++"], "clang": ["clang"], "clang-format": ["clang-format"],
    "xz-utils": ["xz"], "bzip2": ["bzip2"], "zstd": ["zstd"],
}
BUILD = ["gcc", "cmake", "ninja-build", "pkg-config", "libhwloc-dev",
         "zlib1g-dev"]
MPI = ["libopenmpi-dev", "openmpi-bin"]

APT = """echo "$@" >> "{log}/apt-get"
case $1 in
update) touch "{log}/updated" ;;
*)
  for word in "$@"; do
    case $word in
    {unknown}) echo "E: Unable to locate package $word" >&2; exit 100 ;;
    esac
  done
  {lists}
  for word in "$@"; do
    test ! -d "{stock}/$word" || mv "{stock}/$word"/* "{tools}"
  done ;;
esac"""

CMAKE = """echo "$@" >> "{log}/cmake"
case $1 in
--preset)
  folder=$4
  for word in "$@"; do
    case $word in
    -DTUTTI_MPI=*) echo "TUTTI_MPI:BOOL=${{word#*=}}" > "$folder/cache" ;;
    esac
  done
  mv "$folder/cache" "$folder/CMakeCache.txt"
  echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" >> "$folder/CMakeCache.txt" ;;
--build)
  read -r switch < "$2/CMakeCache.txt"
  for name in tutti tutti-check; do
    rm -f "$2/$name"
    printf '#!/bin/sh\\necho "%s $*"\\n' "$switch" > "$2/$name.new"
    chmod +x "$2/$name.new"
    mv "$2/$name.new" "$2/$name"
  done ;;
esac"""

PKG_CONFIG = 'test -e "{tools}/$2.pc"'


def executable(path, code):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n{code}\n")
    os.chmod(path, 0o755)


class Machine:
    """A copy of the scripts in a folder of its own, and its commands.

    user: what 'id -u' says; sudo: None, or whether it works without password
    installed: packages that are there; unknown: those that apt-get denies
    lists: False if 'apt-get update' has to come first
    """

    def __init__(self, folder, user=0, sudo=None, installed=(),
                 unknown=("none",), lists=True):
        self.folder = tempfile.mkdtemp(dir=folder)
        self.tools, self.stock, self.log, self.root = (
            os.path.join(self.folder, name)
            for name in ("tools", "stock", "log", "a tree"))
        for path in (self.tools, self.stock, self.log, self.root):
            os.mkdir(path)
        self._tree()
        for name in REAL + ["chmod"]:
            os.symlink(shutil.which(name), os.path.join(self.tools, name))
        for package in PACKAGES:
            self._stock(package)
        for package in installed:
            self.install(package)
        self._command("id", f"echo {user}")
        if sudo is not None:
            self._command("sudo", 'shift; exec "$@"' if sudo else "exit 1")
        self._command("apt-get", APT.format(
            unknown="|".join(unknown), lists="" if lists else
            f'test -e "{self.log}/updated" || exit 100', **self.places()))

    def places(self):
        return {"tools": self.tools, "stock": self.stock, "log": self.log}

    def _tree(self):
        shutil.copytree(os.path.join(common.ROOT, "scripts"),
                        os.path.join(self.root, "scripts"))
        for name in ("src", "mpi", "include"):
            os.mkdir(os.path.join(self.root, name))
        with open(os.path.join(self.root, "CMakeLists.txt"), "w",
                  encoding="utf-8"):
            pass

    def _command(self, name, code):
        executable(os.path.join(self.tools, name), code)

    def _stock(self, package):
        folder = os.path.join(self.stock, package)
        os.mkdir(folder)
        code = {"cmake": CMAKE, "pkg-config": PKG_CONFIG,
                "openmpi-bin": 'echo "mpirun $*"'}.get(package, "exit 0")
        if package in ("cmake", "pkg-config"):
            code = code.format(**self.places())
        for name in PACKAGES[package]:
            executable(os.path.join(folder, name), code)

    def install(self, package):
        folder = os.path.join(self.stock, package)
        for name in os.listdir(folder):
            shutil.move(os.path.join(folder, name), self.tools)

    def run(self, script, *words):
        env = {"PATH": self.tools, "HOME": self.folder,
               "TMPDIR": self.folder}
        done = subprocess.run(
            [os.path.join("a tree", "scripts", script), *words], env=env,
            cwd=self.folder, text=True, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=common.PATIENCE)
        self.status, self.out, self.err = \
            done.returncode, done.stdout, done.stderr
        return self

    def called(self, name):
        """Lines with the arguments of each call since the last question."""
        path = os.path.join(self.log, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        os.unlink(path)
        return lines

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def formula(self):
        return self.file("a formula.cnf", b"p cnf 0 0\n")

    def fault(self):
        return f"status {self.status}, said '{self.out}' and '{self.err}'"


def packages_of(text):
    """What the lines of apt-get or the hint to the user ask for."""
    found = []
    for line in text.splitlines():
        if "--no-install-recommends " in line:
            found += line.partition("--no-install-recommends ")[2].split()
    return found


def case(report, name, machine, good):
    report.case(name, [] if good else [machine.fault()])


def help_texts(report, folder):
    for script in ("solve", "test"):
        machine = Machine(folder, user=1000).run(script, "--help")
        case(report, f"{script} --help on a bare machine", machine,
             machine.status == 0 and "usage:" in machine.out and
             not machine.err and not machine.called("apt-get"))
    machine = Machine(folder, installed=BUILD).run("solve", "--help")
    case(report, "solve --help builds nothing", machine,
         machine.status == 0 and not machine.called("cmake"))
    machine.run("solve", machine.formula())
    machine.run("solve", "--help")
    case(report, "solve --help with tutti's options", machine,
         "TUTTI_MPI:BOOL=ON --help" in machine.out)


def package_line(report, folder):
    """One line, complete, nothing twice, and nothing is done."""
    test = BUILD + ["check", "python3"] + MPI + [
        "g++", "clang", "clang-format", "xz-utils", "bzip2", "zstd"]
    for script, wanted in (("solve", BUILD + MPI), ("test", test)):
        machine = Machine(folder, user=1000)
        words = [machine.formula()] if script == "solve" else []
        machine.run(script, *words)
        asked = packages_of(machine.err)
        case(report, f"{script}: the package line", machine,
             machine.status == 1 and sorted(asked) == sorted(wanted) and
             machine.err.count("\n") == 1 and "as root" in machine.err and
             not machine.called("apt-get"))
    machine = Machine(folder, user=1000, sudo=False)
    machine.run("solve", machine.formula())
    case(report, "the package line with sudo", machine,
         "sudo apt-get install" in machine.err and
         "as root" not in machine.err)


def installing(report, folder):
    machine = Machine(folder)
    machine.run("solve", machine.formula())
    calls = machine.called("apt-get")
    case(report, "install as root, all at once", machine,
         machine.status == 0 and len(calls) == 1 and
         sorted(packages_of(calls[0])) == sorted(BUILD + MPI) and
         machine.out.startswith("TUTTI_MPI:BOOL=ON"))
    machine = Machine(folder, user=1000, sudo=True)
    machine.run("solve", machine.formula())
    case(report, "install with sudo", machine, machine.status == 0)
    machine = Machine(folder, lists=False)
    machine.run("solve", machine.formula())
    case(report, "install after update", machine,
         machine.status == 0 and len(machine.called("apt-get")) == 3)
    machine = Machine(folder, unknown=("openmpi-bin",))
    machine.run("solve", machine.formula())
    case(report, "what is only wished for is not to be had", machine,
         machine.status == 0 and
         machine.out.startswith("TUTTI_MPI:BOOL=OFF"))
    machine = Machine(folder, unknown=("zlib1g-dev",))
    machine.run("solve", machine.formula())
    case(report, "install fails", machine, machine.status == 1 and
         "could not install" in machine.err and not machine.called("cmake"))


def mpi_switch(report, folder):
    """What cmake is told, and that a program without MPI never runs ranks."""
    machine = Machine(folder, user=1000, installed=BUILD)
    formula = machine.formula()
    machine.run("solve", formula)
    case(report, "without MPI", machine,
         machine.status == 0 and packages_of(machine.err) == MPI and
         machine.out.startswith("TUTTI_MPI:BOOL=OFF"))
    machine.called("cmake")
    machine.run("solve", formula)
    case(report, "nothing to build", machine, machine.status == 0 and
         not machine.err and not machine.called("cmake"))
    machine.run("solve", "--ranks=2", formula)
    case(report, "no ranks without MPI", machine, machine.status == 1 and
         not machine.out and packages_of(machine.err) == MPI and
         not machine.called("cmake"))
    machine.install("openmpi-bin")
    machine.run("solve", "--ranks=2", formula)
    case(report, "no ranks with mpirun alone", machine, machine.status == 1
         and not machine.out and packages_of(machine.err) == MPI[:1])
    machine.install("libopenmpi-dev")
    machine.run("solve", formula)
    case(report, "MPI has appeared", machine, machine.status == 0 and
         machine.out.startswith("TUTTI_MPI:BOOL=ON") and
         any("-DTUTTI_MPI=ON" in line for line in machine.called("cmake")))
    machine.run("solve", "--ranks", "2", formula)
    case(report, "ranks with MPI", machine, machine.status == 0 and
         machine.out.startswith("mpirun ") and not machine.err and
         not machine.called("cmake"))
    machine = Machine(folder, user=1000, installed=BUILD + MPI)
    machine.run("solve", formula)
    os.unlink(os.path.join(machine.tools, "mpicc"))
    machine.called("cmake")
    machine.run("solve", "--ranks=2", formula)
    case(report, "ranks where only programs are run", machine,
         machine.status == 0 and machine.out.startswith("mpirun ") and
         not machine.called("cmake"))


def building(report, folder):
    machine = Machine(folder, installed=BUILD + MPI)
    machine.run("solve", machine.formula())
    lines = machine.called("cmake")
    case(report, "the library is built too", machine,
         any("libtutti" in line.split() for line in lines))
    os.chmod(os.path.join(machine.root, "build", "release", "tutti"), 0o755)
    executable(os.path.join(machine.root, "build", "release", "tutti"),
               "exit 127")  # as if its libraries were gone
    machine.run("solve", machine.formula())
    case(report, "a program that does not start", machine,
         machine.status == 0 and machine.called("cmake"))
    with open(os.path.join(machine.root, "scripts", "cmake", "new"), "w",
              encoding="utf-8"):
        pass
    machine.run("solve", machine.formula())
    case(report, "newer sources", machine, machine.called("cmake"))


DATA = {  # package -> first bytes
    "xz-utils": b"\xfd7zXZ\0", "bzip2": b"BZh91A", "zstd": b"\x28\xb5\x2f\xfd",
}


def decompressors(report, folder):
    for package, data in DATA.items():
        machine = Machine(folder, user=1000)
        path = machine.file("named.cnf", data + b"and more")
        machine.run("solve", path)
        case(report, f"{package}: in the line", machine, machine.status == 1
             and sorted(packages_of(machine.err)) ==
             sorted(BUILD + MPI + [package]))
        machine = Machine(folder, installed=BUILD + MPI)
        machine.run("solve", machine.formula())
        machine.called("apt-get")
        machine.run("solve", machine.file("named.cnf", data), "--time=3")
        case(report, f"{package}: installed", machine, machine.status == 0 and
             packages_of("\n".join(machine.called("apt-get"))) == [package])


# Limits of time that do not come from the one place of their language.
OWN_LIMIT = re.compile(r"tcase_set_time[o]ut|\b(timeout|wall)=\d+[,)]|"
                       r"^\s*timeout (?!600 )\d|"
                       r"clock_wall_s \(\) - \w+ < \d", re.M)


def one_timeout(report, _):
    found = []
    for folder, _, names in os.walk(os.path.dirname(HERE)):
        for path in (os.path.join(folder, name) for name in names):
            with open(path, encoding="utf-8", errors="replace") as file:
                if OWN_LIMIT.search(file.read()):
                    found.append(path)
    report.case("limits of time of their own", found)


def main():
    report = common.Report()
    with tempfile.TemporaryDirectory(prefix="tutti test ") as folder:
        for part in (help_texts, package_line, installing, mpi_switch,
                     building, decompressors, one_timeout):
            part(report, folder)
    report.finish()


if __name__ == "__main__":
    main()
