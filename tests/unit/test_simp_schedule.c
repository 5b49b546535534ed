// Search with everything that simplifies, very often, against search alone;
// models evaluated, proofs checked on the way.
#include "simp_random.h"

static uint64_t seed;
static struct simp_stats total;

static void often (struct simp_options *o, struct rng *rng) {
  const struct option_table table = simp_option_table (o);
  options_init (&table);
  o->probe_interval = 1 + rng_below (rng, 4);
  o->eliminate_interval = 1 + rng_below (rng, 8);
  o->simp_overhead = 1e6;
  o->preprocess = rng_bool (rng);
  o->incremental = rng_bool (rng);
}

static void plain (struct simp_options *o) {
  const struct option_table table = simp_option_table (o);
  options_init (&table);
  o->preprocess = o->simplify = false;
}

// Uniform 3-SAT near the threshold, with a few gates.
static void hard_formula (struct random_formula *f, struct rng *rng) {
  memset (f, 0, sizeof *f);
  f->vars = 40 + rng_below (rng, 80);
  const unsigned gates = rng_below (rng, 20);
  for (unsigned i = 0; i != gates; i++)
    if (rng_bool (rng))
      random_and (f, rng);
    else
      random_ite (f, rng);
  const unsigned rest = f->vars * (380 + rng_below (rng, 60)) / 100;
  for (unsigned i = 0; i != rest; i++) {
    const int lits[3] = {random_lit (f, rng), random_lit (f, rng),
                         random_lit (f, rng)};
    random_clause (f, lits, 3);
  }
}

static bool model_satisfies (const struct tested *t,
                             const struct random_formula *f) {
  const int *at = f->lits.data, *end = at + f->lits.size;
  while (at != end) {
    bool satisfied = false;
    for (; *at; at++)
      satisfied |= core_val (t->solver, *at) == *at;
    if (!satisfied)
      return false;
    at++;
  }
  return true;
}

static int solve (const struct random_formula *f, bool proof,
                  const struct simp_options *options, uint64_t instance) {
  struct tested t;
  tested_init (&t, proof, options);
  tested_add_all (&t, f, 0);
  const int res = core_solve (t.solver);
  if (res == 10)
    ck_assert_msg (model_satisfies (&t, f), "instance %llu: wrong model",
                   (unsigned long long)instance);
  struct simp_stats stats;
  simp_get_stats (t.solver, &stats);
  stats_fold (&simp_stat_table, &total, &stats);
  tested_fini (&t);
  return res;
}

static void one (uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  hard_formula (&f, &rng);
  struct simp_options options;
  plain (&options);
  const int expected = solve (&f, false, &options, instance);
  often (&options, &rng);
  const int res = solve (&f, rng_bool (&rng), &options, instance);
  ck_assert_msg (res == expected, "instance %llu: %d instead of %d",
                 (unsigned long long)instance, res, expected);
  random_fini (&f);
}

START_TEST (agrees) {
  for (unsigned i = 0; i != 150; i++)
    one (rng_mix (seed + i));
  ck_assert_uint_gt (total.probings, 0);
  ck_assert_uint_gt (total.eliminations, 0);
  ck_assert_uint_gt (total.eliminated, 0);
  ck_assert_uint_gt (total.eliminate_bound, 0);
}
END_TEST

static struct core_stats search (const struct random_formula *f, bool proof,
                                 const struct simp_options *options) {
  struct tested t;
  tested_init (&t, proof, options);
  tested_add_all (&t, f, 0);
  core_solve (t.solver);
  struct core_stats stats;
  core_get_stats (t.solver, &stats);
  tested_fini (&t);
  return stats;
}

// The proof changes neither what is found nor what it costs.
START_TEST (same_with_proof) {
  for (unsigned i = 0; i != 50; i++) {
    struct rng rng;
    rng_init (&rng, rng_mix (seed + i));
    struct random_formula f;
    hard_formula (&f, &rng);
    struct simp_options options;
    often (&options, &rng);
    const struct core_stats with = search (&f, true, &options);
    const struct core_stats without = search (&f, false, &options);
    ck_assert_uint_eq (with.conflicts, without.conflicts);
    ck_assert_uint_eq (with.propagations, without.propagations);
    ck_assert_uint_eq (with.ticks, without.ticks);
    random_fini (&f);
  }
}
END_TEST

START_TEST (delays) {
  struct delay d = {0, 0};
  ck_assert (!delaying (&d));
  delay_update (&d, false);
  ck_assert (delaying (&d));
  ck_assert (!delaying (&d));
  delay_update (&d, false);
  ck_assert (delaying (&d) && delaying (&d) && !delaying (&d));
  delay_update (&d, true);
  ck_assert (delaying (&d) && !delaying (&d));
}
END_TEST

int main (void) {
  seed = suite_seed ();
  const char *instance = getenv ("INSTANCE");
  if (instance) {
    one (strtoull (instance, NULL, 10));
    return 0;
  }
  Suite *suite = suite_create ("simp_schedule");
  TCase *tc = tcase_create ("schedule");
  tcase_add_test (tc, agrees);
  tcase_add_test (tc, same_with_proof);
  tcase_add_test (tc, delays);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
