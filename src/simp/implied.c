// implied.c - the graph of binary clauses: (-a, b) lets a imply b.
// Idea     a tree over all literals that follow from a root explains each of
//          them by one path, so hints need no sorting; trees of several roots
//          share one set of marks, and no literal is visited twice
// Source   skew symmetry of the implication graph [AspvallPlassTarjan-IPL'79];
//          tree-based look-ahead [HeuleDufourZwietenMaaren-SAT'04]
// Differs  values and trail of the search are not touched
// Budget   the caller's, by 'ticks'
// Needs    binary watches before the others in every list
// Proof    a failed literal's unit clause gets both paths to the clash
// Read     implied_root, implied_close, implied_dominator, implied_learn; apart
//          from these, binaries_first and binaries_dedup
// Example  (-a b) (-b c) (-b d) (-c -d): below the root a is b, below b are c
//          and d, which clash; both paths from b on and the last clause are the
//          hints of the unit -b
#include "simp/internal.h"

enum { DOUBLED = 2 }; // mark of 'binaries_dedup'

typedef VEC (struct watch) watch_vec;

static uint64_t list_ticks (size_t num_watches) {
  return 1 + num_watches * sizeof (struct watch) / 64;
}

static bool is_binary (const struct watch *w) {
  return w->ref & BINARY_BIT;
}

// Stable, so that the order of propagation changes little.
static void partition (struct solver *s, ilit lit, watch_vec *large) {
  struct watch *q = watches_begin (s, lit), *const end = watches_end (s, lit);
  while (q != end && is_binary (q))
    q++;
  vec_clear (large);
  for (const struct watch *p = q; p != end; p++)
    if (is_binary (p))
      *q++ = *p;
    else
      vec_push (large, *p);
  if (large->size)
    memcpy (q, large->data, large->size * sizeof *q);
}

void binaries_first (struct solver *s) {
  watch_vec large = {0};
  for_ilits (lit, s) {
    partition (s, lit, &large);
    s->stats.ticks += list_ticks (s->watches[lit].size);
  }
  vec_fini (&large);
}

// ------------------------------------------------------------ duplicates

struct dedup {
  uint32_t *pos;    // by literal: where its clause is in the present list
  refs dead;        // slots to be given back
  ilits units;      // literal
  ids unit_sources; // and two ids for each
};

static void found_unit (struct solver *s, struct dedup *d, ilit lit, ref a,
                        ref b) {
  if (s->values[lit])
    return;
  vec_push (&d->units, lit);
  vec_push (&d->unit_sources, binary_id (s, a));
  vec_push (&d->unit_sources, binary_id (s, b));
}

// Of equal clauses the one with the smallest slot stays, in both lists.
static void dedup_list (struct solver *s, struct dedup *d, ilit lit) {
  struct watch *const begin = watches_begin (s, lit), *q = begin;
  const struct watch *const end = watches_end (s, lit), *p = begin;
  for (; p != end && is_binary (p); p++) {
    const ilit other = p->blit;
    if (s->marks[other] & DOUBLED) {
      struct watch *const first = begin + d->pos[other];
      const ref dead = first->ref < p->ref ? p->ref : first->ref;
      first->ref = first->ref < p->ref ? first->ref : p->ref;
      if (lit < other)
        vec_push (&d->dead, dead);
      continue;
    }
    if (s->marks[NOT (other)] & DOUBLED)
      found_unit (s, d, lit, p->ref, begin[d->pos[NOT (other)]].ref);
    s->marks[other] |= DOUBLED;
    d->pos[other] = q - begin;
    *q++ = *p;
  }
  for (const struct watch *r = begin; r != q; r++)
    s->marks[r->blit] &= ~DOUBLED;
  while (p != end)
    *q++ = *p++;
  watches_resize (s, lit, q - begin);
}

static void give_back (struct solver *s, ref slot) {
  derive_forget (s, binary_id (s, slot));
  s->binaries--;
  if (s->proving)
    vec_push (&s->bin_free, slot & ~BINARY_BIT);
}

