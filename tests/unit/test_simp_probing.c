// Vivification, substitution, probing, backbone and transitive reduction
// against exhaustive search, with the proof checked on the way.
#include "simp_random.h"

static uint64_t seed;
static struct simp_stats total;

enum kind { VIVIFY, SUBSTITUTE, PROBE, BACKBONE, TRANSITIVE, CONGRUENCE, ALL };

static bool (*const techniques[]) (struct solver *) = {
    simp_vivify,   simp_substitute, simp_probe,
    simp_backbone, simp_transitive, simp_congruence};

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
  for_vars (idx, s)
    ck_assert (!s->seen[idx]);
}

// Distinct literals over distinct active variables.
static unsigned internal_clause (const struct solver *s, struct rng *rng,
                                 ilit *lits) {
  unsigned n = 0;
  for (unsigned tries = 3 + rng_below (rng, 5); tries--;) {
    const ilit lit = rng_below (rng, 2 * s->vars);
    bool fresh = active (s, lit) && !s->values[lit];
    for (unsigned i = 0; i != n; i++)
      fresh &= IDX (lits[i]) != IDX (lit);
    if (fresh)
      lits[n++] = lit;
  }
  return n;
}

static bool implied_by (const struct random_formula *f, const int *lits,
                        unsigned n) {
  uint64_t fixed = 0, values = 0;
  for (unsigned i = 0; i != n; i++) {
    const uint64_t bit = (uint64_t)1 << (abs (lits[i]) - 1);
    fixed |= bit;
    values |= lits[i] < 0 ? bit : 0;
  }
  return !random_satisfiable (f, fixed, values);
}

// Learned clauses: any that follow from the formula.
static void add_redundant (struct tested *t, const struct random_formula *f,
                           struct rng *rng) {
  struct solver *s = t->solver;
  if (!s->vars)
    return;
  for (unsigned tries = rng_below (rng, 40); tries--;) {
    ilit lits[8];
    int elits[8];
    const unsigned n = internal_clause (s, rng, lits);
    for (unsigned i = 0; i != n; i++)
      elits[i] = elit_of (s, lits[i]);
    if (n < 3 || !implied_by (f, elits, n))
      continue;
    s->original_id = ++t->id;
    if (t->online)
      online_trust (t->online, t->id, elits, n);
    clause_add (s, lits, n, true, 1 + rng_below (rng, n), t->id);
  }
}

static void run (struct tested *t, const struct random_formula *f,
                 enum kind kind, struct rng *rng) {
  struct solver *s = t->solver;
  if (s->loading)
    watches_attach (s);
  if (!propagate_root (s))
    return;
  s->saving = false;
  for (int i = 1 + rng_below (rng, 3); i && !s->unsat; i--) {
    add_redundant (t, f, rng);
    for (int other = 0; other != ALL && !s->unsat; other++)
      if (kind == ALL ? rng_bool (rng) : other == (int)kind) {
        techniques[other](s);
        check (s);
      }
    if (kind == ALL && !s->unsat && rng_bool (rng))
      simp_eliminate (s);
  }
}

static void solve (struct tested *t, const struct random_formula *f,
                   uint64_t instance, uint64_t fixed, uint64_t values) {
  const int res = core_solve (t->solver);
  ck_assert_msg (res == (random_satisfiable (f, fixed, values) ? 10 : 20),
                 "instance %llu: %d", (unsigned long long)instance, res);
  if (res != 10)
    return;
  const uint64_t model = tested_model (t, f->vars);
  ck_assert_msg (random_satisfied (f, model) && (model & fixed) == values,
                 "instance %llu: wrong model", (unsigned long long)instance);
}

// Chains of implications, some closed to a cycle.
static void add_binaries (struct random_formula *f, struct rng *rng) {
  for (unsigned chains = rng_below (rng, 4); chains--;) {
    const int first = random_lit (f, rng);
    int last = first;
    for (unsigned n = 1 + rng_below (rng, 5); n--;) {
      const int next = random_lit (f, rng), lits[2] = {-last, next};
      random_clause (f, lits, 2);
      last = next;
    }
    const int lits[2] = {-last, first};
    if (rng_bool (rng))
      random_clause (f, lits, 2);
  }
}

