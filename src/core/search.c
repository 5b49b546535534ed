// search.c - the CDCL loop.
// Idea     propagate; on a conflict learn, otherwise do the first thing that is
//          due, and decide when nothing is
#include "core/internal.h"

static void simplify (struct solver *s) {
  const uint64_t before = s->stats.ticks;
  backtrack (s, 0);
  if (propagate_root (s)) {
    s->saving = false;
    s->simp_calls.run (s);
    s->saving = true;
  }
  s->other_ticks += s->stats.ticks - before;
  queue_reset_search (s);
  if (s->stable)
    heap_fill (s);
  solver_publish (s);
}

static bool simplifying (struct solver *s) {
  return s->simp_calls.due && s->stats.conflicts != s->last_reduce &&
         s->simp_calls.due (s);
}

// Opens the next assumption's level.  False: the assumption is false.
static bool assume_next (struct solver *s) {
  const ilit lit = s->assumptions.data[decision_level (s)];
  const int8_t value = s->values[lit];
  if (value < 0) {
    analyze_assumption (s, lit);
    return false;
  }
  if (value > 0) { // a level without decision
    const struct level l = {INVALID_LIT, s->trail_size, 0, 0};
    vec_push (&s->levels, l);
  } else
    assume_decision (s, lit);
  return true;
}

static bool limit_hit (const struct solver *s) {
  return s->limits.conflicts && s->stats.conflicts >= s->limits.conflicts;
}

// Housekeeping between propagation and decision.  True if something was done.
static bool attend (struct solver *s) {
  if (!s->unassigned) // a model, or an assumption is false
    return false;
  if (reducing (s))
    reduce (s);
  else if (mode_switching (s))
    mode_switch (s);
  else if (restarting (s))
    restart (s);
  else if (reordering (s))
    reorder (s);
  else if (rephasing (s))
    rephase (s);
  else if (simplifying (s))
    simplify (s);
  else if (!decision_level (s) && import_pending (s))
    import (s);
  else
    return false;
  return true;
}

static void init_search (struct solver *s) {
  if (!s->searched) {
    s->searched = true;
    s->limits.reduce = s->stats.conflicts + s->opts.reduce_interval;
    s->limits.reorder = s->stats.conflicts + s->opts.reorder_interval;
    s->limits.rephase = s->stats.conflicts + s->opts.rephase_interval;
    s->limits.random = s->stats.conflicts + s->opts.random_interval;
    mode_init (s);
    if (s->opts.walk_initially)
      walk (s);
  }
  queue_reset_search (s);
  if (s->stable)
    heap_fill (s);
}

static int run (struct solver *s) {
  for (;;) {
    const bool ok = propagate (s);
    s->stats.search_ticks = s->stats.ticks - s->other_ticks;
    if (!ok) {
      analyze (s);
      if (!(s->stats.conflicts & 1023))
        solver_publish (s);
    } else if (s->unsat)
      return 20;
    else if (core_stopping (s) || limit_hit (s))
      return 0;
    else if (attend (s))
      ;
    else if (decision_level (s) < s->assumptions.size) {
      if (!assume_next (s))
        return 20;
    } else if (!s->unassigned)
      return 10;
    else
      decide (s);
    if (s->unsat)
      return 20;
  }
}

int search (struct solver *s) {
  init_search (s);
  s->saving = true;
  const int res = run (s);
  s->saving = false;
  solver_publish (s);
  return res;
}
