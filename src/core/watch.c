// watch.c - the watch lists of all literals in one array.
// Idea     a list that outgrows its place moves to the end with twice the room;
//          slots left behind are marked free and let the list before them grow
// Source   the vector arena of Kissat [BiereEtAl-SC'20], with 8-byte watches
// Memory   when lists that moved have taken half as much again as all of them
//          need, they slide together.  This and making room for more is done in
//          place: there is never a second array
// Needs    at most 2^32 - 1 slots (32 GiB)
#include "core/solver.h"

#include "base/fatal.h"

static const struct watch free_slot = {INVALID_LIT, INVALID_REF};

enum { FEW_SLOTS = 1 << 16 }; // not worth saving: 512 KiB

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

static void set_limit (struct pool *pool) {
  pool->limit = pool->size + (pool->size - pool->unused) / 2 + FEW_SLOTS;
}

static void note_peak (struct solver *s) {
  const uint64_t bytes = s->pool.size * sizeof *s->pool.data;
  if (s->stats.watches_peak < bytes)
    s->stats.watches_peak = bytes;
}

// -------------------------------------------------------- moving all lists

enum end { FIRST, LAST };

// Each list changes places with its first or last watch, which then tells whose
// watches these are, and how many.
static void tag_lists (struct solver *s, enum end end) {
  for_ilits (lit, s) {
    struct watches *ws = s->watches + lit;
    if (!ws->size) {
      ws->begin = 0;
      continue;
    }
    struct watch *at = watches_begin (s, lit);
    at += end == LAST ? ws->size - 1 : 0;
    const struct watch watch = *at;
    *at = (struct watch){lit, ws->size};
    *ws = (struct watches){watch.blit, watch.ref};
  }
}

// The tag and its list change back, but for the list's new place.
static struct watches *untag (struct solver *s, struct watch *at) {
  const struct watch tag = *at;
  struct watches *ws = s->watches + tag.blit;
  *at = (struct watch){ws->begin, ws->size};
  ws->size = tag.ref;
  return ws;
}

static bool is_free (const struct pool *pool, size_t slot) {
  return pool->data[slot].ref == INVALID_REF;
}

// How many of the free slots behind a list it keeps.  With none the next watch
// would move it again, and a long list takes as long as all others together.
static size_t slack (const struct pool *pool, size_t end, size_t most) {
  size_t res = 0;
  while (res != most && end + res != pool->size && is_free (pool, end + res))
    res++;
  return res;
}

enum kept { ALL_WITH_SLACK, BINARIES };

// Moves one list from 'from' to 'to'; may drop its large watches.
//
//   returns    slots it takes there
static size_t move_list (struct solver *s, enum kept kept, struct watches *ws,
                         size_t from, size_t to) {
  struct watch *const data = s->pool.data;
  ws->begin = to;
  if (kept == ALL_WITH_SLACK) {
    const size_t n = ws->size + slack (&s->pool, from + ws->size, ws->size / 4);
    memmove (data + to, data + from, n * sizeof *data);
    s->pool.unused += n - ws->size;
    return n;
  }
  const struct watch *w = data + from, *end = w + ws->size;
  struct watch *q = data + to;
  for (; w != end; w++)
    if (w->ref & BINARY_BIT)
      *q++ = *w;
  return ws->size = q - (data + to);
}

// Slides all lists to the front, in the order in which they lie there.
static void compact (struct solver *s, enum kept kept) {
  struct pool *pool = &s->pool;
  size_t to = 0;
  pool->unused = 0;
  tag_lists (s, FIRST);
  for (size_t from = 0; from < pool->size;) {
    if (is_free (pool, from)) {
      from++;
      continue;
    }
    struct watches *ws = untag (s, pool->data + from);
    const size_t size = ws->size;
    to += move_list (s, kept, ws, from, to);
    from += size;
  }
  pool->size = to;
  set_limit (pool);
}

static void put_free (struct pool *pool, size_t begin, size_t n) {
  for (size_t i = 0; i != n; i++)
    pool->data[begin + i] = free_slot;
  pool->unused += n;
}

// Empty lists lie nowhere; they get the room from 'to' on.
static void spread_empty (struct solver *s, const uint32_t *room, size_t to) {
  for_ilits (lit, s)
    if (!s->watches[lit].size) {
      put_free (&s->pool, to, room[lit]);
      s->watches[lit].begin = to;
      to += room[lit];
    }
}

// From the last list on they move towards 'to', so nothing is written over.
static void spread_others (struct solver *s, const uint32_t *room, size_t from,
                           size_t to) {
  struct watch *const data = s->pool.data;
  tag_lists (s, LAST);
  while (from) {
    const ilit lit = data[from - 1].blit;
    struct watches *ws = untag (s, data + from - 1);
    from -= ws->size;
    to -= ws->size + room[lit];
    memmove (data + to, data + from, ws->size * sizeof *data);
    put_free (&s->pool, to + ws->size, room[lit]);
    ws->begin = to;
  }
  assert (!to);
}

// Puts 'room[lit]' free slots behind each list, where there are none yet.
static void spread (struct solver *s, const uint32_t *room) {
  struct pool *pool = &s->pool;
  size_t others = 0, empty = 0;
  assert (!pool->unused);
  for_ilits (lit, s)
    *(s->watches[lit].size ? &others : &empty) += room[lit];
  pool_reserve (pool, others + empty + 1); // never a null pointer
  const size_t from = pool->size, to = from + others;
  pool->size = to + empty;
  spread_others (s, room, from, to);
  spread_empty (s, room, to);
  set_limit (pool);
  note_peak (s);
}

void watches_defrag (struct solver *s) {
  if (s->pool.size < FEW_SLOTS || s->pool.unused < s->pool.size / 4)
    return;
  s->stats.defragmentations++;
  compact (s, ALL_WITH_SLACK);
}

// ------------------------------------------------------------- one list

void watch_push_slow (struct solver *s, ilit lit, struct watch w) {
  struct pool *pool = &s->pool;
  struct watches *ws = s->watches + lit;
  const uint32_t old_size = ws->size;
  const uint32_t room = old_size ? 2 * old_size : 2;
  if (pool->size + room > pool->limit)
    compact (s, ALL_WITH_SLACK);
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
  note_peak (s);
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

// ------------------------------------------------------ watching all clauses

static uint32_t *new_counts (struct solver *s) {
  return mem_calloc (2 * (size_t)s->vars + 1, sizeof (uint32_t));
}

// A free slot behind the list is there by 'spread'.
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
  compact (s, BINARIES);
  spread (s, room);
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
  spread (s, room);
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
  compact (s, BINARIES);
  spread (s, room);
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
