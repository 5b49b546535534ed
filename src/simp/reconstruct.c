// reconstruct.c - from a model of the simplified formula to one of the
// original, and from the simplified formula back to the original.
// Idea     remove clauses with a witness literal that can be flipped to satisfy
//          them without breaking what was removed later
// Source   [JarvisaloBiere-SAT'10] for models; [FazekasBiereScholl-SAT'19] for
//          adding clauses again
// Differs  restoring takes back all clauses, not only those a new clause
//          touches: sound without looking at witnesses, and rare
// Budget   linear in the clauses pushed
// Needs    extend: values of all active variables; restore: level 0
// Proof    a clause that may come back is copied by a derived clause that is
//          never forgotten, so that its id stays valid
// Read     reconstruct_push, reconstruct_extend; reconstruct_restore
// Example  x eliminated from (x a) (-x b), not incremental: (x a) is pushed
//          with the witness x, then (-x); backwards x is false at first, and
//          true if a is false
#include "simp/reconstruct.h"

#include "simp/internal.h"

static uint64_t copy (struct solver *s, const ilit *lits, unsigned n,
                      uint64_t id) {
  chain_push (s, id);
  return derive (s, lits, n);
}

void reconstruct_push (struct solver *s, ilit witness, const ilit *lits,
                       unsigned n, uint64_t id) {
  struct reconstruct *r = &s->simp->reconstruct;
  vec_push (&r->lits, elit_of (s, witness));
  for (unsigned i = 0; i != n; i++)
    if (lits[i] != witness)
      vec_push (&r->lits, elit_of (s, lits[i]));
  vec_push (&r->lits, (int)n);
  if (s->proving && s->simp->opts.incremental)
    vec_push (&r->ids, copy (s, lits, n, id));
  s->simp->stats.weakened++;
}

void reconstruct_default (struct solver *s, ilit lit) {
  assert (!s->simp->opts.incremental);
  struct reconstruct *r = &s->simp->reconstruct;
  vec_push (&r->lits, elit_of (s, lit));
  vec_push (&r->lits, 1);
}

static bool elit_true (const int8_t *evalues, int elit) {
  return elit > 0 ? evalues[elit] > 0 : evalues[-elit] < 0;
}

// Total from the start: a tautological resolvent holds only then.
static void default_values (const struct solver *s, int8_t *evalues) {
  for (size_t evar = 1; evar < s->e2i.size; evar++)
    if (s->e2i.data[evar] && !evalues[evar])
      evalues[evar] = -1;
}

void reconstruct_extend (struct solver *s, int8_t *evalues) {
  const struct reconstruct *r = &s->simp->reconstruct;
  default_values (s, evalues);
  for (size_t end = r->lits.size; end;) {
    const unsigned n = r->lits.data[end - 1];
    const int *lits = r->lits.data + (end - 1 - n);
    end -= n + 1;
    bool satisfied = false;
    for (unsigned i = 0; !satisfied && i != n; i++)
      satisfied = elit_true (evalues, lits[i]);
    if (!satisfied)
      evalues[lits[0] > 0 ? lits[0] : -lits[0]] = lits[0] > 0 ? 1 : -1;
  }
}

static ilit ilit_of (const struct solver *s, int elit) {
  const unsigned evar = elit < 0 ? -elit : elit;
  assert (evar < s->e2i.size && s->e2i.data[evar]);
  assert (s->e2i.data[evar] < ELIT_GONE);
  return LIT (s->e2i.data[evar] - 1) + (elit < 0);
}

static void activate_all (struct solver *s) {
  for_vars (idx, s) {
    const struct flags *f = s->flags + idx;
    if (f->eliminated || f->substituted)
      var_activate (s, idx);
  }
}

// False literals are dropped by a derivation of their own; clauses that are
// satisfied are not needed.
static void restore_clause (struct solver *s, const int *elits, unsigned n,
                            uint64_t id) {
  ilits *kept = &s->simp->clause;
  vec_clear (kept);
  for (unsigned i = 0; i != n; i++) {
    const ilit lit = ilit_of (s, elits[i]);
    const int8_t value = root_value (s, lit);
    if (value > 0)
      return;
    if (value < 0)
      chain_push_unit (s, lit);
    else
      vec_push (kept, lit);
  }
  s->simp->stats.restored++;
  if (kept->size == n) {
    clause_add (s, kept->data, n, false, 0, id);
    return;
  }
  chain_push (s, id);
  clause_derive (s, kept->data, kept->size, false, 0);
}

static void restore_clauses (struct solver *s) {
  struct reconstruct *r = &s->simp->reconstruct;
  size_t clause = 0;
  for (size_t end = r->lits.size; end && !s->unsat; clause++) {
    const unsigned n = r->lits.data[end - 1];
    end -= n + 1;
    restore_clause (s, r->lits.data + end, n,
                    s->proving ? r->ids.data[r->ids.size - 1 - clause] : 0);
    chain_clear (s);
  }
  vec_clear (&r->lits);
  vec_clear (&r->ids);
}

void reconstruct_restore (struct solver *s) {
  assert (s->simp->opts.incremental);
  assert (!decision_level (s));
  const ids chain = s->chain; // of the clause being added
  memset (&s->chain, 0, sizeof s->chain);
  activate_all (s);
  restore_clauses (s);
  vec_fini (&s->chain);
  s->chain = chain;
}
