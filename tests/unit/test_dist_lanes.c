// Engines per rank: what the user wants, or the cores divided among those that
// are bound to the same ones.
#include "dist/lanes.h"

#include "suite.h"

enum { RANKS = 6 };

struct words { // of a card
  uint64_t wanted, usable, binding;
};

static const uint64_t hosts[RANKS] = {7, 7, 8, 8, 8, 9};

static void check (const struct words *words, const unsigned *engines) {
  struct transport_card cards[RANKS];
  uint64_t first = 0, total = 0;
  for (int rank = 0; rank < RANKS; rank++) {
    const struct words *w = words + rank;
    cards[rank] = (struct transport_card){
        .host = hosts[rank], .words = {w->wanted, w->usable, w->binding}};
    total += engines[rank];
  }
  for (int rank = 0; rank < RANKS; rank++) {
    struct lanes lanes;
    lanes_init (&lanes, rank, RANKS, cards);
    ck_assert_uint_eq (lanes.engines, engines[rank]);
    ck_assert_uint_eq (lanes.first, first);
    ck_assert_uint_eq (lanes.total, total);
    first += engines[rank];
  }
}

START_TEST (bound) {
  const struct words words[] = {{0, 1, 1}, {0, 1, 2}, {0, 4, 1},
                                {0, 4, 2}, {0, 4, 3}, {0, 8, 1}};
  check (words, (unsigned[]){1, 1, 4, 4, 4, 8});
}
END_TEST

START_TEST (loose) {
  const struct words words[] = {{0, 4, 5}, {0, 4, 5}, {0, 2, 5},
                                {0, 2, 5}, {0, 2, 5}, {0, 1, 5}};
  check (words, (unsigned[]){2, 2, 1, 1, 1, 1});
}
END_TEST

START_TEST (given) {
  const struct words words[] = {{3, 0, 5}, {1, 0, 5}, {2, 0, 5},
                                {0, 9, 5}, {2, 0, 5}, {5, 0, 5}};
  check (words, (unsigned[]){3, 1, 2, 3, 2, 5});
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("lanes");
  TCase *tests = tcase_create ("lanes");
  tcase_add_test (tests, bound);
  tcase_add_test (tests, loose);
  tcase_add_test (tests, given);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
