// The small solver against exhaustive search; every line of its derivations is
// checked by its hints.
#include "simp_random.h"

#include "simp/mini.h"

#define VARS 10u
#define FACTOR 7u // the caller's literals are spread out
#define NO_LIMIT UINT64_MAX / 2

static uint64_t seed;
static unsigned sat, unsat, flips, cores, lemmas, limited;

struct problem {
  unsigned size;
  unsigned lengths[80];
  uint32_t lits[80][4];
  unsigned num_assumed;
  uint32_t assumed[4];
};

static uint32_t outer (unsigned idx, bool sign) {
  return 2 * (FACTOR * idx + 3) + sign;
}

static bool lit_true (uint32_t lit, unsigned bits) {
  return (bits >> ((lit / 2 - 3) / FACTOR) & 1) != (lit & 1);
}

static bool clause_true (const uint32_t *lits, unsigned n, unsigned bits) {
  for (unsigned i = 0; i != n; i++)
    if (lit_true (lits[i], bits))
      return true;
  return false;
}

static bool all_true (const struct problem *p, unsigned bits) {
  for (unsigned i = 0; i != p->num_assumed; i++)
    if (!lit_true (p->assumed[i], bits))
      return false;
  for (unsigned i = 0; i != p->size; i++)
    if (!clause_true (p->lits[i], p->lengths[i], bits))
      return false;
  return true;
}

static bool satisfiable (const struct problem *p) {
  for (unsigned bits = 0; bits != 1u << VARS; bits++)
    if (all_true (p, bits))
      return true;
  return false;
}

// Distinct variables.
static unsigned random_lits (struct rng *rng, uint32_t *lits, unsigned n) {
  unsigned used = 0;
  for (unsigned i = 0; i != n;) {
    const unsigned idx = rng_below (rng, VARS);
    if (used >> idx & 1)
      continue;
    used |= 1u << idx;
    lits[i++] = outer (idx, rng_bool (rng));
  }
  return n;
}

static void random_problem (struct problem *p, struct rng *rng) {
  memset (p, 0, sizeof *p);
  p->size = 10 + rng_below (rng, 50);
  for (unsigned i = 0; i != p->size; i++) {
    const unsigned n =
        rng_below (rng, 12) ? 2 + rng_below (rng, 3) : 1 + !rng_below (rng, 2);
    p->lengths[i] = random_lits (rng, p->lits[i], n);
  }
}

// ----------------------------------------------------- checks of derivations

static void set_false (int8_t *values, uint32_t lit) {
  values[lit] = -1;
  values[lit ^ 1] = 1;
}

// Applies one hint: true if it became false.
static bool apply (struct mini *m, uint32_t hint, int8_t *values) {
  const struct mini_line l = mini_line (m, hint);
  uint32_t unit = UINT32_MAX;
  for (unsigned i = 0; i != l.size; i++) {
    if (values[l.lits[i]] < 0)
      continue;
    ck_assert_msg (unit == UINT32_MAX && !values[l.lits[i]], "hint is no unit");
    unit = l.lits[i];
  }
  if (unit == UINT32_MAX)
    return true;
  set_false (values, unit ^ 1);
  return false;
}

static void check_line (struct mini *m, uint32_t number) {
  int8_t values[2 * FACTOR * VARS + 8] = {0};
  uint32_t hints[1000];
  const struct mini_line l = mini_line (m, number);
  ck_assert_uint_le (l.num_hints, 1000);
  for (unsigned i = 0; i != l.size; i++)
    set_false (values, l.lits[i]);
  for (unsigned i = 0; i != l.num_hints; i++) {
    hints[i] = l.hints[i];
    ck_assert_uint_lt (hints[i], number);
  }
  const unsigned n = l.num_hints;
  lemmas++;
  for (unsigned i = 0; i != n; i++)
    ck_assert_msg (apply (m, hints[i], values) == (i + 1 == n),
                   "clash not at the last hint");
}

// The added clauses in the core imply the clause 'number'.
static void check_implied (const struct problem *p, struct mini *m,
                           const struct mini_core *core, uint32_t number) {
  struct problem sub = {0};
  for (unsigned i = 0; i != core->size; i++) {
    const uint32_t n = core->numbers[i];
    if (n >= p->size)
      continue;
    memcpy (sub.lits[sub.size], p->lits[n], sizeof p->lits[n]);
    sub.lengths[sub.size++] = p->lengths[n];
  }
  const struct mini_line l = mini_line (m, number);
  ck_assert_uint_le (l.size, 4);
  sub.num_assumed = l.size;
  for (unsigned i = 0; i != l.size; i++)
    sub.assumed[i] = l.lits[i] ^ 1;
  ck_assert (!satisfiable (&sub));
}

static void check_core (const struct problem *p, struct mini *m,
                        uint32_t number) {
  const struct mini_core core = mini_core (m, number);
  cores++;
  ck_assert_uint_eq (core.numbers[core.size - 1], number);
  for (unsigned i = 0; i != core.size; i++) {
    ck_assert (!i || core.numbers[i - 1] < core.numbers[i]);
    if (core.numbers[i] >= p->size)
      check_line (m, core.numbers[i]);
  }
  check_implied (p, m, &core, number);
}

