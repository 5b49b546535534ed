// Sweeping and semantic definitions against exhaustive search, with the proof
// checked on the way.
#include "simp_random.h"

#include "simp/environment.h"

static uint64_t seed;
static struct simp_stats total;

enum kind { SWEEP, DEFINE, BOTH };

static void default_options (struct simp_options *o) {
  const struct option_table table = simp_option_table (o);
  options_init (&table);
  o->preprocess = false;
  o->simplify = false;
}

static void add_stats (const struct solver *s) {
  struct simp_stats stats;
  simp_get_stats (s, &stats);
  stats_fold (&simp_stat_table, &total, &stats);
}

static void check (struct solver *s) {
#ifndef NDEBUG
  if (!s->unsat)
    core_check (s);
#endif
  ck_assert (s->unsat || !decision_level (s));
  for_ilits (lit, s)
    ck_assert (!s->marks[lit]);
  for_clauses (c, s)
    ck_assert (!c->flag);
}

// x = a and b, by another definition of the same function.
static void add_and (struct random_formula *f, int x, int a, int b, int help) {
  const int lits[][3] = {
      {-x, a, help}, {-x, a, -help}, {-x, -a, b}, {x, -a, -b}, {-x, a, b}};
  for (unsigned i = 0; i != sizeof lits / sizeof *lits; i++)
    random_clause (f, lits[i], 3);
}

// x = a xor b by three conjunctions.
static void add_xor (struct random_formula *f, int x, int a, int b, int h,
                     int g) {
  const int lits[][3] = {{-h, a, a},   {-h, -b, -b}, {h, -a, b},
                         {-g, -a, -a}, {-g, b, b},   {g, a, -b},
                         {x, -h, -h},  {x, -g, -g},  {-x, h, g}};
  for (unsigned i = 0; i != sizeof lits / sizeof *lits; i++)
    random_clause (f, lits[i], 3);
}

static void add_plain_xor (struct random_formula *f, int x, int a, int b) {
  const int lits[][3] = {{-x, a, b}, {-x, -a, -b}, {x, -a, b}, {x, a, -b}};
  for (unsigned i = 0; i != 4; i++)
    random_clause (f, lits[i], 3);
}

// The same functions twice, and a few clauses more.
static void random_miter (struct random_formula *f, struct rng *rng) {
  memset (f, 0, sizeof *f);
  f->vars = 11;
  const int a = 1, b = 2, c = 3, x = 4, y = 5, p = 6, q = 7;
  add_xor (f, x, a, b, 8, 9);
  add_plain_xor (f, y, a, b);
  add_and (f, p, x, c, random_lit (f, rng));
  add_xor (f, q, y, c, 10, 11);
  if (rng_bool (rng))
    add_and (f, 10, y, -c, b);
  random_clauses (f, rng, rng_below (rng, 6), 3 + rng_below (rng, 3));
}

static void run (struct tested *t, enum kind kind, struct rng *rng) {
  struct solver *s = t->solver;
  if (s->loading)
    watches_attach (s);
  if (!propagate_root (s))
    return;
  s->saving = false;
  for (int i = 1 + rng_below (rng, 4); i && !s->unsat; i--) {
    if (kind != DEFINE) {
      s->simp->sweep.skip = 0;
      simp_sweep (s);
      check (s);
    }
    if (!s->unsat && rng_bool (rng)) {
      simp_substitute (s);
      check (s);
    }
    if (kind != SWEEP && !s->unsat) {
      simp_eliminate (s);
      check (s);
    }
  }
}

static void solve (struct tested *t, const struct random_formula *f,
                   uint64_t instance) {
  const int res = core_solve (t->solver);
  ck_assert_msg (res == (random_satisfiable (f, 0, 0) ? 10 : 20),
                 "instance %llu: %d", (unsigned long long)instance, res);
  if (res == 10)
    ck_assert_msg (random_satisfied (f, tested_model (t, f->vars)),
                   "instance %llu: wrong model", (unsigned long long)instance);
}

static void random_options (struct simp_options *o, struct rng *rng) {
  default_options (o);
  o->incremental = rng_bool (rng);
  if (rng_bool (rng)) {
    o->sweep_vars = 2 + rng_below (rng, 8);
    o->sweep_clauses = 1 + rng_below (rng, 30);
    o->sweep_depth = 1 + rng_below (rng, 3);
  }
  if (!rng_below (rng, 8))
    o->simp_min_effort = 0;
}

