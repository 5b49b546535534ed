// decide.c - which variable next, and with which value.
// Idea     focused mode takes the most recently bumped variable (VMTF queue),
//          stable mode the one of highest score (VSIDS heap); phases come from
//          target, saved or initial values
// Source   [BiereFrohlich-SAT'15]; target phases [BiereFleury-POS'20]
#include "core/internal.h"

// ------------------------------------------------------------------ queue

#define NONE UINT32_MAX

static void link_last (struct queue *q, unsigned idx) {
  struct link *l = q->links + idx;
  l->prev = q->last;
  l->next = NONE;
  if (q->last != NONE)
    q->links[q->last].next = idx;
  else
    q->first = idx;
  q->last = idx;
}

static void unlink_index (struct queue *q, unsigned idx) {
  const struct link l = q->links[idx];
  if (l.prev != NONE)
    q->links[l.prev].next = l.next;
  else
    q->first = l.next;
  if (l.next != NONE)
    q->links[l.next].prev = l.prev;
  else
    q->last = l.prev;
}

// Stamps order the queue; on overflow they are given out anew.
static void number_queue (struct queue *q) {
  q->stamp = 0;
  for (uint32_t i = q->first; i != NONE; i = q->links[i].next)
    q->links[i].stamp = ++q->stamp;
}

static uint32_t next_stamp (struct queue *q) {
  if (q->stamp == UINT32_MAX)
    number_queue (q);
  return ++q->stamp;
}

void queue_enqueue (struct solver *s, unsigned idx) {
  struct queue *q = &s->queue;
  link_last (q, idx);
  q->links[idx].stamp = next_stamp (q);
  if (!s->values[LIT (idx)])
    q->search = idx;
}

void queue_dequeue (struct solver *s, unsigned idx) {
  struct queue *q = &s->queue;
  if (q->search == idx) {
    const struct link l = q->links[idx];
    q->search = l.prev != NONE ? l.prev : l.next;
  }
  unlink_index (q, idx);
}

void queue_move_to_front (struct solver *s, unsigned idx) {
  struct queue *q = &s->queue;
  if (q->last == idx)
    return;
  const bool searched = q->search == idx;
  if (searched)
    q->search =
        q->links[idx].prev != NONE ? q->links[idx].prev : q->links[idx].next;
  unlink_index (q, idx);
  link_last (q, idx);
  q->links[idx].stamp = next_stamp (q);
  if (!s->values[LIT (idx)])
    q->search = idx;
}

static void link_first (struct queue *q, unsigned idx) {
  struct link *l = q->links + idx;
  l->prev = NONE;
  l->next = q->first;
  if (q->first != NONE)
    q->links[q->first].prev = idx;
  else
    q->last = idx;
  q->first = idx;
}

void queue_demote (struct solver *s, unsigned first) {
  struct queue *q = &s->queue;
  for (unsigned idx = first; idx < s->vars; idx++)
    if (s->flags[idx].active) {
      unlink_index (q, idx);
      link_first (q, idx);
    }
  number_queue (q);
  queue_reset_search (s);
}

void queue_reset_search (struct solver *s) {
  s->queue.search = s->queue.last;
}

// ------------------------------------------------------------------- heap

static bool above (const struct heap *h, unsigned a, unsigned b) {
  return h->score[a] > h->score[b];
}

static void place (struct heap *h, size_t pos, unsigned idx) {
  h->stack.data[pos] = idx;
  h->pos[idx] = pos;
}

static void sift_up (struct heap *h, unsigned idx) {
  size_t pos = h->pos[idx];
  while (pos) {
    const size_t up = (pos - 1) / 2;
    const unsigned parent = h->stack.data[up];
    if (!above (h, idx, parent))
      break;
    place (h, pos, parent);
    pos = up;
  }
  place (h, pos, idx);
}

static void sift_down (struct heap *h, unsigned idx) {
  size_t pos = h->pos[idx];
  const size_t size = h->stack.size;
  for (;;) {
    size_t child = 2 * pos + 1;
    if (child >= size)
      break;
    if (child + 1 < size &&
        above (h, h->stack.data[child + 1], h->stack.data[child]))
      child++;
    const unsigned next = h->stack.data[child];
    if (!above (h, next, idx))
      break;
    place (h, pos, next);
    pos = child;
  }
  place (h, pos, idx);
}

