// Clause buffers: round trips, damage, and merges against a naive merge.
#include "suite.h"

#include "share/buffer.h"
#include "base/vec.h"
#include "share_random.h"

#include <limits.h>
#include <stdio.h>

static uint64_t seed;

typedef VEC (struct random_clause) clauses;

// Sorted clauses; equal ones are merged as the format demands.
static void normalize (clauses *all) {
  if (all->size)
    qsort (all->data, all->size, sizeof *all->data, random_clause_order);
  size_t kept = 0;
  for_vec (struct random_clause, c, all) {
    c->clause.lits = c->lits;
    struct random_clause *last = kept ? all->data + kept - 1 : NULL;
    if (last && same_lits (&last->clause, &c->clause)) {
      if (c->clause.id < last->clause.id)
        last->clause.id = c->clause.id;
      if (c->clause.glue < last->clause.glue)
        last->clause.glue = c->clause.glue;
    } else
      all->data[kept++] = *c;
    all->data[kept - 1].clause.lits = all->data[kept - 1].lits;
  }
  all->size = kept;
}

static void draw (struct rng *rng, clauses *all, unsigned n, unsigned max_size,
                  unsigned max_var) {
  vec_resize (all, n);
  for_vec (struct random_clause, c, all)
    random_clause (rng, c, max_size, max_var);
  normalize (all);
}

static void encode (const clauses *all, bool ids, uint32_t round,
                    struct bytes *out) {
  struct share_encoder encoder;
  share_encode_begin (&encoder, out, ids, round, 7);
  for_vec (const struct random_clause, c, all)
    share_encode (&encoder, &c->clause);
  share_encode_end (&encoder);
}

static struct share_bytes bytes_of (const struct bytes *buffer) {
  return (struct share_bytes){buffer->data, buffer->size};
}

static uint64_t naive_max_id (const clauses *all, uint64_t floor) {
  for_vec (const struct random_clause, c, all)
    floor = c->clause.id > floor ? c->clause.id : floor;
  return floor;
}

static void expect (struct share_bytes bytes, unsigned max_var, bool ids,
                    const clauses *all) {
  struct share_decoder decoder;
  share_decode_begin (&decoder, bytes, max_var);
  ck_assert (!decoder.malformed);
  ck_assert_uint_eq (decoder.head.clauses, all->size);
  for_vec (const struct random_clause, c, all) {
    const struct share_clause *clause = share_decode (&decoder);
    ck_assert_ptr_nonnull (clause);
    ck_assert (same_lits (clause, &c->clause));
    ck_assert_uint_eq (clause->glue, c->clause.glue);
    ck_assert_uint_eq (clause->id, ids ? c->clause.id : 0);
    ck_assert_uint_eq (clause->hash, c->clause.hash);
  }
  ck_assert_ptr_null (share_decode (&decoder));
  ck_assert (!decoder.malformed);
  ck_assert_uint_eq (decoder.head.max_id, ids ? naive_max_id (all, 7) : 7);
}

static void encode_decode (unsigned index) {
  struct rng rng;
  rng_init (&rng, seed + index);
  static const unsigned vars[] = {60, 1000, INT_MAX};
  const unsigned max_var = vars[index % 3];
  clauses all = {0};
  struct bytes buffer = {0};
  draw (&rng, &all, rng_below (&rng, 400), 1 + rng_below (&rng, 60), max_var);
  const bool ids = index & 1;
  encode (&all, ids, 1u << index % 32, &buffer);
  ck_assert (share_buffer_check (bytes_of (&buffer), max_var));
  expect (bytes_of (&buffer), max_var, ids, &all);
  vec_fini (&all);
  vec_fini (&buffer);
}

START_TEST (round_trip) {
  for (unsigned i = 0; i < 60; i++)
    encode_decode (i);
}
END_TEST

START_TEST (codes_are_dense) {
  ck_assert_uint_eq (share_code (1), 0);
  ck_assert_uint_eq (share_code (-1), 1);
  ck_assert_uint_eq (share_code (2), 2);
  const int extremes[] = {1, -1, 77, -78, INT_MAX, -INT_MAX};
  for (unsigned i = 0; i < 6; i++)
    ck_assert_int_eq (share_elit (share_code (extremes[i])), extremes[i]);
}
END_TEST

