// A formula in memory: its clauses as DIMACS literals, each ended by a zero,
// in a list of chunks.
//
//   memory     4 bytes a literal and a clause; a list of chunks instead of one
//              doubling array, so no more than a chunk is ever spare
//   chunk      whole clauses; at most FORMULA_CHUNK_INTS integers unless a
//              single clause is longer, which then has a chunk of its own
//   clauses    kept as read: duplicate literals and tautologies included
#ifndef CNF_FORMULA_H
#define CNF_FORMULA_H

#include "base/vec.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  FORMULA_CHUNK_INTS = 1 << 18, // 1 MiB
  FORMULA_MAX_VAR = INT_MAX - 1
};

struct formula_chunk {
  int *lits; // owned; ends with a zero
  size_t size, capacity;
};

struct formula { // all zero is the empty formula
  int num_vars;  // largest variable used or announced by the header
  int64_t num_clauses;
  int64_t num_literals; // without the zeroes
  VEC (struct formula_chunk) chunks;
  bool open; // the last clause has no zero yet (formula_add)
};

void formula_fini (struct formula *formula);

// Appends a chunk and counts its clauses, literals and variables.
//
//   lits       takes ownership; from mem_alloc; whole clauses
//   size       integers including the zeroes; 0 is allowed
void formula_take (struct formula *formula, int *lits, size_t size);

// The same with a copy of borrowed literals.
void formula_copy (struct formula *formula, const int *lits, size_t size);

// Appends one literal, or ends the clause with 0.
void formula_add (struct formula *formula, int elit);

// Announces variables beyond those used.
void formula_reserve_vars (struct formula *formula, int num_vars);

uint64_t formula_bytes (const struct formula *formula); // allocated

// Walks over the clauses in order:
//
//   struct formula_cursor cursor = {0};
//   const int *lits;
//   size_t size;
//   while (formula_next (formula, &cursor, &lits, &size)) ...
//
//   lits       borrowed; 'size' literals and a zero
struct formula_cursor {
  size_t chunk, position;
};

static inline bool formula_next (const struct formula *formula,
                                 struct formula_cursor *cursor,
                                 const int **lits, size_t *size) {
  while (cursor->chunk < formula->chunks.size) {
    const struct formula_chunk *chunk = &formula->chunks.data[cursor->chunk];
    if (cursor->position < chunk->size) {
      const int *begin = chunk->lits + cursor->position, *p = begin;
      while (*p)
        p++;
      *lits = begin;
      *size = (size_t)(p - begin);
      cursor->position += *size + 1;
      return true;
    }
    cursor->chunk++;
    cursor->position = 0;
  }
  return false;
}

#endif
