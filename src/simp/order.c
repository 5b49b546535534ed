// order.c - a binary heap over indices with decrease and increase of keys.
#include "simp/order.h"

#include <assert.h>

void order_init (struct order *o, unsigned size) {
  memset (o, 0, sizeof *o);
  o->pos = mem_alloc (size * sizeof *o->pos);
  memset (o->pos, 0xff, size * sizeof *o->pos);
  o->score = mem_calloc (size, sizeof *o->score);
}

void order_enlarge (struct order *o, unsigned old_size, unsigned size) {
  o->pos = mem_realloc (o->pos, size * sizeof *o->pos);
  o->score = mem_realloc (o->score, size * sizeof *o->score);
  for (unsigned idx = old_size; idx < size; idx++) {
    o->pos[idx] = UINT32_MAX;
    o->score[idx] = 0;
  }
}

void order_fini (struct order *o) {
  vec_fini (&o->heap);
  mem_free (o->pos);
  mem_free (o->score);
}

static void place (struct order *o, uint32_t i, uint32_t idx) {
  o->heap.data[i] = idx;
  o->pos[idx] = i;
}

static void up (struct order *o, uint32_t idx) {
  uint32_t i = o->pos[idx];
  while (i) {
    const uint32_t parent = (i - 1) / 2, other = o->heap.data[parent];
    if (o->score[other] <= o->score[idx])
      break;
    place (o, i, other);
    i = parent;
  }
  place (o, i, idx);
}

static void down (struct order *o, uint32_t idx) {
  const size_t n = o->heap.size;
  size_t i = o->pos[idx];
  for (size_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n &&
        o->score[o->heap.data[child + 1]] < o->score[o->heap.data[child]])
      child++;
    const uint32_t other = o->heap.data[child];
    if (o->score[idx] <= o->score[other])
      break;
    place (o, i, other);
  }
  place (o, i, idx);
}

void order_update (struct order *o, unsigned idx, uint64_t score) {
  const uint64_t old = o->score[idx];
  o->score[idx] = score;
  if (!order_contains (o, idx) || old == score)
    return;
  if (score < old)
    up (o, idx);
  else
    down (o, idx);
}

void order_push (struct order *o, unsigned idx) {
  assert (!order_contains (o, idx));
  vec_push (&o->heap, idx);
  o->pos[idx] = o->heap.size - 1;
  up (o, idx);
}

unsigned order_pop (struct order *o) {
  assert (!order_empty (o));
  const uint32_t first = o->heap.data[0], last = vec_pop (&o->heap);
  o->pos[first] = UINT32_MAX;
  if (first != last) {
    place (o, 0, last);
    down (o, last);
  }
  return first;
}
