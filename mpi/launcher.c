// launcher.c - reads what mpirun, srun and others leave in the environment.
#include "mpi/launcher.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const struct row {
  const char *name, *rank, *size;
  bool mpi;
} rows[] = {
#define LAUNCHER(...) {__VA_ARGS__},
#include "mpi/launchers.def"
#undef LAUNCHER
};

// A variable's number, at least 0; -1 if it is not set to one.
static int number (const char *variable) {
  const char *text = getenv (variable);
  char *end;
  if (!text || !*text)
    return -1;
  const long value = strtol (text, &end, 10);
  return *end || value < 0 || value > INT_MAX ? -1 : (int)value;
}

struct launcher launcher_find (void) {
  for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows;
       row++) {
    const int rank = number (row->rank), size = number (row->size);
    if (rank >= 0)
      return (struct launcher){row->name, rank, size < 0 ? 0 : size, row->mpi};
  }
  return (struct launcher){0};
}

bool launcher_connects (const struct launcher *launcher) {
  return launcher->mpi && launcher->size != 1;
}

// A rank without the number of ranks is left over perhaps, and nobody else
// speaks.
bool launcher_speaks (const struct launcher *launcher) {
  return !launcher->rank || !launcher->size;
}

static const char *reason (const struct launcher *launcher) {
#ifndef TUTTI_MPI
  (void)launcher;
  return "this program was built without MPI";
#else
  return launcher->mpi ? "it seems to belong to another MPI than this program"
                       : "use mpirun or 'srun --mpi=pmix'";
#endif
}

bool launcher_check (const struct launcher *launcher, int ranks, char *error) {
  char count[32] = "several";
  if (ranks > 1 || (launcher->size < 2 && !launcher->rank))
    return true;
  if (launcher->size > 1)
    snprintf (count, sizeof count, "%d", launcher->size);
  snprintf (error, LAUNCHER_ERROR_BYTES,
            "%s started %s processes that cannot reach each other: %s",
            launcher->name, count, reason (launcher));
  return false;
}

int launcher_idle_tasks (const struct launcher *launcher) {
  const int tasks = number ("SLURM_NTASKS");
  const bool in_step = number ("SLURM_STEP_NUM_TASKS") >= 0;
  return tasks > 1 && !in_step && !launcher->mpi ? tasks : 0;
}
