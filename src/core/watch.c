// watch.c - the watch lists of all literals in one array.
// Idea     a list that outgrows its place moves to the end with twice the room;
//          slots left behind are marked free and let the list before them grow
// Source   the vector arena of Kissat [BiereEtAl-SC'20], with 8-byte watches
// Needs    at most 2^32 - 1 slots (32 GiB)
#include "core/solver.h"

#include "base/fatal.h"

static const struct watch free_slot = {INVALID_LIT, INVALID_REF};

static void pool_reserve (struct pool *pool, size_t more) {
  const size_t want = pool->size + more;
  if (want > UINT32_MAX)
    fatal ("watch lists need more than %u slots", UINT32_MAX);
  if (want <= pool->capacity)
    return;
  size_t capacity = pool->capacity ? 2 * pool->capacity : 1u << 10;
  while (capacity < want)
    capacity *= 2;
  pool->data = mem_realloc (pool->data, capacity * sizeof *pool->data);
  pool->capacity = capacity;
}

void watch_push_slow (struct solver *s, ilit lit, struct watch w) {
  struct pool *pool = &s->pool;
  struct watches *ws = s->watches + lit;
  const uint32_t old_size = ws->size;
  const uint32_t room = old_size ? 2 * old_size : 2;
  pool_reserve (pool, room);
  struct watch *const to = pool->data + pool->size;
  struct watch *const from = pool->data + ws->begin;
  for (uint32_t i = 0; i != old_size; i++) {
    to[i] = from[i];
    from[i] = free_slot;
  }
  to[old_size] = w;
  for (uint32_t i = old_size + 1; i != room; i++)
    to[i] = free_slot;
  ws->begin = pool->size;
  ws->size = old_size + 1;
  pool->size += room;
  pool->unused += room - 1;
  const uint64_t bytes = pool->size * sizeof *pool->data;
  if (s->stats.watches_peak < bytes)
    s->stats.watches_peak = bytes;
}

void watch_remove (struct solver *s, ilit lit, ref r) {
  struct watch *w = watches_begin (s, lit), *end = watches_end (s, lit);
  while (w->ref != r) {
    assert (w + 1 < end);
    w++;
  }
  for (; w + 1 != end; w++)
    w[0] = w[1];
  watches_resize (s, lit, s->watches[lit].size - 1);
}

static void replace_pool (struct pool *old, const struct pool *fresh) {
  mem_free (old->data);
  *old = *fresh;
}

// Lays the pool out anew: list after list without gaps, each with 'room[lit]'
// free slots behind its watches.
static void layout (struct solver *s, const uint32_t *room) {
  const struct pool *old = &s->pool;
  struct pool fresh = {0};
  size_t total = 1;
  for_ilits (lit, s)
    total += s->watches[lit].size + (room ? room[lit] : 0);
  pool_reserve (&fresh, total);
  for_ilits (lit, s) {
    struct watches *ws = s->watches + lit;
    const struct watch *w = old->data + ws->begin, *end = w + ws->size;
    ws->begin = fresh.size;
    for (; w != end; w++)
      fresh.data[fresh.size++] = *w;
    for (uint32_t i = room ? room[lit] : 0; i; i--) {
      fresh.data[fresh.size++] = free_slot;
      fresh.unused++;
    }
  }
  replace_pool (&s->pool, &fresh);
}

// Before a layout for other large watches, so that memory never holds both.
static void drop_large (struct solver *s) {
  const struct pool *old = &s->pool;
  struct pool fresh = {0};
  for_ilits (lit, s) {
    struct watches *ws = s->watches + lit;
    const struct watch *w = old->data + ws->begin, *end = w + ws->size;
    pool_reserve (&fresh, ws->size);
    ws->begin = fresh.size;
    for (; w != end; w++)
      if (w->ref & BINARY_BIT)
        fresh.data[fresh.size++] = *w;
    ws->size = fresh.size - ws->begin;
  }
  replace_pool (&s->pool, &fresh);
}

void watches_defrag (struct solver *s) {
  if (s->pool.size < 1u << 16 || s->pool.unused < s->pool.size / 4)
    return;
  s->stats.defragmentations++;
  layout (s, NULL);
}

