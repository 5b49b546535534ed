// Small random formulas with gates inside, an exhaustive search to compare
// with, and an engine whose proof is checked while it is made.
#ifndef TESTS_SIMP_RANDOM_H
#define TESTS_SIMP_RANDOM_H

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "core/core.h"
#include "proof/online.h"
#include "simp/internal.h"

struct random_formula {
  unsigned vars;
  VEC (int) lits; // clause after clause, each ended by 0
  unsigned clauses;
};

static inline void random_fini (struct random_formula *f) {
  vec_fini (&f->lits);
}

static inline void random_clause (struct random_formula *f, const int *lits,
                                  unsigned n) {
  for (unsigned i = 0; i != n; i++)
    vec_push (&f->lits, lits[i]);
  vec_push (&f->lits, 0);
  f->clauses++;
}

static inline int random_lit (struct random_formula *f, struct rng *rng) {
  const int var = 1 + rng_below (rng, f->vars);
  return rng_bool (rng) ? var : -var;
}

static inline void random_clauses (struct random_formula *f, struct rng *rng,
                                   unsigned count, unsigned max_size) {
  while (count--) {
    int lits[16];
    const unsigned n = 2 + rng_below (rng, max_size - 1);
    for (unsigned i = 0; i != n; i++)
      lits[i] = random_lit (f, rng);
    random_clause (f, lits, n);
  }
}

// x = a1 and ... and an
static inline void random_and (struct random_formula *f, struct rng *rng) {
  const unsigned n = 1 + rng_below (rng, 4);
  const int x = random_lit (f, rng);
  int large[8] = {x};
  for (unsigned i = 0; i != n; i++) {
    const int a = random_lit (f, rng);
    const int two[2] = {-x, a};
    large[i + 1] = -a;
    random_clause (f, two, 2);
  }
  random_clause (f, large, n + 1);
}

static inline void random_ite (struct random_formula *f, struct rng *rng) {
  const int x = random_lit (f, rng), c = random_lit (f, rng);
  const int t = random_lit (f, rng), e = random_lit (f, rng);
  const int all[4][3] = {{-x, -c, t}, {-x, c, e}, {x, -c, -t}, {x, c, -e}};
  for (int i = 0; i != 4; i++)
    random_clause (f, all[i], 3);
}

static inline void random_xor (struct random_formula *f, struct rng *rng) {
  const unsigned n = 3 + rng_below (rng, 2);
  int vars[4], lits[4];
  for (unsigned i = 0; i != n; i++)
    vars[i] = random_lit (f, rng);
  for (unsigned line = 0; line != 1u << n; line++) {
    if (__builtin_parity (line))
      continue;
    for (unsigned i = 0; i != n; i++)
      lits[i] = line >> i & 1 ? -vars[i] : vars[i];
    random_clause (f, lits, n);
  }
}

static inline void random_init (struct random_formula *f, struct rng *rng,
                                unsigned max_vars) {
  memset (f, 0, sizeof *f);
  f->vars = 3 + rng_below (rng, max_vars - 2);
  const unsigned gates = rng_below (rng, f->vars);
  for (unsigned i = 0; i != gates; i++)
    switch (rng_below (rng, 3)) {
    case 0:
      random_and (f, rng);
      break;
    case 1:
      random_ite (f, rng);
      break;
    default:
      random_xor (f, rng);
      break;
    }
  const unsigned ratio = 100 + rng_below (rng, 300);
  random_clauses (f, rng, f->vars * ratio / 100, 2 + rng_below (rng, 5));
}

// Clause 'at' under the assignment of bits; moves to the next clause.
static inline bool random_clause_true (const int **at, uint64_t bits) {
  bool result = false;
  for (; **at; ++*at) {
    const int lit = **at;
    result |= lit > 0 ? bits >> (lit - 1) & 1 : !(bits >> (-lit - 1) & 1);
  }
  ++*at;
  return result;
}

static inline bool random_satisfied (const struct random_formula *f,
                                     uint64_t bits) {
  const int *at = f->lits.data, *end = at + f->lits.size;
  while (at != end)
    if (!random_clause_true (&at, bits))
      return false;
  return true;
}

static inline bool random_satisfiable (const struct random_formula *f,
                                       uint64_t fixed, uint64_t values) {
  for (uint64_t bits = 0; bits != (uint64_t)1 << f->vars; bits++)
    if ((bits & fixed) == values && random_satisfied (f, bits))
      return true;
  return false;
}

struct tested {
  struct solver *solver;
  struct online *online; // NULL: no proof
  uint64_t id;
};

#define TESTED_MAX_CLAUSES 100000 // ids for originals

static inline void tested_add (struct tested *t, const int *lits, unsigned n) {
  t->id++;
  if (t->online)
    online_trust (t->online, t->id, lits, n);
  core_add (t->solver, lits, n);
}

static inline void
tested_add_all (struct tested *t, const struct random_formula *f, size_t from) {
  for (const int *at = f->lits.data + from, *end = f->lits.data + f->lits.size;
       at != end; at++) {
    const int *start = at;
    while (*at)
      at++;
    tested_add (t, start, at - start);
  }
}

static inline void tested_init (struct tested *t, bool proof,
                                const struct simp_options *options) {
  struct core_options core;
  const struct option_table table = core_option_table (&core);
  options_init (&table);
  core.lucky = false;
  const struct core_hooks hooks = {0};
  t->id = 0;
  t->online = proof ? online_new (NULL) : NULL;
  struct proof_sink sink = {0};
  if (proof)
    sink = online_sink (t->online);
  t->solver = core_new (&core, &hooks, proof ? &sink : NULL, 0, 1);
  simp_attach (t->solver, options);
  core_reserve (t->solver, 0, TESTED_MAX_CLAUSES);
}

static inline void tested_fini (struct tested *t) {
  core_free (t->solver);
  if (t->online)
    online_free (t->online);
}

static inline uint64_t tested_model (const struct tested *t, unsigned vars) {
  uint64_t bits = 0;
  for (unsigned v = 1; v <= vars; v++)
    if (core_val (t->solver, v) > 0)
      bits |= (uint64_t)1 << (v - 1);
  return bits;
}

#endif
