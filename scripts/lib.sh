# shellcheck shell=bash disable=SC2154
# Shared by the scripts: installing packages and building, quietly.
# Sourced; the caller sets 'root' (the source tree) and 'me' (its name).

say () {
  echo "$me: $*" >&2
}

# want PACKAGE COMMAND...: PACKAGE is missing unless the command succeeds.
missing=()
want () {
  local package=$1
  shift
  "$@" > /dev/null 2>&1 || missing+=("$package")
}

want_build_packages () {
  want gcc command -v cc
  want libc6-dev test -e /usr/include/stdio.h
  want cmake command -v cmake
  command -v make > /dev/null || want ninja-build command -v ninja
  want pkg-config command -v pkg-config
  want libhwloc-dev pkg-config --exists hwloc
  want zlib1g-dev pkg-config --exists zlib
}

want_mpi_packages () {
  want libopenmpi-dev command -v mpicc
  want openmpi-bin command -v mpirun
}

# Installs what 'want' found missing; nothing is asked.  Fails with a line
# that says what to run when neither root nor a password-less sudo is there.
install_missing () {
  local rights=() log
  [ ${#missing[@]} = 0 ] && return 0
  if ! command -v apt-get > /dev/null; then
    say "missing: ${missing[*]} (Debian's names); please install them"
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2> /dev/null; then
      say "missing packages; please run:" \
        "sudo apt-get install -y --no-install-recommends ${missing[*]}"
      return 1
    fi
    rights=(sudo -n)
  fi
  say "installing ${missing[*]}"
  log=$(mktemp)
  if ! try_install > "$log" 2>&1; then
    say "updating the list of packages"
    if ! { "${rights[@]}" apt-get update && try_install; } \
      >> "$log" 2>&1; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      say "apt-get could not install ${missing[*]}"
      return 1
    fi
  fi
  rm -f "$log"
  missing=()
}

try_install () {
  "${rights[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends "${missing[@]}" < /dev/null
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
    cmake --preset "$preset" -B "$folder" "${generator[@]}" "$@")
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
