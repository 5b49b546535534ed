// import.c - take clauses of other engines at decision level 0.
// Idea     map to own variables, skip what mentions an eliminated one, strip
//          root-false literals, keep the rest as learned clauses
// Source   [SchreiberSanders-SAT'21]; glue = length [SchreiberSanders-JAIR'24]
// Budget   what the round delivered
// Needs    level 0, watches attached; units are left to be propagated
// Proof    an import needs no line, its id suffices; a stripped one is derived
//          anew from the units and the import
// Read     import, import_clause, map_clause
// Example  (a b c) with b false at the root: (a c) is derived and kept; with b
//          true or eliminated it is skipped
#include "core/internal.h"

bool import_pending (struct solver *s) {
  return s->opts.import && s->hooks.import &&
         s->stats.conflicts > s->last_import &&
         s->hooks.importing (s->hooks.state);
}

// A literal whose variable has no place any more.  False: to be skipped.
static bool map_missing (struct solver *s, unsigned evar, bool negative) {
  const uint32_t slot = evar < s->e2i.size ? s->e2i.data[evar] : 0;
  if (slot != (negative ? ELIT_TRUE : ELIT_FALSE))
    return false; // true, eliminated, substituted or never heard of
  chain_push (s, s->proving ? s->fixed_ids.data[evar] : 0);
  return true;
}

static bool map_present (struct solver *s, ilit lit) {
  if (s->flags[IDX (lit)].eliminated || s->flags[IDX (lit)].substituted)
    return false;
  const int8_t value = root_value (s, lit);
  if (value > 0)
    return false;
  if (value < 0)
    chain_push_unit (s, lit);
  else
    vec_push (&s->clause, lit);
  return true;
}

// Fills 's->clause'.  False: to be skipped.
static bool map_clause (struct solver *s, const struct core_import *import) {
  vec_clear (&s->clause);
  for (unsigned i = 0; i != import->size; i++) {
    const int elit = import->lits[i];
    const unsigned evar = elit < 0 ? -(unsigned)elit : (unsigned)elit;
    const uint32_t slot = evar < s->e2i.size ? s->e2i.data[evar] : 0;
    if (slot && slot < ELIT_GONE ? !map_present (s, LIT (slot - 1) | (elit < 0))
                                 : !map_missing (s, evar, elit < 0))
      return false;
  }
  return true;
}

static bool has_binary (const struct solver *s, ilit a, ilit b) {
  if (s->watches[a].size > s->watches[b].size) {
    const ilit tmp = a;
    a = b;
    b = tmp;
  }
  unsigned steps = 0;
  for_watches (w, s, a) {
    if ((w->ref & BINARY_BIT) && w->blit == b)
      return true;
    if (++steps == 64)
      break;
  }
  return false;
}

static void import_clause (struct solver *s, const struct core_import *import) {
  chain_clear (s);
  if (!map_clause (s, import)) {
    chain_clear (s);
    s->stats.imported_skipped++;
    return;
  }
  const unsigned n = s->clause.size;
  const ilit *const lits = s->clause.data;
  uint64_t id = import->id;
  if (n < import->size) {
    chain_push (s, id);
    id = derive (s, lits, n);
  }
  if (n == 2 && has_binary (s, lits[0], lits[1])) {
    s->stats.imported_skipped++;
    return;
  }
  s->stats.imported++;
  s->stats.imported_units += n == 1;
  const ref r = clause_add (s, lits, n, true, n, id);
  if (n < 3)
    return;
  struct clause *c = clause_at (s, r);
  c->imported = true;
  c->used = MAX_USED - 1; // stays for one reduction
}

void import (struct solver *s) {
  assert (!decision_level (s));
  s->last_import = s->stats.conflicts;
  struct core_import clause;
  uint64_t max_id = 0;
  while (!s->unsat && s->hooks.import (s->hooks.state, &clause, &max_id)) {
    proof_see_id (&s->clock, max_id);
    import_clause (s, &clause);
  }
}
