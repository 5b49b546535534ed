// Random small formulas: verdicts against brute force, models against the
// formula, every derived clause by the online checker.
#include "suite.h"

#include <stdlib.h>

#include "base/rng.h"
#include "base/vec.h"
#include "core/core.h"
#include "proof/online.h"

enum { MAX_VARS = 12, RUNS = 600 };

static uint64_t seed;

struct cnf {
  int num_vars;
  VEC (int) lits; // zero-terminated clauses
};

static void make (struct cnf *cnf, struct rng *rng) {
  vec_clear (&cnf->lits);
  cnf->num_vars = 3 + rng_below (rng, MAX_VARS - 2);
  const unsigned n = cnf->num_vars * (2 + rng_below (rng, 4));
  for (unsigned i = 0; i != n; i++) {
    const unsigned size = 1 + rng_below (rng, 4) + (rng_below (rng, 8) > 0);
    for (unsigned j = 0; j != size; j++) {
      const int var = 1 + rng_below (rng, cnf->num_vars);
      vec_push (&cnf->lits, rng_bool (rng) ? var : -var);
    }
    vec_push (&cnf->lits, 0);
  }
}

static bool satisfies (const struct cnf *cnf, unsigned bits) {
  bool sat = false;
  for_vec (int, lit, &cnf->lits) {
    if (*lit)
      sat |= (bits >> (abs (*lit) - 1) & 1) == (*lit > 0);
    else if (!sat)
      return false;
    else
      sat = false;
  }
  return true;
}

// Whether some total assignment agreeing with the assumptions satisfies it.
static bool brute_force (const struct cnf *cnf, const int *assumed, int n) {
  for (unsigned bits = 0; bits >> cnf->num_vars == 0; bits++) {
    bool agrees = true;
    for (int i = 0; i != n; i++)
      agrees &= (bits >> (abs (assumed[i]) - 1) & 1) == (assumed[i] > 0);
    if (agrees && satisfies (cnf, bits))
      return true;
  }
  return false;
}

static unsigned model_bits (const struct solver *s, int num_vars) {
  unsigned bits = 0;
  for (int v = 1; v <= num_vars; v++)
    if (core_val (s, v) > 0)
      bits |= 1u << (v - 1);
  return bits;
}

// Feeds clause by clause; trusts them in the checker when there is one.
static void feed (struct solver *s, struct online *online,
                  const struct cnf *cnf) {
  uint64_t id = 0;
  const int *begin = cnf->lits.data;
  for_vec (int, lit, &cnf->lits) {
    if (*lit)
      continue;
    if (online)
      online_trust (online, ++id, begin, lit - begin);
    core_add (s, begin, lit - begin);
    begin = lit + 1;
  }
}

static void random_options (struct core_options *options, struct rng *rng) {
  const struct option_table table = core_option_table (options);
  options_init (&table);
  options->seed = rng_next32 (rng);
  options->mode = rng_below (rng, 3);
  options->target = rng_below (rng, 3);
  options->minimize = rng_below (rng, 4) > 0;
  options->shrink = rng_bool (rng);
  options->lucky = rng_bool (rng);
  options->mode_init = 10;
  options->reduce_interval = 2 + rng_below (rng, 20);
  options->rephase_interval = 10;
  options->reluctant_interval = 2;
  options->random_interval = 2;
  options->eager_subsume = rng_below (rng, 33);
  options->walk_initially = rng_bool (rng);
}

START_TEST (verdicts_models_and_proofs) {
  struct rng rng;
  rng_init (&rng, seed);
  struct cnf cnf = {0};
  for (int run = 0; run != RUNS; run++) {
    make (&cnf, &rng);
    struct core_options options;
    random_options (&options, &rng);
    struct online *online = online_new (NULL);
    const struct proof_sink sink = online_sink (online);
    struct solver *s = core_new (&options, NULL, run & 1 ? &sink : NULL, 1, 3);
    uint64_t clauses = 0;
    for_vec (int, lit, &cnf.lits)
      clauses += !*lit;
    core_reserve (s, cnf.num_vars, clauses);
    feed (s, online, &cnf);
    const int res = core_solve (s);
    ck_assert_int_eq (res, brute_force (&cnf, NULL, 0) ? 10 : 20);
    if (res == 10)
      ck_assert (satisfies (&cnf, model_bits (s, cnf.num_vars)));
    else if (run & 1)
      ck_assert_uint_gt (core_empty_id (s), 0);
    core_free (s);
    online_free (online);
  }
  vec_fini (&cnf.lits);
}
END_TEST

