// A lock-free ring of 32-bit words between one writer and one reader, holding
// records of any length in one piece each.
//
//   record     u32 number of words, itself included; then the payload.  A zero
//              there means: go on at the start of the array
//   indices    count words ever written or released; position = index & mask
//   source     [Lamport-TOPLAS'83]; each side caches the other's index, so
//              that the two cache lines move only when a side seems stuck
//
//        tail (reader)            head (writer)
//          v                        v
//    |.....|5 a b c d|3 e f|........|0 unused|   mask + 1 words
#ifndef SHARE_RING_H
#define SHARE_RING_H

#include "base/memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHARE_LINE_BYTES = 64 }; // padding, so that no two writers share a line

struct share_ring {
  uint32_t *words; // written before 'head' is released, read after acquired
  uint64_t mask;
  char pad_words[SHARE_LINE_BYTES];
  _Atomic uint64_t head; // writer sets (release), reader acquires
  uint64_t seen_tail;    // writer only
  char pad_writer[SHARE_LINE_BYTES];
  _Atomic uint64_t tail; // reader sets (release), writer acquires
  uint64_t seen_head;    // reader only
  uint64_t front;        // reader only: words of the record handed out
  char pad_reader[SHARE_LINE_BYTES];
};

void share_ring_init (struct share_ring *ring, unsigned words);
void share_ring_fini (struct share_ring *ring);

// Room for a record of that payload; writer only.
//
//   returns    the payload's place, to be filled before share_ring_commit;
//              NULL if the ring is too full
uint32_t *share_ring_reserve (struct share_ring *ring, unsigned payload);
void share_ring_commit (struct share_ring *ring, unsigned payload);

// The oldest record; reader only.  The record returned before is released.
//
//   payload    set to its number of words
//   returns    borrowed until the next call; NULL if the ring is empty
const uint32_t *share_ring_next (struct share_ring *ring, unsigned *payload);

// True if the reader has a record to come.  Reader only.
bool share_ring_ready (const struct share_ring *ring);

#endif
