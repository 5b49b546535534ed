// occurrences.c - occurrence lists during elimination, with exact counts.
// Idea     deleted clauses stay in the lists until someone reads them; the
//          counts know better and drive the order of candidates
// Source   [EenBiere-SAT'05]; order by expected resolvents as in CaDiCaL
// Budget   part of the elimination's
// Needs    occurrence mode (watches_to_occs)
// Proof    units by the clause that became unit, strengthened clauses by the
//          caller's chain
// Read     occurrences_connect, occurrences_schedule; occurrences_propagate
// Example  the unit a with (a b c) (a d) (-a e) (-a f g): the first is deleted,
//          the second does not count for d any more, e is the next unit, and
//          the fourth keeps -a until the clauses are watched again
#include "simp/eliminate.h"

static uint64_t score (const struct eliminator *e, unsigned idx) {
  const uint64_t pos = e->occs[LIT (idx)], neg = e->occs[NOT (LIT (idx))];
  return pos * neg + pos + neg;
}

static void count_binaries (struct eliminator *e) {
  struct solver *s = e->s;
  for_ilits (lit, s) {
    for_watches (w, s, lit)
      e->occs[lit] += (w->ref & BINARY_BIT) && s->values[w->blit] <= 0;
    s->simp->stats.simp_ticks += 1 + s->watches[lit].size / 8;
  }
}

static void count_large (struct eliminator *e) {
  struct solver *s = e->s;
  for_clauses (c, s) {
    if (c->garbage || c->redundant)
      continue;
    ilit lit;
    for_lits (lit, c)
      e->occs[lit]++;
    s->simp->stats.simp_ticks += clause_ticks (c->size);
  }
}

void occurrences_connect (struct eliminator *e) {
  watches_to_occs (e->s, 0);
  e->scheduling = false;
  memset (e->occs, 0, 2 * (size_t)e->s->vars * sizeof *e->occs);
  count_binaries (e);
  count_large (e);
}

void occurrences_schedule (struct eliminator *e) {
  struct solver *s = e->s;
  for_vars (idx, s) {
    if (!eliminate_candidate (s, idx) || order_contains (&e->order, idx))
      continue;
    order_update (&e->order, idx, score (e, idx));
    order_push (&e->order, idx);
  }
  e->scheduling = true;
}

// Counters and queue after a clause came ('delta' 1) or went (-1).
static void count (struct eliminator *e, const ilit *lits, unsigned n,
                   int delta) {
  for (unsigned i = 0; i != n; i++) {
    const unsigned idx = IDX (lits[i]);
    e->occs[lits[i]] += delta;
    if (!e->scheduling)
      continue;
    order_update (&e->order, idx, score (e, idx));
    if (delta < 0 && idx != IDX (e->pivot) && eliminate_candidate (e->s, idx) &&
        !order_contains (&e->order, idx))
      order_push (&e->order, idx);
  }
}

void occurrences_delete (struct eliminator *e, ref r) {
  struct clause *c = clause_at (e->s, r);
  clause_delete (e->s, c);
  count (e, c->lits, c->size, -1);
}

void occurrences_delete_binary (struct eliminator *e, ilit a, ilit b,
                                ref slot) {
  e->ticks += (e->s->watches[a].size + e->s->watches[b].size) / 8;
  binary_delete (e->s, a, b, slot);
  const ilit lits[2] = {a, b};
  count (e, lits, 2, -1);
}

void occurrences_derive (struct eliminator *e) {
  struct solver *s = e->s;
  const unsigned n = e->lits.size;
  const ilit *lits = e->lits.data;
  if (!n) {
    learn_empty (s);
    return;
  }
  const ref r = clause_derive (s, lits, n, false, 0);
  if (n < 2)
    return;
  count (e, lits, n, 1);
  e->ticks += n;
  if (n > 2)
    vec_push (&e->large, r);
  else {
    const struct watch pair = {lits[0], lits[1]};
    vec_push (&e->binaries, pair);
  }
}

