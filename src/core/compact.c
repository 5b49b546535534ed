// compact.c - give up the places of variables that are gone.
// Idea     what is fixed, eliminated or substituted keeps its number outside
//          only; the other variables move together in their order, so that
//          arrays, trail and loops are as long as what is left
// Source   [BiereEtAl-SC'20]
// Budget   one pass over variables, clauses and watches
// Needs    level 0, all propagated, watches attached, nothing garbage
// Proof    none; the units of fixed variables are found by 'fixed_ids', for
//          imports that mention them
// Read     variables_compact, map_numbers, map_clauses, move_variable
// Example  variables 1 2 3 4 at the places 0 to 3, of which 1 is fixed to true
//          and 3 eliminated: 2 and 4 are at 0 and 1, (2 -4) is (2 -4) still,
//          and 'e2i' says ELIT_TRUE of 1 and ELIT_GONE of 3
#include "core/internal.h"

static uint32_t *new_map (const struct solver *s) {
  uint32_t *map = mem_alloc ((size_t)s->vars * sizeof *map);
  uint32_t next = 0;
  for_vars (idx, s)
    map[idx] = s->flags[idx].active ? next++ : UINT32_MAX;
  return map;
}

static ilit moved (const uint32_t *map, ilit lit) {
  assert (map[IDX (lit)] != UINT32_MAX);
  return LIT (map[IDX (lit)]) | SIGN (lit);
}

static void forget_variable (struct solver *s, unsigned idx) {
  const int evar = s->i2e.data[idx];
  if (!s->flags[idx].fixed) {
    s->e2i.data[evar] = ELIT_GONE;
    return;
  }
  s->e2i.data[evar] = s->values[LIT (idx)] > 0 ? ELIT_TRUE : ELIT_FALSE;
  if (s->proving)
    s->fixed_ids.data[evar] = s->unit_ids[idx];
}

static void map_numbers (struct solver *s, const uint32_t *map) {
  if (s->proving)
    vec_resize (&s->fixed_ids, (size_t)s->max_evar + 1);
  for_vars (idx, s) {
    if (map[idx] == UINT32_MAX) {
      forget_variable (s, idx);
      continue;
    }
    const int evar = s->i2e.data[idx];
    s->e2i.data[evar] = map[idx] + 1;
    s->i2e.data[map[idx]] = evar;
  }
}

// After its clause.  A blocking literal that became false at the root may have
// left the clause: then the other watched one takes its place.
static void map_watch (const struct solver *s, const uint32_t *map, ilit lit,
                       struct watch *w) {
  if (map[IDX (w->blit)] != UINT32_MAX) {
    w->blit = moved (map, w->blit);
    return;
  }
  assert (!(w->ref & BINARY_BIT) && s->flags[IDX (w->blit)].fixed);
  const struct clause *c = clause_at (s, w->ref);
  w->blit = c->lits[0] ^ c->lits[1] ^ moved (map, lit);
}

static void map_clauses (struct solver *s, const uint32_t *map) {
  for_clauses (c, s) {
    assert (!c->garbage && !c->shrunken);
    for (uint32_t i = 0; i != c->size; i++)
      c->lits[i] = moved (map, c->lits[i]);
  }
  for_ilits (lit, s)
    for_watches (w, s, lit)
      map_watch (s, map, lit, w);
}

static uint32_t moved_link (const uint32_t *map, uint32_t idx) {
  return idx == UINT32_MAX ? idx : map[idx];
}

static void map_orders (struct solver *s, const uint32_t *map) {
  struct queue *q = &s->queue;
  for (uint32_t i = q->first, next; i != UINT32_MAX; i = next) {
    struct link *l = q->links + i;
    next = l->next;
    l->prev = moved_link (map, l->prev);
    l->next = moved_link (map, l->next);
  }
  q->first = moved_link (map, q->first);
  q->last = moved_link (map, q->last);
  q->search = q->last;
  for_vec (uint32_t, idx, &s->heap.stack)
    *idx = map[*idx];
}

#define MOVE(P, FROM, TO) ((P)[TO] = (P)[FROM])

// Places only move down, so one pass in order does it.
static void move_variable (struct solver *s, unsigned from, unsigned to) {
  for (unsigned sign = 0; sign != 2; sign++) {
    MOVE (s->values, LIT (from) + sign, LIT (to) + sign);
    MOVE (s->watches, LIT (from) + sign, LIT (to) + sign);
  }
  MOVE (s->flags, from, to);
  MOVE (s->phases.saved, from, to);
  MOVE (s->phases.target, from, to);
  MOVE (s->phases.best, from, to);
  MOVE (s->queue.links, from, to);
  MOVE (s->heap.pos, from, to);
  MOVE (s->heap.score, from, to);
}

// What the trail of level 0 held counts no more.
static void cut_trail (struct solver *s) {
  const unsigned cut = s->trail_size;
  s->trail_size = s->propagated = s->collected_units = 0;
  s->target_assigned -= s->target_assigned < cut ? s->target_assigned : cut;
  s->best_assigned -= s->best_assigned < cut ? s->best_assigned : cut;
}

uint32_t *variables_compact (struct solver *s) {
  assert (!decision_level (s) && s->watching && !s->unsat);
  assert (s->propagated == s->trail_size);
  uint32_t *const map = new_map (s);
  const unsigned before = s->vars;
  map_numbers (s, map);
  map_clauses (s, map);
  map_orders (s, map);
  unsigned vars = 0;
  for_vars (idx, s)
    if (map[idx] != UINT32_MAX)
      move_variable (s, idx, vars++);
    else
      assert (!s->watches[LIT (idx)].size && !s->watches[LIT (idx) + 1].size);
  cut_trail (s);
  s->vars = s->i2e.size = vars;
  solver_fit_vars (s);
  s->stats.compactions++;
  s->stats.compacted += before - vars;
  return map;
}