static void one (uint64_t instance, enum kind kind) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  if (rng_bool (&rng))
    random_miter (&f, &rng);
  else
    random_init (&f, &rng, 11);
  struct simp_options options;
  random_options (&options, &rng);
  struct tested t;
  tested_init (&t, rng_below (&rng, 4), &options);
  tested_add_all (&t, &f, 0);
  run (&t, kind, &rng);
  solve (&t, &f, instance);
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
}

static void many (enum kind kind, unsigned count) {
  memset (&total, 0, sizeof total);
  for (unsigned i = 0; i != count; i++)
    one (rng_mix (seed + i) + kind, kind);
}

START_TEST (sweeps) {
  many (SWEEP, 2000);
  ck_assert_uint_gt (total.sweep_units, 100);
  ck_assert_uint_gt (total.sweep_equivalences, 500);
  ck_assert_uint_gt (total.sweep_sat, 500);
  ck_assert_uint_gt (total.sweep_completed, 100);
  ck_assert_uint_gt (total.substituted, 500);
}
END_TEST

START_TEST (defines) {
  many (DEFINE, 3000);
  ck_assert_uint_gt (total.gates_definition, 100);
  ck_assert_uint_gt (total.definition_units, 10);
}
END_TEST

START_TEST (does_both) {
  many (BOTH, 2000);
  ck_assert_uint_gt (total.sweep_equivalences, 500);
  ck_assert_uint_gt (total.gates_definition, 100);
}
END_TEST

// Without substitution the classes of one call must be complete: all gates of
// the miter above have one output.
START_TEST (finds_equivalences) {
  struct rng rng;
  rng_init (&rng, seed);
  struct random_formula f = {.vars = 11};
  add_xor (&f, 4, 1, 2, 8, 9);
  add_plain_xor (&f, 5, 1, 2);
  add_xor (&f, 6, 4, 3, 10, 11);
  add_plain_xor (&f, 7, 5, 3);
  struct simp_options options;
  default_options (&options);
  struct tested t;
  tested_init (&t, true, &options);
  tested_add_all (&t, &f, 0);
  watches_attach (t.solver);
  ck_assert (simp_sweep (t.solver));
  ck_assert (simp_substitute (t.solver));
  struct simp_stats stats;
  simp_get_stats (t.solver, &stats);
  ck_assert_uint_eq (stats.sweep_equivalences, 2);
  ck_assert_uint_eq (stats.substituted, 2);
  ck_assert_uint_eq (stats.sweep_units, 0);
  tested_fini (&t);
  random_fini (&f);
}
END_TEST

// The environment of a variable has the clauses of all variables equivalent to
// it, with its own literals in them.
START_TEST (unites_environments) {
  struct simp_options options;
  default_options (&options);
  struct tested t;
  tested_init (&t, false, &options);
  const int lits[2][3] = {{1, 2, 3}, {-4, 5, 6}};
  for (int i = 0; i != 2; i++)
    tested_add (&t, lits[i], 3);
  struct solver *s = t.solver;
  watches_attach (s);
  struct environment e = {.max_vars = 100, .max_clauses = 100, .max_depth = 1};
  environment_init (&e, s);
  const ilit a = 2 * (s->e2i.data[1] - 1), b = 2 * (s->e2i.data[4] - 1);
  for (int united = 0; united != 2; united++) {
    const ilit repr = environment_repr (&e, a);
    environment_build (&e, IDX (repr));
    ck_assert_uint_eq (e.sources.size, united ? 2 : 1);
    ck_assert_uint_eq (e.vars.size, united ? 5 : 3);
    ck_assert_int_eq (mini_solve (e.mini, 1000), 10);
    ck_assert_int_ne (mini_value (e.mini, repr), 0);
    environment_clear (&e);
    if (!united)
      environment_unite (&e, a, NOT (b), 0, 0);
  }
  environment_fini (&e);
  tested_fini (&t);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("simp_sweep");
  TCase *tc = tcase_create ("sweep");
  tcase_add_test (tc, sweeps);
  tcase_add_test (tc, defines);
  tcase_add_test (tc, does_both);
  tcase_add_test (tc, finds_equivalences);
  tcase_add_test (tc, unites_environments);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
