// analyze.c - learn the first unique implication point clause of a conflict.
// Idea     resolve backwards along the trail until one literal of the conflict
//          level is left, minimize and shrink, then jump back; when a resolvent
//          is a reason without its true literal, it takes the reason's place
//          and is the new conflict
// Source   [MarquesSilvaSakallah-IEEETC'99], [ZhangEtAl-ICCAD'01]; replacing
//          reasons [HanSomenzi-SAT'09]
// Budget   none: each conflict is analyzed
// Needs    's->conflict', above level 0; leaves the learned clause's literal
//          assigned by it and not yet propagated
// Proof    hints are the units met, the reasons that removed literals by
//          minimizing, the resolved reasons in trail order and the conflict
// Read     analyze, deduce, learn; minimize.c in between
// Example  (-a -b c) (-a -c d) (-c -d), decisions a and b: c and d follow and
//          the third is false; resolved with the second it is (-a -c), where c
//          alone is of the last level; back on level 1, -c follows
#include "core/internal.h"

#include <stdlib.h>

static void touch_level (struct solver *s, unsigned level) {
  struct level *l = s->levels.data + level - 1;
  if (!l->used++)
    vec_push (&s->touched_levels, level);
}

// Adds one false literal of an antecedent.  Returns true on conflict level.
static inline bool analyze_literal (struct solver *s, ilit lit,
                                    unsigned conflict_level) {
  const unsigned idx = IDX (lit);
  const unsigned level = s->assigned[idx].level;
  if (s->seen[idx])
    return false;
  if (!level) {
    if (s->proving) { // its unit becomes a hint, once
      s->seen[idx] = SEEN_EXPLAINED;
      vec_push (&s->explained, idx);
      vec_push (&s->chain, s->unit_ids[idx]);
    }
    return false;
  }
  s->seen[idx] = SEEN_ANALYZED;
  vec_push (&s->analyzed, idx);
  if (level == conflict_level)
    return true;
  vec_push (&s->clause, lit);
  touch_level (s, level);
  return false;
}

// Glue from the levels of a clause's literals, not more than its old one.
static unsigned recompute_glue (struct solver *s, const struct clause *c) {
  const uint32_t stamp = ++s->promote_stamp;
  unsigned glue = 0;
  ilit lit;
  for_lits (lit, c) {
    const unsigned level = level_of (s, lit);
    if (!level)
      continue;
    struct level *l = s->levels.data + level - 1;
    if (l->promote == stamp)
      continue;
    l->promote = stamp;
    if (++glue >= c->glue)
      break;
  }
  return glue;
}

static inline void use_clause (struct solver *s, struct clause *c) {
  if (!c->redundant)
    return;
  if (c->imported) { // first use
    c->imported = false;
    s->stats.imported_used++;
  }
  c->used = MAX_USED;
  const unsigned slot = c->glue < 63 ? c->glue : 63;
  s->used_glue[s->stable][slot]++;
  if (c->glue <= s->tier1[s->stable])
    return;
  const unsigned glue = recompute_glue (s, c);
  if (glue && glue < c->glue)
    c->glue = glue;
}

static unsigned analyze_reason (struct solver *s, ref r, ilit other, ilit uip,
                                unsigned level) {
  if (r & BINARY_BIT)
    return analyze_literal (s, other, level);
  s->stats.ticks++;
  struct clause *c = clause_at (s, r);
  use_clause (s, c);
  unsigned open = 0;
  ilit lit;
  for_lits (lit, c)
    if (lit != uip)
      open += analyze_literal (s, lit, level);
  return open;
}

static unsigned analyze_conflict (struct solver *s, unsigned level) {
  const struct conflict c = s->conflict;
  if (!(c.ref & BINARY_BIT))
    return analyze_reason (s, c.ref, INVALID_LIT, INVALID_LIT, level);
  unsigned open = analyze_literal (s, c.lits[0], level);
  open += analyze_literal (s, c.lits[1], level);
  return open;
}

// Whether the resolvent, of 'size' literals above level 0, is the reason
// without its true literal.  It has all others of the reason anyway.
static bool subsumes_reason (const struct solver *s, ref r, unsigned size) {
  if ((r & BINARY_BIT) || !s->opts.otfs)
    return false;
  const struct clause *c = clause_at (s, r);
  if (!c->redundant || size >= c->size)
    return false;
  unsigned above = 0;
  ilit lit;
  for_lits (lit, c)
    above += level_of (s, lit) > 0;
  return size < above;
}

