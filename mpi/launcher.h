// What the environment says about how this process was started: by whom, as
// which of how many.  Asked before MPI runs, and never by anything but this.
#ifndef MPI_LAUNCHER_H
#define MPI_LAUNCHER_H

#include <stdbool.h>

enum { LAUNCHER_ERROR_BYTES = 256 };

struct launcher {
  const char *name; // null: none
  int rank;         // 0 without one
  int size;         // 0: unknown
  bool mpi;         // whether MPI knows this launcher
};

// To be asked before MPI is initialised, which leaves variables of its own.
struct launcher launcher_find (void);

// True if MPI is needed to reach the other processes.
bool launcher_connects (const struct launcher *);

// True for the process that says what is wrong with all of them.
bool launcher_speaks (const struct launcher *);

// Looks for processes that were started together but cannot reach each other:
// each of them would solve, print an answer, and write the same files.
//
//   ranks      how many processes are connected, this one included
//   error      buffer of LAUNCHER_ERROR_BYTES
//   returns    false with an error if there are others
bool launcher_check (const struct launcher *, int ranks, char *error);

// Looks for a machine of which only one process was started.
//
//   returns    number of tasks that the batch system has set aside; 0 if this
//              process may be all there is to be
int launcher_idle_tasks (const struct launcher *);

#endif
