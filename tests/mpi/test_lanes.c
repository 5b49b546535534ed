// Engines per rank: what the user wants, or the cores divided among those that
// are bound to the same ones.
#include "mpi/lanes.h"

#include "ranks.h"

// words of a card: wanted, usable cores, binding
static void check (int size, const uint64_t *hosts,
                   const struct wire_card *cards, const unsigned *engines) {
  uint64_t first = 0, total = 0;
  for (int rank = 0; rank < size; rank++)
    total += engines[rank];
  for (int rank = 0; rank < size; rank++) {
    struct lanes lanes;
    lanes_init (&lanes, rank, size, hosts, cards);
    EXPECT (lanes.engines == engines[rank]);
    EXPECT (lanes.first == first);
    EXPECT (lanes.total == total);
    first += engines[rank];
  }
}

int main (int argc, char **argv) {
  struct ranks ranks;
  ranks_init (&ranks, &argc, &argv);
  const uint64_t hosts[] = {7, 7, 8, 8, 8, 9};
  const struct wire_card bound[] = {{{0, 1, 1}}, {{0, 1, 2}}, {{0, 4, 1}},
                                    {{0, 4, 2}}, {{0, 4, 3}}, {{0, 8, 1}}};
  check (6, hosts, bound, (unsigned[]){1, 1, 4, 4, 4, 8});
  const struct wire_card loose[] = {{{0, 4, 5}}, {{0, 4, 5}}, {{0, 2, 5}},
                                    {{0, 2, 5}}, {{0, 2, 5}}, {{0, 1, 5}}};
  check (6, hosts, loose, (unsigned[]){2, 2, 1, 1, 1, 1});
  const struct wire_card given[] = {{{3, 0, 5}}, {{1, 0, 5}}, {{2, 0, 5}},
                                    {{0, 9, 5}}, {{2, 0, 5}}, {{5, 0, 5}}};
  check (6, hosts, given, (unsigned[]){3, 1, 2, 3, 2, 5});
  struct wire_card card = lanes_card (0), again = lanes_card (0);
  EXPECT (card.words[1] >= 1 && card.words[2] == again.words[2]);
  EXPECT (lanes_card (3).words[0] == 3);
  ranks_fini (&ranks);
  return 0;
}
