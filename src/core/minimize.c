// minimize.c - drop implied literals of the learned clause, then replace all
// literals of a level by one where possible.
// Idea     a literal whose reason's literals are implied by the rest is
//          removed; per level, resolving its literals to their unique
//          implication point yields one literal instead of many
// Source   [SorenssonBiere-SAT'09]; shrinking [FleuryBiere-SAT'21]
// Budget   recursion at most 'minimize_depth'
// Needs    's->clause' sorted by level; its variables marked by analyze.c
// Proof    analyze.c explains what is gone from the final clause
// Read     minimize_clause, minimize_rec; shrink_clause, shrink_block
// Example  (-u -a -b) and the reason (-a b) of b: -b goes.  (-u -b -c), b and c
//          of one level with the reasons (-x b) and (-x c): (-u -x)
#include "core/internal.h"

static void mark (struct solver *s, unsigned idx, uint8_t bit) {
  s->seen[idx] |= bit;
  if (bit == SEEN_POISONED)
    vec_push (&s->poisoned, idx);
  else
    vec_push (&s->removable, idx);
}

// 1 implied, -1 not, 0 look at its reason.
static int known (const struct solver *s, ilit lit, unsigned depth) {
  const struct assigned *a = s->assigned + IDX (lit);
  const uint8_t seen = s->seen[IDX (lit)];
  if (!a->level || (depth && (seen & SEEN_REMOVABLE)))
    return 1;
  if (a->reason == INVALID_REF || (seen & SEEN_POISONED))
    return -1;
  // No other literal of the clause on its level: cannot be implied.
  if (!s->levels.data[a->level - 1].used ||
      (!depth && s->levels.data[a->level - 1].used == 1))
    return -1;
  return 0;
}

static bool minimize_rec (struct solver *s, ilit lit, unsigned depth) {
  const int state = known (s, lit, depth);
  if (state)
    return state > 0;
  if (depth >= (unsigned)s->opts.minimize_depth)
    return false;
  const unsigned idx = IDX (lit);
  const struct assigned a = s->assigned[idx];
  bool res = true;
  if (a.reason & BINARY_BIT)
    res = minimize_rec (s, a.other, depth + 1);
  else {
    s->stats.ticks++;
    const struct clause *c = clause_at (s, a.reason);
    ilit other;
    for_lits (other, c)
      if (IDX (other) != idx && !minimize_rec (s, other, depth + 1)) {
        res = false;
        break;
      }
  }
  if (depth)
    mark (s, idx, res ? SEEN_REMOVABLE : SEEN_POISONED);
  return res;
}

// 'lit' is not in the clause: implied by it?
static bool minimize_literal (struct solver *s, ilit lit) {
  return minimize_rec (s, lit, 1);
}

void minimize_reset (struct solver *s) {
  const uint8_t keep = (uint8_t) ~(SEEN_POISONED | SEEN_REMOVABLE);
  for_vec (uint32_t, idx, &s->poisoned)
    s->seen[*idx] &= keep;
  for_vec (uint32_t, idx, &s->removable)
    s->seen[*idx] &= keep;
  vec_clear (&s->poisoned);
  vec_clear (&s->removable);
}

void minimize_clause (struct solver *s) {
  if (!s->opts.minimize)
    return;
  for_vec (ilit, lit, &s->clause)
    mark (s, IDX (*lit), SEEN_REMOVABLE);
  ilit *q = s->clause.data + 1;
  const ilit *const end = s->clause.data + s->clause.size;
  for (const ilit *p = q; p != end; p++)
    if (!minimize_rec (s, *p, 0))
      *q++ = *p;
  s->stats.minimized_lits += end - q;
  s->clause.size = q - s->clause.data;
}

// ------------------------------------------------------------------ shrink

static void reset_shrinkable (struct solver *s, bool removable) {
  for_vec (uint32_t, idx, &s->shrinkable) {
    s->seen[*idx] &= ~SEEN_SHRINKABLE;
    if (removable && !(s->seen[*idx] & SEEN_REMOVABLE))
      mark (s, *idx, SEEN_REMOVABLE);
  }
  vec_clear (&s->shrinkable);
}

// 1 newly on this level, 0 nothing to do, -1 depends on a lower level.
static int shrink_literal (struct solver *s, ilit lit, unsigned level) {
  const unsigned idx = IDX (lit);
  const unsigned lit_level = s->assigned[idx].level;
  if (!lit_level || (s->seen[idx] & SEEN_SHRINKABLE))
    return 0;
  if (lit_level < level) {
    if ((s->seen[idx] & SEEN_REMOVABLE) || minimize_literal (s, lit))
      return 0;
    return -1;
  }
  s->seen[idx] |= SEEN_SHRINKABLE;
  vec_push (&s->shrinkable, idx);
  return 1;
}

static int shrink_reason (struct solver *s, ilit uip, unsigned level) {
  const struct assigned a = s->assigned[IDX (uip)];
  if (a.reason & BINARY_BIT)
    return shrink_literal (s, a.other, level);
  s->stats.ticks++;
  int open = 0;
  ilit lit;
  for_lits (lit, clause_at (s, a.reason)) {
    if (lit == uip)
      continue;
    const int res = shrink_literal (s, lit, level);
    if (res < 0)
      return -1;
    open += res;
  }
  return open;
}

// Tries to replace block[0..n) of one level by its unique implication point.
// Returns how many literals are left, in place.
static size_t shrink_block (struct solver *s, ilit *block, size_t n,
                            unsigned level) {
  if (n == 1)
    return n;
  uint32_t max_trail = 0;
  for (size_t i = 0; i != n; i++) {
    const uint32_t pos = s->assigned[IDX (block[i])].trail;
    if (pos > max_trail)
      max_trail = pos;
    shrink_literal (s, block[i], level);
  }
  int open = n;
  const ilit *t = s->trail + max_trail + 1;
  ilit uip;
  for (;;) {
    do
      uip = *--t;
    while (!(s->seen[IDX (uip)] & SEEN_SHRINKABLE));
    if (open == 1)
      break;
    const int more = shrink_reason (s, uip, level);
    if (more < 0) {
      reset_shrinkable (s, false);
      return n;
    }
    open += more - 1;
  }
  reset_shrinkable (s, true);
  block[0] = NOT (uip);
  const unsigned idx = IDX (uip);
  if (!(s->seen[idx] & SEEN_ANALYZED)) {
    s->seen[idx] |= SEEN_ANALYZED;
    vec_push (&s->analyzed, idx);
  }
  s->stats.shrunken_lits += n - 1;
  return 1;
}

void shrink_clause (struct solver *s) {
  if (!s->opts.shrink || !s->opts.minimize)
    return;
  ilit *q = s->clause.data + 1;
  ilit *p = q, *const end = s->clause.data + s->clause.size;
  while (p != end) {
    const unsigned level = level_of (s, *p);
    ilit *block = p;
    while (p != end && level_of (s, *p) == level)
      p++;
    const size_t left = shrink_block (s, block, p - block, level);
    memmove (q, block, left * sizeof *q);
    q += left;
  }
  s->clause.size = q - s->clause.data;
}
