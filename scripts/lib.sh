# shellcheck shell=bash disable=SC2154
# Shared by the scripts: installing packages and building, quietly.
# Sourced; the caller sets 'root' (the source tree) and 'me' (its name).

say () {
  echo "$me: $*" >&2
}

# need PACKAGE COMMAND...: PACKAGE is missing unless the command succeeds, and
# nothing works without it.  wish: something is left out without it.
needed=()
wished=()
need () {
  "${@:2}" > /dev/null 2>&1 || listed "$1" || needed+=("$1")
}
wish () {
  "${@:2}" > /dev/null 2>&1 || listed "$1" || wished+=("$1")
}
listed () {
  [[ " ${needed[*]} ${wished[*]} " == *" $1 "* ]]
}

need_build_packages () {
  need gcc command -v cc
  need libc6-dev test -e /usr/include/stdio.h
  need cmake command -v cmake
  command -v make > /dev/null || need ninja-build command -v ninja
  need pkg-config command -v pkg-config
  need libhwloc-dev pkg-config --exists hwloc
  need zlib1g-dev pkg-config --exists zlib
}

mpi_packages () { # need or wish
  "$1" libopenmpi-dev command -v mpicc
  "$1" openmpi-bin command -v mpirun
}

# need_decompressor FILE: the tool that the program reads it with, by the first
# bytes as the program does it (src/base/file_in.c).
need_decompressor () {
  case $(od -An -tx1 -N6 "$1" 2> /dev/null) in
    " fd 37 7a 58 5a 00" | " 5d 00 00"*) need xz-utils command -v xz ;;
    " 42 5a 68"*) need bzip2 command -v bzip2 ;;
    " 28 b5 2f fd"*) need zstd command -v zstd ;;
  esac
}

# Installs what is missing, all in one go; nothing is asked.  Without the right
# to do so one line says what to run.
#
#   returns    true if nothing that is needed is missing any more
install_missing () {
  local all=("${needed[@]}" "${wished[@]}")
  [ ${#all[@]} = 0 ] && return 0
  if have_rights && { apt_install "${all[@]}" ||
    { [ ${#needed[@]} != 0 ] && [ ${#wished[@]} != 0 ] &&
      apt_install "${needed[@]}"; }; }; then
    needed=()
  fi
  wished=()
  [ ${#needed[@]} = 0 ]
}

# Sets 'rights', what is put before a command to run it as root, or says what
# the user should run.  Reads 'all'.
have_rights () {
  local how=" as root:" sudo=
  if ! command -v apt-get > /dev/null; then
    say "missing (Debian's names), please install: ${all[*]}"
    return 1
  fi
  rights=()
  [ "$(id -u)" != 0 ] || return 0
  rights=(sudo -n)
  ! sudo -n true 2> /dev/null || return 0
  ! command -v sudo > /dev/null || { how=: sudo="sudo "; }
  known_packages || how+=" ${sudo}apt-get update &&"
  say "missing packages; please run$how" \
    "${sudo}apt-get install -y --no-install-recommends ${all[*]}"
  return 1
}

# Whether there is a list of packages yet; a fresh container has none.
known_packages () {
  compgen -G '/var/lib/apt/lists/*Packages*' > /dev/null
}

apt_install () { # PACKAGE...
  local log status=0
  say "installing $*"
  log=$(mktemp)
  if ! apt_try "$@" > "$log" 2>&1; then
    say "updating the list of packages"
    if ! { "${rights[@]}" apt-get update && apt_try "$@"; } >> "$log" 2>&1; then
      tail -n 20 "$log" >&2
      say "apt-get could not install $*"
      status=1
    fi
  fi
  rm -f "$log"
  return $status
}

apt_try () {
  "${rights[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends "$@" < /dev/null
}

# configure PRESET FOLDER OPTION...: Ninja if present, else make.
configure () {
  local preset=$1 folder=$2 generator=()
  shift 2
  if ! grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" \
    "$folder/CMakeCache.txt"; then
    rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles" # a moved tree's
  fi
  if [ ! -e "$folder/CMakeCache.txt" ]; then
    if command -v ninja > /dev/null; then
      generator=(-G Ninja)
    else
      generator=(-G "Unix Makefiles")
    fi
  fi
  (cd "$root" &&
    cmake --preset "$preset" -B "$folder" "${generator[@]}" \
      -DTUTTI_MPI="$(mpi_switch)" "$@")
}

# Always told to cmake, whose cache would keep what was true once.
mpi_switch () {
  if command -v mpicc > /dev/null; then echo ON; else echo OFF; fi
}

# Whether the programs in FOLDER were built with MPI.
has_mpi () {
  grep -qsx 'TUTTI_MPI:BOOL=ON' "$1/CMakeCache.txt"
}

# build FOLDER TARGET...: all targets if none is named.
build () {
  local folder=$1 targets=()
  shift
  [ $# = 0 ] || targets=(--target "$@")
  cmake --build "$folder" --parallel "$(nproc)" "${targets[@]}"
}

# Open MPI refuses to run as root unless told twice; it spins when there are
# more ranks than cores unless told to yield; and when a rank's exit status is
# not zero it waits one or two seconds before it would kill the others.
mpi_environment () {
  if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_odls_base_sigkill_timeout=0
}