void heap_push (struct solver *s, unsigned idx) {
  struct heap *h = &s->heap;
  assert (!heap_contains (h, idx));
  h->pos[idx] = h->stack.size;
  vec_push (&h->stack, idx);
  sift_up (h, idx);
}

void heap_remove (struct solver *s, unsigned idx) {
  struct heap *h = &s->heap;
  if (!heap_contains (h, idx))
    return;
  const size_t pos = h->pos[idx];
  const unsigned last = vec_pop (&h->stack);
  h->pos[idx] = UINT32_MAX;
  if (last == idx)
    return;
  place (h, pos, last);
  sift_up (h, last);
  sift_down (h, last);
}

void heap_update (struct solver *s, unsigned idx, double score) {
  struct heap *h = &s->heap;
  const double old = h->score[idx];
  h->score[idx] = score;
  if (!heap_contains (h, idx))
    return;
  if (score > old)
    sift_up (h, idx);
  else
    sift_down (h, idx);
}

void heap_rescale (struct solver *s) {
  struct heap *h = &s->heap;
  double max = h->inc;
  for_vars (idx, s)
    if (h->score[idx] > max)
      max = h->score[idx];
  for_vars (idx, s)
    h->score[idx] /= max;
  h->inc /= max;
}

void heap_fill (struct solver *s) {
  for_vars (idx, s)
    if (s->flags[idx].active && !heap_contains (&s->heap, idx))
      heap_push (s, idx);
}

// -------------------------------------------------------------- decisions

static unsigned next_queued (struct solver *s) {
  struct queue *q = &s->queue;
  unsigned idx = q->search;
  while (s->values[LIT (idx)])
    idx = q->links[idx].prev;
  q->search = idx;
  return idx;
}

static unsigned next_scored (struct solver *s) {
  struct heap *h = &s->heap;
  for (;;) {
    const unsigned idx = h->stack.data[0];
    if (!s->values[LIT (idx)])
      return idx;
    heap_remove (s, idx);
  }
}

// Some random decisions now and then diversify the trail
// [BiereFallerFazekasEtAl-SC'24].
static unsigned next_random (struct solver *s) {
  if (!s->opts.random_decisions || s->stable || !s->saving)
    return NONE;
  if (!s->random_left) {
    if (decision_level (s) || s->stats.conflicts < s->limits.random)
      return NONE;
    random_burst_start (s);
  }
  for (int tries = 0; tries != 64; tries++) {
    const unsigned idx = rng_below (&s->rng, s->vars);
    if (s->flags[idx].active && !s->values[LIT (idx)]) {
      s->stats.random_decisions++;
      return idx;
    }
  }
  return NONE;
}

unsigned decide_next (struct solver *s) {
  const unsigned idx = next_random (s);
  if (idx != NONE)
    return idx;
  return s->stable ? next_scored (s) : next_queued (s);
}

// In two of eight focused phases all decisions take the initial phase or its
// opposite, which moves the search away from where saved phases hold it.
static int8_t forced_phase (const struct solver *s, int8_t initial) {
  if (s->stable)
    return 0;
  switch ((s->stats.mode_switches >> 1) & 7) {
  case 1:
    return initial;
  case 3:
    return -initial;
  default:
    return 0;
  }
}

ilit decide_phase (struct solver *s, unsigned idx) {
  const int8_t initial = s->opts.phase ? 1 : -1;
  int8_t phase = s->opts.mode == 1 ? forced_phase (s, initial) : 0;
  if (!phase && (s->opts.target > 1 || (s->stable && s->opts.target)))
    phase = s->phases.target[idx];
  if (!phase)
    phase = s->phases.saved[idx];
  if (!phase)
    phase = initial;
  return phase > 0 ? LIT (idx) : NOT (LIT (idx));
}

void decide (struct solver *s) {
  const unsigned idx = decide_next (s);
  s->stats.decisions++;
  assume_decision (s, decide_phase (s, idx));
}
