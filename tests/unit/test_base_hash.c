// Hash maps against a naive array; fingerprints; hashes of bytes.
#include "suite.h"

#include "../hash_set.h"
#include "base/vec.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t seed;

// The naive model: keys 0 to KEYS-1 stand for spread or clustered real keys.
enum { KEYS = 600, STEPS = 60000 };

static uint64_t real_key (unsigned key, unsigned style) {
  switch (style) {
  case 0:
    return key; // with 0, consecutive
  case 1:
    return (uint64_t)key << 32;
  default:
    return rng_mix (key);
  }
}

struct model {
  bool present[KEYS];
  uint64_t values[KEYS];
  size_t count;
};

static void compare (const struct hash_map *map, const struct model *model,
                     unsigned style) {
  ck_assert_uint_eq (hash_set_size (map), model->count);
  for (unsigned key = 0; key < KEYS; key++) {
    const uint64_t *value = hash_map_find (map, real_key (key, style));
    ck_assert (!value == !model->present[key]);
    if (value)
      ck_assert_uint_eq (*value, model->values[key]);
  }
  size_t position = 0, seen = 0;
  struct hash_slot entry;
  while (hash_map_next (map, &position, &entry)) {
    ck_assert_uint_eq (*hash_map_find (map, entry.key), entry.value);
    seen++;
  }
  ck_assert_uint_eq (seen, model->count);
}

static void step (struct hash_map *map, struct model *model, struct rng *rng,
                  unsigned style) {
  const unsigned key = rng_below (rng, KEYS);
  const uint64_t real = real_key (key, style);
  const unsigned action = rng_below (rng, 100);
  if (action < 50) {
    bool added;
    uint64_t *value = hash_map_insert (map, real, &added);
    ck_assert (added == !model->present[key]);
    ck_assert_uint_eq (*value, added ? 0 : model->values[key]);
    model->count += added;
    model->present[key] = true;
    model->values[key] = *value = rng_next64 (rng);
  } else {
    ck_assert (hash_map_remove (map, real) == model->present[key]);
    model->count -= model->present[key];
    model->present[key] = false;
  }
}

START_TEST (against_model) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  struct hash_map map = {0};
  struct model *model = mem_calloc (1, sizeof *model);
  for (unsigned i = 0; i < STEPS; i++) {
    step (&map, model, &rng, (unsigned)_i);
    if (i % 1000 == 0)
      compare (&map, model, (unsigned)_i);
  }
  compare (&map, model, (unsigned)_i);
  hash_map_fini (&map);
  mem_free (model);
}
END_TEST

START_TEST (sets) {
  struct hash_map set = {0};
  ck_assert (!hash_set_has (&set, 5));
  ck_assert (!hash_map_remove (&set, 5));
  ck_assert (hash_set_add (&set, 5));
  ck_assert (!hash_set_add (&set, 5));
  ck_assert (hash_set_has (&set, 5));
  hash_map_reserve (&set, 1000);
  ck_assert_uint_ge (set.mask + 1, 2000);
  ck_assert (hash_set_has (&set, 5));
  hash_map_fini (&set);
}
END_TEST

// Keys that all belong into one slot of a plain map are spread in a blind one.
START_TEST (blind) {
  enum { N = 500 };
  struct hash_map plain = {0}, secret = {0};
  hash_map_reserve (&plain, 2 * N);
  hash_map_reserve (&secret, 2 * N);
  hash_map_blind (&secret);
  hash_map_insert (&plain, 1, NULL);
  for (uint64_t key = 2; secret.count < N; key++) {
    const uint64_t steps = plain.steps, all = plain.count;
    hash_map_insert (&plain, key, NULL);
    if (plain.steps - steps == all)
      hash_map_insert (&secret, key, NULL);
    else
      hash_map_remove (&plain, key);
  }
  ck_assert_uint_gt (plain.steps, N * N / 4);
  ck_assert_uint_lt (secret.steps, 2 * N);
  hash_map_fini (&plain);
  hash_map_fini (&secret);
}
END_TEST

START_TEST (clause_fingerprints) {
  const int a[] = {1, -2, 3}, b[] = {3, 1, -2}, c[] = {1, 2, 3}, d[] = {-1};
  ck_assert_uint_eq (hash_clause (a, 3), hash_clause (b, 3));
  ck_assert_uint_ne (hash_clause (a, 3), hash_clause (c, 3));
  ck_assert_uint_ne (hash_clause (a, 2), hash_clause (a, 3));
  ck_assert_uint_ne (hash_clause (a, 1), hash_clause (d, 1));
  ck_assert_uint_ne (hash_clause (a, 0), hash_clause (d, 1));
}
END_TEST

START_TEST (byte_hashes_differ_in_every_bit) {
  unsigned char data[38] = {0};
  for (size_t n = 0; n < sizeof data; n++) {
    const uint64_t hash = hash_bytes (data, n, 1);
    ck_assert_uint_ne (hash, hash_bytes (data, n, 2));
    ck_assert_uint_ne (hash, hash_bytes (data, n + 1, 1));
    for (size_t bit = 0; bit < 8 * n; bit++) {
      data[bit / 8] ^= 1 << bit % 8;
      ck_assert_uint_ne (hash, hash_bytes (data, n, 1));
      data[bit / 8] ^= 1 << bit % 8;
    }
  }
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("base hash");
  TCase *tcase = tcase_create ("hash");
  tcase_add_loop_test (tcase, against_model, 0, 3);
  tcase_add_test (tcase, sets);
  tcase_add_test (tcase, blind);
  tcase_add_test (tcase, clause_fingerprints);
  tcase_add_test (tcase, byte_hashes_differ_in_every_bit);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