bool binaries_dedup (struct solver *s) {
  struct dedup d = {0};
  d.pos = mem_alloc ((2 * (size_t)s->vars + 1) * sizeof *d.pos);
  for_ilits (lit, s)
    dedup_list (s, &d, lit);
  for (size_t i = 0; i != d.units.size && !s->unsat; i++) {
    chain_push (s, d.unit_sources.data[2 * i]);
    chain_push (s, d.unit_sources.data[2 * i + 1]);
    learn_unit (s, d.units.data[i]);
  }
  for_vec (ref, slot, &d.dead)
    give_back (s, *slot);
  s->simp->stats.binaries_duplicated += d.dead.size;
  mem_free (d.pos);
  vec_fini (&d.dead);
  vec_fini (&d.units);
  vec_fini (&d.unit_sources);
  return propagate_root (s);
}

void binaries_remove_substituted (struct solver *s) {
  for_ilits (lit, s) {
    struct watch *const begin = watches_begin (s, lit), *q = begin;
    const struct watch *const end = watches_end (s, lit);
    const bool all = s->flags[IDX (lit)].substituted;
    for (const struct watch *p = begin; p != end; p++) {
      const bool dead =
          is_binary (p) && (all || s->flags[IDX (p->blit)].substituted);
      if (!dead)
        *q++ = *p;
      else if (lit < p->blit)
        give_back (s, p->ref);
    }
    watches_resize (s, lit, q - begin);
  }
}

// ------------------------------------------------------------------ trees

static void reach (struct solver *s, struct implied_tree *t, ilit lit,
                   uint32_t parent, ref slot) {
  const struct implied node = {lit, parent, slot};
  s->marks[lit] |= IMPLIED;
  vec_push (&t->nodes, node);
}

void implied_root (struct solver *s, struct implied_tree *t, ilit lit) {
  assert (t->next == t->nodes.size);
  reach (s, t, lit, UINT32_MAX, INVALID_REF);
}

static uint32_t find (const struct implied_tree *t, ilit lit) {
  size_t i = t->nodes.size;
  while (t->nodes.data[--i].lit != lit)
    assert (i);
  return i;
}

bool implied_close (struct solver *s, struct implied_tree *t,
                    struct implied_clash *clash) {
  while (t->next != t->nodes.size) {
    const uint32_t from = t->next;
    const ilit not_lit = NOT (t->nodes.data[from].lit);
    const struct watch *const begin = watches_begin (s, not_lit), *w = begin;
    const struct watch *const end = watches_end (s, not_lit);
    for (; w != end && is_binary (w); w++) {
      const ilit other = w->blit;
      if ((s->marks[other] & IMPLIED) || s->values[other])
        continue;
      if (s->marks[NOT (other)] & IMPLIED) {
        *clash = (struct implied_clash){from, find (t, NOT (other)), w->ref};
        return false;
      }
      reach (s, t, other, from, w->ref);
    }
    t->ticks += list_ticks (w - begin);
    t->next++;
  }
  return true;
}

void implied_shrink (struct solver *s, struct implied_tree *t, size_t size) {
  while (t->nodes.size > size)
    s->marks[vec_pop (&t->nodes).lit] &= ~IMPLIED;
  t->next = size;
}

void implied_fini (struct implied_tree *t) {
  assert (vec_empty (&t->nodes));
  vec_fini (&t->nodes);
}

// Pushes the ids of the clauses on the path from above to 'to'.
static void explain_path (struct solver *s, const struct implied_tree *t,
                          uint32_t above, uint32_t to) {
  if (!s->proving)
    return;
  size_t begin = s->chain.size;
  for (uint32_t i = to; i != above; i = t->nodes.data[i].parent)
    chain_push (s, binary_id (s, t->nodes.data[i].slot));
  for (size_t end = s->chain.size; begin + 1 < end;) { // reverse
    const uint64_t id = s->chain.data[begin];
    s->chain.data[begin++] = s->chain.data[--end];
    s->chain.data[end] = id;
  }
}

uint32_t implied_dominator (const struct implied_tree *t,
                            const struct implied_clash *clash) {
  uint32_t a = clash->from, b = clash->to;
  while (a != b) {
    uint32_t *deeper = a > b ? &a : &b;
    *deeper = t->nodes.data[*deeper].parent;
    if (*deeper == UINT32_MAX)
      return UINT32_MAX;
  }
  return a;
}

void implied_learn (struct solver *s, const struct implied_tree *t,
                    const struct implied_clash *clash, uint32_t dominator) {
  assert (dominator != UINT32_MAX);
  explain_path (s, t, dominator, clash->from);
  explain_path (s, t, dominator, clash->to);
  chain_push (s, s->proving ? binary_id (s, clash->slot) : 0);
  learn_unit (s, NOT (t->nodes.data[dominator].lit));
}
