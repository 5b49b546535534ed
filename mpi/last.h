// The ways out when a run cannot end properly: fatal errors, and the guard.
#ifndef MPI_LAST_H
#define MPI_LAST_H

#include <stdbool.h>

struct job;

// Starts the guard and takes fatal errors.
void last_init (struct job *);
void last_fini (void);

// The right to print the 's' line: the first who asks has it.
//
//   status     what the line will say
bool last_claim (int status);

#endif
