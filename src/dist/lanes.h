// Which engines run where: every rank knows the lanes of all ranks from the
// cards that were exchanged at the start.
#ifndef DIST_LANES_H
#define DIST_LANES_H

#include "wire/transport.h"

#include <stdint.h>

// Words of a card.
enum {
  LANES_WANTED,  // engines as the user said; 0: as many as there are cores
  LANES_USABLE,  // cores this rank may use
  LANES_BINDING, // equal for equal sets of processors; 0: not bound
  LANES_WORDS
};

struct lanes {
  unsigned engines; // of this rank
  uint64_t first;   // lane of this rank's first engine
  uint64_t total;   // engines over all ranks
};

// Computes this rank's lanes.  Ranks of one host that are bound to the same
// cores (or not bound at all) divide them; each gets at least one.
void lanes_init (struct lanes *, int rank, int size,
                 const struct transport_card *cards);

// The first lane of each rank, and behind them the number of all lanes.
//
//   first      size + 1 of them
void lanes_list (int size, const struct transport_card *cards, uint64_t *first);

#endif