// Literals of a clause without 'remove' and the false ones go to 'e->lits', the
// hints for the latter onto the chain.
static void keep_literals (struct eliminator *e, const struct clause *c,
                           ilit remove) {
  struct solver *s = e->s;
  vec_clear (&e->lits);
  ilit lit;
  for_lits (lit, c) {
    if (root_value (s, lit) < 0)
      chain_push_unit_once (s, lit);
    else if (lit != remove)
      vec_push (&e->lits, lit);
  }
}

// The clause kept its place.  In the lists of false literals it may stay: only
// propagation reads them, and does not mind.
static void disconnect (struct eliminator *e, ref r, ilit remove) {
  e->ticks += e->s->watches[remove].size / 8;
  watch_remove (e->s, remove, r);
  vec_push (&e->large, r);
}

void occurrences_strengthen (struct eliminator *e, ref r, ilit remove,
                             const ilit *with, unsigned n, uint64_t with_id) {
  struct solver *s = e->s;
  struct clause *c = clause_at (s, r);
  keep_literals (e, c, remove);
  for (unsigned i = 0; i != n; i++)
    if (root_value (s, with[i]) < 0)
      chain_push_unit_once (s, with[i]);
  chain_push (s, with_id);
  chain_push (s, clause_id (s, c));
  const unsigned size = e->lits.size;
  count (e, c->lits, c->size, -1);
  if (size >= 2)
    count (e, e->lits.data, size, 1);
  clause_strengthen (s, c, e->lits.data, size);
  if (size >= 3)
    disconnect (e, r, remove);
  else if (size == 2) {
    const struct watch pair = {e->lits.data[0], e->lits.data[1]};
    vec_push (&e->binaries, pair);
  }
}

// The clause has no true literal: learns what follows if at most one of its
// literals is not false.
//
//   unit       that literal or INVALID_LIT
static void learn_from (struct eliminator *e, const ilit *lits, unsigned n,
                        ilit unit, uint64_t id) {
  struct solver *s = e->s;
  for (unsigned i = 0; i != n; i++)
    if (lits[i] != unit)
      chain_push_unit (s, lits[i]);
  chain_push (s, id);
  if (unit == INVALID_LIT)
    learn_empty (s);
  else
    learn_unit (s, unit);
}

static void visit_large (struct eliminator *e, ref r) {
  struct solver *s = e->s;
  struct clause *c = clause_at (s, r);
  if (c->garbage)
    return;
  e->ticks += clause_ticks (c->size);
  ilit lit, unit = INVALID_LIT;
  for_lits (lit, c) {
    const int8_t value = s->values[lit];
    if (value > 0) {
      occurrences_delete (e, r);
      return;
    }
    if (!value && unit != INVALID_LIT)
      return;
    if (!value)
      unit = lit;
  }
  learn_from (e, c->lits, c->size, unit, clause_id (s, c));
}

static void visit_binary (struct eliminator *e, ilit false_lit,
                          struct watch w) {
  struct solver *s = e->s;
  const int8_t value = s->values[w.blit];
  const ilit lits[2] = {false_lit, w.blit};
  if (value <= 0)
    learn_from (e, lits, 2, value ? INVALID_LIT : w.blit, binary_id (s, w.ref));
}

// Satisfied binaries stay in the lists, where readers skip them, but do not
// count any more.
static void satisfy (struct eliminator *e, ilit lit) {
  struct solver *s = e->s;
  for_watches (w, s, lit) {
    if (w->ref & BINARY_BIT)
      count (e, &w->blit, 1, -1);
    else if (!clause_at (s, w->ref)->garbage)
      occurrences_delete (e, w->ref);
    e->ticks++;
  }
}

static void falsify (struct eliminator *e, ilit lit) {
  struct solver *s = e->s;
  for_watches (w, s, lit) {
    if (s->unsat)
      return;
    if (w->ref & BINARY_BIT)
      visit_binary (e, lit, *w);
    else
      visit_large (e, w->ref);
    e->ticks++;
  }
}

bool occurrences_propagate (struct eliminator *e) {
  struct solver *s = e->s;
  while (!s->unsat && e->propagated != s->trail_size) {
    const ilit lit = s->trail[e->propagated++];
    falsify (e, NOT (lit));
    if (!s->unsat)
      satisfy (e, lit);
  }
  return !s->unsat;
}
