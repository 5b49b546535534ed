// formula.c - a formula as a list of chunks of packed clauses.
// Idea     literals of a clause are near each other in most formulas, and all
//          of them are kept at rank 0 to the end, to check the model
#include "cnf/formula.h"

#include "base/varint.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void formula_fini (struct formula *formula) {
  for_vec (struct formula_chunk, chunk, &formula->chunks)
    mem_free (chunk->bytes);
  vec_fini (&formula->chunks);
  *formula = (struct formula){0};
}

void formula_reserve_vars (struct formula *formula, int num_vars) {
  if (formula->num_vars < num_vars)
    formula->num_vars = num_vars;
}

/*------------------------------------------------------------------------*/
// Coding.

static inline uint8_t *put_lit (uint8_t *p, int elit, int *last) {
  const int var = abs (elit);
  const int64_t d = (int64_t)var - *last;
  uint64_t code = d < 0 ? -2 * d - 1 : 2 * d;
  code = 2 * code + 1 + (elit < 0);
  *last = var;
  return varint_put (p, code);
}

// Of a code above 0: the variable's difference to the one before.
static inline int64_t code_difference (uint64_t code) {
  const uint64_t z = (code - 1) >> 1;
  return (int64_t)(z >> 1) ^ -(int64_t)(z & 1);
}

static inline bool code_negative (uint64_t code) {
  return !(code & 1);
}

/*------------------------------------------------------------------------*/
// Adding.

static void enlarge (struct formula_chunk *chunk, size_t bytes) {
  size_t capacity = chunk->capacity ? chunk->capacity : 64;
  while (capacity < chunk->size + bytes)
    capacity *= 2;
  if (capacity == chunk->capacity)
    return;
  chunk->bytes = mem_realloc (chunk->bytes, capacity);
  chunk->capacity = capacity;
}

static struct formula_chunk *new_chunk (struct formula *formula) {
  const struct formula_chunk chunk = {0};
  vec_push (&formula->chunks, chunk);
  formula->last = 0;
  return &vec_top (&formula->chunks);
}

static inline void put (struct formula *formula, struct formula_chunk *chunk,
                        int elit) {
  assert (elit >= -FORMULA_MAX_VAR && elit <= FORMULA_MAX_VAR);
  if (chunk->size + VARINT_MAX_LIT_BYTES > chunk->capacity)
    enlarge (chunk, VARINT_MAX_LIT_BYTES);
  uint8_t *p = chunk->bytes + chunk->size;
  if (elit) {
    chunk->size = put_lit (p, elit, &formula->last) - chunk->bytes;
    formula->num_literals++;
    formula_reserve_vars (formula, formula->last);
  } else {
    *p = 0;
    chunk->size++;
    formula->num_clauses++;
  }
  formula->open = elit != 0;
}

static void trim (struct formula_chunk *chunk) {
  chunk->bytes = mem_realloc (chunk->bytes, chunk->size);
  chunk->capacity = chunk->size;
}

// Memory that no byte is written to costs nothing.
void formula_append (struct formula *formula, const int *lits, size_t size) {
  assert (!formula->open);
  if (!size)
    return;
  assert (!lits[size - 1]);
  uint8_t *const bytes = mem_alloc (VARINT_MAX_LIT_BYTES * size), *p = bytes;
  int64_t clauses = 0;
  int max = 0, last = 0;
  for (size_t i = 0; i < size; i++)
    if (lits[i]) {
      p = put_lit (p, lits[i], &last);
      max = last > max ? last : max;
    } else {
      *p++ = 0;
      clauses++;
    }
  struct formula_chunk *chunk = new_chunk (formula);
  *chunk =
      (struct formula_chunk){bytes, p - bytes, VARINT_MAX_LIT_BYTES * size};
  trim (chunk);
  formula->num_clauses += clauses;
  formula->num_literals += (int64_t)size - clauses;
  formula_reserve_vars (formula, max);
}

// Small formulas stay small, large ones fill chunk after chunk.  A long clause
// makes its chunk longer.
void formula_add (struct formula *formula, int elit) {
  struct formula_chunk *chunk =
      formula->chunks.size ? &vec_top (&formula->chunks) : NULL;
  if (!chunk || (!formula->open && chunk->size >= FORMULA_CHUNK_BYTES)) {
    if (chunk)
      trim (chunk);
    chunk = new_chunk (formula);
  }
  put (formula, chunk, elit);
}

bool formula_take (struct formula *formula, uint8_t *bytes, size_t size) {
  int64_t clauses = 0, literals = 0, var = 0, max = 0;
  assert (!formula->open);
  if (!size || bytes[size - 1])
    return false;
  for (const uint8_t *p = bytes, *end = bytes + size; p != end;) {
    uint64_t code;
    if (!(p = varint_get_checked (p, end, &code)))
      return false;
    clauses += !code;
    literals += code > 0;
    var += code ? code_difference (code) : 0;
    if (var > FORMULA_MAX_VAR || (code && var < 1))
      return false;
    max = var > max ? var : max;
  }
  *new_chunk (formula) = (struct formula_chunk){bytes, size, size};
  formula->num_clauses += clauses;
  formula->num_literals += literals;
  formula_reserve_vars (formula, (int)max);
  return true;
}

/*------------------------------------------------------------------------*/
// Reading.

void formula_leave (struct formula_cursor *cursor) {
  vec_fini (&cursor->lits);
}

static bool find_clause (const struct formula *formula,
                         struct formula_cursor *cursor) {
  while (cursor->chunk < formula->chunks.size) {
    if (cursor->position < formula->chunks.data[cursor->chunk].size)
      return true;
    cursor->chunk++;
    cursor->position = 0;
    cursor->last = 0;
  }
  return false;
}

bool formula_next (const struct formula *formula, struct formula_cursor *cursor,
                   const int **lits, size_t *size) {
  if (!find_clause (formula, cursor)) {
    formula_leave (cursor);
    return false;
  }
  const struct formula_chunk *chunk = &formula->chunks.data[cursor->chunk];
  const uint8_t *p = chunk->bytes + cursor->position;
  int var = cursor->last;
  vec_clear (&cursor->lits);
  while (*p) {
    uint64_t code;
    p = varint_get (p, &code);
    var += (int)code_difference (code);
    vec_push (&cursor->lits, code_negative (code) ? -var : var);
  }
  cursor->last = var;
  *size = cursor->lits.size;
  vec_push (&cursor->lits, 0);
  *lits = cursor->lits.data;
  cursor->position = (size_t)(p + 1 - chunk->bytes);
  return true;
}
