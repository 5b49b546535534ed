// Clauses waiting for a place: at most so many literals, best first out, worst
// first thrown away.  Serves the process (exports) and each engine (imports).
//
//   order      length, then glue class, then newest; units are not limited
//   layout     one ring of records per length and glue class, all of one
//              stride, and a bitmap of the rings that are not empty
//   cost       O(size) per clause in and out
#ifndef SHARE_STORE_H
#define SHARE_STORE_H

#include "share/clause.h"

#include <stddef.h>

enum {
  SHARE_GLUE_CLASSES = 8, // glue 1 to 7, and 8 or more
  SHARE_SHELVES = SHARE_MAX_LITS * SHARE_GLUE_CLASSES,
  SHARE_SHELF_WORDS = (SHARE_SHELVES + 63) / 64,
};

struct share_shelf {            // a ring of records
  uint32_t *words;              // id, hash, glue, literals per record
  uint32_t first, count, slots; // slots: 0 or a power of two
};

struct share_store {
  uint64_t capacity_lits, lits; // without units
  uint64_t clauses;             // with units
  uint64_t evicted;             // ever; refused ones too
  struct share_shelf shelves[SHARE_SHELVES];
  uint64_t used[SHARE_SHELF_WORDS]; // bit per shelf that is not empty
  int space[SHARE_MAX_LITS];        // literals of 'clause'
  struct share_clause clause;       // last one popped or peeked
};

void share_store_init (struct share_store *store, uint64_t capacity_lits);
void share_store_fini (struct share_store *store);

// Copies a clause into the store, making room by removing worse ones, or older
// ones of the same length and glue class.
//
//   returns    false if all others are better and there is no room
bool share_store_insert (struct share_store *store,
                         const struct share_clause *clause);

// The best clause.
//
//   returns    borrowed until the next call; NULL if the store is empty
const struct share_clause *share_store_peek (struct share_store *store);
const struct share_clause *share_store_pop (struct share_store *store);

// The longest clause that may still be inserted: one that fills the room left,
// or as long as the worst one.
unsigned share_store_max_size (const struct share_store *store);

bool share_store_check (const struct share_store *store); // walks over all

#endif
