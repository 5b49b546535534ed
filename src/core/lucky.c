// lucky.c - try assignments that satisfy surprisingly many formulas.
// Idea     all variables false or true when each clause has a literal of that
//          sign; else decide all variables in order of index, forwards or
//          backwards, with one phase and propagation; the decision a conflict
//          follows from is turned round, and if that fails too, the try ends
// Source   [BiereEtAl-SC'19], "lucky phases"; turning decisions round as Kissat
//          4 does: cover n=1500 at once, not in a minute
// Differs  also before preprocessing, when the order is still the author's
// Budget   ticks for about 40 passes over the formula
// Needs    level 0, watches attached; the assignment stays if it satisfies all
// Proof    none: decisions only
// Read     lucky, all_have_sign, decide_in_order
// Example  (a b) (-a c) (-a -c) (-b d): neither sign is in all; forwards a runs
//          into a conflict and becomes false, b and d follow, c is free
#include "core/internal.h"

static bool has_sign (const struct solver *s, const ilit *lits, unsigned n,
                      unsigned sign) {
  for (unsigned i = 0; i != n; i++)
    if (SIGN (lits[i]) == sign || root_value (s, lits[i]) > 0)
      return true;
  return false;
}

// Does every clause have a literal of the sign (or a true one)?
static bool all_have_sign (const struct solver *s, unsigned sign) {
  for_ilits (lit, s) {
    if (SIGN (lit) == sign || root_value (s, lit) > 0)
      continue;
    for_watches (w, s, lit) {
      const ilit pair[2] = {lit, w->blit};
      if ((w->ref & BINARY_BIT) && !has_sign (s, pair, 2, sign))
        return false;
    }
  }
  for_clauses (c, s)
    if (!c->garbage && !c->redundant && !has_sign (s, c->lits, c->size, sign))
      return false;
  return true;
}

// Decides 'lit', or its negation if there is a conflict.
static bool decide_either (struct solver *s, ilit lit) {
  assume_decision (s, lit);
  if (propagate (s))
    return true;
  backtrack (s, decision_level (s) - 1);
  assume_decision (s, NOT (lit));
  return propagate (s);
}

static bool decide_in_order (struct solver *s, unsigned sign, bool forwards,
                             uint64_t limit) {
  const unsigned n = s->vars;
  for (unsigned i = 0; i != n; i++) {
    const unsigned idx = forwards ? i : n - 1 - i;
    if (!s->flags[idx].active || s->values[LIT (idx)])
      continue;
    if (!decide_either (s, LIT (idx) | sign) || s->stats.ticks > limit ||
        ((i & 1023) == 0 && core_stopping (s))) {
      backtrack (s, 0);
      return false;
    }
  }
  return true;
}

bool lucky (struct solver *s) {
  if (!s->opts.lucky || s->unsat)
    return false;
  assert (!decision_level (s));
  const bool saving = s->saving;
  const uint64_t before = s->stats.ticks;
  const uint64_t limit = before + 1000000 + 5 * core_units (s);
  s->saving = false;
  bool res = false;
  // All of one sign: then propagation in order meets no conflict either.
  for (unsigned sign = 0; !res && sign != 2; sign++)
    res = all_have_sign (s, sign) && decide_in_order (s, sign, true, limit);
  for (unsigned i = 0; !res && i != 4; i++)
    res = decide_in_order (s, i & 1, !(i & 2), limit);
  s->stats.lucky += res;
  s->other_ticks += s->stats.ticks - before;
  s->saving = saving;
  return res;
}