static void add_gate (struct random_formula *f, unsigned kind, int x,
                      const int *in) {
  const int and3[4][4] = {
      {-x, in[0]}, {-x, in[1]}, {-x, in[2]}, {x, -in[0], -in[1], -in[2]}};
  const int ite[4][3] = {{-x, -in[0], in[1]},
                         {-x, in[0], in[2]},
                         {x, -in[0], -in[1]},
                         {x, in[0], -in[2]}};
  if (kind == 0)
    for (int i = 0; i != 4; i++)
      random_clause (f, and3[i], i < 3 ? 2 : 4);
  if (kind == 1)
    for (int i = 0; i != 4; i++)
      random_clause (f, ite[i], 3);
  for (unsigned line = 0; kind > 1 && line != 1u << (kind + 1); line++) {
    int lits[4] = {x, in[0], in[1], in[2]};
    if (__builtin_parity (line))
      continue;
    for (unsigned i = 0; i != kind + 1; i++)
      lits[i] = line >> i & 1 ? -lits[i] : lits[i];
    random_clause (f, lits, kind + 1);
  }
}

// Literals over three of the first n variables of the map.
static void draw_inputs (struct rng *rng, const int *map, unsigned n, int *in,
                         bool distinct) {
  unsigned at[3] = {0};
  for (int j = 0; j != 3; j++) {
    do
      at[j] = rng_below (rng, n);
    while (distinct && ((j && at[j] == at[0]) || (j == 2 && at[2] == at[1])));
    in[j] = rng_bool (rng) ? map[at[j]] : -map[at[j]];
  }
}

// Two copies of a circuit, with their own variables for the gates' outputs.
//
//   returns    the number of gates; outputs are the last variables
static unsigned add_circuits (struct random_formula *f, struct rng *rng,
                              bool distinct) {
  const unsigned inputs = 3 + rng_below (rng, 2);
  const unsigned gates = 1 + rng_below (rng, 4);
  const struct rng start = *rng;
  f->vars = inputs + 2 * gates;
  for (unsigned copy = 0; copy != 2; copy++) {
    *rng = start;
    int map[16], in[3];
    for (unsigned i = 0; i != inputs; i++)
      map[i] = i + 1;
    for (unsigned i = inputs; i != inputs + gates; i++) {
      map[i] = i + 1 + copy * gates;
      draw_inputs (rng, map, i, in, distinct);
      add_gate (f, rng_below (rng, 4), map[i], in);
    }
  }
  return gates;
}

static void one (uint64_t instance, enum kind kind) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  if (kind == CONGRUENCE || rng_bool (&rng)) {
    memset (&f, 0, sizeof f);
    add_circuits (&f, &rng, false);
    random_clauses (&f, &rng, rng_below (&rng, 6), 4);
  } else {
    random_init (&f, &rng, 12);
    add_binaries (&f, &rng);
  }
  struct simp_options options;
  default_options (&options);
  options.incremental = rng_bool (&rng);
  options.vivify_instantiate = rng_below (&rng, 4);
  struct tested t;
  tested_init (&t, rng_below (&rng, 4), &options);
  tested_add_all (&t, &f, 0);
  run (&t, &f, kind, &rng);
  solve (&t, &f, instance, 0, 0);
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
}

static void many (enum kind kind, unsigned count) {
  memset (&total, 0, sizeof total);
  for (unsigned i = 0; i != count; i++)
    one (rng_mix (seed + i) + kind, kind);
}

START_TEST (vivifies) {
  many (VIVIFY, 2000);
  ck_assert_uint_gt (total.vivified_tier1, 0);
  ck_assert_uint_gt (total.vivified_tier2, 0);
  ck_assert_uint_gt (total.vivified_irredundant, 0);
  ck_assert_uint_gt (total.vivified_subsumed, 0);
  ck_assert_uint_gt (total.vivified_implied, 0);
  ck_assert_uint_gt (total.vivified_shortened, 0);
  ck_assert_uint_gt (total.vivified_instantiated, 0);
  ck_assert_uint_gt (total.vivified_units, 0);
  ck_assert_uint_gt (total.vivify_reused, 0);
}
END_TEST

