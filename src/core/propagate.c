// propagate.c - Boolean constraint propagation over two watched literals.
// Idea     binary clauses are decided inside the watch list; a large clause is
//          touched only if its blocking literal is not true, and the search for
//          a replacement goes on where the last one stopped
// Source   [MoskewiczEtAl-DAC'01], blocking literals
//          [ChuHarwoodStuckey-JSAT'09], saved position [Gent-JAIR'13]
// Budget   counts cache lines touched as ticks
// Needs    watches attached
// Proof    on level 0 each implied literal becomes a unit clause of its own
// Read     propagate, propagate_literal, replacement; backtrack
// Example  (a b c d) watched by a and b, when a and c are false and b is not
//          true: d is found in the place of a, the clause becomes (b d c a)
#include "core/solver.h"

// Derives the unit clause that the reason of 'lit' implies on level 0.
static void derive_root_unit (struct solver *s, ilit lit, ref reason,
                              ilit other) {
  if (s->proving) {
    assert (!s->chain.size);
    if (reason & BINARY_BIT)
      chain_push_unit (s, other);
    else {
      const struct clause *c = clause_at (s, reason);
      ilit l;
      for_lits (l, c)
        if (l != lit)
          chain_push_unit (s, l);
    }
    chain_push (s, ref_id (s, reason));
    s->unit_ids[IDX (lit)] = derive (s, &lit, 1);
  }
  if (s->exporting)
    core_export (s, &lit, 1, 1, s->proving ? s->unit_ids[IDX (lit)] : 0);
}

static inline void assign_values (struct solver *s, ilit lit, ref reason,
                                  ilit other, unsigned level) {
  assert (!s->values[lit]);
  s->values[lit] = 1;
  s->values[NOT (lit)] = -1;
  s->assigned[IDX (lit)] =
      (struct assigned){level, s->trail_size, reason, other};
  s->trail[s->trail_size++] = lit;
  s->unassigned--;
  // Propagation will need this list soon.
  __builtin_prefetch (s->pool.data + s->watches[NOT (lit)].begin);
}

static void assign_root (struct solver *s, ilit lit, ref reason, ilit other) {
  if (reason != INVALID_REF)
    derive_root_unit (s, lit, reason, other);
  assign_values (s, lit, INVALID_REF, INVALID_LIT, 0);
  s->unassigned++; // 'var_deactivate' takes it from the active ones
  var_deactivate (s, IDX (lit), FIXED);
}

void assign (struct solver *s, ilit lit, ref reason, ilit other) {
  const unsigned level = decision_level (s);
  if (level)
    assign_values (s, lit, reason, other, level);
  else
    assign_root (s, lit, reason, other);
}

void assume_decision (struct solver *s, ilit lit) {
  const struct level l = {lit, s->trail_size, 0, 0};
  vec_push (&s->levels, l);
  assign_values (s, lit, INVALID_REF, INVALID_LIT, s->levels.size);
}

void assign_unit (struct solver *s, ilit lit, uint64_t id) {
  assert (!decision_level (s));
  const int8_t v = s->values[lit];
  if (v > 0) {
    derive_forget (s, id);
    return;
  }
  if (!v) {
    if (s->proving)
      s->unit_ids[IDX (lit)] = id;
    assign_root (s, lit, INVALID_REF, INVALID_LIT);
    return;
  }
  chain_clear (s);
  chain_push_unit (s, lit);
  chain_push (s, id);
  learn_empty (s);
}

void learn_unit (struct solver *s, ilit lit) {
  const uint64_t id = derive (s, &lit, 1);
  core_export (s, &lit, 1, 1, id);
  assign_unit (s, lit, id);
}

void learn_empty (struct solver *s) {
  const uint64_t id = derive (s, NULL, 0);
  if (s->unsat)
    return;
  s->unsat = true;
  s->empty_id = id;
}

void backtrack (struct solver *s, unsigned level) {
  if (level >= decision_level (s))
    return;
  const uint32_t keep = s->levels.data[level].trail;
  const bool saving = s->saving, stable = s->stable;
  for (uint32_t i = s->trail_size; i-- != keep;) {
    const ilit lit = s->trail[i];
    const unsigned idx = IDX (lit);
    s->values[lit] = s->values[NOT (lit)] = 0;
    if (saving)
      s->phases.saved[idx] = SIGN (lit) ? -1 : 1;
    if (stable) {
      if (!heap_contains (&s->heap, idx))
        heap_push (s, idx);
    } else if (s->queue.links[idx].stamp >
               s->queue.links[s->queue.search].stamp)
      s->queue.search = idx;
  }
  s->unassigned += s->trail_size - keep;
  s->trail_size = keep;
  if (s->propagated > keep)
    s->propagated = keep;
  s->levels.size = level;
}

