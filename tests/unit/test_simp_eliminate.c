// Variable elimination, subsumption and reconstruction against exhaustive
// search, with the proof checked on the way.
#include "simp_random.h"

static uint64_t seed;

enum kind { ELIMINATE, FASTELIM, SUBSUME, KINDS };

static void default_options (struct simp_options *o) {
  const struct option_table table = simp_option_table (o);
  options_init (&table);
  o->preprocess = false;
  o->simplify = false;
}

static bool subsume (struct solver *s) {
  watches_to_occs (s, NO_LARGE);
  subsume_round (s, s->simp->opts.subsume_learned);
  return occs_to_watches (s);
}

static void run (struct solver *s, enum kind kind, struct rng *rng) {
  if (s->loading)
    watches_attach (s);
  if (!propagate_root (s))
    return;
  switch (kind) {
  case ELIMINATE:
    for (int i = rng_below (rng, 6); i >= 0 && simp_eliminate (s); i--)
      ;
    break;
  case FASTELIM:
    simp_fastelim (s);
    break;
  default:
    subsume (s);
    break;
  }
}

static struct simp_stats total;

static void add_stats (const struct solver *s) {
  struct simp_stats stats;
  simp_get_stats (s, &stats);
  stats_fold (&simp_stat_table, &total, &stats);
}

static void one (uint64_t instance, enum kind kind) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  random_init (&f, &rng, 13);
  struct simp_options options;
  default_options (&options);
  options.incremental = rng_bool (&rng);
  options.gates = rng_below (&rng, 4);
  options.backward = rng_below (&rng, 4);
  struct tested t;
  tested_init (&t, rng_below (&rng, 4), &options);
  tested_add_all (&t, &f, 0);
  run (t.solver, kind, &rng);
  const int res = core_solve (t.solver);
  ck_assert_msg (res == (random_satisfiable (&f, 0, 0) ? 10 : 20),
                 "instance %llu: %d", (unsigned long long)instance, res);
  if (res == 10)
    ck_assert_msg (random_satisfied (&f, tested_model (&t, f.vars)),
                   "instance %llu: wrong model", (unsigned long long)instance);
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
}

static void many (enum kind kind, unsigned count) {
  for (unsigned i = 0; i != count; i++)
    one (rng_mix (seed + i) + kind, kind);
}

START_TEST (eliminates) {
  memset (&total, 0, sizeof total);
  many (ELIMINATE, 1500);
  ck_assert_uint_gt (total.eliminated, 1000);
  ck_assert_uint_gt (total.eliminated_gates, 0);
  ck_assert_uint_gt (total.gates_equivalence, 0);
  ck_assert_uint_gt (total.gates_and, 0);
  ck_assert_uint_gt (total.gates_ite, 0);
  ck_assert_uint_gt (total.eliminate_resolvents, 0);
  ck_assert_uint_gt (total.eliminate_units, 0);
  ck_assert_uint_gt (total.eliminate_strengthened, 0);
  ck_assert_uint_gt (total.backward_subsumed, 0);
  ck_assert_uint_gt (total.backward_strengthened, 0);
}
END_TEST

// XORs of four literals are too rare in the random formulas to be counted on.
START_TEST (finds_long_xors) {
  memset (&total, 0, sizeof total);
  struct simp_options options;
  default_options (&options);
  struct random_formula f = {.vars = 8};
  struct tested t;
  for (unsigned line = 0; line != 16; line++) {
    int lits[4];
    for (int i = 0; i != 4; i++)
      lits[i] = line >> i & 1 ? -(i + 1) : i + 1;
    if (!__builtin_parity (line))
      random_clause (&f, lits, 4);
  }
  for (int i = 1; i != 5; i++) {
    random_clause (&f, (int[]){i, i % 4 + 5, (i + 1) % 4 + 5}, 3);
    random_clause (&f, (int[]){-i, -(i % 4 + 5), (i + 2) % 4 + 5}, 3);
  }
  tested_init (&t, 0, &options);
  tested_add_all (&t, &f, 0);
  struct rng rng;
  rng_init (&rng, 0);
  for (int i = 0; i != 20; i++)
    run (t.solver, ELIMINATE, &rng);
  ck_assert_int_eq (core_solve (t.solver), 10);
  ck_assert (random_satisfied (&f, tested_model (&t, f.vars)));
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
  ck_assert_uint_gt (total.gates_xor, 0);
}
END_TEST