static void check_final (const struct problem *p, struct mini *m) {
  const uint32_t number = mini_final (m);
  const struct mini_line l = mini_line (m, number);
  for (unsigned i = 0; i != l.size; i++) {
    bool found = false;
    for (unsigned j = 0; j != p->num_assumed; j++)
      found |= l.lits[i] == (p->assumed[j] ^ 1);
    ck_assert (found);
  }
  check_core (p, m, number);
}

// ------------------------------------------------------------------- models

static unsigned model_bits (const struct mini *m) {
  unsigned bits = 0;
  for (unsigned idx = 0; idx != VARS; idx++)
    bits |= (unsigned)(mini_value (m, outer (idx, false)) > 0) << idx;
  return bits;
}

// A flip succeeds if and only if the result is a model; the assumptions do not
// count.
static void check_flips (struct problem *p, struct mini *m, struct rng *rng) {
  p->num_assumed = 0;
  for (unsigned tries = rng_below (rng, 10); tries--;) {
    const unsigned idx = rng_below (rng, VARS);
    const uint32_t lit = outer (idx, rng_bool (rng));
    if (mini_value (m, lit) <= 0)
      continue;
    const unsigned before = model_bits (m);
    const bool res = mini_flip (m, lit);
    ck_assert_uint_eq (model_bits (m), before ^ (unsigned)res << idx);
    ck_assert (res == all_true (p, before ^ 1u << idx));
    flips += res;
  }
}

static void check_fixed (struct problem *p, struct mini *m) {
  for (unsigned idx = 0; idx != VARS; idx++)
    for (unsigned sign = 0; sign != 2; sign++) {
      const uint32_t lit = outer (idx, sign);
      if (mini_fixed (m, lit) <= 0)
        continue;
      const uint32_t number = mini_unit (m, lit);
      const struct mini_line l = mini_line (m, number);
      ck_assert (l.size == 1 && l.lits[0] == lit);
      check_core (p, m, number);
    }
}

static void assume (struct problem *p, struct mini *m, struct rng *rng) {
  p->num_assumed = random_lits (rng, p->assumed, rng_below (rng, 4));
  for (unsigned i = 0; i != p->num_assumed; i++) {
    if (mini_fixed (m, p->assumed[i]) < 0)
      p->assumed[i] ^= 1;
    mini_assume (m, p->assumed[i]);
  }
}

static bool one_call (struct problem *p, struct mini *m, struct rng *rng) {
  assume (p, m, rng);
  if (rng_bool (rng))
    mini_scramble (m);
  const bool limit = !rng_below (rng, 8);
  const int res = mini_solve (m, limit ? rng_below (rng, 30) : NO_LIMIT);
  limited += !res;
  ck_assert (res ? res == (satisfiable (p) ? 10 : 20) : limit);
  sat += res == 10;
  unsat += res == 20;
  if (res == 20)
    check_final (p, m);
  if (res == 10) {
    ck_assert (all_true (p, model_bits (m)));
    check_flips (p, m, rng);
  }
  p->num_assumed = 0;
  check_fixed (p, m);
  return res != 20 || mini_line (m, mini_final (m)).size;
}

static void one (struct mini *m, uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct problem p;
  random_problem (&p, &rng);
  mini_clear (m);
  for (unsigned i = 0; i != p.size; i++)
    ck_assert_uint_eq (mini_add (m, p.lits[i], p.lengths[i]), i);
  for (unsigned idx = 0; idx != VARS; idx++) // a model has all variables
    mini_assume (m, outer (idx, false));
  mini_solve (m, 0);
  for (unsigned calls = 1 + rng_below (&rng, 12); calls--;)
    if (!one_call (&p, m, &rng))
      break;
}

START_TEST (solves) {
  struct mini *m = mini_new (seed);
  for (unsigned i = 0; i != 3000; i++)
    one (m, rng_mix (seed + i));
  ck_assert_uint_gt (sat, 1000);
  ck_assert_uint_gt (unsat, 1000);
  ck_assert_uint_gt (flips, 100);
  ck_assert_uint_gt (cores, 1000);
  ck_assert_uint_gt (lemmas, 1000);
  ck_assert_uint_gt (limited, 10);
  mini_free (m);
}
END_TEST

START_TEST (refutes_empty_clause) {
  struct mini *m = mini_new (seed);
  mini_add (m, NULL, 0);
  ck_assert_int_eq (mini_solve (m, NO_LIMIT), 20);
  ck_assert_uint_eq (mini_core (m, mini_final (m)).size, 1);
  mini_clear (m);
  ck_assert_int_eq (mini_solve (m, NO_LIMIT), 10);
  ck_assert_int_eq (mini_value (m, 6), 0);
  ck_assert_int_eq (mini_fixed (m, 6), 0);
  mini_free (m);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("simp_mini");
  TCase *tc = tcase_create ("mini");
  tcase_add_test (tc, solves);
  tcase_add_test (tc, refutes_empty_clause);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
