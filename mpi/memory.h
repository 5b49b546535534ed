// What this rank may take of its machine's memory.
#ifndef MPI_MEMORY_H
#define MPI_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct job;

// What engines may use: the limit or a share of the machine, without what is
// taken already; at least 1 byte.
uint64_t memory_for_engines (const struct job *);

// Whether this process has to stop: it is over its own limit, or what its
// control group may use is almost used up.
bool memory_short (const struct job *);

#endif
