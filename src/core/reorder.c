// reorder.c - now and then pull variables of many short clauses forward.
// Idea     a literal weighs 2^(2-size) for each irredundant clause it is in, a
//          variable the larger of its literals plus twice the smaller; stable
//          mode adds weights to scores, focused mode sorts the queue
// Source   Kissat 4 [BiereFallerFazekasEtAl-SC'24]; weights as in
//          [JeroslowWang-AMAI'90]
// Budget   one pass over the irredundant clauses every reorder_interval times n
//          conflicts
// Needs    level 0
// Proof    none: only the order of decisions changes
// Read     reorder, weigh, reorder_heap, reorder_queue
// Example  (a b) (a c d) (-a b c): a weighs 1.5, -a 0.5, so the variable a 2.5;
//          b 1.5, c 1 and d 0.5
#include "core/internal.h"

#include <stdlib.h>

bool reordering (struct solver *s) {
  if (decision_level (s) || s->stats.conflicts < s->limits.reorder)
    return false;
  return s->opts.reorder > !s->stable;
}

static void add_clause (struct solver *s, const struct clause *c, double *w) {
  unsigned size = 0;
  ilit lit;
  for_lits (lit, c) {
    const int8_t value = s->values[lit];
    if (value > 0)
      return;
    size += !value;
  }
  const double weight = 1.0 / (double)(1ull << (size < 62 ? size - 2 : 60));
  for_lits (lit, c)
    w[lit] += weight;
}

// By literal, then in place by variable.
static double *weigh (struct solver *s) {
  double *w = mem_calloc (2 * (size_t)s->vars, sizeof *w);
  for_clauses (c, s)
    if (!c->garbage && !c->redundant)
      add_clause (s, c, w);
  for_ilits (lit, s) {
    if (!active (s, lit))
      continue;
    for_watches (watch, s, lit)
      w[lit] += (watch->ref & BINARY_BIT) && active (s, watch->blit);
  }
  for_vars (idx, s) {
    const double pos = w[LIT (idx)], neg = w[NOT (LIT (idx))];
    w[idx] = pos > neg ? pos + 2 * neg : neg + 2 * pos;
  }
  s->stats.ticks += core_units (s) / 8;
  return w;
}

struct rank {
  double weight;
  uint32_t stamp, idx;
};

static int compare_rank (const void *p, const void *q) {
  const struct rank *a = p, *b = q;
  if (a->weight != b->weight)
    return a->weight < b->weight ? -1 : 1;
  return (a->stamp > b->stamp) - (a->stamp < b->stamp);
}

static void reorder_queue (struct solver *s, const double *w) {
  VEC (struct rank) ranks = {0};
  for_vars (idx, s)
    if (s->flags[idx].active) {
      const struct rank rank = {w[idx], s->queue.links[idx].stamp, idx};
      vec_push (&ranks, rank);
    }
  if (ranks.size)
    qsort (ranks.data, ranks.size, sizeof *ranks.data, compare_rank);
  for_vec (struct rank, rank, &ranks)
    queue_move_to_front (s, rank->idx);
  vec_fini (&ranks);
}

static void reorder_heap (struct solver *s, const double *w) {
  heap_rescale (s); // the largest score or increment becomes 1
  for_vars (idx, s)
    if (s->flags[idx].active)
      heap_update (s, idx, s->heap.score[idx] + w[idx]);
}

void reorder (struct solver *s) {
  const uint64_t before = s->stats.ticks;
  double *w = weigh (s);
  if (s->stable)
    reorder_heap (s, w);
  else
    reorder_queue (s, w);
  mem_free (w);
  s->stats.reordered++;
  s->limits.reorder =
      s->stats.conflicts + s->opts.reorder_interval * (s->stats.reordered + 1);
  s->other_ticks += s->stats.ticks - before;
}
