// collect.c - reclaim the space of garbage clauses.
// Idea     slide the remaining clauses together; each old header keeps its
//          clause's new place until the watch lists have been updated
// Needs    any level for 'collect_garbage' (reasons are moved along); level 0
//          with everything propagated for 'collect'
#include "core/internal.h"

// The header of a clause that stays is overwritten only after all watches were
// updated, so its 'pos' can hold the ref it will have.
static size_t plan_moves (struct solver *s, ref from) {
  size_t to = from;
  for (size_t i = from; i < s->arena.size;) {
    struct clause *c = (struct clause *)(s->arena.data + i);
    const size_t units = clause_units (s, c);
    if (!c->garbage) {
      c->pos = to;
      to += (sizeof *c + c->size * sizeof (ilit) + 7) / 8 + s->proving;
    } else
      s->arena.clauses--;
    i += units;
  }
  return to;
}

static void update_watches (struct solver *s, ref from) {
  for_ilits (lit, s) {
    struct watch *p = watches_begin (s, lit), *q = p;
    const struct watch *const end = watches_end (s, lit);
    for (; p != end; p++) {
      struct watch w = *p;
      if (!(w.ref & BINARY_BIT) && w.ref >= from) {
        const struct clause *c = clause_at (s, w.ref);
        if (c->garbage)
          continue;
        w.ref = c->pos;
      }
      *q++ = w;
    }
    watches_resize (s, lit, q - watches_begin (s, lit));
  }
}

static void update_reasons (struct solver *s, ref from) {
  for (uint32_t i = 0; i != s->trail_size; i++) {
    struct assigned *a = s->assigned + IDX (s->trail[i]);
    if (a->reason == INVALID_REF || (a->reason & BINARY_BIT) ||
        a->reason < from)
      continue;
    assert (!clause_at (s, a->reason)->garbage);
    a->reason = clause_at (s, a->reason)->pos;
  }
}

static void update_eager (struct solver *s, ref from) {
  for (int i = 0; i != 32; i++) {
    const ref r = s->eager[i];
    if (r == INVALID_REF || r < from)
      continue;
    const struct clause *c = clause_at (s, r);
    s->eager[i] = c->garbage ? INVALID_REF : c->pos;
  }
}

static void move_clauses (struct solver *s, ref from) {
  s->first_redundant = INVALID_REF;
  for (size_t i = from; i < s->arena.size;) {
    struct clause *c = (struct clause *)(s->arena.data + i);
    i += clause_units (s, c);
    if (c->garbage)
      continue;
    const ref to = c->pos;
    const size_t bytes = sizeof *c + c->size * sizeof (ilit);
    c->pos = 2;
    c->shrunken = false;
    uint64_t *target = s->arena.data + to;
    if (s->proving)
      target[-1] = ((uint64_t *)c)[-1];
    memmove (target, c, bytes);
    if (((struct clause *)target)->redundant && s->first_redundant > to)
      s->first_redundant = to;
  }
}

// Only clauses from 'from' on (a clause's ref) are looked at.
static void compact (struct solver *s, ref from) {
  s->stats.garbage_collections++;
  if (from < s->arena.size) {
    const size_t end = plan_moves (s, from);
    update_watches (s, from);
    update_reasons (s, from);
    update_eager (s, from);
    move_clauses (s, from);
    s->arena.size = end - s->proving;
  }
  s->garbage = 0;
  watches_defrag (s);
}

void collect_garbage (struct solver *s) {
  assert (s->watching);
  // Garbage below the first redundant clause waits for 'collect'.
  compact (s, s->first_redundant);
}

static void mark_satisfied (struct solver *s) {
  for_clauses (c, s) {
    if (c->garbage)
      continue;
    ilit lit;
    for_lits (lit, c)
      if (root_value (s, lit) > 0) {
        clause_delete (s, c);
        break;
      }
  }
}

// Removes literals false at the root from one large, unsatisfied clause.  With
// everything propagated they are neither lits[0] nor lits[1].
static void strip (struct solver *s, struct clause *c) {
  unsigned num_false = 0;
  ilit lit;
  for_lits (lit, c)
    num_false += root_value (s, lit) < 0;
  if (!num_false)
    return;
  vec_clear (&s->clause);
  for_lits (lit, c) {
    if (root_value (s, lit) < 0)
      chain_push_unit (s, lit);
    else
      vec_push (&s->clause, lit);
  }
  chain_push (s, clause_id (s, c));
  clause_strengthen (s, c, s->clause.data, s->clause.size);
}

static void strip_all (struct solver *s) {
  for (size_t i = 0; i < s->arena.size;) {
    struct clause *c = (struct clause *)(s->arena.data + i + s->proving);
    i += clause_units (s, c); // stripping may move the arena
    if (!c->garbage)
      strip (s, c);
  }
}

// Binary clauses with a root-assigned literal are satisfied.
static void drop_satisfied_binaries (struct solver *s) {
  for_ilits (lit, s) {
    const bool fixed = root_value (s, lit) > 0;
    struct watch *p = watches_begin (s, lit), *q = p;
    const struct watch *const end = watches_end (s, lit);
    for (; p != end; p++) {
      const bool other = (p->ref & BINARY_BIT) && root_value (s, p->blit) > 0;
      if (!(p->ref & BINARY_BIT) || (!fixed && !other)) {
        *q++ = *p;
        continue;
      }
      if (!fixed || (other && p->blit > lit))
        continue; // counted once, in the list of its larger true literal
      s->binaries--;
      clause_mark_removed (s, &p->blit, 1);
      derive_forget (s, binary_id (s, p->ref));
      if (s->proving)
        vec_push (&s->bin_free, p->ref & ~BINARY_BIT);
    }
    watches_resize (s, lit, q - watches_begin (s, lit));
  }
}

void collect (struct solver *s) {
  assert (!decision_level (s));
  assert (s->watching);
  assert (s->propagated == s->trail_size);
  if (s->collected_units != s->trail_size) {
    s->collected_units = s->trail_size;
    mark_satisfied (s);
    drop_satisfied_binaries (s);
    strip_all (s);
  }
  compact (s, s->proving);
}