// Where to look for a literal that is not false: from 'pos' round the clause.
static inline ilit *replacement (const int8_t *values, struct clause *c,
                                 int8_t *value) {
  ilit *const lits = c->lits, *const end = lits + c->size;
  ilit *const middle = lits + c->pos, *p;
  int8_t v = -1;
  for (p = middle; p != end; p++)
    if ((v = values[*p]) >= 0)
      goto found;
  for (p = lits + 2; p != middle; p++)
    if ((v = values[*p]) >= 0)
      goto found;
  return NULL;
found:
  c->pos = p - lits;
  *value = v;
  return p;
}

static inline bool propagate_literal (struct solver *s, ilit lit, ref ignore,
                                      uint64_t *ticks) {
  const ilit not_lit = NOT (lit);
  const int8_t *const values = s->values;
  struct watch *p = watches_begin (s, not_lit), *q = p;
  struct watch *end = watches_end (s, not_lit);
  *ticks += 1 + (s->watches[not_lit].size * sizeof *p) / 64;
  bool ok = true;
  while (p != end) {
    const struct watch w = *q++ = *p++;
    const int8_t blit_value = values[w.blit];
    if (blit_value > 0)
      continue;
    if (w.ref & BINARY_BIT) {
      if (blit_value < 0) {
        s->conflict = (struct conflict){w.ref, {not_lit, w.blit}};
        ok = false;
        break;
      }
      assign (s, w.blit, w.ref, not_lit);
      continue;
    }
    if (w.ref == ignore)
      continue;
    ++*ticks;
    struct clause *const c = clause_at (s, w.ref);
    ilit *const lits = c->lits;
    const ilit other = lits[0] ^ lits[1] ^ not_lit;
    const int8_t other_value = values[other];
    if (other_value > 0) {
      q[-1].blit = other;
      continue;
    }
    if (c->garbage) {
      q--;
      continue;
    }
    int8_t value = -1;
    ilit *const r = replacement (values, c, &value);
    if (!r) {
      if (other_value < 0) {
        s->conflict = (struct conflict){w.ref, {INVALID_LIT, INVALID_LIT}};
        ok = false;
        break;
      }
      assign (s, other, w.ref, INVALID_LIT);
      ++*ticks;
    } else if (value > 0)
      q[-1].blit = *r;
    else {
      const ilit next = *r;
      lits[0] = other;
      lits[1] = next;
      *r = not_lit;
      q--;
      ++*ticks;
      const struct watch moved = {other, w.ref};
      if (watch_try_push (s, next, moved))
        continue;
      const size_t p_left = end - p, q_left = end - q;
      watch_push_slow (s, next, moved);
      end = watches_end (s, not_lit); // this list, too, may have moved
      p = end - p_left;
      q = end - q_left;
    }
  }
  while (p != end)
    *q++ = *p++;
  watches_resize (s, not_lit, q - watches_begin (s, not_lit));
  return ok;
}

bool propagate (struct solver *s) {
  uint64_t ticks = 0;
  const uint32_t before = s->propagated;
  bool ok = true;
  while (ok && s->propagated != s->trail_size)
    ok = propagate_literal (s, s->trail[s->propagated++], INVALID_REF, &ticks);
  s->stats.propagations += s->propagated - before;
  s->stats.ticks += ticks;
  return ok;
}

bool propagate_ignoring (struct solver *s, ref ignore) {
  uint64_t ticks = 0;
  const uint32_t before = s->propagated;
  bool ok = true;
  while (ok && s->propagated != s->trail_size)
    ok = propagate_literal (s, s->trail[s->propagated++], ignore, &ticks);
  s->stats.propagations += s->propagated - before;
  s->stats.ticks += ticks;
  return ok;
}

bool propagate_root (struct solver *s) {
  if (s->unsat)
    return false;
  backtrack (s, 0);
  if (propagate (s))
    return true;
  chain_clear (s);
  if (s->conflict.ref & BINARY_BIT) {
    chain_push_unit (s, s->conflict.lits[0]);
    chain_push_unit (s, s->conflict.lits[1]);
  } else {
    ilit lit;
    for_lits (lit, clause_at (s, s->conflict.ref))
      chain_push_unit (s, lit);
  }
  chain_push (s, s->proving ? ref_id (s, s->conflict.ref) : 0);
  learn_empty (s);
  return false;
}
