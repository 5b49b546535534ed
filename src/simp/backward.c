// backward.c - resolvents subsume and strengthen the clauses around them.
// Idea     a clause that contains a new one is not needed; if it contains all
//          of it but with one literal negated, that literal goes
// Source   [EenBiere-SAT'05]
// Differs  looks only at the occurrences of the rarest variable
// Budget   part of the elimination's; long lists are left out
// Needs    occurrence mode
// Proof    the shortened clause by the new clause and the long one
// Read     backward_subsume, use_clause, match
// Example  the new clause (a b) with (a b c) (-a b d) (-a c e): (a b c) goes,
//          in (-a b d) the literal -a, which leaves (a b) (b d) (-a c e)
#include "simp/eliminate.h"

#define MAX_LIST 1000u // occurrences of the rarest variable

// A new clause, out of the arena so that it survives changes there.
struct subsuming {
  const ilit *lits;
  unsigned size;
  ref ref;     // INVALID_REF for binary clauses
  uint64_t id; // of a large clause; binaries are looked up
};

static uint32_t variable_occs (const struct eliminator *e, ilit lit) {
  return e->occs[lit] + e->occs[NOT (lit)];
}

static ilit rarest (const struct eliminator *e, const struct subsuming *d) {
  ilit best = d->lits[0];
  for (unsigned i = 1; i != d->size; i++)
    if (variable_occs (e, d->lits[i]) < variable_occs (e, best))
      best = d->lits[i];
  return best;
}

// Whether the marked clause subsumes 'c', or would with one literal negated.
//
//   returns    that literal of 'c'; INVALID_LIT if it subsumes; else
//              'NO_MATCH'
#define NO_MATCH (INVALID_LIT - 1)

static ilit match (const struct solver *s, const struct clause *c,
                   unsigned size) {
  ilit negated = INVALID_LIT, lit;
  unsigned hit = 0;
  for_lits (lit, c) {
    if (s->values[lit] > 0)
      return NO_MATCH;
    if (s->marks[lit])
      hit++;
    else if (s->marks[NOT (lit)]) {
      if (negated != INVALID_LIT)
        return NO_MATCH;
      negated = lit;
      hit++;
    }
  }
  return hit == size ? negated : NO_MATCH;
}

static void use_large (struct eliminator *e, const struct subsuming *d, ref r) {
  struct solver *s = e->s;
  const struct clause *c = clause_at (s, r);
  e->ticks += clause_ticks (c->size);
  if (r == d->ref || c->garbage || c->size < d->size)
    return;
  const ilit lit = match (s, c, d->size);
  if (lit == NO_MATCH)
    return;
  if (lit == INVALID_LIT) {
    e->simp->stats.backward_subsumed++;
    occurrences_delete (e, r);
    return;
  }
  e->simp->stats.backward_strengthened++;
  occurrences_strengthen (e, r, lit, d->lits, d->size, d->id);
}

// The large clauses of one list; a copy, since strengthening changes it.
static void use_list (struct eliminator *e, const struct subsuming *d,
                      ilit lit) {
  struct solver *s = e->s;
  refs list = {0};
  for_watches (w, s, lit) {
    if (!(w->ref & BINARY_BIT))
      vec_push (&list, w->ref);
  }
  for (size_t i = 0; !s->unsat && i != list.size; i++)
    use_large (e, d, list.data[i]);
  vec_fini (&list);
}

static void use_clause (struct eliminator *e, const struct subsuming *d) {
  struct solver *s = e->s;
  const ilit best = rarest (e, d);
  const uint32_t list = s->watches[best].size + s->watches[NOT (best)].size;
  e->ticks += 1 + list / 8;
  if (list > MAX_LIST)
    return;
  for (unsigned i = 0; i != d->size; i++)
    s->marks[d->lits[i]] = 1;
  use_list (e, d, best);
  use_list (e, d, NOT (best));
  for (unsigned i = 0; i != d->size; i++)
    s->marks[d->lits[i]] = 0;
}

static bool usable (const struct solver *s, const ilit *lits, unsigned n) {
  for (unsigned i = 0; i != n; i++)
    if (s->values[lits[i]] || !active (s, lits[i]))
      return false;
  return true;
}

// Two clauses (a b) and (a -b) leave the unit 'a'.
static void learn_from_pair (struct eliminator *e, ilit unit, ref one,
                             ref two) {
  struct solver *s = e->s;
  chain_push (s, binary_id (s, one));
  chain_push (s, binary_id (s, two));
  e->simp->stats.backward_strengthened++;
  learn_unit (s, unit);
}

// Removes copies of a binary clause and resolves it with others over the same
// variables; finds its id on the way.
//
//   returns    false if it is gone
static bool use_on_binaries (struct eliminator *e, const ilit *lits,
                             ref *slot) {
  struct solver *s = e->s;
  unsigned copies = 0;
  ref last = INVALID_REF, opposite = INVALID_REF;
  for_watches (w, s, lits[0]) {
    if (!(w->ref & BINARY_BIT))
      continue;
    if (w->blit == lits[1]) {
      if (copies++)
        last = w->ref;
      else
        *slot = w->ref;
    } else if (w->blit == NOT (lits[1]))
      opposite = w->ref;
  }
  if (!copies)
    return false;
  if (opposite != INVALID_REF) {
    learn_from_pair (e, lits[0], *slot, opposite);
    return false;
  }
  if (copies > 1) {
    e->simp->stats.backward_subsumed++;
    occurrences_delete_binary (e, lits[0], lits[1], last);
  }
  return true;
}

static void use_binary (struct eliminator *e, struct watch pair) {
  const ilit lits[2] = {pair.blit, pair.ref};
  ref slot = INVALID_REF;
  e->ticks += 1 + e->s->watches[lits[0]].size / 8;
  if (!usable (e->s, lits, 2) || !use_on_binaries (e, lits, &slot))
    return;
  const struct subsuming d = {lits, 2, INVALID_REF, binary_id (e->s, slot)};
  use_clause (e, &d);
}

static void use_resolvent (struct eliminator *e, ref r) {
  struct solver *s = e->s;
  const struct clause *c = clause_at (s, r);
  if (c->garbage || !usable (s, c->lits, c->size))
    return;
  ilits copy = {0};
  ilit lit;
  for_lits (lit, c)
    vec_push (&copy, lit);
  const struct subsuming d = {copy.data, c->size, r, clause_id (s, c)};
  use_clause (e, &d);
  vec_fini (&copy);
}

bool backward_subsume (struct eliminator *e) {
  const bool enabled = e->simp->opts.backward;
  while (!e->s->unsat && enabled && !out_of_budget (e)) {
    if (!vec_empty (&e->binaries))
      use_binary (e, vec_pop (&e->binaries));
    else if (!vec_empty (&e->large))
      use_resolvent (e, vec_pop (&e->large));
    else
      break;
  }
  vec_clear (&e->binaries);
  vec_clear (&e->large);
  return !e->s->unsat;
}