START_TEST (substitutes) {
  many (SUBSTITUTE, 2000);
  ck_assert_uint_gt (total.substituted, 0);
  ck_assert_uint_gt (total.substituted_clauses, 0);
  ck_assert_uint_gt (total.substitute_units, 0);
  ck_assert_uint_gt (total.binaries_duplicated, 0);
}
END_TEST

START_TEST (probes) {
  many (PROBE, 1000);
  ck_assert_uint_gt (total.failed_literals, 0);
}
END_TEST

START_TEST (finds_backbone) {
  many (BACKBONE, 1000);
  ck_assert_uint_gt (total.backbone_units, 0);
}
END_TEST

START_TEST (reduces_transitively) {
  many (TRANSITIVE, 1000);
  ck_assert_uint_gt (total.transitive_reduced, 0);
  ck_assert_uint_gt (total.transitive_units, 0);
}
END_TEST

START_TEST (closes_congruence) {
  many (CONGRUENCE, 3000);
  ck_assert_uint_gt (total.congruence_ands, 0);
  ck_assert_uint_gt (total.congruence_xors, 0);
  ck_assert_uint_gt (total.congruence_ites, 0);
  ck_assert_uint_gt (total.congruence_merged, 1000);
  ck_assert_uint_gt (total.congruence_units, 0);
}
END_TEST

START_TEST (does_all) {
  many (ALL, 3000);
  ck_assert_uint_gt (total.eliminated, 0);
}
END_TEST

static bool active_variable (const struct solver *s, int evar) {
  return s->flags[s->e2i.data[evar] - 1].active;
}

// Of two copies of a circuit one has to go, whole.
static void one_circuit (uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f = {0};
  const unsigned gates = add_circuits (&f, &rng, true);
  struct simp_options options;
  default_options (&options);
  struct tested t;
  tested_init (&t, rng_bool (&rng), &options);
  tested_add_all (&t, &f, 0);
  watches_attach (t.solver);
  ck_assert (propagate_root (t.solver) && simp_substitute (t.solver));
  ck_assert (simp_congruence (t.solver));
  check (t.solver);
  for (unsigned last = f.vars, i = 0; i != gates; i++)
    ck_assert_msg (!active_variable (t.solver, last - i) ||
                       !active_variable (t.solver, last - i - gates),
                   "instance %llu: output %u", (unsigned long long)instance,
                   last - i);
  tested_fini (&t);
  random_fini (&f);
}

START_TEST (merges_circuits) {
  for (unsigned i = 0; i != 1000; i++)
    one_circuit (rng_mix (seed + i));
}
END_TEST

// Clauses and assumptions come later and touch what was substituted.
static void one_incremental (uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  random_init (&f, &rng, 11);
  struct simp_options options;
  default_options (&options);
  struct tested t;
  tested_init (&t, rng_bool (&rng), &options);
  size_t added = 0;
  for (int call = 0; call != 4; call++) {
    uint64_t fixed = 0, values = 0;
    add_binaries (&f, &rng);
    tested_add_all (&t, &f, added);
    added = f.lits.size;
    for (unsigned n = rng_below (&rng, 4); n--;) {
      const int lit = random_lit (&f, &rng);
      const uint64_t bit = (uint64_t)1 << (abs (lit) - 1);
      if (fixed & bit)
        continue;
      fixed |= bit;
      values |= lit > 0 ? bit : 0;
      core_assume (t.solver, lit);
    }
    run (&t, &f, ALL, &rng);
    solve (&t, &f, instance, fixed, values);
  }
  add_stats (t.solver);
  tested_fini (&t);
  random_fini (&f);
}

START_TEST (restores) {
  memset (&total, 0, sizeof total);
  for (unsigned i = 0; i != 1000; i++)
    one_incremental (rng_mix (seed + i));
  ck_assert_uint_gt (total.substituted, 0);
  ck_assert_uint_gt (total.restored, 0);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("simp_probing");
  TCase *tc = tcase_create ("probing");
  tcase_add_test (tc, vivifies);
  tcase_add_test (tc, substitutes);
  tcase_add_test (tc, probes);
  tcase_add_test (tc, finds_backbone);
  tcase_add_test (tc, reduces_transitively);
  tcase_add_test (tc, closes_congruence);
  tcase_add_test (tc, merges_circuits);
  tcase_add_test (tc, does_all);
  tcase_add_test (tc, restores);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
