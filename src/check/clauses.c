// clauses.c - the live clauses: an arena, and a hash table from ids to places.
//
// Memory stays proportional to the live clauses: once half of the arena is
// deleted clauses, the others move together.
#include "check/internal.h"

enum { MIN_WASTED = 1 << 16 };

static size_t words (size_t size) {
  return (sizeof (struct clause) / sizeof (uint32_t) + size + 1) & ~(size_t)1;
}

static struct clause *at (const struct clauses *clauses, size_t place) {
  return (struct clause *)(clauses->arena.data + place);
}

void clauses_fini (struct clauses *clauses) {
  vec_fini (&clauses->arena);
  hash_map_fini (&clauses->places);
  hash_map_fini (&clauses->occurrences);
}

void clauses_count_new (struct clauses *clauses) {
  struct clause *clause;
  for (size_t place = 0; (clause = clauses_next (clauses, &place));)
    for (uint32_t i = 0; i < clause->size; i++)
      if (clause->lits[i] > clauses->formula_lits)
        clauses->formula_lits = clause->lits[i];
  clauses->formula_lits |= 1;
  clauses->counting = true;
}

uint64_t clauses_count (const struct clauses *clauses, uint32_t lit) {
  const uint64_t *count = hash_map_find (&clauses->occurrences, lit);
  return count ? *count : 0;
}

static void count (struct clauses *clauses, const struct clause *clause,
                   int delta) {
  for (uint32_t i = 0; i < clause->size; i++) {
    const uint32_t lit = clause->lits[i];
    if (lit <= clauses->formula_lits)
      continue;
    uint64_t *n = hash_map_insert (&clauses->occurrences, lit, NULL);
    if (!(*n += delta))
      hash_map_remove (&clauses->occurrences, lit);
  }
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
  if (clauses->counting)
    count (clauses, clause, 1);
}

struct clause *clauses_find (const struct clauses *clauses, uint64_t id) {
  const uint64_t *place = hash_map_find (&clauses->places, id);
  return place ? at (clauses, *place) : NULL;
}

struct clause *clauses_next (const struct clauses *clauses, size_t *place) {
  if (*place == clauses->arena.size)
    return NULL;
  struct clause *clause = at (clauses, *place);
  *place += words (clause->size);
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
  if (clauses->counting)
    count (clauses, clause, -1);
  clause->id = 0;
  clauses->wasted += words (clause->size);
  hash_map_remove (&clauses->places, id);
  if (clauses->wasted > MIN_WASTED && clauses->wasted > clauses->arena.size / 2)
    compact (clauses);
  return true;
}
