// store.c - clauses by length and glue, best first out, worst first dropped.
// Idea     one ring per length and glue class: newest out at the back, oldest
//          dropped at the front, so all operations cost one copy
// Source   buckets per length under one literal budget:
//          [SchreiberSanders-SAT'21]
// Differs  within a length the glue class decides, then the age
#include "share/store.h"

#include "base/memory.h"

#include <assert.h>

enum { RECORD_WORDS = 5 }; // id (2), hash (2), glue; then the literals

void share_store_init (struct share_store *store, uint64_t capacity_lits) {
  memset (store, 0, sizeof *store);
  store->capacity_lits = capacity_lits;
}

void share_store_fini (struct share_store *store) {
  for (unsigned i = 0; i < SHARE_SHELVES; i++)
    mem_free (store->shelves[i].words);
  memset (store, 0, sizeof *store);
}

static unsigned shelf_index (unsigned size, unsigned glue) {
  assert (size && size <= SHARE_MAX_LITS);
  const unsigned top = SHARE_GLUE_CLASSES;
  const unsigned class = glue < 1 ? 1 : glue > top ? top : glue;
  return (size - 1) * top + class - 1;
}

static unsigned shelf_size (unsigned index) { // literals of its clauses
  assert (index < SHARE_SHELVES);
  return index / SHARE_GLUE_CLASSES + 1;
}

static unsigned stride (unsigned index) {
  return RECORD_WORDS + shelf_size (index);
}

static bool best (const struct share_store *store, unsigned *index) {
  for (unsigned i = 0; i < SHARE_SHELF_WORDS; i++)
    if (store->used[i])
      return *index = 64 * i + __builtin_ctzll (store->used[i]), true;
  return false;
}

// The last shelf in use; units are never the worst, being free.
static bool worst (const struct share_store *store, unsigned *index) {
  for (unsigned i = SHARE_SHELF_WORDS; i--;)
    if (store->used[i]) {
      *index = 64 * i + 63 - __builtin_clzll (store->used[i]);
      return shelf_size (*index) > 1;
    }
  return false;
}

/*------------------------------------------------------------------------*/

static uint32_t *record (const struct share_shelf *shelf, unsigned index,
                         uint32_t i) {
  assert (i < shelf->slots);
  const uint32_t slot = (shelf->first + i) & (shelf->slots - 1);
  return shelf->words + (size_t)slot * stride (index);
}

static void resize (struct share_shelf *shelf, unsigned index, uint32_t slots) {
  assert (shelf->count <= slots && !(slots & (slots - 1)));
  const size_t bytes = stride (index) * sizeof (uint32_t);
  uint32_t *words = slots ? mem_alloc (slots * bytes) : NULL;
  for (uint32_t i = 0; i < shelf->count; i++)
    memcpy (words + (size_t)i * stride (index), record (shelf, index, i),
            bytes);
  mem_free (shelf->words);
  shelf->words = words;
  shelf->first = 0;
  shelf->slots = slots;
}

// Gives memory back when a quarter is in use, so that the sum over all shelves
// stays in proportion to the budget.
static void shrink (struct share_shelf *shelf, unsigned index) {
  if (!shelf->count)
    resize (shelf, index, 0);
  else if (shelf->slots > 8 && shelf->count <= shelf->slots / 4)
    resize (shelf, index, shelf->slots / 2);
}

static void account (struct share_store *store, unsigned index, int clauses) {
  const unsigned size = shelf_size (index);
  store->clauses += (int64_t)clauses;
  if (size > 1)
    store->lits += (int64_t)clauses * size;
  const uint64_t bit = 1ull << (index % 64);
  if (store->shelves[index].count)
    store->used[index / 64] |= bit;
  else
    store->used[index / 64] &= ~bit;
}

