// bump.c - variables seen in a conflict become more likely decisions.
// Idea     stable mode raises scores, focused mode moves variables to the front
//          of the queue in the order they had there
// Source   [MoskewiczEtAl-DAC'01], [BiereFrohlich-SAT'15]; reason side literals
//          [LiangEtAl-SAT'16]
#include "core/internal.h"

#define MAX_SCORE 1e150

static void bump_score (struct solver *s, unsigned idx) {
  const double score = s->heap.score[idx] + s->heap.inc;
  heap_update (s, idx, score);
  if (score > MAX_SCORE)
    heap_rescale (s);
}

static void decay_scores (struct solver *s) {
  s->heap.inc /= 1 - s->opts.decay * 1e-3;
  if (s->heap.inc > MAX_SCORE)
    heap_rescale (s);
}

static void insertion_sort (uint64_t *a, size_t n) {
  for (size_t i = 1; i < n; i++) {
    const uint64_t x = a[i];
    size_t j = i;
    for (; j && a[j - 1] > x; j--)
      a[j] = a[j - 1];
    a[j] = x;
  }
}

// Byte-wise radix sort by the stamps in the upper halves; bytes in which all
// keys agree are skipped.
static void radix_sort (struct solver *s) {
  const size_t n = s->ranks.size;
  vec_reserve (&s->ranks_tmp, n);
  uint64_t *from = s->ranks.data, *to = s->ranks_tmp.data;
  for (unsigned shift = 32; shift != 64; shift += 8) {
    size_t count[256] = {0};
    for (size_t i = 0; i != n; i++)
      count[(from[i] >> shift) & 255]++;
    if (count[(from[0] >> shift) & 255] == n)
      continue;
    size_t pos = 0;
    for (unsigned b = 0; b != 256; b++) {
      const size_t c = count[b];
      count[b] = pos;
      pos += c;
    }
    for (size_t i = 0; i != n; i++)
      to[count[(from[i] >> shift) & 255]++] = from[i];
    uint64_t *const tmp = from;
    from = to;
    to = tmp;
  }
  if (from != s->ranks.data)
    memcpy (s->ranks.data, from, n * sizeof *from);
}

// Around 40 keys both take as long (callgrind, 3-SAT and Costas arrays).
static void sort_ranks (struct solver *s) {
  if (s->ranks.size <= 40)
    insertion_sort (s->ranks.data, s->ranks.size);
  else
    radix_sort (s);
}

static void bump_queue (struct solver *s) {
  vec_clear (&s->ranks);
  for_vec (uint32_t, idx, &s->analyzed)
    vec_push (&s->ranks, (uint64_t)s->queue.links[*idx].stamp << 32 | *idx);
  sort_ranks (s);
  for_vec (uint64_t, rank, &s->ranks)
    if (s->flags[(uint32_t)*rank].active) // not fixed meanwhile
      queue_move_to_front (s, (uint32_t)*rank);
}

void bump_analyzed (struct solver *s) {
  if (!s->stable) {
    bump_queue (s);
    return;
  }
  for_vec (uint32_t, idx, &s->analyzed)
    if (s->flags[*idx].active)
      bump_score (s, *idx);
  decay_scores (s);
}
