// Clauses that simplification removed from the formula although it did not
// follow from the rest: what it takes to turn a model of the simplified formula
// into one of the original, and to get the original formula back.
#ifndef SIMP_RECONSTRUCT_H
#define SIMP_RECONSTRUCT_H

#include "core/solver.h"

struct reconstruct {
  VEC (int) lits; // clause after clause: witness, other literals, their number
  ids ids;        // one per clause, if proving and incremental
};

// Remembers a clause that is about to be removed.  Going backwards over all of
// them, a clause without true literal makes its witness true.
//
// With 'incremental' every clause removed has to come here, both sides of an
// elimination or an equivalence.  Without it one side is enough, followed by
// the unit clause of the other side's literal ('reconstruct_default').
//
//   witness    one of 'lits'
//   lits, n    borrowed; n >= 1; root-false literals may be left in
//   id         of the clause, known to the proof; a copy is derived that
//              outlives the clause.  The chain must be empty
void reconstruct_push (struct solver *s, ilit witness, const ilit *lits,
                       unsigned n, uint64_t id);

// Makes 'lit' true unless a clause pushed before needs it false; only without
// 'incremental'.
void reconstruct_default (struct solver *s, ilit lit);

// The hooks of 'simp_calls'.
void reconstruct_extend (struct solver *s, int8_t *evalues);
void reconstruct_restore (struct solver *s);

#endif