static void push_back (struct share_store *store, unsigned index,
                       const struct share_clause *clause) {
  struct share_shelf *shelf = store->shelves + index;
  assert (clause->size == shelf_size (index));
  if (shelf->count == shelf->slots)
    resize (shelf, index, shelf->slots ? 2 * shelf->slots : 4);
  uint32_t *words = record (shelf, index, shelf->count++);
  memcpy (words, &clause->id, 8);
  memcpy (words + 2, &clause->hash, 8);
  words[4] = clause->glue;
  memcpy (words + RECORD_WORDS, clause->lits, clause->size * sizeof (int));
  account (store, index, 1);
}

static void drop_front (struct share_store *store, unsigned index) {
  struct share_shelf *shelf = store->shelves + index;
  assert (shelf->count);
  shelf->first = (shelf->first + 1) & (shelf->slots - 1);
  shelf->count--;
  account (store, index, -1);
  shrink (shelf, index);
  store->evicted++;
}

/*------------------------------------------------------------------------*/

static bool make_room (struct share_store *store, unsigned index) {
  unsigned last;
  const unsigned size = shelf_size (index);
  while (store->lits + size > store->capacity_lits) {
    if (!worst (store, &last) || last < index)
      return false;
    drop_front (store, last);
  }
  return true;
}

bool share_store_insert (struct share_store *store,
                         const struct share_clause *clause) {
  assert (clause->size && clause->size <= SHARE_MAX_LITS);
  const unsigned index = shelf_index (clause->size, clause->glue);
  if (clause->size > 1 && !make_room (store, index)) {
    store->evicted++;
    return false;
  }
  push_back (store, index, clause);
  assert (store->lits <= store->capacity_lits);
  return true;
}

static const struct share_clause *view (struct share_store *store,
                                        unsigned index) {
  const struct share_shelf *shelf = store->shelves + index;
  assert (shelf->count);
  const uint32_t *words = record (shelf, index, shelf->count - 1);
  struct share_clause *clause = &store->clause;
  memcpy (&clause->id, words, 8);
  memcpy (&clause->hash, words + 2, 8);
  clause->glue = words[4];
  clause->size = shelf_size (index);
  clause->lits = store->space;
  memcpy (store->space, words + RECORD_WORDS, clause->size * sizeof (int));
  return clause;
}

const struct share_clause *share_store_peek (struct share_store *store) {
  unsigned index;
  return best (store, &index) ? view (store, index) : NULL;
}

const struct share_clause *share_store_pop (struct share_store *store) {
  unsigned index;
  if (!best (store, &index))
    return NULL;
  view (store, index);
  struct share_shelf *shelf = store->shelves + index;
  shelf->count--;
  account (store, index, -1);
  shrink (shelf, index);
  return &store->clause;
}

unsigned share_store_max_size (const struct share_store *store) {
  unsigned last;
  const unsigned least = worst (store, &last) ? shelf_size (last) : 1;
  assert (store->lits <= store->capacity_lits);
  const uint64_t room = store->capacity_lits - store->lits;
  return room >= SHARE_MAX_LITS ? SHARE_MAX_LITS : room > least ? room : least;
}

static bool check_shelf (const struct share_shelf *shelf, unsigned index) {
  if (shelf->count > shelf->slots || (shelf->slots & (shelf->slots - 1)))
    return false;
  for (uint32_t i = 0; i < shelf->count; i++)
    if (shelf_index (shelf_size (index), record (shelf, index, i)[4]) != index)
      return false;
  return true;
}

bool share_store_check (const struct share_store *store) {
  uint64_t lits = 0, clauses = 0;
  for (unsigned i = 0; i < SHARE_SHELVES; i++) {
    const struct share_shelf *shelf = store->shelves + i;
    const bool used = store->used[i / 64] >> (i % 64) & 1;
    if (used != !!shelf->count || !check_shelf (shelf, i))
      return false;
    clauses += shelf->count;
    lits += shelf_size (i) > 1 ? (uint64_t)shelf->count * shelf_size (i) : 0;
  }
  return lits == store->lits && clauses == store->clauses &&
         lits <= store->capacity_lits;
}
