// Lists of ids: round trip, union against a bit per id, and broken bytes.
#include "suite.h"

#include "proof/ids.h"

#include "base/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed;

enum { RANGE = 300 };

static void random_ids (struct rng *rng, struct ids *ids, bool *member) {
  const unsigned gap = 1 + rng_below (rng, 50);
  vec_clear (ids);
  for (uint64_t id = 1 + rng_below (rng, gap); id < RANGE;
       id += 1 + rng_below (rng, gap)) {
    vec_push (ids, id);
    member[id] = true;
  }
}

static void check_ids (const struct ids *ids, const bool *member) {
  size_t i = 0;
  for (uint64_t id = 0; id < RANGE; id++)
    if (member[id]) {
      ck_assert_uint_lt (i, ids->size);
      ck_assert_uint_eq (ids->data[i++], id);
    }
  ck_assert_uint_eq (i, ids->size);
}

START_TEST (unions) {
  struct rng rng;
  struct ids a = {0}, b = {0}, spare = {0};
  struct bytes bytes = {0};
  rng_init (&rng, seed);
  for (int i = 0; i < 2000; i++) {
    bool member[RANGE] = {false};
    random_ids (&rng, &a, member);
    random_ids (&rng, &b, member);
    vec_clear (&bytes);
    ids_encode (&b, &bytes);
    vec_push (&bytes, 77);
    ck_assert_uint_eq (ids_decode (&b, bytes.data, bytes.size), bytes.size - 1);
    ids_unite (&a, &b, &spare);
    check_ids (&a, member);
  }
  vec_fini (&a);
  vec_fini (&b);
  vec_fini (&spare);
  vec_fini (&bytes);
}
END_TEST

// Never outside the bytes, never an unsorted list.
START_TEST (broken) {
  struct rng rng;
  struct ids ids = {0};
  rng_init (&rng, seed);
  for (int i = 0; i < 20000; i++) {
    const size_t n = rng_below (&rng, 30);
    uint8_t *data = malloc (n ? n : 1);
    for (size_t k = 0; k < n; k++)
      data[k] = rng_below (&rng, rng_bool (&rng) ? 256 : 9);
    const size_t used = ids_decode (&ids, data, n);
    ck_assert_uint_le (used, n);
    for (size_t k = 1; used && k < ids.size; k++)
      ck_assert_uint_lt (ids.data[k - 1], ids.data[k]);
    free (data);
  }
  vec_fini (&ids);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("ids");
  tcase_add_test (tcase, unions);
  tcase_add_test (tcase, broken);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
