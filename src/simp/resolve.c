// resolve.c - resolvents of all clauses with a variable, counted, then added.
// Idea     count first and keep only the pairs of clauses; the resolvents are
//          formed again when it is known that they will be added
// Source   [EenBiere-SAT'05]; strengthening of antecedents on the fly
//          [HanSomenzi-SAT'09]
// Differs  an antecedent that was strengthened takes its pairs along, for what
//          is left of it subsumes their resolvents
// Budget   one tick for each clause touched
// Needs    occurrence mode; values at level 0
// Proof    a resolvent by the units of its false literals and both antecedents
// Read     resolve_gather, resolve_count, try_pair; resolve_add, form
// Example  (x a b) (-x a) (-x c d): the first resolvent is (a b), which takes
//          the place of (x a b) at once; no pair is left then
#include "simp/eliminate.h"

static bool gather_large (struct eliminator *e, const struct watch *w,
                          bool *too_long) {
  const struct clause *c = clause_at (e->s, w->ref);
  e->ticks += 1;
  if (c->garbage)
    return false;
  if (c->size > e->max_size)
    *too_long = true;
  return true;
}

// Copies a list and throws deleted clauses out of it.
static bool gather_side (struct eliminator *e, int side) {
  struct solver *s = e->s;
  const ilit lit = side_lit (e, side);
  antecedents *to = e->sides + side;
  vec_clear (to);
  bool too_long = false;
  struct watch *q = watches_begin (s, lit);
  for_watches (w, s, lit) {
    const bool binary = (w->ref & BINARY_BIT) != 0;
    if (!binary && !gather_large (e, w, &too_long))
      continue;
    *q++ = *w;
    if (binary && s->values[w->blit] > 0)
      continue;
    const struct antecedent a = {w->ref, w->blit, false, false};
    vec_push (to, a);
  }
  watches_resize (s, lit, q - watches_begin (s, lit));
  return !too_long;
}

bool resolve_gather (struct eliminator *e, unsigned idx) {
  e->pivot = LIT (idx);
  e->gates = false;
  vec_clear (&e->pairs);
  return gather_side (e, 0) && gather_side (e, 1);
}

enum outcome { SATISFIED, TAUTOLOGY, RESOLVENT };

// Marks the literals of an antecedent except for the pivot and false ones.
//
//   returns    their number, or -1 if the clause is satisfied
static int mark (struct eliminator *e, int side, const struct antecedent *a) {
  struct solver *s = e->s;
  ilit two[2];
  unsigned size, i;
  const ilit *lits = antecedent_lits (e, side, a, two, &size);
  int marked = 0;
  for (i = 0; i != size && s->values[lits[i]] <= 0; i++)
    if (lits[i] != side_lit (e, side) && !s->values[lits[i]]) {
      s->marks[lits[i]] = 1;
      marked++;
    }
  if (i == size)
    return marked;
  while (i--)
    s->marks[lits[i]] = 0;
  return -1;
}

static void unmark (struct eliminator *e, int side,
                    const struct antecedent *a) {
  ilit two[2];
  unsigned size;
  const ilit *lits = antecedent_lits (e, side, a, two, &size);
  for (unsigned i = 0; i != size; i++)
    e->s->marks[lits[i]] = 0;
}

struct resolvent {
  unsigned extra; // literals of the second antecedent not in the first
  unsigned own;   // literals of the second antecedent
};

// Compares the second antecedent with the marks of the first.
static enum outcome resolve (struct eliminator *e, int side,
                             const struct antecedent *a, struct resolvent *r) {
  const struct solver *s = e->s;
  ilit two[2];
  unsigned size;
  const ilit *lits = antecedent_lits (e, side, a, two, &size);
  e->ticks += a->ref & BINARY_BIT ? 0 : clause_ticks (size);
  *r = (struct resolvent){0, 0};
  const ilit pivot = side_lit (e, side);
  for (unsigned i = 0; i != size; i++) {
    const ilit lit = lits[i];
    const int8_t value = s->values[lit];
    if (value > 0)
      return SATISFIED;
    if (value < 0 || lit == pivot)
      continue;
    if (s->marks[NOT (lit)])
      return TAUTOLOGY;
    r->own++;
    r->extra += !s->marks[lit];
  }
  return RESOLVENT;
}

static uint64_t antecedent_id (const struct eliminator *e,
                               const struct antecedent *a) {
  return ref_id (e->s, a->ref);
}

// Removes the pivot from an antecedent that the resolvent subsumes.
static void strengthen (struct eliminator *e, int side, struct antecedent *a,
                        const struct antecedent *with) {
  ilit two[2];
  unsigned n;
  const ilit *lits = antecedent_lits (e, !side, with, two, &n);
  occurrences_strengthen (e, a->ref, side_lit (e, side), lits, n,
                          antecedent_id (e, with));
  a->dead = true;
  e->simp->stats.eliminate_strengthened++;
}

static bool large (const struct antecedent *a) {
  return !(a->ref & BINARY_BIT);
}