// Walks over damaged bytes, in a block of their exact size so that a sanitizer
// sees any read outside.
static bool survives (const uint8_t *data, size_t size, unsigned max_var) {
  uint8_t *copy = mem_alloc (size);
  memcpy (copy, data, size);
  struct share_decoder decoder;
  share_decode_begin (&decoder, (struct share_bytes){copy, size}, max_var);
  uint64_t lits = 0;
  bool good = true; // asserts are too slow for each literal
  const struct share_clause *clause;
  while ((clause = share_decode (&decoder))) {
    good &= 1 <= clause->size && clause->size <= SHARE_MAX_LITS;
    for (unsigned i = 0; i < clause->size; i++)
      good &= clause->lits[i] && (unsigned)abs (clause->lits[i]) <= max_var;
    lits += clause->size;
  }
  ck_assert (good && lits <= size);
  mem_free (copy);
  return !decoder.malformed;
}

static void damage (unsigned index) {
  struct rng rng;
  rng_init (&rng, seed + 1000 + index);
  clauses all = {0};
  struct bytes buffer = {0}, damaged = {0};
  draw (&rng, &all, 1 + rng_below (&rng, 20), 10, 100);
  encode (&all, index & 1, 3, &buffer);
  for (size_t cut = 0; cut < buffer.size; cut++)
    ck_assert (!survives (buffer.data, cut, 100));
  vec_resize (&damaged, buffer.size + 1);
  memcpy (damaged.data, buffer.data, buffer.size);
  ck_assert (!survives (damaged.data, damaged.size, 100)); // a byte too much
  for (unsigned i = 0; i < 1000; i++) {
    memcpy (damaged.data, buffer.data, buffer.size);
    for (unsigned j = rng_below (&rng, 4) + 1; j--;)
      damaged.data[rng_below (&rng, buffer.size)] = (uint8_t)rng_next32 (&rng);
    survives (damaged.data, buffer.size, 100);
  }
  vec_fini (&all);
  vec_fini (&buffer);
  vec_fini (&damaged);
}

START_TEST (damage_never_crashes) {
  for (unsigned i = 0; i < 40; i++)
    damage (i);
}
END_TEST

// One clause (1 2), ids on, id 5: bytes by hand, then one rule broken each.
static bool check_body (const uint8_t *body, size_t n, unsigned clauses,
                        unsigned units, unsigned lits) {
  uint8_t data[SHARE_HEADER_BYTES + 64] = {'T', 'S', 'B', '1', 1};
  data[12] = (uint8_t)clauses;
  data[16] = (uint8_t)units;
  data[20] = (uint8_t)lits;
  data[24] = 9;
  memcpy (data + SHARE_HEADER_BYTES, body, n);
  return share_buffer_check ((struct share_bytes){data, SHARE_HEADER_BYTES + n},
                             10);
}

#define BODY(...)                                                              \
  (const uint8_t[]){__VA_ARGS__}, sizeof ((const uint8_t[]){__VA_ARGS__})

START_TEST (rejects) {
  const unsigned two = 2 << 6 | 1, lo = (two & 127) | 128, hi = two >> 7;
  ck_assert (check_body (BODY (lo, hi, 10, 0, 1), 1, 0, 2));   // id 5: (1 2)
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 1), 2, 0, 2));  // missing one
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 1), 1, 1, 2));  // units
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 1), 1, 0, 3));  // lits
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 0), 1, 0, 2));  // 1 and -1
  ck_assert (!check_body (BODY (lo, hi, 0, 0, 1), 1, 0, 2));   // id 0
  ck_assert (!check_body (BODY (lo, hi, 20, 0, 1), 1, 0, 2));  // id 10 > 9
  ck_assert (check_body (BODY (lo, hi, 10, 0, 18), 1, 0, 2));  // (1 -10)
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 19), 1, 0, 2)); // 11 > 10
  ck_assert (!check_body (BODY (lo, hi, 10, 0, 129, 0), 1, 0, 2)); // overlong
  ck_assert (!check_body (BODY (1, 10, 0), 1, 0, 0)); // no literal at all
  const unsigned one = 1 << 6 | 1;
  ck_assert (check_body (BODY (one, 10, 0), 1, 1, 0));
  ck_assert (!check_body (BODY (one, 10, 0, 1, 0, 0), 2, 2, 0)); // (1) twice
  ck_assert (check_body (BODY (one, 10, 0, 1, 0, 4), 2, 2, 0) !=
             check_body (BODY (one, 10, 4, 1, 0, 0), 2, 2, 0)); // one order
}
END_TEST

