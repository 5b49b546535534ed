// A priority queue of variables, smallest score first.
#ifndef SIMP_ORDER_H
#define SIMP_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct order {
  VEC (uint32_t) heap; // of variables; children of i: 2i+1 and 2i+2
  uint32_t *pos;       // by variable; UINT32_MAX outside
  uint64_t *score;     // by variable
};

void order_init (struct order *, unsigned vars);
void order_fini (struct order *);
void order_enlarge (struct order *, unsigned old_vars, unsigned vars);

static inline bool order_contains (const struct order *o, unsigned idx) {
  return o->pos[idx] != UINT32_MAX;
}

static inline bool order_empty (const struct order *o) {
  return vec_empty (&o->heap);
}

// Sets the score of a variable, which may be in the queue or not yet.
void order_update (struct order *, unsigned idx, uint64_t score);
void order_push (struct order *, unsigned idx); // not in the queue
unsigned order_pop (struct order *);            // not empty

#endif
