// clause.c - clauses come and go: arena for three and more literals, watch
// lists for two, the trail for one, a flag for none.
// Proof    every clause carries its id; deleting one tells the sink
#include "core/solver.h"

#include "base/fatal.h"

void clause_mark_added (struct solver *s, const ilit *lits, unsigned n) {
  for (unsigned i = 0; i != n; i++) {
    struct flags *f = s->flags + IDX (lits[i]);
    f->subsume = true;
    f->factor |= 1 << SIGN (lits[i]);
  }
}

void clause_mark_removed (struct solver *s, const ilit *lits, unsigned n) {
  for (unsigned i = 0; i != n; i++)
    s->flags[IDX (lits[i])].eliminate = true;
}

static void arena_reserve (struct solver *s, size_t units) {
  const size_t want = s->arena.size + units + 1;
  if (want <= s->arena.capacity)
    return;
  if (want >= BINARY_BIT)
    fatal ("clause arena needs more than 16 GiB");
  size_t capacity = s->arena.capacity ? s->arena.capacity : 1u << 12;
  while (capacity < want)
    capacity += capacity / 2;
  s->arena.data = mem_realloc (s->arena.data, capacity * sizeof (uint64_t));
  s->arena.capacity = capacity;
}

static struct clause *allocate (struct solver *s, unsigned n) {
  const size_t units = (sizeof (struct clause) + n * sizeof (ilit) + 7) / 8;
  arena_reserve (s, units + s->proving);
  struct clause *c =
      (struct clause *)(s->arena.data + s->arena.size + s->proving);
  s->arena.size += units + s->proving;
  s->arena.clauses++;
  const uint64_t bytes = s->arena.size * sizeof (uint64_t);
  if (s->stats.arena_peak < bytes)
    s->stats.arena_peak = bytes;
  memset (c, 0, sizeof *c);
  return c;
}

static ref new_slot (struct solver *s, uint64_t id) {
  if (!s->proving)
    return BINARY_BIT;
  if (!vec_empty (&s->bin_free)) {
    const uint32_t slot = vec_pop (&s->bin_free);
    s->bin_ids.data[slot] = id;
    return slot | BINARY_BIT;
  }
  if (s->bin_ids.size >= BINARY_BIT - 1)
    fatal ("more than %u binary clauses", BINARY_BIT - 2);
  vec_push (&s->bin_ids, id);
  return (uint32_t)(s->bin_ids.size - 1) | BINARY_BIT;
}

static ref add_binary (struct solver *s, const ilit *lits, uint64_t id) {
  const ref slot = new_slot (s, id);
  s->binaries++;
  if (s->loading) {
    vec_push (&s->loaded, lits[0]);
    vec_push (&s->loaded, lits[1]);
    vec_push (&s->loaded_slots, slot);
  } else {
    watch_push (s, lits[0], (struct watch){lits[1], slot});
    watch_push (s, lits[1], (struct watch){lits[0], slot});
  }
  clause_mark_added (s, lits, 2);
  return slot;
}

static ref add_large (struct solver *s, const ilit *lits, unsigned n,
                      bool redundant, unsigned glue, uint64_t id) {
  struct clause *c = allocate (s, n);
  c->glue = glue < MAX_GLUE ? glue : MAX_GLUE;
  c->redundant = redundant;
  c->size = n;
  c->pos = 2;
  memcpy (c->lits, lits, n * sizeof *lits);
  clause_set_id (s, c, id);
  const ref r = clause_ref (s, c);
  if (redundant) {
    s->redundant++;
    if (r < s->first_redundant)
      s->first_redundant = r;
  } else {
    s->irredundant++;
    s->irredundant_lits += n;
    clause_mark_added (s, lits, n);
  }
  if (s->loading)
    return r;
  if (s->watching) {
    watch_push (s, lits[0], (struct watch){lits[1], r});
    watch_push (s, lits[1], (struct watch){lits[0], r});
  } else if (!redundant)
    for (unsigned i = 0; i != n; i++)
      watch_push (s, lits[i], (struct watch){lits[!i], r});
  return r;
}

