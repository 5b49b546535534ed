// Whether all ranks were started alike: one that wants no proof, say, would
// leave the others waiting for its part.
#ifndef MPI_AGREE_H
#define MPI_AGREE_H

#include "mpi/settings.h"
#include "dist/lanes.h"
#include "wire/wire.h"

enum { AGREE_SETTINGS = LANES_WORDS }; // word of a card

// One number for version, options and names; equal where ranks work together.
// What may differ between hosts does not count: engines, memory, proof_dir.
uint64_t agree_digest (struct settings *);

// Compares what the ranks' cards say; each comes to the same result.
//
//   returns    the smallest rank that differs from rank 0; -1: none
int agree_other (const struct wire *);

#endif
