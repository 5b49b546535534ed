// A formula in memory: its clauses in order, packed, in a list of chunks.
//
//   format     per literal the varint of 1 + 2 * z + (1 if negative), where z
//              codes the difference d to the variable before (0 at the start of
//              a chunk): 2 d, or -2 d - 1 if negative; a clause ends with 0
//   varint     base/varint.h; no other byte than the end of a clause is zero
//   memory     1 to 2 bytes a literal in structured formulas, 3 in random ones
//              with a million variables, and a byte a clause; chunks instead of
//              one doubling array, so no more than a chunk is ever spare
//   chunk      whole clauses
//   clauses    kept as read: duplicate literals and tautologies included
#ifndef CNF_FORMULA_H
#define CNF_FORMULA_H

#include "base/vec.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  FORMULA_CHUNK_INTS = 1 << 18, // of a parser: 1 MiB
  FORMULA_CHUNK_BYTES = 1 << 19,
  FORMULA_MAX_VAR = INT_MAX - 1
};

struct formula_chunk {
  uint8_t *bytes; // owned; ends with a zero
  size_t size, capacity;
};

struct formula { // all zero is the empty formula
  int num_vars;  // largest variable used or announced by the header
  int64_t num_clauses;
  int64_t num_literals; // without the zeroes
  VEC (struct formula_chunk) chunks;
  int last;  // variable before, in the last chunk (formula_add)
  bool open; // the last clause has no zero yet (formula_add)
};

void formula_fini (struct formula *formula);

// Appends clauses as a chunk of its own.
//
//   lits       borrowed; whole clauses, each ended by a zero
//   size       integers including the zeroes; 0 is allowed
void formula_append (struct formula *formula, const int *lits, size_t size);

// Appends a chunk that is packed already, and counts what is in it.
//
//   bytes      takes ownership; from mem_alloc; not empty
//   returns    false, with nothing taken, if it is no chunk
bool formula_take (struct formula *formula, uint8_t *bytes, size_t size);

// Appends one literal, or ends the clause with 0.
void formula_add (struct formula *formula, int elit);

// Announces variables beyond those used.
void formula_reserve_vars (struct formula *formula, int num_vars);

// Walks over the clauses in order:
//
//   struct formula_cursor cursor = {0};
//   const int *lits;
//   size_t size;
//   while (formula_next (formula, &cursor, &lits, &size)) ...
//
//   lits       valid until the next call; 'size' literals and a zero
//
// The cursor owns memory until it is at the end; who stops before calls
// 'formula_leave'.
struct formula_cursor {
  size_t chunk, position;
  int last; // variable before
  VEC (int) lits;
};

bool formula_next (const struct formula *formula, struct formula_cursor *cursor,
                   const int **lits, size_t *size);
void formula_leave (struct formula_cursor *cursor);

#endif
