// Numbers as bytes, against the plain loop; new numbers of ids, against
// counting.
#include "suite.h"

#include "proof/numbers.h"
#include "proof/varint.h"

#include "base/memory.h"
#include "base/rng.h"

#include <string.h>

static uint64_t seed;

static void check_number (uint64_t number, uint8_t behind) {
  uint8_t plain[2 * VARINT_MAX_BYTES], padded[2 * VARINT_MAX_BYTES];
  uint64_t got = ~number;
  const size_t n = varint_put (plain, number) - plain;
  ck_assert_uint_eq (varint_put_padded (padded, number) - padded, n);
  ck_assert_mem_eq (plain, padded, n);
  memset (padded + n, behind, sizeof padded - n);
  ck_assert_ptr_eq (varint_get_padded (padded, &got), padded + n);
  ck_assert_uint_eq (got, number);
  ck_assert_ptr_eq (varint_get (padded, &got), padded + n);
  ck_assert_uint_eq (got, number);
}

// All lengths, at and around their limits and anywhere.
START_TEST (padded) {
  struct rng rng;
  rng_init (&rng, seed);
  for (unsigned bits = 0; bits < 64; bits++) {
    const uint64_t power = (uint64_t)1 << bits;
    for (unsigned behind = 0; behind < 256; behind += 85) {
      check_number (power - 1, behind);
      check_number (power, behind);
      for (int i = 0; i < 100; i++)
        check_number (power | (rng_next64 (&rng) & (power - 1)), behind);
    }
  }
  check_number (UINT64_MAX, 255);
}
END_TEST

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
  tcase_add_test (tcase, padded);
  tcase_add_test (tcase, counted);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