// Forms the resolvent of a pair in 'e->lits' and its hints on the chain.
//
//   returns    false if it is satisfied
static bool form (struct eliminator *e, const struct antecedent *pos,
                  const struct antecedent *neg) {
  struct solver *s = e->s;
  bool satisfied = false;
  vec_clear (&e->lits);
  for (int side = 0; side != 2; side++) {
    ilit two[2];
    unsigned size;
    const ilit *lits = antecedent_lits (e, side, side ? neg : pos, two, &size);
    for (unsigned i = 0; i != size; i++) {
      const ilit lit = lits[i];
      satisfied |= s->values[lit] > 0;
      if (s->values[lit] < 0)
        chain_push_unit_once (s, lit);
      else if (IDX (lit) != IDX (e->pivot) && !s->marks[lit]) {
        s->marks[lit] = 1;
        vec_push (&e->lits, lit);
      }
    }
  }
  for_vec (ilit, lit, &e->lits)
    s->marks[*lit] = 0;
  chain_push (s, antecedent_id (e, pos));
  chain_push (s, antecedent_id (e, neg));
  if (satisfied)
    chain_clear (s);
  return !satisfied;
}

static void add_pair (struct eliminator *e, const struct antecedent *pos,
                      const struct antecedent *neg) {
  if (form (e, pos, neg)) {
    e->simp->stats.eliminate_resolvents++;
    occurrences_derive (e);
  }
}

// A resolvent that is a unit or empty is used at once.
static void add_small (struct eliminator *e, const struct antecedent *pos,
                       const struct antecedent *neg) {
  e->simp->stats.eliminate_units++;
  add_pair (e, pos, neg);
}

// A resolvent that is small or subsumes an antecedent does not have to wait.
static void use (struct eliminator *e, struct antecedent *pos,
                 struct antecedent *neg, unsigned size, bool pos_subsumed,
                 bool neg_subsumed) {
  if (size <= 1)
    add_small (e, pos, neg);
  else if (pos_subsumed)
    strengthen (e, 0, pos, neg);
  else
    strengthen (e, 1, neg, pos);
  if (size > 1 && pos_subsumed && neg_subsumed) {
    occurrences_delete (e, neg->ref);
    neg->dead = true;
  }
}

struct row { // of the product: one antecedent of side 0 with all of side 1
  struct antecedent *pos;
  size_t index;
  int size; // its literals without pivot; -1 if satisfied
};

// Whether a resolvent follows from those of other pairs.
static bool implied (const struct eliminator *e, const struct antecedent *pos,
                     const struct antecedent *neg) {
  return e->gates && pos->gate == neg->gate && !(pos->gate && e->definition);
}

enum verdict { GO_ON, ROW_DONE, FAILED };

// One pair.  Marks of the row's antecedent are set.
static enum verdict try_pair (struct eliminator *e, struct row *row,
                              size_t index, uint64_t limit) {
  struct antecedent *neg = e->sides[1].data + index;
  if (neg->dead || implied (e, row->pos, neg))
    return GO_ON;
  e->simp->stats.eliminate_resolutions++;
  struct resolvent r;
  const enum outcome outcome = resolve (e, 1, neg, &r);
  if (outcome == SATISFIED && large (neg)) {
    occurrences_delete (e, neg->ref);
    neg->dead = true;
  }
  if (outcome != RESOLVENT)
    return GO_ON;
  const unsigned size = row->size + r.extra;
  const bool pos_subsumed = !r.extra && large (row->pos);
  const bool neg_subsumed = size == r.own && large (neg);
  if (size > 1 && !pos_subsumed && !neg_subsumed) {
    const struct pair p = {row->index, index};
    vec_push (&e->pairs, p);
    return e->pairs.size > limit || size > e->max_size ? FAILED : GO_ON;
  }
  unmark (e, 0, row->pos);
  use (e, row->pos, neg, size, pos_subsumed, neg_subsumed);
  if (e->s->unsat)
    return FAILED;
  row->size = row->pos->dead ? -1 : mark (e, 0, row->pos);
  return row->size < 0 ? ROW_DONE : GO_ON;
}

static enum verdict try_row (struct eliminator *e, size_t index,
                             uint64_t limit) {
  struct row row = {e->sides[0].data + index, index, 0};
  if (row.pos->dead)
    return GO_ON;
  e->ticks++;
  row.size = mark (e, 0, row.pos);
  if (row.size < 0)
    return ROW_DONE;
  enum verdict v = GO_ON;
  for (size_t j = 0; v == GO_ON && j != e->sides[1].size; j++)
    v = try_pair (e, &row, j, limit);
  if (v != ROW_DONE && !row.pos->dead)
    unmark (e, 0, row.pos);
  return v;
}

bool resolve_count (struct eliminator *e, uint64_t limit) {
  for (size_t i = 0; i != e->sides[0].size; i++)
    if (try_row (e, i, limit) == FAILED)
      return false;
  return true;
}

void resolve_add (struct eliminator *e) {
  for (size_t i = 0; !e->s->unsat && i != e->pairs.size; i++) {
    const struct pair p = e->pairs.data[i];
    const struct antecedent *pos = e->sides[0].data + p.pos;
    const struct antecedent *neg = e->sides[1].data + p.neg;
    if (!pos->dead && !neg->dead)
      add_pair (e, pos, neg);
  }
}
