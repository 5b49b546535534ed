// The part of a formula around one variable, as a problem for the small solver,
// and the way back: what that solver derives becomes clauses of the engine.
#ifndef SIMP_ENVIRONMENT_H
#define SIMP_ENVIRONMENT_H

#include "simp/internal.h"
#include "simp/mini.h"

// Equivalent literals found so far: trees for their proof, rings to find all.
struct equivalent {
  ilit parent; // itself: representative
  ilit next;   // in the ring
  uint32_t size;
};

struct source { // a clause of the engine in the small solver
  ref ref;
  ilit pair[2]; // only if binary
};

enum { OUTSIDE, INSIDE, EXPANDED };

struct environment {
  struct solver *s;
  struct mini *mini;
  uint64_t ticks; // without the small solver's

  // Irredundant clauses of every literal when the environment was made.
  size_t *begin; // by literal, and one more
  struct watch *occs;

  struct equivalent *equivalent; // by literal
  uint64_t *equal;               // by literal: id of (-literal, parent)

  unsigned max_vars, max_clauses, max_depth;
  uint8_t *state; // by variable
  VEC (uint32_t) vars;
  VEC (struct source) sources; // by number in the small solver
  bool full;

  ids lines; // by number in the small solver: proof id or 0
  ids temps; // ids to be forgotten with the environment
  ids path;  // scratch
};

// Copies occurrence lists; nothing may be deleted until '_fini'.
void environment_init (struct environment *e, struct solver *s);
void environment_fini (struct environment *e);

// Fills the small solver with the clauses around a variable.
void environment_build (struct environment *e, unsigned idx);
void environment_clear (struct environment *e);

// Cache lines that making an environment touches.
uint64_t environment_overhead (const struct solver *s);

static inline size_t environment_occs (const struct environment *e, ilit lit) {
  return e->begin[lit + 1] - e->begin[lit];
}

static inline ilit environment_repr (const struct environment *e, ilit lit) {
  while (e->equivalent[lit].parent != lit)
    lit = e->equivalent[lit].parent;
  return lit;
}

// The engine learns a clause of the small solver with at most two literals,
// units not yet propagated.
//
//   returns    its proof id if it has two literals, else 0
uint64_t environment_learn (struct environment *e, uint32_t number);

// Unites the classes of two representatives.
//
//   ab, ba     ids of (-a, b) and (a, -b)
void environment_unite (struct environment *e, ilit a, ilit b, uint64_t ab,
                        uint64_t ba);

#endif