static uint32_t *new_counts (struct solver *s) {
  return mem_calloc (2 * (size_t)s->vars + 1, sizeof (uint32_t));
}

// A free slot behind the list is there by 'layout'.
static void push_reserved (struct solver *s, ilit lit, ilit blit, ref r) {
  struct watches *ws = s->watches + lit;
  struct watch *w = s->pool.data + ws->begin + ws->size++;
  assert (w->ref == INVALID_REF);
  *w = (struct watch){blit, r};
  s->pool.unused--;
}

static void push_clause (struct solver *s, const struct clause *c) {
  const ref r = clause_ref (s, c);
  push_reserved (s, c->lits[0], c->lits[1], r);
  push_reserved (s, c->lits[1], c->lits[0], r);
}

// Drops all large clauses from the lists, then watches every clause by its
// first two literals.
static void watch_all (struct solver *s) {
  uint32_t *room = new_counts (s);
  for_clauses (c, s) {
    if (c->garbage)
      continue;
    room[c->lits[0]]++;
    room[c->lits[1]]++;
  }
  drop_large (s);
  layout (s, room);
  mem_free (room);
  for_clauses (c, s)
    if (!c->garbage)
      push_clause (s, c);
  s->watching = true;
}

// Binary clauses first: propagation meets them before it touches the arena.
void watches_attach (struct solver *s) {
  assert (s->loading);
  s->loading = false;
  uint32_t *room = new_counts (s);
  for_vec (ilit, lit, &s->loaded)
    room[*lit]++;
  layout (s, room);
  mem_free (room);
  for (size_t i = 0; i != s->loaded_slots.size; i++) {
    const ilit *pair = s->loaded.data + 2 * i;
    const ref slot = s->loaded_slots.data[i];
    push_reserved (s, pair[0], pair[1], slot);
    push_reserved (s, pair[1], pair[0], slot);
  }
  vec_fini (&s->loaded);
  vec_fini (&s->loaded_slots);
  watch_all (s);
  const uint64_t bytes = s->pool.size * sizeof *s->pool.data;
  if (s->stats.watches_peak < bytes)
    s->stats.watches_peak = bytes;
}

static bool connected (const struct clause *c, unsigned max_size) {
  return !c->garbage && !c->redundant && (!max_size || c->size <= max_size);
}

void watches_to_occs (struct solver *s, unsigned max_size) {
  assert (!decision_level (s));
  s->watching = false;
  uint32_t *room = new_counts (s);
  ilit lit;
  for_clauses (c, s)
    if (connected (c, max_size))
      for_lits (lit, c)
        room[lit]++;
  drop_large (s);
  layout (s, room);
  mem_free (room);
  for_clauses (c, s)
    if (connected (c, max_size))
      for_lits (lit, c)
        push_reserved (s, lit, c->lits[0] == lit ? c->lits[1] : c->lits[0],
                       clause_ref (s, c));
}

static bool has_inactive (const struct solver *s, const struct clause *c) {
  ilit lit;
  for_lits (lit, c)
    if (s->flags[IDX (lit)].eliminated || s->flags[IDX (lit)].substituted)
      return true;
  return false;
}

// Applies the root assignment to one clause in occurrence mode.
static void clean_clause (struct solver *s, struct clause *c) {
  unsigned num_false = 0;
  ilit lit;
  for_lits (lit, c) {
    const int8_t v = root_value (s, lit);
    if (v > 0) {
      clause_delete (s, c);
      return;
    }
    num_false += v < 0;
  }
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
  vec_clear (&s->clause);
}

bool occs_to_watches (struct solver *s) {
  assert (!s->watching);
  // Units found here may falsify literals of clauses seen before: repeat.
  for (uint32_t before = UINT32_MAX; !s->unsat && before != s->trail_size;) {
    before = s->trail_size;
    for (size_t i = 0; i < s->arena.size && !s->unsat;) {
      struct clause *c = (struct clause *)(s->arena.data + i + s->proving);
      i += clause_units (s, c);
      if (c->garbage)
        continue;
      if (c->redundant && has_inactive (s, c))
        clause_delete (s, c);
      else
        clean_clause (s, c);
    }
  }
  watch_all (s);
  s->propagated = 0;
  return propagate_root (s);
}