ref clause_add (struct solver *s, const ilit *lits, unsigned n, bool redundant,
                unsigned glue, uint64_t id) {
  if (n > 2)
    return add_large (s, lits, n, redundant, glue, id);
  if (n == 2)
    return add_binary (s, lits, id);
  if (n == 1)
    assign_unit (s, lits[0], id);
  else if (!s->unsat) {
    s->unsat = true;
    s->empty_id = id;
  }
  return INVALID_REF;
}

ref clause_derive (struct solver *s, const ilit *lits, unsigned n,
                   bool redundant, unsigned glue) {
  const uint64_t id = derive (s, lits, n);
  if (n <= 2)
    core_export (s, lits, n, n, id);
  return clause_add (s, lits, n, redundant, glue, id);
}

void clause_promote (struct solver *s, struct clause *c) {
  assert (c->redundant && !c->garbage);
  c->redundant = false;
  s->redundant--;
  s->irredundant++;
  s->irredundant_lits += c->size;
  clause_mark_added (s, c->lits, c->size);
}

void clause_delete (struct solver *s, struct clause *c) {
  assert (!c->garbage);
  c->garbage = true;
  s->garbage += clause_units (s, c) - s->proving;
  derive_forget (s, clause_id (s, c));
  if (c->redundant)
    s->redundant--;
  else {
    s->irredundant--;
    s->irredundant_lits -= c->size;
    clause_mark_removed (s, c->lits, c->size);
  }
}

// Of several clauses with the same literals the first makes room, after it took
// the place of the one that is meant: without proof all slots are the same, and
// the order of the watches must not depend on the proof.
static void remove_binary_watch (struct solver *s, ilit lit, ilit other,
                                 ref slot) {
  struct watch *w = watches_begin (s, lit), *end = watches_end (s, lit);
  while (w->blit != other || !(w->ref & BINARY_BIT)) {
    w++;
    assert (w != end);
  }
  struct watch *meant = w;
  while (meant->ref != slot || meant->blit != other) {
    meant++;
    assert (meant != end);
  }
  meant->ref = w->ref;
  for (; w + 1 != end; w++)
    w[0] = w[1];
  watches_resize (s, lit, s->watches[lit].size - 1);
}

void binary_delete (struct solver *s, ilit a, ilit b, ref slot) {
  assert (slot & BINARY_BIT);
  remove_binary_watch (s, a, b, slot);
  remove_binary_watch (s, b, a, slot);
  s->binaries--;
  const ilit lits[2] = {a, b};
  clause_mark_removed (s, lits, 2);
  derive_forget (s, binary_id (s, slot));
  if (s->proving)
    vec_push (&s->bin_free, slot & ~BINARY_BIT);
}

void clause_shorten (struct solver *s, struct clause *c, const ilit *kept,
                     unsigned n) {
  assert (3 <= n && n < c->size);
  const unsigned capacity = clause_capacity (c);
  const uint64_t id = derive (s, kept, n);
  derive_forget (s, clause_id (s, c));
  if (!c->redundant) {
    clause_mark_removed (s, c->lits, c->size);
    s->irredundant_lits -= c->size - n;
  }
  memmove (c->lits, kept, n * sizeof *kept);
  c->size = n;
  c->pos = 2;
  c->shrunken = true;
  c->lits[n] = capacity;
  if (c->redundant && c->glue >= n)
    c->glue = n - 1;
  clause_set_id (s, c, id);
  clause_mark_added (s, c->lits, n);
  if (c->redundant && s->exporting)
    core_export (s, c->lits, n, c->glue, id);
}

void clause_strengthen (struct solver *s, struct clause *c, const ilit *kept,
                        unsigned n) {
  if (n >= 3) {
    clause_shorten (s, c, kept, n);
    return;
  }
  const bool redundant = c->redundant;
  ilit copy[2] = {0, 0};
  memcpy (copy, kept, n * sizeof *kept);
  const ref r = clause_ref (s, c);
  const ref added = clause_derive (s, copy, n, redundant, n ? n - 1 : 0);
  (void)added;
  clause_delete (s, clause_at (s, r));
}