/*------------------------------------------------------------------------*/

static void collect (void *state, const struct share_clause *clause) {
  clauses *all = state;
  struct random_clause copy = {*clause, {0}};
  memcpy (copy.lits, clause->lits, clause->size * sizeof (int));
  vec_push (all, copy);
}

static size_t concatenate (clauses *all, const clauses *in, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    for_vec (const struct random_clause, c, in + i)
      vec_push (all, *c);
  const size_t before = all->size;
  normalize (all);
  return before - all->size;
}

// The naive cut: best first until one does not fit; units always fit.
static size_t cut (clauses *all, uint64_t limit) {
  uint64_t lits = 0;
  for (size_t i = 0; i < all->size; i++) {
    const unsigned size = all->data[i].clause.size;
    lits += size > 1 ? size : 0;
    if (size > 1 && lits > limit)
      return i;
  }
  return all->size;
}

static void expect_excess (const clauses *excess, const clauses *all,
                           size_t start) {
  ck_assert_uint_eq (excess->size, all->size - start);
  for (size_t i = 0; i < excess->size; i++) {
    struct share_clause got = excess->data[i].clause;
    got.lits = excess->data[i].lits;
    ck_assert (same_lits (&got, &all->data[start + i].clause));
    ck_assert_uint_eq (got.id, all->data[start + i].clause.id);
  }
}

static void merge (unsigned index) {
  struct rng rng;
  rng_init (&rng, seed + 2000 + index);
  const unsigned n = 1 + rng_below (&rng, 5), max_var = 4 + rng_below (&rng, 9);
  clauses in[5] = {{0}}, all = {0}, excess = {0};
  struct bytes buffers[5] = {{0}}, out = {0};
  struct share_bytes bytes[5];
  for (unsigned i = 0; i < n; i++) {
    draw (&rng, in + i, rng_below (&rng, 100), 4, max_var);
    encode (in + i, true, 5, buffers + i);
    bytes[i] = bytes_of (buffers + i);
  }
  const size_t duplicates = concatenate (&all, in, n);
  const uint64_t limit = rng_below (&rng, 300);
  struct share_encoder encoder;
  share_encode_begin (&encoder, &out, true, 5, 7);
  const struct share_merged merged =
      share_merge (bytes, n, max_var, limit, &encoder, collect, &excess);
  share_encode_end (&encoder);
  const size_t kept = cut (&all, limit);
  expect_excess (&excess, &all, kept);
  ck_assert_uint_eq (merged.kept, kept);
  ck_assert_uint_eq (merged.duplicates, duplicates);
  ck_assert_uint_eq (merged.excess, all.size - kept);
  all.size = kept;
  expect (bytes_of (&out), max_var, true, &all);
  ck_assert (share_buffer_check (bytes_of (&out), max_var));
  for (unsigned i = 0; i < n; i++) {
    vec_fini (in + i);
    vec_fini (buffers + i);
  }
  vec_fini (&all);
  vec_fini (&excess);
  vec_fini (&out);
}

START_TEST (merge_like_naive) {
  for (unsigned i = 0; i < 300; i++)
    merge (i);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("share buffer");
  TCase *tcase = tcase_create ("buffer");
  tcase_add_test (tcase, codes_are_dense);
  tcase_add_test (tcase, round_trip);
  tcase_add_test (tcase, damage_never_crashes);
  tcase_add_test (tcase, rejects);
  tcase_add_test (tcase, merge_like_naive);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
