// New numbers of ids, against counting.
#include "suite.h"

#include "proof/numbers.h"

#include "base/memory.h"
#include "base/rng.h"

static uint64_t seed;

// Members as dense as 1 in 'gap'; they live and die at random.
static void check_numbers (struct rng *rng, uint64_t size, unsigned gap) {
  struct bits members;
  struct numbers numbers;
  bool *live = mem_calloc (size, sizeof *live);
  bits_init (&members, size, "/tmp");
  for (uint64_t i = 0; i < size; i++)
    if (!rng_below (rng, gap))
      bits_set (&members, i);
  numbers_init (&numbers, &members, "/tmp");
  uint64_t below = 0;
  for (uint64_t i = 0; i < size; i++) {
    ck_assert (!numbers_is_live (&numbers, i));
    ck_assert_uint_eq (numbers_get (&numbers, i), below);
    below += bits_get (&members, i);
  }
  for (uint64_t i = 0; i < 2 * size; i++) {
    const uint64_t k = rng_next64 (rng) % size;
    if ((live[k] = !live[k]))
      numbers_live (&numbers, k);
    else
      numbers_die (&numbers, k);
  }
  for (uint64_t i = 0; i < size; i++)
    ck_assert_int_eq (numbers_is_live (&numbers, i), live[i]);
  numbers_fini (&numbers);
  bits_fini (&members);
  mem_free (live);
}

START_TEST (counted) {
  struct rng rng;
  rng_init (&rng, seed);
  for (unsigned gap = 1; gap < 100; gap = 2 * gap + 1)
    for (uint64_t size = 1; size < 300; size += 1 + rng_below (&rng, 40))
      check_numbers (&rng, size, gap);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("numbers");
  tcase_add_test (tcase, counted);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
