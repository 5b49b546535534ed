// Which engines run where: every rank knows the lanes of all ranks from the
// cards that were exchanged at the start.
#ifndef MPI_LANES_H
#define MPI_LANES_H

#include "mpi/wire.h"

#include <stdint.h>

struct lanes {
  unsigned engines; // of this rank
  uint64_t first;   // lane of this rank's first engine
  uint64_t total;   // engines over all ranks
};

// Describes this rank's processors.
//
//   engines    wanted by the user; 0: as many as there are cores
struct wire_card lanes_card (unsigned engines);

// Computes this rank's lanes.  Ranks of one host that are bound to the same
// cores (or not bound at all) divide them; each gets at least one.
void lanes_init (struct lanes *, int rank, int size, const uint64_t *hosts,
                 const struct wire_card *cards);

#endif
