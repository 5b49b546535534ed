// derive.c - proof events of the engine and the explanation of assignments.
// Idea     a derived clause's hints are collected on the chain in propagation
//          order; explaining a literal is a depth-first walk over reasons
// Source   LRAT [CruzFilipeEtAl-CADE'17]; hints from analysis as in CaDiCaL
//          [PollittFleuryBiere-SAT'23]
// Budget   nothing when not proving
#include "core/solver.h"

// Own variables are numbered without gaps inside, in the proof like ids: lane l
// of L takes every L-th number above the formula's variables.
static int proof_lit (const struct solver *s, ilit lit) {
  const int elit = elit_of (s, lit), evar = elit < 0 ? -elit : elit;
  if (evar <= s->formula_evar)
    return elit;
  const uint64_t own = evar - s->formula_evar - 1;
  const int number =
      s->formula_evar + 1 + s->clock.lane + own * s->clock.stride;
  return elit < 0 ? -number : number;
}

static void set_elits (struct solver *s, const ilit *lits, unsigned n) {
  vec_clear (&s->elits);
  for (unsigned i = 0; i != n; i++)
    vec_push (&s->elits, proof_lit (s, lits[i]));
}

uint64_t derive_definition (struct solver *s, const ilit *lits, unsigned n) {
  s->stats.derived++;
  if (!s->proving)
    return 0;
  const uint64_t id = proof_next_id (&s->clock);
  set_elits (s, lits, n);
  s->sink.define (s->sink.state, id, s->elits.data, n, s->chain.data,
                  s->chain.size);
  vec_clear (&s->chain);
  return id;
}

uint64_t derive (struct solver *s, const ilit *lits, unsigned n) {
  s->stats.derived++;
  if (!s->proving)
    return 0;
  assert (s->chain.size);
  const uint64_t id = proof_next_id (&s->clock);
  set_elits (s, lits, n);
  s->stats.hints += s->chain.size;
  s->sink.add (s->sink.state, id, s->elits.data, n, s->chain.data,
               s->chain.size);
  vec_clear (&s->chain);
  return id;
}

void derive_forget (struct solver *s, uint64_t id) {
  if (s->proving && s->sink.remove)
    s->sink.remove (s->sink.state, id);
}

static void grow_stack (struct solver *s) {
  s->explain_capacity = s->explain_capacity ? 2 * s->explain_capacity : 64;
  s->explain_stack = mem_realloc (
      s->explain_stack, s->explain_capacity * sizeof *s->explain_stack);
}

// Marks 'idx' as visited.  True if its reason must be walked.
static inline bool enter (struct solver *s, unsigned idx, ilits *decisions) {
  s->seen[idx] |= SEEN_EXPLAINED;
  vec_push (&s->explained, idx);
  const struct assigned *a = s->assigned + idx;
  if (!a->level) {
    chain_push (s, s->proving ? s->unit_ids[idx] : 0);
    return false;
  }
  if (a->reason == INVALID_REF) {
    if (decisions)
      vec_push (decisions,
                s->values[LIT (idx)] > 0 ? LIT (idx) : NOT (LIT (idx)));
    return false;
  }
  return true;
}

static inline bool known (const uint8_t *seen, unsigned idx) {
  return seen[idx] & (SEEN_EXPLAINED | SEEN_STOP);
}

// A reason from its first literal on.
static inline struct explain_frame reason_frame (const struct solver *s,
                                                 unsigned idx) {
  const struct assigned *a = s->assigned + idx;
  const uint64_t id = s->proving ? ref_id (s, a->reason) : 0;
  if (a->reason & BINARY_BIT)
    return (struct explain_frame){&a->other, &a->other + 1, id};
  const struct clause *c = clause_at (s, a->reason);
  return (struct explain_frame){c->lits, c->lits + c->size, id};
}

// The reason being walked is in registers, the ones above it on the stack: most
// reasons lead to nothing new and never get there.
void explain (struct solver *s, ilit lit, ilits *decisions) {
  const uint8_t *const seen = s->seen;
  if (known (seen, IDX (lit)) || !enter (s, IDX (lit), decisions))
    return;
  struct explain_frame f = reason_frame (s, IDX (lit));
  for (size_t depth = 0;;) {
    while (f.next != f.end) {
      const unsigned idx = IDX (*f.next++);
      if (known (seen, idx) || !enter (s, idx, decisions))
        continue;
      if (depth == s->explain_capacity)
        grow_stack (s);
      s->explain_stack[depth++] = f;
      f = reason_frame (s, idx);
    }
    chain_push (s, f.id);
    if (!depth)
      break;
    f = s->explain_stack[--depth];
  }
}

void explain_reset (struct solver *s) {
  for_vec (uint32_t, idx, &s->explained)
    s->seen[*idx] &= ~SEEN_EXPLAINED;
  vec_clear (&s->explained);
}