// Leaves the clause in 's->clause', the negated UIP first; a reason that it
// subsumes in 's->subsumed'.
//
//   returns    INVALID_LIT; or, before that is reached, the true literal of a
//              reason that the resolvent subsumes
static ilit deduce (struct solver *s) {
  const unsigned level = decision_level (s);
  s->subsumed = INVALID_REF;
  vec_clear (&s->clause);
  vec_push (&s->clause, INVALID_LIT);
  vec_clear (&s->resolved);
  if (s->proving)
    vec_push (&s->resolved, ref_id (s, s->conflict.ref));
  unsigned open = analyze_conflict (s, level);
  const ilit *t = s->trail + s->trail_size;
  ilit uip;
  for (;;) {
    do
      uip = *--t;
    while (!(s->seen[IDX (uip)] & SEEN_ANALYZED) ||
           s->assigned[IDX (uip)].level != level);
    if (!--open)
      break;
    const struct assigned *a = s->assigned + IDX (uip);
    if (s->proving)
      vec_push (&s->resolved, ref_id (s, a->reason));
    open += analyze_reason (s, a->reason, a->other, uip, level);
    if (!subsumes_reason (s, a->reason, open + s->clause.size - 1))
      continue;
    if (open > 1)
      return uip;
    s->subsumed = a->reason;
  }
  s->clause.data[0] = NOT (uip);
  s->glue = s->touched_levels.size;
  return INVALID_LIT;
}

static void push_resolved (struct solver *s) {
  for (size_t i = s->resolved.size; i--;)
    vec_push (&s->chain, s->resolved.data[i]);
}

// ------------------------------------------------- on-the-fly strengthening

// Leaves the reason's false literals in 's->minimized', those of the conflict
// level first, which become the watches.
static void collect_strengthened (struct solver *s, const struct clause *c,
                                  ilit uip) {
  ilits *lits = &s->minimized;
  vec_clear (lits);
  size_t front = 0;
  ilit lit;
  for_lits (lit, c) {
    if (lit == uip || !level_of (s, lit))
      continue;
    vec_push (lits, lit);
    if (level_of (s, lit) < decision_level (s))
      continue;
    vec_top (lits) = lits->data[front];
    lits->data[front++] = lit;
  }
}

// The resolvent takes the place of the reason of 'uip', which it subsumes, and
// is the conflict from now on.
static void strengthen_reason (struct solver *s, ilit uip) {
  const ref r = s->assigned[IDX (uip)].reason;
  const struct clause *c = clause_at (s, r);
  collect_strengthened (s, c, uip);
  const ilits lits = s->minimized;
  assert (lits.size > 1);
  assert (level_of (s, lits.data[1]) == decision_level (s));
  const unsigned used = c->used;
  const unsigned glue = c->glue < lits.size ? c->glue : lits.size - 1;
  push_resolved (s);
  const uint64_t id = derive (s, lits.data, lits.size);
  core_export (s, lits.data, lits.size, glue ? glue : 1, id);
  const ref d = clause_add (s, lits.data, lits.size, true, glue, id);
  s->conflict = (struct conflict){d, {INVALID_LIT, INVALID_LIT}};
  if (lits.size == 2)
    memcpy (s->conflict.lits, lits.data, sizeof s->conflict.lits);
  else
    clause_at (s, d)->used = used;
  clause_delete (s, clause_at (s, r));
  s->stats.otfs_strengthened++;
}

// -------------------------------------------------------- sorting by level

static int compare_level (const void *p, const void *q) {
  const uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
  return (a < b) - (a > b);
}

// Descending; clauses have few levels, which are often sorted already.
static void sort_levels (uint32_t *levels, size_t n) {
  if (n > 64) {
    qsort (levels, n, sizeof *levels, compare_level);
    return;
  }
  for (size_t i = 1; i < n; i++) {
    const uint32_t level = levels[i];
    size_t j = i;
    for (; j && levels[j - 1] < level; j--)
      levels[j] = levels[j - 1];
    levels[j] = level;
  }
}

