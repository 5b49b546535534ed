// formula.c - a formula as a list of chunks of zero terminated clauses.
#include "cnf/formula.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void formula_fini (struct formula *formula) {
  for_vec (struct formula_chunk, chunk, &formula->chunks)
    mem_free (chunk->lits);
  vec_fini (&formula->chunks);
  *formula = (struct formula){0};
}

void formula_reserve_vars (struct formula *formula, int num_vars) {
  if (formula->num_vars < num_vars)
    formula->num_vars = num_vars;
}

static void count (struct formula *formula, const int *lits, size_t size) {
  int64_t clauses = 0;
  int max = formula->num_vars;
  for (size_t i = 0; i < size; i++) {
    const int var = abs (lits[i]);
    clauses += !var;
    max = var > max ? var : max;
  }
  formula->num_vars = max;
  formula->num_clauses += clauses;
  formula->num_literals += (int64_t)size - clauses;
}

void formula_take (struct formula *formula, int *lits, size_t size) {
  assert (!formula->open);
  if (!size) {
    mem_free (lits);
    return;
  }
  assert (!lits[size - 1]);
  count (formula, lits, size);
  const struct formula_chunk chunk = {lits, size, size};
  vec_push (&formula->chunks, chunk);
}

void formula_copy (struct formula *formula, const int *lits, size_t size) {
  int *copy = mem_alloc (size * sizeof *copy);
  if (size)
    memcpy (copy, lits, size * sizeof *copy);
  formula_take (formula, copy, size);
}

// The literals of the clause that is still open.
static size_t open_lits (const struct formula *formula,
                         const struct formula_chunk *chunk) {
  size_t begin = chunk->size;
  if (formula->open)
    while (begin && chunk->lits[begin - 1])
      begin--;
  return chunk->size - begin;
}

// Small formulas stay small, large ones fill chunk after chunk.
static void enlarge (struct formula_chunk *chunk) {
  chunk->capacity = chunk->capacity ? 2 * chunk->capacity : 64;
  chunk->lits = mem_realloc (chunk->lits, chunk->capacity * sizeof (int));
}

// Starts a chunk and moves the open clause there.
static void start_chunk (struct formula *formula) {
  struct formula_chunk next = {0};
  if (formula->chunks.size) {
    struct formula_chunk *last = &vec_top (&formula->chunks);
    const size_t moved = open_lits (formula, last);
    while (next.capacity <= moved)
      enlarge (&next);
    last->size -= moved;
    memcpy (next.lits, last->lits + last->size, moved * sizeof (int));
    next.size = moved;
  }
  vec_push (&formula->chunks, next);
}

// A clause longer than a chunk grows in a chunk of its own.
static bool is_full (const struct formula *formula,
                     const struct formula_chunk *chunk) {
  return 2 * chunk->size > FORMULA_CHUNK_INTS &&
         open_lits (formula, chunk) < chunk->size;
}

void formula_add (struct formula *formula, int elit) {
  assert (elit >= -FORMULA_MAX_VAR && elit <= FORMULA_MAX_VAR);
  struct formula_chunk *chunk =
      formula->chunks.size ? &vec_top (&formula->chunks) : NULL;
  if (!chunk || (chunk->size == chunk->capacity && is_full (formula, chunk))) {
    start_chunk (formula);
    chunk = &vec_top (&formula->chunks);
  }
  if (chunk->size == chunk->capacity)
    enlarge (chunk);
  chunk->lits[chunk->size++] = elit;
  formula->open = elit != 0;
  formula->num_clauses += !elit;
  formula->num_literals += elit != 0;
  formula_reserve_vars (formula, abs (elit));
}

uint64_t formula_bytes (const struct formula *formula) {
  uint64_t res = formula->chunks.capacity * sizeof *formula->chunks.data;
  for_vec (const struct formula_chunk, chunk, &formula->chunks)
    res += chunk->capacity * sizeof (int);
  return res;
}
