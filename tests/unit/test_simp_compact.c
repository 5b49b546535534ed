// Search whose variables are renumbered again and again while clauses over old
// and gone variables keep arriving: verdicts against an engine that never
// renumbers, models evaluated, proofs checked on the way.
#include "simp_random.h"

enum { FIRST_IMPORT = TESTED_MAX_CLAUSES / 2, RUNS = 120 };

static uint64_t seed;

// Hands in clauses of the formula with some more literals.
struct source {
  const struct random_formula *formula;
  struct tested *tested;
  struct rng rng;
  uint64_t given, over_gone;
  int lits[16];
};

static bool importing (void *state) {
  struct source *source = state;
  return source->given < TESTED_MAX_CLAUSES / 4;
}

static bool gone (const struct solver *s, int elit) {
  return s->e2i.data[elit < 0 ? -elit : elit] >= ELIT_GONE;
}

static void pick_clause (struct source *source, struct core_import *clause) {
  const struct random_formula *f = source->formula;
  size_t at = rng_below (&source->rng, f->lits.size);
  while (at && f->lits.data[at - 1])
    at--;
  clause->size = 0;
  for (; f->lits.data[at] && clause->size < 8; at++)
    source->lits[clause->size++] = f->lits.data[at];
  ck_assert (!f->lits.data[at]);
}

static bool contains (const struct core_import *clause, int var) {
  for (unsigned i = 0; i != clause->size; i++)
    if (clause->lits[i] == var || clause->lits[i] == -var)
      return true;
  return false;
}

static bool import (void *state, struct core_import *clause, uint64_t *max_id) {
  struct source *source = state;
  if (rng_below (&source->rng, 8) == 0) // enough for this time
    return false;
  clause->lits = source->lits;
  pick_clause (source, clause);
  for (int more = rng_below (&source->rng, 3); more; more--) {
    const int lit =
        random_lit ((struct random_formula *)source->formula, &source->rng);
    if (!contains (clause, lit < 0 ? -lit : lit))
      source->lits[clause->size++] = lit;
  }
  bool over_gone = false;
  for (unsigned i = 0; i != clause->size; i++)
    over_gone |= gone (source->tested->solver, source->lits[i]);
  source->over_gone += over_gone;
  clause->glue = clause->size;
  *max_id = clause->id = FIRST_IMPORT + source->given++;
  if (source->tested->online)
    online_trust (source->tested->online, clause->id, clause->lits,
                  clause->size);
  return true;
}

// No clause twice with a variable, none longer than 'pick_clause' takes.
static void formula (struct random_formula *f, struct rng *rng) {
  memset (f, 0, sizeof *f);
  f->vars = 60 + rng_below (rng, 60);
  for (unsigned i = 0; i != f->vars * 17 / 4; i++) {
    int lits[3];
    for (unsigned n = 0; n != 3;) {
      lits[n] = random_lit (f, rng);
      n += !(n > 0 && abs (lits[n]) == abs (lits[0])) &&
           !(n > 1 && abs (lits[n]) == abs (lits[1]));
    }
    random_clause (f, lits, 3);
  }
  const int first = random_lit (f, rng);
  random_clause (f, &first, 1);
}

static int solve (const struct random_formula *f, struct source *source,
                  bool proof, bool compact) {
  struct simp_options options;
  const struct option_table table = simp_option_table (&options);
  options_init (&table);
  options.compact = compact;
  options.incremental = false;
  options.simp_overhead = 1e6;
  options.probe_interval = options.eliminate_interval = 1;
  struct tested t;
  tested_init (&t, proof, &options);
  source->tested = &t;
  const struct core_hooks hooks = {
      .state = source, .import = import, .importing = importing};
  if (compact)
    core_set_hooks (t.solver, &hooks);
  tested_add_all (&t, f, 0);
  int res = 0;
  while (!(res = core_solve (t.solver))) {
  }
  if (res == 10)
    for (const int *at = f->lits.data; at != f->lits.data + f->lits.size;
         at++) {
      bool satisfied = false;
      for (; *at; at++)
        satisfied |= core_val (t.solver, *at) == *at;
      ck_assert (satisfied);
    }
  struct core_stats stats;
  core_get_stats (t.solver, &stats);
  ck_assert (compact || !stats.compactions);
  source->tested = NULL;
  tested_fini (&t);
  return res;
}

START_TEST (imports_over_gone_variables) {
  uint64_t over_gone = 0;
  for (unsigned i = 0; i != RUNS; i++) {
    struct source source = {0};
    rng_init (&source.rng, rng_mix (seed + i));
    struct random_formula f;
    formula (&f, &source.rng);
    source.formula = &f;
    const int expected = solve (&f, &source, false, false);
    const bool proof = rng_bool (&source.rng);
    ck_assert_int_eq (solve (&f, &source, proof, true), expected);
    over_gone += source.over_gone;
    random_fini (&f);
  }
  ck_assert_uint_gt (over_gone, 0);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("simp_compact");
  TCase *tc = tcase_create ("compact");
  tcase_add_test (tc, imports_over_gone_variables);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