START_TEST (assumptions_and_failed) {
  struct rng rng;
  rng_init (&rng, seed + 1);
  struct cnf cnf = {0};
  for (int run = 0; run != RUNS / 4; run++) {
    make (&cnf, &rng);
    struct core_options options;
    random_options (&options, &rng);
    struct solver *s = core_new (&options, NULL, NULL, 0, 1);
    feed (s, NULL, &cnf);
    for (int call = 0; call != 8; call++) {
      int assumed[4], failed[4], n = rng_below (&rng, 5), m = 0;
      for (int i = 0; i != n; i++) {
        assumed[i] = 1 + rng_below (&rng, cnf.num_vars);
        assumed[i] = rng_bool (&rng) ? assumed[i] : -assumed[i];
        core_assume (s, assumed[i]);
      }
      const int res = core_solve (s);
      ck_assert_int_eq (res, brute_force (&cnf, assumed, n) ? 10 : 20);
      for (int i = 0; i != n; i++)
        if (res == 10)
          ck_assert_int_eq (core_val (s, assumed[i]), assumed[i]);
        else if (core_failed (s, assumed[i]))
          failed[m++] = assumed[i];
      if (res == 20)
        ck_assert (!brute_force (&cnf, failed, m));
    }
    core_free (s);
  }
  vec_fini (&cnf.lits);
}
END_TEST

// Two engines in turn: what one learns, the other imports.
struct pipe {
  VEC (int) lits; // zero-terminated
  VEC (uint64_t) ids;
  size_t next_lit, next_id;
  uint64_t max_id;
  struct online *online;
};

static void learned (void *state, const int *lits, unsigned n, unsigned glue,
                     uint64_t id) {
  struct pipe *out = state;
  (void)glue;
  for (unsigned i = 0; i != n; i++)
    vec_push (&out->lits, lits[i]);
  vec_push (&out->lits, 0);
  vec_push (&out->ids, id);
  if (out->max_id < id)
    out->max_id = id;
}

static bool importing (void *state) {
  const struct pipe *in = ((struct pipe **)state)[1];
  return in->next_id < in->ids.size;
}

static bool import (void *state, struct core_import *clause, uint64_t *max_id) {
  struct pipe *in = ((struct pipe **)state)[1];
  struct pipe *own = ((struct pipe **)state)[0];
  if (!importing (state))
    return false;
  clause->lits = in->lits.data + in->next_lit;
  clause->size = 0;
  while (clause->lits[clause->size])
    clause->size++;
  in->next_lit += clause->size + 1;
  clause->glue = clause->size;
  clause->id = in->ids.data[in->next_id++];
  *max_id = in->max_id;
  online_trust (own->online, clause->id, clause->lits, clause->size);
  return true;
}

static void learned_here (void *state, const int *lits, unsigned n,
                          unsigned glue, uint64_t id) {
  learned (((struct pipe **)state)[0], lits, n, glue, id);
}

START_TEST (imports_are_sound_and_logged) {
  struct rng rng;
  rng_init (&rng, seed + 2);
  struct cnf cnf = {0};
  for (int run = 0; run != RUNS / 4; run++) {
    make (&cnf, &rng);
    struct pipe pipes[2] = {0};
    struct pipe *views[2][2] = {{pipes, pipes + 1}, {pipes + 1, pipes}};
    struct solver *s[2];
    uint64_t clauses = 0;
    for_vec (int, lit, &cnf.lits)
      clauses += !*lit;
    for (int e = 0; e != 2; e++) {
      struct core_options options;
      random_options (&options, &rng);
      options.walk_initially = options.lucky = false;
      pipes[e].online = online_new (NULL);
      const struct proof_sink sink = online_sink (pipes[e].online);
      const struct core_hooks hooks = {.state = views[e],
                                       .learned = learned_here,
                                       .import = import,
                                       .importing = importing};
      s[e] = core_new (&options, &hooks, &sink, e, 2);
      core_reserve (s[e], cnf.num_vars, clauses);
      feed (s[e], pipes[e].online, &cnf);
    }
    int res = 0;
    for (int turn = 0; !res; turn++) {
      core_limit_conflicts (s[turn & 1], 3);
      res = core_solve (s[turn & 1]);
    }
    ck_assert_int_eq (res, brute_force (&cnf, NULL, 0) ? 10 : 20);
    for (int e = 0; e != 2; e++) {
      core_free (s[e]);
      online_free (pipes[e].online);
      vec_fini (&pipes[e].lits);
      vec_fini (&pipes[e].ids);
    }
  }
  vec_fini (&cnf.lits);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("core solver");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, verdicts_models_and_proofs);
  tcase_add_test (tcase, assumptions_and_failed);
  tcase_add_test (tcase, imports_are_sound_and_logged);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
