// ring.c - a single-producer single-consumer ring of variable-length records.
#include "share/ring.h"

#include <assert.h>

void share_ring_init (struct share_ring *ring, unsigned words) {
  uint64_t size = 16;
  while (size < words)
    size *= 2;
  ring->words = mem_alloc (size * sizeof *ring->words);
  ring->mask = size - 1;
  atomic_init (&ring->head, 0);
  atomic_init (&ring->tail, 0);
  ring->seen_tail = ring->seen_head = ring->front = 0;
}

void share_ring_fini (struct share_ring *ring) {
  mem_free (ring->words);
  ring->words = NULL;
}

// Asks the reader for its index only if the one remembered is too old.
static bool fits (struct share_ring *ring, uint64_t head, uint64_t words) {
  const uint64_t size = ring->mask + 1;
  if (head + words - ring->seen_tail <= size)
    return true;
  // Acquire: the reader is done with the words that are overwritten next.
  ring->seen_tail = atomic_load_explicit (&ring->tail, memory_order_acquire);
  return head + words - ring->seen_tail <= size;
}

uint32_t *share_ring_reserve (struct share_ring *ring, unsigned payload) {
  const uint64_t head =
      atomic_load_explicit (&ring->head, memory_order_relaxed);
  const uint64_t position = head & ring->mask, need = payload + 1ull;
  const uint64_t rest = ring->mask + 1 - position;
  assert (2 * need <= ring->mask + 1); // or it may never fit
  if (need <= rest)
    return fits (ring, head, need) ? ring->words + position + 1 : NULL;
  return fits (ring, head, rest + need) ? ring->words + 1 : NULL;
}

void share_ring_commit (struct share_ring *ring, unsigned payload) {
  uint64_t head = atomic_load_explicit (&ring->head, memory_order_relaxed);
  const uint64_t position = head & ring->mask, need = payload + 1ull;
  const uint64_t rest = ring->mask + 1 - position;
  if (need > rest) {
    ring->words[position] = 0;
    head += rest;
  }
  assert (head + need - ring->seen_tail <= ring->mask + 1); // was reserved
  ring->words[head & ring->mask] = need;
  // Release: the record is complete before the reader can see it.
  atomic_store_explicit (&ring->head, head + need, memory_order_release);
}

static void release (struct share_ring *ring, uint64_t *tail, uint64_t words) {
  assert (*tail + words <= ring->seen_head);
  *tail += words;
  // Release: our reads of these words come before the writer's next writes.
  atomic_store_explicit (&ring->tail, *tail, memory_order_release);
}

const uint32_t *share_ring_next (struct share_ring *ring, unsigned *payload) {
  uint64_t tail = atomic_load_explicit (&ring->tail, memory_order_relaxed);
  if (ring->front)
    release (ring, &tail, ring->front);
  ring->front = 0;
  if (tail == ring->seen_head) {
    // Acquire: what the writer put before its release is visible.
    ring->seen_head = atomic_load_explicit (&ring->head, memory_order_acquire);
    if (tail == ring->seen_head)
      return NULL;
  }
  if (!ring->words[tail & ring->mask])
    release (ring, &tail, ring->mask + 1 - (tail & ring->mask));
  const uint32_t *record = ring->words + (tail & ring->mask);
  assert (*record && tail + *record <= ring->seen_head);
  ring->front = *record;
  *payload = *record - 1;
  return record + 1;
}

bool share_ring_ready (const struct share_ring *ring) {
  const uint64_t tail =
      atomic_load_explicit (&ring->tail, memory_order_relaxed);
  return tail + ring->front !=
         atomic_load_explicit (&ring->head, memory_order_relaxed);
}