// Highest level first, by counting: every touched level knows its share.  A
// copy stays in 's->minimized'.
static void sort_clause (struct solver *s) {
  sort_levels (s->touched_levels.data, s->touched_levels.size);
  vec_reserve (&s->minimized, s->clause.size);
  s->minimized.size = s->clause.size;
  ilit *const to = s->minimized.data;
  to[0] = s->clause.data[0];
  uint32_t pos = 1;
  for_vec (uint32_t, level, &s->touched_levels) {
    struct level *l = s->levels.data + *level - 1;
    const uint32_t used = l->used;
    l->promote = pos; // cursor of this level
    pos += used;
  }
  for (size_t i = 1; i != s->clause.size; i++) {
    const ilit lit = s->clause.data[i];
    to[s->levels.data[level_of (s, lit) - 1].promote++] = lit;
  }
  memcpy (s->clause.data, to, s->clause.size * sizeof *to);
  for_vec (uint32_t, level, &s->touched_levels)
    s->levels.data[*level - 1].promote = 0;
}

// ------------------------------------------------------ reason side bumping

static void mark_reason_side (struct solver *s, ilit lit) {
  const unsigned idx = IDX (lit);
  if (!s->assigned[idx].level || (s->seen[idx] & SEEN_ANALYZED))
    return;
  s->seen[idx] |= SEEN_ANALYZED;
  vec_push (&s->analyzed, idx);
}

static void reason_side_of (struct solver *s, ilit lit, size_t limit) {
  const struct assigned *a = s->assigned + IDX (lit);
  if (a->reason == INVALID_REF)
    return;
  if (a->reason & BINARY_BIT) {
    mark_reason_side (s, a->other);
    return;
  }
  s->stats.ticks++;
  ilit other;
  for_lits (other, clause_at (s, a->reason)) {
    if (IDX (other) != IDX (lit))
      mark_reason_side (s, other);
    if (s->analyzed.size > limit)
      return;
  }
}

static void unmark_analyzed_above (struct solver *s, size_t size) {
  while (s->analyzed.size > size)
    s->seen[vec_pop (&s->analyzed)] &= ~SEEN_ANALYZED;
}

// Skipped for a while after it found too many literals.
static void bump_reason_side (struct solver *s) {
  if (!s->opts.bump_reasons)
    return;
  if (s->bump_reasons_wait) {
    s->bump_reasons_wait--;
    return;
  }
  if (s->averages[s->stable].decision_rate.value >= s->opts.bump_reasons_rate)
    return;
  const size_t saved = s->analyzed.size;
  const size_t limit = s->opts.bump_reasons_limit * saved;
  for_vec (ilit, lit, &s->clause) {
    reason_side_of (s, *lit, limit);
    if (s->analyzed.size > limit)
      break;
  }
  if (s->analyzed.size > limit) {
    unmark_analyzed_above (s, saved);
    s->bump_reasons_delay++;
  } else
    s->bump_reasons_delay /= 2;
  s->bump_reasons_wait = s->bump_reasons_delay;
}

// -------------------------------------------------------------------- proof

// Explains what minimizing and shrinking removed from the clause, and stops at
// the literals that stayed.
static void explain_removed (struct solver *s) {
  for_vec (ilit, lit, &s->clause)
    s->seen[IDX (*lit)] |= SEEN_STOP;
  for_vec (ilit, lit, &s->minimized)
    explain (s, *lit, NULL);
  for_vec (ilit, lit, &s->clause)
    s->seen[IDX (*lit)] &= ~SEEN_STOP;
}

// Hints: units are on the chain already.
static void build_chain (struct solver *s) {
  if (!s->proving)
    return;
  if (s->clause.size < s->minimized.size)
    explain_removed (s);
  push_resolved (s);
}

// ----------------------------------------------------------------- learning

static bool is_reason (const struct solver *s, const struct clause *c) {
  const ref r = clause_ref (s, c);
  for (int i = 0; i != 2; i++)
    if (s->values[c->lits[i]] > 0 && s->assigned[IDX (c->lits[i])].reason == r)
      return true;
  return false;
}

static bool contains_marked (const struct solver *s, const struct clause *c,
                             unsigned needed) {
  unsigned remain = c->size;
  ilit lit;
  for_lits (lit, c) {
    if (s->marks[lit] && !--needed)
      return true;
    if (--remain < needed)
      return false;
  }
  return false;
}

