// A clause on its way between engines, and the one order all ranks agree on.
//
//   canonical  literals sorted by variable, so equal clauses are equal arrays
//   order      by size, then hash, then literals.  Ranking by length alone was
//              measured to be as good as by glue (docs/sharing.md, "order");
//              the hash makes a cut inside a length fair to all variables and
//              the same on all ranks; equal clauses are neighbours whatever
//              their glue
#ifndef SHARE_CLAUSE_H
#define SHARE_CLAUSE_H

#include "base/hash.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
  SHARE_MAX_LITS = 60, // longest clause that travels
  SHARE_MAX_GLUE = 63, // larger ones are rounded down; six bits in a buffer
};

struct share_clause {
  uint64_t id;         // proof id; 0 without a proof
  uint64_t hash;       // 'hash_clause' of the literals
  unsigned size, glue; // 1 <= size <= SHARE_MAX_LITS
  const int *lits;     // borrowed; DIMACS
};

// Literals as codes 0, 1, 2, ... for 1, -1, 2, ...; the order inside clauses.
static inline uint32_t share_code (int elit) {
  assert (elit && elit != INT32_MIN);
  return elit < 0 ? 2 * (uint32_t)-elit - 1 : 2 * (uint32_t)elit - 2;
}

static inline int share_elit (uint32_t code) {
  const int var = (int)(code / 2) + 1;
  return code & 1 ? -var : var;
}

// Sorts by code.  Insertion, since clauses are short and often nearly sorted.
static inline void share_sort (int *lits, unsigned n) {
  for (unsigned i = 1; i < n; i++) {
    const int lit = lits[i];
    const uint32_t code = share_code (lit);
    unsigned j = i;
    for (; j && share_code (lits[j - 1]) > code; j--)
      lits[j] = lits[j - 1];
    lits[j] = lit;
  }
}

// Compares clauses in canonical form.
//
//   returns    negative, 0 (the same literals) or positive
static inline int share_compare (const struct share_clause *a,
                                 const struct share_clause *b) {
  if (a->size != b->size)
    return a->size < b->size ? -1 : 1;
  if (a->hash != b->hash)
    return a->hash < b->hash ? -1 : 1;
  assert (a->size && a->size <= SHARE_MAX_LITS);
  for (unsigned i = 0; i < a->size; i++)
    if (a->lits[i] != b->lits[i])
      return share_code (a->lits[i]) < share_code (b->lits[i]) ? -1 : 1;
  return 0;
}

#endif
