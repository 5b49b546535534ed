// lanes.c - how many engines each rank runs, and their numbers.
#include "dist/lanes.h"

#include "base/hash.h"
#include "base/memory.h"

// Ranks that divide the same cores.
static uint64_t group_of (const struct transport_card *card) {
  return rng_mix (card->host) ^ rng_mix (~card->words[LANES_BINDING]);
}

static unsigned engines_of (const struct transport_card *card,
                            uint64_t sharers) {
  if (card->words[LANES_WANTED])
    return card->words[LANES_WANTED];
  const unsigned share = card->words[LANES_USABLE] / sharers;
  return share ? share : 1;
}

void lanes_list (int size, const struct transport_card *cards,
                 uint64_t *first) {
  struct hash_map sharers = {0};
  for (int rank = 0; rank < size; rank++)
    ++*hash_map_insert (&sharers, group_of (cards + rank), NULL);
  first[0] = 0;
  for (int rank = 0; rank < size; rank++) {
    const uint64_t *count = hash_map_find (&sharers, group_of (cards + rank));
    first[rank + 1] = first[rank] + engines_of (cards + rank, *count);
  }
  hash_map_fini (&sharers);
}

void lanes_init (struct lanes *lanes, int rank, int size,
                 const struct transport_card *cards) {
  uint64_t *first = mem_alloc ((size + 1) * sizeof *first);
  lanes_list (size, cards, first);
  *lanes = (struct lanes){.engines = first[rank + 1] - first[rank],
                          .first = first[rank],
                          .total = first[size]};
  mem_free (first);
}
