// One run on all ranks, from the command line to the exit status.
#ifndef MPI_JOB_H
#define MPI_JOB_H

#include "mpi/settings.h"

// Solves.  Collective; MPI is initialised and finalised inside, if a launcher
// started this process.
//
//   argc, argv of main, for MPI
//   start_s    clock_wall_s when the process started
//   returns    exit status: at rank 0 that of the verdict (10, 20, 0), else 0;
//              1 on all ranks after bad input
int job_run (struct settings *, double start_s, int *argc, char ***argv);

#endif