// The learned clause, marked, makes another one superfluous.
static bool subsumes (const struct solver *s, const struct clause *c) {
  return !c->garbage && c->redundant && c->size > s->clause.size &&
         contains_marked (s, c, s->clause.size) && !is_reason (s, c);
}

// The last reason that the resolvent subsumed; shrinking may have brought in a
// literal that it does not have.
static void subsume_reason (struct solver *s) {
  if (s->subsumed == INVALID_REF)
    return;
  struct clause *c = clause_at (s, s->subsumed);
  if (!subsumes (s, c))
    return;
  clause_delete (s, c);
  s->stats.otfs_subsumed++;
}

// The new clause often subsumes one of those learned just before.
static void subsume_with_learned (struct solver *s, ref learned) {
  const unsigned n = s->opts.eager_subsume;
  for_vec (ilit, lit, &s->clause)
    s->marks[*lit] = 1;
  subsume_reason (s);
  for (unsigned i = 0; i != n; i++) {
    const ref r = s->eager[i];
    if (r == INVALID_REF)
      continue;
    struct clause *c = clause_at (s, r);
    if (!subsumes (s, c))
      continue;
    clause_delete (s, c);
    s->eager[i] = INVALID_REF;
    s->stats.eager_subsumed++;
  }
  for_vec (ilit, lit, &s->clause)
    s->marks[*lit] = 0;
  if (n && learned != INVALID_REF && !(learned & BINARY_BIT))
    s->eager[s->eager_next++ % n] = learned;
}

static void learn (struct solver *s) {
  const unsigned n = s->clause.size;
  const ilit *const lits = s->clause.data;
  const uint64_t id = derive (s, lits, n);
  const unsigned glue = s->glue;
  s->stats.learned++;
  s->stats.learned_lits += n;
  core_export (s, lits, n, glue ? glue : 1, id);
  update_target_and_best (s, true);
  const unsigned jump = n > 1 ? level_of (s, lits[1]) : 0;
  backtrack (s, jump);
  ref r = INVALID_REF;
  if (n == 1) {
    s->stats.learned_units++;
    assign_unit (s, lits[0], id);
  } else {
    s->stats.learned_binaries += n == 2;
    r = clause_add (s, lits, n, true, glue, id);
    if (n > 2)
      clause_at (s, r)->used = MAX_USED;
    assign (s, lits[0], r, lits[1]);
  }
  subsume_with_learned (s, r);
}

static void update_averages (struct solver *s) {
  struct averages *a = s->averages + s->stable;
  ema_update (&a->decision_rate,
              (double)(s->stats.decisions - a->saved_decisions));
  a->saved_decisions = s->stats.decisions;
  ema_update (&a->fast_glue, s->glue);
  ema_update (&a->slow_glue, s->glue);
}

static void reset (struct solver *s) {
  explain_reset (s);
  for_vec (uint32_t, level, &s->touched_levels)
    s->levels.data[*level - 1].used = 0;
  vec_clear (&s->touched_levels);
}

static void bump_and_reset_analyzed (struct solver *s) {
  bump_analyzed (s);
  for_vec (uint32_t, idx, &s->analyzed)
    s->seen[*idx] = 0;
  vec_clear (&s->analyzed);
}

void analyze (struct solver *s) {
  s->stats.conflicts++;
  if (!decision_level (s)) {
    propagate_root (s); // repeats the conflict with its hints
    return;
  }
  if (s->random_left)
    s->random_left--;
  for (ilit uip; (uip = deduce (s)) != INVALID_LIT;) {
    strengthen_reason (s, uip);
    reset (s);
    bump_and_reset_analyzed (s);
  }
  update_averages (s);
  sort_clause (s);
  minimize_clause (s);
  shrink_clause (s);
  build_chain (s);
  bump_reason_side (s);
  minimize_reset (s);
  reset (s);
  update_tiers (s);
  learn (s);
  if (s->stable)
    restart_tick (s);
  bump_and_reset_analyzed (s);
}

void analyze_assumption (struct solver *s, ilit lit) {
  vec_clear (&s->failed);
  vec_push (&s->failed, lit);
  chain_clear (s);
  explain (s, lit, &s->failed);
  explain_reset (s);
  chain_clear (s);
}
