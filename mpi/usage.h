// Help, version and lists: everything but solving.
#ifndef MPI_USAGE_H
#define MPI_USAGE_H

#include "mpi/settings.h"

#include <stdio.h>

// Prints what is asked for by a request other than SETTINGS_SOLVE.
void usage_print (struct settings *, FILE *);

#endif
