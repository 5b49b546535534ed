// Variable elimination on occurrence lists: the state that its parts share.
#ifndef SIMP_ELIMINATE_H
#define SIMP_ELIMINATE_H

#include "simp/internal.h"
#include "simp/order.h"

// A clause of the candidate variable, copied from its occurrence list.
struct antecedent {
  ref ref;    // BINARY_BIT: the clause is (literal of the side, other)
  ilit other; // only for binary clauses
  bool gate;  // belongs to the definition that was found
  bool dead;  // deleted or shortened since
};

typedef VEC (struct antecedent) antecedents;

struct pair { // of antecedents whose resolvent is to be added
  uint32_t pos, neg;
};

struct eliminator {
  struct solver *s;
  struct simp *simp;

  unsigned max_occs, max_size, bound;
  bool learned; // subsume learned clauses, too
  bool define;  // look for definitions, too
  uint64_t ticks, budget;

  // occurrences.c
  uint32_t *occs;      // by literal: clauses in use
  uint32_t propagated; // trail up to where clauses were updated
  struct order order;  // candidates, fewest resolvents expected first
  bool scheduling;     // changes of 'occs' make variables candidates

  // resolve.c
  ilit pivot; // literal of side 0; side 1 has its negation
  antecedents sides[2];
  bool gates;      // some antecedents are marked so
  bool definition; // and the resolvents of two of them are no tautologies
  VEC (struct pair) pairs;
  VEC (struct watch) binaries; // resolvents added, for backward.c: literals ...
  refs large;                  // ... or arena reference

  struct mini *mini; // definition.c
  ilits lits;        // scratch: literals of the clause being built
};

static inline ilit side_lit (const struct eliminator *e, int side) {
  return side ? NOT (e->pivot) : e->pivot;
}

static inline bool out_of_budget (const struct eliminator *e) {
  return e->ticks > e->budget;
}

// The literals of an antecedent; 'pair' has room for two and is used for binary
// clauses.  Valid until a clause is added.
static inline const ilit *antecedent_lits (const struct eliminator *e, int side,
                                           const struct antecedent *a,
                                           ilit *pair, unsigned *size) {
  if (a->ref & BINARY_BIT) {
    pair[0] = side_lit (e, side);
    pair[1] = a->other;
    *size = 2;
    return pair;
  }
  const struct clause *c = clause_at (e->s, a->ref);
  *size = c->size;
  return c->lits;
}

static inline bool eliminate_candidate (const struct solver *s, unsigned idx) {
  const struct flags *f = s->flags + idx;
  return f->active && f->eliminate && !f->frozen;
}

static inline uint64_t clause_ticks (unsigned size) {
  return 1 + size / 16;
}

// Pushes the hint that 'false_lit' is false unless the chain has it.
static inline void chain_push_unit_once (struct solver *s, ilit false_lit) {
  if (!s->proving)
    return;
  const uint64_t id = s->unit_ids[IDX (false_lit)];
  for_vec (uint64_t, p, &s->chain) {
    if (*p == id)
      return;
  }
  vec_push (&s->chain, id);
}

// ---------------------------------------------------------- occurrences.c

// Connects all irredundant clauses and counts them; leaves the queue empty.
void occurrences_connect (struct eliminator *e);

// Fills the queue with the variables whose 'eliminate' flag is set.
void occurrences_schedule (struct eliminator *e);

// Deletes a clause.
void occurrences_delete (struct eliminator *e, ref r);
void occurrences_delete_binary (struct eliminator *e, ilit a, ilit b, ref slot);

// Adds the irredundant clause 'e->lits' from the chain.  Two and more literals
// are remembered for backward subsumption.
void occurrences_derive (struct eliminator *e);

// Removes 'remove' and the root-false literals from a large clause by resolving
// it with the clause 'with', all of whose literals but the negation of 'remove'
// are in the large one or false.
void occurrences_strengthen (struct eliminator *e, ref r, ilit remove,
                             const ilit *with, unsigned n, uint64_t with_id);

// Propagates new units over the occurrence lists.
//
//   returns    !s->unsat
bool occurrences_propagate (struct eliminator *e);

// --------------------------------------------------------------- gates.c

// Marks the antecedents that define the candidate by other variables.
//
//   returns    true if there is such a definition
bool gates_find (struct eliminator *e);

// ---------------------------------------------------------- definition.c

// As above, for definitions of any form.  Learns the candidate as a unit if one
// side of antecedents implies that.
bool definition_find (struct eliminator *e);

// -------------------------------------------------------------- resolve.c

// Copies the clauses of both sides.
//
//   returns    false if a clause is too long for elimination
bool resolve_gather (struct eliminator *e, unsigned idx);

// Collects the pairs with a resolvent.  Antecedents that their resolvent
// subsumes are strengthened at once, resolved units are learned.
//
//   returns    false if there are more than 'limit' or one is too long
bool resolve_count (struct eliminator *e, uint64_t limit);

// Adds the resolvents of the pairs collected.
void resolve_add (struct eliminator *e);

// ------------------------------------------------------------- backward.c

// Uses the clauses added by 'occurrences_derive' since the last call to subsume
// and strengthen others.
//
//   returns    !s->unsat
bool backward_subsume (struct eliminator *e);

#endif
