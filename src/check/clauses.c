// clauses.c - the live clauses: an arena, and a hash table from ids to places.
//
// Memory stays proportional to the live clauses: once half of the arena is
// deleted clauses, the others move together.  The ids come from a stranger, so
// the table is blind.
#include "check/internal.h"

enum { MIN_WASTED = 1 << 16 };

static size_t words (size_t size) {
  return (sizeof (struct clause) / sizeof (uint32_t) + size + 1) & ~(size_t)1;
}

static struct clause *at (const struct clauses *clauses, size_t place) {
  return (struct clause *)(clauses->arena.data + place);
}

void clauses_init (struct clauses *clauses) {
  hash_map_blind (&clauses->places);
  clauses->uncounted = UINT32_MAX;
}

void clauses_fini (struct clauses *clauses) {
  vec_fini (&clauses->arena);
  vec_fini (&clauses->counts);
  hash_map_fini (&clauses->places);
}

static void count (struct clauses *clauses, const struct clause *clause,
                   int delta) {
  for (uint32_t i = 0; i < clause->size; i++) {
    if (clause->lits[i] < clauses->uncounted)
      continue;
    const size_t index = clause->lits[i] - clauses->uncounted;
    if (index >= clauses->counts.size)
      vec_resize (&clauses->counts, index + 1);
    clauses->counts.data[index] += delta;
  }
}

static void count_from (struct clauses *clauses, uint32_t lit) {
  clauses->uncounted = lit;
  vec_clear (&clauses->counts);
  struct clause *clause;
  for (size_t place = 0; (clause = clauses_next (clauses, &place));)
    if (clause->id)
      count (clauses, clause, 1);
}

size_t clauses_count (struct clauses *clauses, uint32_t lit) {
  if (lit < clauses->uncounted)
    count_from (clauses, lit < clauses->new_lits ? 0 : clauses->new_lits);
  const size_t index = lit - clauses->uncounted;
  return index < clauses->counts.size ? clauses->counts.data[index] : 0;
}

void clauses_add (struct clauses *clauses, uint64_t id, const uint32_t *lits,
                  size_t size) {
  const size_t place = clauses->arena.size;
  vec_reserve (&clauses->arena, place + words (size));
  clauses->arena.size = place + words (size);
  if (clauses->peak < clauses->arena.size)
    clauses->peak = clauses->arena.size;
  struct clause *clause = at (clauses, place);
  clause->id = id;
  clause->size = size;
  clause->covered = 0;
  if (size)
    memcpy (clause->lits, lits, size * sizeof *lits);
  *hash_map_insert (&clauses->places, id, NULL) = place;
  if (clauses->uncounted < UINT32_MAX)
    count (clauses, clause, 1);
}

struct clause *clauses_find (const struct clauses *clauses, uint64_t id) {
  const uint64_t *place = hash_map_find (&clauses->places, id);
  return place ? at (clauses, *place) : NULL;
}

struct clause *clauses_next (struct clauses *clauses, size_t *place) {
  if (*place == clauses->arena.size)
    return NULL;
  struct clause *clause = at (clauses, *place);
  *place += words (clause->size);
  clauses->scanned += words (clause->size);
  return clause;
}

static void compact (struct clauses *clauses) {
  size_t from = 0, to = 0;
  struct clause *clause;
  while ((clause = clauses_next (clauses, &from))) {
    const size_t n = words (clause->size);
    if (!clause->id)
      continue;
    *hash_map_find (&clauses->places, clause->id) = to;
    memmove (at (clauses, to), clause, n * sizeof (uint32_t));
    to += n;
  }
  clauses->arena.size = to;
  clauses->wasted = 0;
}

bool clauses_delete (struct clauses *clauses, uint64_t id) {
  struct clause *clause = clauses_find (clauses, id);
  if (!clause)
    return false;
  if (clauses->uncounted < UINT32_MAX)
    count (clauses, clause, -1);
  clause->id = 0;
  clauses->wasted += words (clause->size);
  hash_map_remove (&clauses->places, id);
  if (clauses->wasted > MIN_WASTED && clauses->wasted > clauses->arena.size / 2)
    compact (clauses);
  return true;
}
