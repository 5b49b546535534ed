// The clause store against an array that is searched.
#include "suite.h"

#include "share/store.h"
#include "base/vec.h"
#include "share_random.h"

#include <stdio.h>

static uint64_t seed;

struct model { // in order of insertion
  VEC (struct random_clause) clauses;
  uint64_t capacity_lits;
};

static unsigned class_of (const struct random_clause *c) {
  const unsigned glue = c->clause.glue;
  return c->clause.size * 8 + (glue < 8 ? glue : 8);
}

static uint64_t lits_of (const struct model *model) {
  uint64_t lits = 0;
  for_vec (const struct random_clause, c, &model->clauses)
    lits += c->clause.size > 1 ? c->clause.size : 0;
  return lits;
}

// Best: least class, newest; worst: largest class, oldest.
static size_t best (const struct model *model) {
  size_t res = 0;
  for (size_t i = 1; i < model->clauses.size; i++)
    if (class_of (model->clauses.data + i) <=
        class_of (model->clauses.data + res))
      res = i;
  return res;
}

static size_t worst (const struct model *model) {
  size_t res = 0;
  for (size_t i = 1; i < model->clauses.size; i++)
    if (class_of (model->clauses.data + i) >
        class_of (model->clauses.data + res))
      res = i;
  return res;
}

static void erase (struct model *model, size_t i) {
  memmove (model->clauses.data + i, model->clauses.data + i + 1,
           (model->clauses.size - i - 1) * sizeof *model->clauses.data);
  model->clauses.size--;
}

static bool insert (struct model *model, const struct random_clause *clause) {
  const unsigned size = clause->clause.size;
  while (size > 1 && lits_of (model) + size > model->capacity_lits) {
    const size_t i = worst (model);
    if (!model->clauses.size ||
        class_of (model->clauses.data + i) < class_of (clause) ||
        model->clauses.data[i].clause.size == 1)
      return false;
    erase (model, i);
  }
  vec_push (&model->clauses, *clause);
  return true;
}

static void pop (struct share_store *store, struct model *model) {
  const struct share_clause *clause = share_store_pop (store);
  if (!model->clauses.size) {
    ck_assert_ptr_null (clause);
    return;
  }
  const size_t i = best (model);
  struct share_clause want = model->clauses.data[i].clause;
  want.lits = model->clauses.data[i].lits;
  ck_assert_ptr_nonnull (clause);
  ck_assert (same_lits (clause, &want));
  ck_assert_uint_eq (clause->id, want.id);
  ck_assert_uint_eq (clause->glue, want.glue);
  ck_assert_uint_eq (clause->hash, want.hash);
  erase (model, i);
}

static void random_steps (unsigned index) {
  struct rng rng;
  rng_init (&rng, seed + index);
  struct model model = {{0}, 10 + rng_below (&rng, 500)};
  struct share_store store;
  struct random_clause clause;
  share_store_init (&store, model.capacity_lits);
  for (unsigned step = 0; step < 1500; step++) {
    const unsigned phase = step / 100 % 4; // grow, mix, shrink, mix
    if (rng_below (&rng, 4) < (phase & 1 ? 2u : phase ? 1u : 3u)) {
      random_clause (&rng, &clause, 1 + rng_below (&rng, 20), 40);
      clause.clause.glue += rng_below (&rng, 10);
      ck_assert (share_store_insert (&store, &clause.clause) ==
                 insert (&model, &clause));
    } else
      pop (&store, &model);
    ck_assert_uint_eq (store.clauses, model.clauses.size);
    ck_assert_uint_eq (store.lits, lits_of (&model));
    ck_assert (share_store_check (&store));
  }
  while (model.clauses.size)
    pop (&store, &model);
  pop (&store, &model);
  vec_fini (&model.clauses);
  share_store_fini (&store);
}

START_TEST (like_an_array) {
  for (unsigned i = 0; i < 20; i++)
    random_steps (i);
}
END_TEST

// What max_size promises: longer ones are refused.
static void fill (unsigned index) {
  struct rng rng;
  rng_init (&rng, seed + 100 + index);
  struct share_store store;
  struct random_clause clause;
  const unsigned capacity = 1 + rng_below (&rng, 200);
  share_store_init (&store, capacity);
  ck_assert_uint_eq (share_store_max_size (&store),
                     capacity < 60 ? capacity : 60);
  for (unsigned step = 0; step < 500; step++) {
    random_clause (&rng, &clause, 30, 40);
    const unsigned max_size = share_store_max_size (&store);
    const bool kept = share_store_insert (&store, &clause.clause);
    ck_assert (!kept || clause.clause.size <= max_size);
  }
  share_store_fini (&store);
}

START_TEST (max_size_is_right) {
  for (unsigned i = 0; i < 20; i++)
    fill (i);
}
END_TEST

START_TEST (units_are_free) {
  struct share_store store;
  share_store_init (&store, 2);
  for (int lit = 1; lit <= 1000; lit++)
    ck_assert (
        share_store_insert (&store, &(struct share_clause){1, 1, 1, 1, &lit}));
  const int binary[] = {1, 2}, ternary[] = {1, 2, 3};
  ck_assert (
      share_store_insert (&store, &(struct share_clause){1, 1, 2, 1, binary}));
  ck_assert (!share_store_insert (&store,
                                  &(struct share_clause){1, 1, 3, 1, ternary}));
  ck_assert_uint_eq (store.clauses, 1001);
  ck_assert_uint_eq (store.evicted, 1);
  share_store_fini (&store);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("share store");
  TCase *tcase = tcase_create ("store");
  tcase_add_test (tcase, like_an_array);
  tcase_add_test (tcase, max_size_is_right);
  tcase_add_test (tcase, units_are_free);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