START_TEST (eliminates_fast) {
  memset (&total, 0, sizeof total);
  many (FASTELIM, 500);
  ck_assert_uint_gt (total.eliminated_fast, 0);
}
END_TEST

START_TEST (subsumes) {
  memset (&total, 0, sizeof total);
  many (SUBSUME, 1000);
  ck_assert_uint_gt (total.subsumed, 0);
  ck_assert_uint_gt (total.strengthened, 0);
}
END_TEST

// A learned clause that subsumes an irredundant one has to take its place.
START_TEST (promotes) {
  struct simp_options options;
  default_options (&options);
  struct tested t;
  tested_init (&t, false, &options);
  const int original[4] = {1, 2, 3, 4};
  tested_add (&t, original, 4);
  struct solver *s = t.solver;
  watches_attach (s);
  const ilit learned[3] = {0, 2, 4}; // 1, 2, 3
  const ref r = clause_add (s, learned, 3, true, 2, 0);
  ck_assert (subsume (s));
  ck_assert (!clause_at (s, r)->garbage && !clause_at (s, r)->redundant);
  ck_assert_uint_eq (s->irredundant, 1);
  ck_assert_uint_eq (s->redundant, 0);
  ck_assert_uint_eq (s->irredundant_lits, 3);
  tested_fini (&t);
}
END_TEST

// Clauses and assumptions come after elimination and touch what it removed.
static void one_incremental (uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  random_init (&f, &rng, 11);
  struct simp_options options;
  default_options (&options);
  options.preprocess = rng_bool (&rng); // equivalences, too
  struct tested t;
  tested_init (&t, rng_bool (&rng), &options);
  tested_add_all (&t, &f, 0);
  for (int call = 0; call != 4; call++) {
    uint64_t fixed = 0, values = 0;
    if (rng_bool (&rng)) {
      const int lit = random_lit (&f, &rng);
      fixed = (uint64_t)1 << (abs (lit) - 1);
      values = lit > 0 ? fixed : 0;
      core_assume (t.solver, lit);
    }
    run (t.solver, ELIMINATE, &rng);
    const int res = core_solve (t.solver);
    const bool sat = random_satisfiable (&f, fixed, values);
    ck_assert_msg (res == (sat ? 10 : 20), "instance %llu call %d: %d",
                   (unsigned long long)instance, call, res);
    const uint64_t model = res == 10 ? tested_model (&t, f.vars) : 0;
    if (res == 10)
      ck_assert_msg (random_satisfied (&f, model) && (model & fixed) == values,
                     "instance %llu call %d: wrong model",
                     (unsigned long long)instance, call);
    const size_t before = f.lits.size;
    random_clauses (&f, &rng, 1 + rng_below (&rng, 3), 3);
    tested_add_all (&t, &f, before);
  }
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
}

START_TEST (restores) {
  memset (&total, 0, sizeof total);
  for (unsigned i = 0; i != 800; i++)
    one_incremental (rng_mix (seed + i));
  ck_assert_uint_gt (total.restored, 0);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("simp_eliminate");
  TCase *tc = tcase_create ("eliminate");
  tcase_add_test (tc, eliminates);
  tcase_add_test (tc, finds_long_xors);
  tcase_add_test (tc, eliminates_fast);
  tcase_add_test (tc, subsumes);
  tcase_add_test (tc, promotes);
  tcase_add_test (tc, restores);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
