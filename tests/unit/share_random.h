// Random clauses for the tests of src/share.
#ifndef TESTS_SHARE_RANDOM_H
#define TESTS_SHARE_RANDOM_H

#include "base/rng.h"
#include "share/clause.h"

#include <stdlib.h>

struct random_clause { // owns its literals
  struct share_clause clause;
  int lits[SHARE_MAX_LITS];
};

// A clause in canonical form over distinct variables up to max_var >= size.
static inline void random_clause (struct rng *rng, struct random_clause *res,
                                  unsigned max_size, unsigned max_var) {
  const unsigned size = 1 + rng_below (rng, max_size);
  for (unsigned i = 0; i < size; i++) {
    int var;
    bool fresh;
    do {
      var = 1 + (int)rng_below (rng, max_var);
      fresh = true;
      for (unsigned j = 0; j < i; j++)
        fresh &= abs (res->lits[j]) != var;
    } while (!fresh);
    res->lits[i] = rng_bool (rng) ? var : -var;
  }
  share_sort (res->lits, size);
  res->clause.id = 1 + (rng_next64 (rng) >> rng_below (rng, 63));
  res->clause.size = size;
  res->clause.glue = 1 + rng_below (rng, size);
  res->clause.hash = hash_clause (res->lits, size);
  res->clause.lits = res->lits;
}

static inline int random_clause_order (const void *a, const void *b) {
  const struct random_clause *c = a, *d = b;
  struct share_clause left = c->clause, right = d->clause;
  left.lits = c->lits, right.lits = d->lits; // they may have been moved
  const int order = share_compare (&left, &right);
  return order ? order : left.id < right.id ? -1 : left.id > right.id;
}

static inline bool same_lits (const struct share_clause *a,
                              const struct share_clause *b) {
  return a->size == b->size &&
         !memcmp (a->lits, b->lits, a->size * sizeof (int));
}

#endif
