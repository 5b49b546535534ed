// entail.c - derive a clause from the clauses of one or two gates.
// Idea     gates are compared up to equal literals, so values are given to
//          representatives: a literal gets its value from them, and they from
//          it, by one clause per literal; where propagation stops, one input is
//          split and both cases become lemmas
// Source   proofs of clausal congruence closure
//          [BiereFazekasFleuryFroleyks-SAT'24]
// Differs  one procedure for all gates and simplifications instead of a case
//          each; a merge it cannot prove is not made
// Budget   2^inputs of the gate (XOR), two cases (if-then-else), none (AND)
// Needs    marks unused
// Proof    hints in order of propagation
// Read     entail, refute, refutes, apply
// Example  x = a AND b, y = a AND b, the goal (-x y): with x and -y the clauses
//          (-x a) and (-x b) make a and b true and (y -a -b) false, so these
//          three are the hints
#include "simp/congruence.h"

enum { TRUE_MARK = 1, PUSHED = 2 };
enum { MAX_SPLITS = 8 };

struct entailment {
  struct congruence *k;
  const ilit *goal;
  unsigned n;
  const struct gate *gates[2];
};

// -------------------------------------------------------------- assignment

static int8_t value (const struct solver *s, const struct congruence *k,
                     ilit lit) {
  const ilit r = k->repr[lit];
  if (s->values[lit])
    return s->values[lit];
  if (s->values[r])
    return s->values[r];
  return (s->marks[r] & TRUE_MARK) - (s->marks[NOT (r)] & TRUE_MARK);
}

static void set_true (struct solver *s, struct congruence *k, ilit r) {
  s->marks[r] |= TRUE_MARK;
  vec_push (&k->trail, r);
}

static void undo (struct solver *s, struct congruence *k) {
  while (!vec_empty (&k->trail))
    s->marks[vec_pop (&k->trail)] = 0;
}

static bool first_time (struct solver *s, struct congruence *k, ilit lit) {
  if (s->marks[lit] & PUSHED)
    return false;
  s->marks[lit] |= PUSHED;
  vec_push (&k->trail, lit);
  return true;
}

static void push_unit (struct solver *s, struct congruence *k, ilit lit) {
  if (first_time (s, k, lit))
    chain_push_unit (s, lit);
}

// Between 'lit' and its representative, in either direction.
static void push_equal (struct solver *s, struct congruence *k, ilit lit) {
  if (k->repr[lit] != lit && first_time (s, k, lit))
    chain_push (s, k->equal[lit]);
}

static void push_false (struct solver *s, struct congruence *k, ilit lit) {
  if (s->values[lit]) {
    push_unit (s, k, lit);
    return;
  }
  if (s->values[k->repr[lit]])
    push_unit (s, k, k->repr[lit]);
  push_equal (s, k, lit);
}

// -------------------------------------------------------------- propagation

enum effect { NOTHING, PROPAGATED, CONFLICT };

// The clause under the present values; the false literals are explained.
static enum effect apply (struct solver *s, struct congruence *k,
                          const ilit *lits, unsigned n, uint64_t id) {
  ilit open = INVALID_LIT;
  for (unsigned i = 0; i != n; i++) {
    const int8_t v = value (s, k, lits[i]);
    if (v > 0 || (!v && open != INVALID_LIT))
      return NOTHING;
    if (!v)
      open = lits[i];
  }
  for (unsigned i = 0; i != n; i++)
    if (lits[i] != open)
      push_false (s, k, lits[i]);
  chain_push (s, id);
  if (open == INVALID_LIT)
    return CONFLICT;
  push_equal (s, k, open);
  set_true (s, k, k->repr[open]);
  return PROPAGATED;
}

static enum effect apply_source (struct solver *s, struct congruence *k,
                                 const struct gate *g, unsigned i) {
  const ref r = k->sources.data[g->sources + i];
  if (r & BINARY_BIT) {
    const ilit lits[2] = {NOT (g->lhs), k->inputs.data[g->begin + i]};
    return apply (s, k, lits, 2, binary_id (s, r));
  }
  const struct clause *c = clause_at (s, r);
  return apply (s, k, c->lits, c->size, clause_id (s, c));
}

// One pass over the clauses of a gate.
static enum effect pass (struct solver *s, struct congruence *k,
                         const struct gate *g) {
  enum effect res = NOTHING;
  for (unsigned i = 0; i != gate_num_sources (g); i++) {
    const enum effect e = apply_source (s, k, g, i);
    if (e == CONFLICT)
      return CONFLICT;
    if (e == PROPAGATED)
      res = PROPAGATED;
  }
  return res;
}

// Assumes the negated goal and the split literals.
//
//   returns    true on a conflict, with the hints on the chain
static bool refutes (struct solver *s, const struct entailment *e) {
  struct congruence *k = e->k;
  chain_clear (s);
  for (unsigned i = 0; i != e->n; i++)
    set_true (s, k, NOT (e->goal[i]));
  for_vec (ilit, lit, &k->split)
    set_true (s, k, *lit);
  for (bool again = true; again;) {
    again = false;
    for (int i = 0; i != 2 && e->gates[i]; i++) {
      const enum effect effect = pass (s, k, e->gates[i]);
      if (effect == CONFLICT)
        return true;
      again |= effect == PROPAGATED;
    }
  }
  return false;
}

// ------------------------------------------------------------------- cases

static ilit choose (const struct solver *s, const struct entailment *e) {
  const struct congruence *k = e->k;
  for (int i = 0; i != 2 && e->gates[i]; i++)
    for (unsigned j = 0; j != e->gates[i]->size; j++) {
      const ilit lit = k->inputs.data[e->gates[i]->begin + j];
      if (!value (s, k, lit))
        return k->repr[lit];
    }
  return INVALID_LIT;
}

static uint64_t derive_lemma (struct solver *s, const struct entailment *e) {
  ilit lits[2 + MAX_SPLITS];
  unsigned n = 0;
  for (unsigned i = 0; i != e->n; i++)
    lits[n++] = e->goal[i];
  for_vec (ilit, lit, &e->k->split)
    lits[n++] = NOT (*lit);
  const uint64_t id = derive (s, lits, n);
  vec_push (&e->k->derived, id);
  return id;
}

static bool refute (struct solver *s, const struct entailment *e);

// The case that 'lit' is true, as a lemma.
static bool refute_case (struct solver *s, const struct entailment *e, ilit lit,
                         uint64_t *id) {
  vec_push (&e->k->split, lit);
  const bool res = refute (s, e);
  if (res)
    *id = derive_lemma (s, e);
  e->k->split.size--;
  return res;
}

static bool refute (struct solver *s, const struct entailment *e) {
  const bool conflict = refutes (s, e);
  const ilit lit = conflict ? INVALID_LIT : choose (s, e);
  undo (s, e->k);
  if (conflict)
    return true;
  chain_clear (s);
  uint64_t ids[2];
  if (lit == INVALID_LIT || e->k->split.size == MAX_SPLITS ||
      !refute_case (s, e, lit, ids) || !refute_case (s, e, NOT (lit), ids + 1))
    return false;
  chain_push (s, ids[0]);
  chain_push (s, ids[1]);
  return true;
}

bool entail (struct solver *s, struct congruence *k, const ilit *goal,
             unsigned n, const struct gate *g, const struct gate *h) {
  if (!s->proving)
    return true;
  const struct entailment e = {k, goal, n, {g, h}};
  return refute (s, &e);
}
