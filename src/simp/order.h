// A priority queue of variables or literals, smallest score first.
#ifndef SIMP_ORDER_H
#define SIMP_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct order {
  VEC (uint32_t) heap; // of indices; children of i: 2i+1 and 2i+2
  uint32_t *pos;       // by index; UINT32_MAX outside
  uint64_t *score;     // by index
};

// Indices are below 'size'.
void order_init (struct order *, unsigned size);
void order_fini (struct order *);
void order_enlarge (struct order *, unsigned old_size, unsigned size);

static inline bool order_contains (const struct order *o, unsigned idx) {
  return o->pos[idx] != UINT32_MAX;
}

static inline bool order_empty (const struct order *o) {
  return vec_empty (&o->heap);
}

// Sets the score of an index, which may be in the queue or not yet.
void order_update (struct order *, unsigned idx, uint64_t score);
void order_push (struct order *, unsigned idx); // not in the queue
unsigned order_pop (struct order *);            // not empty

#endif
