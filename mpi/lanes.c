// lanes.c - how many engines each rank runs, and their numbers.
#define _GNU_SOURCE
#include "mpi/lanes.h"

#include "base/hash.h"
#include "base/topology.h"

#include <sched.h>
#include <string.h>

enum { WANTED, USABLE, BINDING }; // words of a card

// Equal for equal sets of allowed processors.
static uint64_t binding (void) {
  cpu_set_t set;
  memset (&set, 0, sizeof set);
  if (sched_getaffinity (0, sizeof set, &set))
    return 0; // more than 1024 processors: taken as not bound
  return hash_bytes (&set, sizeof set, 0);
}

struct wire_card lanes_card (unsigned engines) {
  struct topology topology;
  struct wire_card card = {{0}};
  card.words[WANTED] = engines;
  card.words[BINDING] = binding ();
  if (!engines) {
    topology_init (&topology);
    card.words[USABLE] = topology.usable;
  }
  return card;
}

static unsigned sharers (int rank, int size, const uint64_t *hosts,
                         const struct wire_card *cards) {
  unsigned count = 0;
  for (int other = 0; other < size; other++)
    count += hosts[other] == hosts[rank] &&
             cards[other].words[BINDING] == cards[rank].words[BINDING];
  return count;
}

// Quadratic in ranks, but only where nobody says how many engines: 2000 ranks
// take some 4 ms.
static unsigned engines_of (int rank, int size, const uint64_t *hosts,
                            const struct wire_card *cards) {
  const uint64_t *words = cards[rank].words;
  if (words[WANTED])
    return words[WANTED];
  const unsigned share = words[USABLE] / sharers (rank, size, hosts, cards);
  return share ? share : 1;
}

void lanes_init (struct lanes *lanes, int rank, int size, const uint64_t *hosts,
                 const struct wire_card *cards) {
  *lanes = (struct lanes){0};
  for (int other = 0; other < size; other++) {
    const unsigned engines = engines_of (other, size, hosts, cards);
    if (other == rank) {
      lanes->first = lanes->total;
      lanes->engines = engines;
    }
    lanes->total += engines;
  }
}
